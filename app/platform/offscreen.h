// An OpenGL context without any display (EGL surfaceless), current for as long as the object lives. Software
// rendering is enough; nothing is shown.
#pragma once

#include <memory>
#include <optional>

#include "core/gpu/egl_context.h"
#include "core/status.h"

namespace poolglass {

class Offscreen {
 public:
  // kUnavailable with a sentence when no context can be had.
  static Result<std::unique_ptr<Offscreen>> create();

 private:
  Offscreen() = default;

  std::unique_ptr<EglContext> context_;
  std::optional<EglContext::Current> current_;
};

}  // namespace poolglass
