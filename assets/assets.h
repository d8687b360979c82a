// Files that travel inside the binary (fonts, shaders), so that it runs from any folder with nothing beside
// it. What is embedded, and under which name, stands in assets/CMakeLists.txt.
#pragma once

#include <span>
#include <string_view>

namespace poolglass::assets {

struct Asset {
  std::string_view name;                 // "Inter-Regular.otf", "shaders/pool_max.comp"
  std::span<const unsigned char> bytes;  // lives as long as the program; aligned to 16 bytes
};

// Every embedded file, in the order of assets/CMakeLists.txt.
std::span<const Asset> all();

// The bytes of one file; empty when no file of that name is embedded.
std::span<const unsigned char> find(std::string_view name);

}  // namespace poolglass::assets
