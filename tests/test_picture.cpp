#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/io/picture.h"

namespace poolglass {
namespace {

std::string bytes_of(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

// 3x2 pixels, grey.
const std::string kGrey = bytes_of(
    "89504e470d0a1a0a0000000d4948445200000003000000020800000000b81f39c6000000104944415478da6360304a61"
    "9876e23f00077902f4d58142b00000000049454e44ae426082");
// One pixel: red 200, green 100, blue 50.
const std::string kColour = bytes_of(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da6338916204"
    "000356015fd6ea57fe0000000049454e44ae426082");

}  // namespace

TEST_CASE("a grey PNG reads as its values, a colour one as its luma") {
  REQUIRE(is_picture(kGrey));
  const Result<Plane> grey = decode_picture(kGrey, "grey.png");
  REQUIRE(grey.ok());
  CHECK(grey->size == Size2{2, 3});
  CHECK(grey->values == std::vector<float>{0, 50, 100, 150, 200, 255});
  const Result<Plane> colour = decode_picture(kColour, "colour.png");
  REQUIRE(colour.ok());
  CHECK(colour->values == std::vector<float>{(77 * 200 + 150 * 100 + 29 * 50) / 256});
}

TEST_CASE("what is no picture, or half of one, is refused in one sentence") {
  CHECK_FALSE(is_picture("GIF89a"));
  CHECK_FALSE(is_picture(""));
  for (size_t length = 0; length + 12 < kGrey.size();
       ++length) {  // what comes after the pixels may be missing
    const Result<Plane> picture = decode_picture(kGrey.substr(0, length), "half.png");
    REQUIRE_FALSE(picture.ok());
    CHECK(picture.status().message().starts_with("half.png: is no picture that can be read"));
    CHECK(picture.status().message().find('\n') == std::string::npos);
  }
  std::string bytes = kGrey;
  for (size_t i = 8; i < bytes.size(); ++i) {  // never more than a refusal, whatever a byte says
    bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
    (void)decode_picture(bytes, "damaged.png");
    bytes[i] = kGrey[i];
  }
}

TEST_CASE("a picture that claims to be huge is refused before memory is taken") {
  std::string bytes = kGrey;
  for (const size_t at : {16, 20}) bytes.replace(at, 4, std::string("\x00\x00\x20\x00", 4));
  const Result<Plane> picture = decode_picture(bytes, "huge.png");
  REQUIRE_FALSE(picture.ok());
  CHECK(picture.status().message() == "huge.png: is 8192x8192 pixels, more than the limit of 33554432");
}

}  // namespace poolglass
