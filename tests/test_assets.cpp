#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>
#include "assets/assets.h"

namespace poolglass::assets {
namespace {

uint32_t tag_of(std::span<const unsigned char> font) {
  return static_cast<uint32_t>(font[0] << 24 | font[1] << 16 | font[2] << 8 | font[3]);
}

TEST_CASE("the binary carries the six fonts the interface is drawn with") {
  for (const char* name : {"Inter-Regular.otf", "Inter-SemiBold.otf"}) {
    CAPTURE(name);
    const auto font = find(name);
    REQUIRE(font.size() > 100'000);
    CHECK(tag_of(font) == 0x4F54544Fu);  // "OTTO": OpenType with CFF outlines
  }
  for (const char* name : {"JetBrainsMono-Regular.ttf", "DejaVuSans.ttf", "DroidSansFallbackFull.ttf",
                           "NanumGothicCoding.ttf"}) {
    CAPTURE(name);
    const auto font = find(name);
    REQUIRE(font.size() > 100'000);
    CHECK(tag_of(font) == 0x00010000u);  // TrueType outlines
  }
}

TEST_CASE("an embedded file is the file, byte for byte") {
  std::ifstream file(POOLGLASS_FONT_TEXT, std::ios::binary);
  const std::vector<char> expected{std::istreambuf_iterator<char>(file), {}};
  const auto embedded = find("Inter-Regular.otf");
  REQUIRE(embedded.size() == expected.size());
  CHECK(std::memcmp(embedded.data(), expected.data(), expected.size()) == 0);
}

TEST_CASE("names are unique, and an unknown name is empty") {
  for (const Asset& asset : all()) CHECK(find(asset.name).data() == asset.bytes.data());
  CHECK(find("").empty());
  CHECK(find("Inter-Regular").empty());
}

}  // namespace
}  // namespace poolglass::assets
