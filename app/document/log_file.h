// The log in a file or on a terminal, a line a sentence as it is said.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "app/state/log.h"
#include "core/status.h"

namespace poolglass {

class LogFile {
 public:
  LogFile() = default;  // nowhere

  // "-": standard output. A file grows at its end. What `log` has said already is not said again. kIo when
  // the file cannot be written.
  static Result<LogFile> open(const std::string& path, const Log& log);

  void knows(const Log& log) { written_ = log.said; }  // nothing of it is to be said again

  // Writes what was said since the last call, as far as the log still has it.
  void add(const Log& log);

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, std::fclose};
  int64_t written_ = 0;  // Log::said
};

}  // namespace poolglass
