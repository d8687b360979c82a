#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/feature_map.h"
#include "core/io/file.h"
#include "core/io/picture.h"
#include "core/io/png.h"
#include "tests/support/png_chunks.h"
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

TEST_CASE("a PNG has as many rows as there are, and says why it cannot be written") {
  constexpr int64_t kRows = 1'000'001;  // a row more than libpng takes when it is not told otherwise
  const std::vector<uint8_t> column(4 * kRows, 255);
  const Result<std::string> encoded = encode_png({kRows, 1}, column.data());
  REQUIRE(encoded.ok());
  const Result<Plane> decoded = decode_picture(*encoded, "column.png");
  REQUIRE(decoded.ok());
  CHECK(decoded->size == Size2{kRows, 1});
  const Status none = encode_png({0, 1}, column.data()).status();
  CHECK(none.message().find("the picture cannot be encoded: ") == 0);
  CHECK(none.message().find("no memory") == std::string::npos);
}

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
  for (size_t length = 0; length < kGrey.size(); ++length) {
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
  const Result<Plane> picture = decode_picture(testing::with_checksums(bytes), "huge.png");
  REQUIRE_FALSE(picture.ok());
  CHECK(picture.status().message() == "huge.png: is 8192x8192 pixels, more than the limit of 33554432");
}

// The pictures that fuzzing begins with: 5x4 pixels whose channel c is x * 40 + y * 10 + c * 70, modulo 256.
const std::filesystem::path kSeeds = POOLGLASS_FUZZ_CORPUS "/picture";

