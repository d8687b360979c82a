// The chunks of PNG files, with their checksums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/crc32.h"

namespace poolglass::testing {

inline std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

inline std::string png_chunk(std::string_view name, std::string_view content) {
  const std::string checked = std::string(name) + std::string(content);
  return big_endian(static_cast<uint32_t>(content.size())) + checked + big_endian(crc32_of(checked));
}

// The same bytes, where each chunk that is there to its end has the checksum of its content.
inline std::string with_checksums(std::string png) {
  constexpr size_t kSignature = 8, kLength = 4, kName = 4, kChecksum = 4;
  for (size_t at = kSignature; at + kLength + kName + kChecksum <= png.size();) {
    size_t length = 0;
    for (size_t i = 0; i < kLength; ++i) length = length << 8 | static_cast<unsigned char>(png[at + i]);
    if (length > png.size() - at - kLength - kName - kChecksum) break;
    const std::string_view checked = std::string_view(png).substr(at + kLength, kName + length);
    at += kLength + checked.size();
    png.replace(at, kChecksum, big_endian(crc32_of(checked)));
    at += kChecksum;
  }
  return png;
}

}  // namespace poolglass::testing
