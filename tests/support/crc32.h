// The checksum of PNG chunks and of members of zip archives (CRC-32 of ISO 3309).
#pragma once

#include <cstdint>
#include <string_view>

namespace poolglass::testing {

inline uint32_t crc32_of(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

}  // namespace poolglass::testing