TEST_CASE("a picture has its channels as they are in the file") {
  const struct {
    const char* name;
    int64_t channels, bytes_each;
  } cases[] = {{"grey.png", 1, 1}, {"greyalpha.png", 2, 1}, {"rgb.png", 3, 1},
               {"rgba.png", 4, 1}, {"wide.png", 3, 2},      {"interlaced16.png", 3, 2}};
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

TEST_CASE("a JPEG has libjpeg's values, however its scans are laid out") {
  const Result<Plane> grey = decode_picture(*read_file(kSeeds / "one_channel.jpg", 1 << 20), "grey");
  REQUIRE(grey.ok());
  CHECK(std::vector<float>{grey->at(0, 0), grey->at(5, 10), grey->at(17, 20)} ==
        std::vector<float>{1, 95, 93});
  for (const char* name : {"baseline.jpg", "restarts.jpg", "progressive.jpg", "scans.jpg"}) {
    CAPTURE(name);
    const Result<FeatureMap> map = read_feature_map(kSeeds / name);
    REQUIRE(map.ok());
    const Tensor& tensor = map->array.tensor;
    REQUIRE(tensor.shape == Shape{1, 3, 18, 21});
    std::vector<float> corners;
    for (const auto& [y, x] : {std::pair(0, 0), {5, 10}, {17, 20}})
      for (int channel = 0; channel < 3; ++channel) corners.push_back(tensor.at(0, channel, y, x));
    CHECK(corners == std::vector<float>{0, 82, 129, 104, 172, 235, 93, 161, 232});
    CHECK(tensor == read_feature_map(kSeeds / "baseline.jpg")->array.tensor);
  }
}

TEST_CASE("a JPEG of another JFIF version is read all the same") {
  std::string bytes = *read_file(kSeeds / "baseline.jpg", 1 << 20);
  const std::string whole = bytes, mark("JFIF", 5);
  REQUIRE(bytes.find(mark) != std::string::npos);
  bytes[bytes.find(mark) + mark.size()] = 2;
  const Result<Plane> picture = decode_picture(bytes, "later.jpg");
  REQUIRE(picture.ok());
  CHECK(picture->values == decode_picture(whole, "baseline.jpg")->values);
}

TEST_CASE("a JPEG whose Huffman tables are wrong or missing is refused") {
  const std::string whole = *read_file(kSeeds / "colour.jpg", 1 << 20);
  const size_t table = whole.find("\xff\xc4") + 4;  // behind marker and length: number, codes of 1 to 16 bits
  REQUIRE(table < whole.size());
  for (const size_t bits : {1, 8, 16}) {
    std::string many = whole;
    many[table + bits] = '\xff';
    CHECK(decode_pixels(many, "many.jpg").status().message() ==
          "many.jpg: is no picture that can be read (Bogus Huffman table definition)");
  }
  std::string without = whole;
  without[whole.find("\xff\xda") + 6] = '\x33';  // of the scan's first component
  CHECK(decode_pixels(without, "without.jpg").status().message() ==
        "without.jpg: is no picture that can be read (Huffman table 0x03 was not defined)");
}

TEST_CASE("a JPEG in CMYK is refused, and says what to do") {
  CHECK(read_feature_map(kSeeds / "cmyk.jpg")
            .status()
            .message()
            .ends_with("cmyk.jpg: is no picture that can be read (its colours are CMYK, those of printers; "
                       "save it in RGB)"));
}

TEST_CASE("a JPEG's scans are counted, or a small file could take hours") {
  const std::string whole = *read_file(kSeeds / "scans.jpg", 1 << 20);
  const size_t scan = whole.rfind("\xff\xda"), end = whole.rfind("\xff\xd9");
  REQUIRE(scan < end);
  std::string many = whole.substr(0, end);
  for (int scans = 3; scans < 100; ++scans) many += whole.substr(scan, end - scan);
  CHECK(decode_pixels(many + whole.substr(end), "scans.jpg").ok());
  many += whole.substr(scan, end - scan);
  CHECK(decode_pixels(many + whole.substr(end), "scans.jpg").status().message() ==
        "scans.jpg: is no picture that can be read (it has more than 100 scans)");
}

TEST_CASE("a JPEG whose pixels end before it does is refused") {
  const std::string whole = *read_file(kSeeds / "baseline.jpg", 1 << 20);
  const std::string cut = whole.substr(0, whole.size() - 40) + "\xff\xd9";
  CHECK(decode_pixels(cut, "cut.jpg").status().message() ==
        "cut.jpg: is no picture that can be read (Corrupt JPEG data: premature end of data segment)");
}

TEST_CASE("a PNG is refused whichever of its bytes is wrong; what follows its end is no part of it") {
  const std::string whole = *read_file(kSeeds / "palette.png", 1 << 20);
  const Result<Pixels> pixels = decode_pixels(whole, "whole.png");
  REQUIRE(pixels.ok());
  for (size_t i = 0; i < whole.size(); ++i) {
    CAPTURE(i);
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    CHECK_FALSE(decode_pixels(damaged, "damaged.png").ok());
  }
  CHECK(decode_pixels(whole + "more", "whole.png")->values == pixels->values);
}

TEST_CASE("what a PNG says beside its pixels, however long, leaves their values as they are") {
  const std::string whole = *read_file(kSeeds / "wide.png", 1 << 20);
  const size_t pixels = whole.find("IDAT") - 4;
  const std::string gamma = testing::png_chunk("gAMA", testing::big_endian(10000)),
                    bits = testing::png_chunk("sBIT", "\4\5\6"),
                    profile = testing::png_chunk("iCCP", std::string(100000, 'p')),
                    text = testing::png_chunk("tEXt", std::string(1 << 20, 't'));
  std::string said = whole;
  said.insert(pixels, gamma + bits + profile + text + text);
  const Result<Pixels> read = decode_pixels(said, "said.png");
  REQUIRE(read.ok());
  CHECK(read->values == decode_pixels(whole, "wide.png")->values);
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

TEST_CASE("whatever is cut off a picture, it is refused in one sentence that says so") {
  const TempFolder folder;
  for (const auto& entry : std::filesystem::directory_iterator(kSeeds)) {
    CAPTURE(entry.path().filename().string());
    const std::string whole = *read_file(entry.path(), 1 << 20);
    const Result<FeatureMap> all = read_feature_map(entry.path());
    if (!all.ok()) continue;
    for (size_t length = 16; length < whole.size(); ++length) {
      CAPTURE(length);
      const Result<FeatureMap> map = read_feature_map(folder.write("cut", whole.substr(0, length)));
      REQUIRE_FALSE(map.ok());
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
