// Bytes from outside that are read front to back with most of them stepped over: a regular file, standard
// input, or text in memory. POSIX.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/status.h"

namespace poolglass {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Up to `most` bytes (at least 1) from `offset`, which never goes back; 0 at or beyond the end.
  virtual Result<size_t> read(int64_t offset, void* bytes, size_t most) = 0;

  // The first bytes, at most `most`: before the first read(), which gives them, too.
  virtual Result<std::string> start(size_t most) = 0;

  // All that there is, at most `limit` bytes. Failures do not name the source.
  Result<std::string> text(int64_t limit);

  // Fails when others changed a file since it was opened, so that what was read may be of both.
  virtual Status unchanged() const { return {}; }

  // A regular file, or "-" for standard input; a file that is standard input is stepped over like any other.
  // Files are read in blocks and never mapped: they may be shortened meanwhile.
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path);

  // The text stays the caller's.
  static std::unique_ptr<ByteSource> of(std::string_view text);
};

}  // namespace poolglass
