// A file's bytes as memory, so that it may be larger than memory. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status.h"

namespace poolglass {

// Others may shorten or rewrite the file while it is mapped. Bytes that are gone read as zeros instead of
// ending the program: a handler for SIGBUS, installed with the first mapping, answers for these addresses
// and hands every other one to whoever handled the signal before. unchanged() tells whether that happened.
class MappedFile {
 public:
  // A regular file that is not empty. At most kMost at a time.
  static Result<MappedFile> open(const std::string& path);
  static constexpr int kMost = 64;

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  const unsigned char* data() const { return data_; }
  size_t size() const { return size_; }

  // Ok while the file is as it was when it was opened. Ask after the last byte was used, before anything made
  // of them is kept.
  Status unchanged() const;

  // Bytes before `offset` will not be used soon: their memory may go.
  void pass(size_t offset) const;

 private:
  MappedFile() = default;

  std::string path_;
  unsigned char* data_ = nullptr;
  size_t size_ = 0;
  int64_t modified_ = 0;  // nanoseconds
  int descriptor_ = -1;
  int guard_ = -1;  // of kMost
};

}  // namespace poolglass
