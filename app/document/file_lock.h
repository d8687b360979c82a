// A lock that one process at a time holds, and that goes with the process, however it ends.
#pragma once

#include <string>

#include "core/io/descriptor.h"
#include "core/status.h"

namespace poolglass {

// flock(2) on a file of its own, which stays behind empty: removing a lock's file would let two hold it.
class FileLock {
 public:
  // At once or not at all: kUnavailable when another holds it, kIo or kInvalidArgument when there can be no
  // lock.
  static Result<FileLock> try_take(const std::string& path);
  // Waits for whoever holds it; for locks that are held for moments.
  static Result<FileLock> take(const std::string& path);

 private:
  explicit FileLock(int file) : file_(file) {}
  static Result<FileLock> lock(const std::string& path, int operation);

  Descriptor file_;
};

}  // namespace poolglass
