#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/feature_map.h"
#include "core/io/file.h"
#include "core/io/picture.h"
#include "tests/support/temp_folder.h"

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

// The pictures that fuzzing begins with: 5x4 pixels whose channel c is x * 40 + y * 10 + c * 70, modulo 256.
const std::filesystem::path kSeeds = POOLGLASS_FUZZ_CORPUS "/picture";

TEST_CASE("a picture has its channels as they are in the file") {
  const struct {
    const char* name;
    int64_t channels, bytes_each;
  } cases[] = {
      {"grey.png", 1, 1}, {"greyalpha.png", 2, 1}, {"rgb.png", 3, 1}, {"rgba.png", 4, 1}, {"wide.png", 3, 2}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Result<FeatureMap> map = read_feature_map(kSeeds / c.name);
    REQUIRE(map.ok());
    CHECK(map->picture);
    CHECK(map->sentence.empty());
    CHECK(map->array.note.empty());
    const Tensor& tensor = map->array.tensor;
    REQUIRE(tensor.shape == Shape{1, c.channels, 4, 5});
    for (int64_t channel = 0; channel < c.channels; ++channel) {
      for (int64_t y = 0; y < 4; ++y) {
        for (int64_t x = 0; x < 5; ++x) {
          const int64_t value = (x * 40 + y * 10 + channel * 70) % 256;
          CHECK(tensor.at(0, channel, y, x) == static_cast<float>(c.bytes_each == 2 ? value * 257 : value));
        }
      }
    }
  }
  CHECK(read_feature_map(kSeeds / "palette.png")->array.tensor.shape == Shape{1, 4, 4, 5});
  CHECK(read_feature_map(kSeeds / "colour.jpg")->array.tensor.shape == Shape{1, 3, 12, 16});
  CHECK(read_feature_map(kSeeds / "grey.jpg")->array.tensor.shape.plane() == Size2{12, 16});
}

TEST_CASE("a picture opens as the array that it is, in either layout") {
  bool picture = false;
  const Result<NpyReader> last = open_feature_map(kSeeds / "rgb.png", Layout::kNhwc, &picture);
  REQUIRE(last.ok());
  CHECK(picture);
  CHECK(last->dimensions() == std::vector<int64_t>{4, 5, 3});
  const Result<NpyReader> first = open_feature_map(kSeeds / "wide.png", Layout::kNchw, &picture);
  REQUIRE(first.ok());
  CHECK(first->dimensions() == std::vector<int64_t>{3, 4, 5});
  CHECK(first->type() == NpyType{'u', 2, false});
  CHECK(read_npy(*first)->tensor == read_feature_map(kSeeds / "wide.png")->array.tensor);
  CHECK(open_feature_map(kSeeds / "grey.png", Layout::kNchw, &picture)->dimensions() ==
        std::vector<int64_t>{4, 5});
  CHECK(open_feature_map(kSeeds / "grey.png", Layout::kNhwc, &picture)->dimensions() ==
        std::vector<int64_t>{4, 5, 1});
}

TEST_CASE("a JPEG whose Huffman table has too many codes is refused before it is decoded") {
  const TempFolder folder;
  const std::string whole = *read_file(kSeeds / "grey.jpg", 1 << 20);
  const size_t table = whole.find("\xff\xc4") + 5;  // behind marker, length and number: codes of 1 to 16 bits
  REQUIRE(table < whole.size());
  for (const auto& [bits, codes] : {std::pair<size_t, int>{1, 255}, {16, 255}, {8, 250}}) {
    std::string many = whole;
    many[table + bits - 1] = static_cast<char>(codes);
    many[table + (bits == 1 ? 1 : 0)] = static_cast<char>(100);
    const Result<FeatureMap> map = read_feature_map(folder.write("many.jpg", many));
    REQUIRE_FALSE(map.ok());
    CHECK(map.status().message().ends_with("(a Huffman table has more than 256 codes)"));
  }
}

TEST_CASE("a JPEG whose scan has no Huffman table is refused before it is decoded") {
  const TempFolder folder;
  for (const char* name : {"grey.jpg", "colour.jpg"}) {
    std::string without = *read_file(kSeeds / name, 1 << 20);
    CHECK(read_feature_map(kSeeds / name).ok());
    without[without.find("\xff\xc4") + 4] = '\x03';  // the first table has another number
    const Result<FeatureMap> map = read_feature_map(folder.write("without.jpg", without));
    REQUIRE_FALSE(map.ok());
    CHECK(map.status().message().ends_with("(a scan has no Huffman table)"));
  }
}

TEST_CASE("a PNG whose chunk says it is longer than the file is cut short, and takes no memory for it") {
  const TempFolder folder;
  std::string whole = *read_file(kSeeds / "grey.png", 1 << 20);
  const size_t length = whole.find("IDAT") - 4;
  whole[length] = '\x3f';  // a GiB
  const Result<FeatureMap> map = read_feature_map(folder.write("long.png", whole));
  REQUIRE_FALSE(map.ok());
  CHECK(map.status().message().find("cut short") != std::string::npos);
}

TEST_CASE("whatever is cut off a picture, it is one sentence that says so, or the whole picture") {
  const TempFolder folder;
  for (const auto& entry : std::filesystem::directory_iterator(kSeeds)) {
    CAPTURE(entry.path().filename().string());
    const std::string whole = *read_file(entry.path(), 1 << 20);
    const Result<FeatureMap> all = read_feature_map(entry.path());
    if (!all.ok()) continue;
    for (size_t length = 16; length < whole.size(); ++length) {
      CAPTURE(length);
      const Result<FeatureMap> map = read_feature_map(folder.write("cut", whole.substr(0, length)));
      if (map.ok()) {  // what follows the pixels may be missing
        CHECK(map->array.tensor == all->array.tensor);
        CHECK(whole.size() - length <= 12);
        continue;
      }
      CHECK(map.status().message().starts_with((folder / "cut") + ": is no picture that can be read"));
      CHECK(map.status().message().find('\n') == std::string::npos);
      if (length > whole.size() / 2) CHECK(map.status().message().find("cut short") != std::string::npos);
    }
  }
}

TEST_CASE("reading stops when it is told to") {
  ReadProgress progress;
  progress.stop = true;
  const Result<FeatureMap> map = read_feature_map(kSeeds / "rgb.png", {}, &progress);
  REQUIRE_FALSE(map.ok());
  CHECK(map.status().message().ends_with("rgb.png: reading was stopped"));
  CHECK(progress.total == static_cast<int64_t>(std::filesystem::file_size(kSeeds / "rgb.png")));
}

TEST_CASE("a picture counts its bytes as they are decoded") {
  for (const char* name : {"rgb.png", "colour.jpg", "wide.png"}) {
    ReadProgress progress;
    REQUIRE(read_feature_map(kSeeds / name, {}, &progress).ok());
    CHECK(progress.share() > 0.5);
    CHECK(progress.share() <= 1);
  }
}

}  // namespace poolglass
