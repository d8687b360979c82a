// Zip archives by hand: members stored, one after the other (APPNOTE.TXT of PKWARE).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/crc32.h"

namespace poolglass::testing {

inline std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& members) {
  const auto little = [](uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i, value >>= 8) text += static_cast<char>(value & 0xff);
    return text;
  };
  std::string zip, directory;
  for (const auto& [name, data] : members) {
    const std::string common = little(20, 2) + little(0, 8) + little(crc32_of(data), 4) +
                               little(data.size(), 4) + little(data.size(), 4) + little(name.size(), 2) +
                               little(0, 2);
    directory += "PK\1\2" + little(20, 2) + common + little(0, 10) + little(zip.size(), 4) + name;
    zip += "PK\3\4" + common + name + data;
  }
  return zip + directory + "PK\5\6" + little(0, 4) + little(members.size(), 2) + little(members.size(), 2) +
         little(directory.size(), 4) + little(zip.size(), 4) + little(0, 2);
}

}  // namespace poolglass::testing
