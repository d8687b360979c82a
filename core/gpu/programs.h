// Compiled compute programs, by shader and defines. Internal to core/gpu.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/status.h"

namespace poolglass::gpu {

class Programs {
 public:
  Programs() = default;
  ~Programs();  // its context must be current
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  // Whether the driver takes denormal numbers for zero; programs from now on allow for it.
  void set_flushes(bool flushes) { flushes_ = flushes; }

  // The program of shaders/`shader` with a pass's defines before it, compiled at the first call. Fails with
  // the first line of the driver's log.
  Result<unsigned> get(std::string_view shader, const std::string& pass_defines);

 private:
  bool flushes_ = false;
  std::unordered_map<std::string, unsigned> programs_;
};

// The text that is compiled: version, defines, common.glsl, and the file with its includes; #line names files
// by their place in it, so that a log's line numbers are the files'.
Result<std::string> shader_text(std::string_view shader, const std::string& defines);

}  // namespace poolglass::gpu
