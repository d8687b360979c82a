// The program itself, end to end: results, exit codes, one line on stderr, nothing left behind.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "core/io/npy.h"
#include "tests/support/onnx_writer.h"
#include "tests/support/process.h"
#include "tests/support/zip.h"

namespace poolglass {
namespace {

constexpr float kLesson[64] = {5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                               3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                               1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6};

class Desk {
 public:
  Desk() { REQUIRE(write_npy(file("in.npy"), {8, 8}, kLesson).ok()); }

  const TempFolder& folder() const { return folder_; }
  std::string file(const std::string& name) const { return folder_ / name; }

  // Arguments separated by spaces; a word @NAME is the file NAME of the folder.
  ProcessResult run(const std::string& line) const {
    std::istringstream words(line);
    std::vector<std::string> arguments{POOLGLASS_BINARY};
    for (std::string word; words >> word;) arguments.push_back(word[0] == '@' ? file(word.substr(1)) : word);
    return run_process(std::move(arguments));
  }

  ProcessResult succeed(const std::string& line) const {
    ProcessResult result = run(line);
    INFO(line << "  ->  " << result.error);
    CHECK(result.exit == 0);
    return result;
  }

  // Exactly one short line on stderr, nothing on stdout, nothing new in the folder.
  std::string refused(const std::string& line, int exit = 2) const {
    const auto before = folder_.entries();
    const ProcessResult result = run(line);
    INFO(line << "  ->  " << result.error);
    CHECK(result.exit == exit);
    CHECK(result.error_lines() == 1);
    CHECK(result.error.rfind("poolglass: ", 0) == 0);
    CHECK(result.error.size() <= 1000);
    CHECK(result.out.empty());
    CHECK(folder_.entries().size() == before.size());
    return result.error;
  }

  std::vector<float> values(const std::string& name) const {
    const Result<NpyArray> array = read_npy(file(name));
    REQUIRE_MESSAGE(array.ok(), array.status().message());
    return array->tensor.values;
  }

 private:
  TempFolder folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

using Values = std::vector<float>;

}  // namespace

TEST_CASE("pool gives the lesson's maxima, averages and winners") {
  const Desk desk;
  const ProcessResult run = desk.succeed("pool --op max --kernel 2 --indices @idx.npy @in.npy @out.npy");
  CHECK(run.out.empty());
  CHECK(run.error.empty());
  CHECK(desk.values("out.npy") == Values{8, 7, 2, 5, 7, 6, 6, 9, 7, 4, 7, 9, 7, 7, 9, 9});
  CHECK(desk.values("idx.npy") == Values{9, 11, 12, 14, 24, 19, 21, 31, 33, 42, 37, 46, 49, 59, 53, 54});
  CHECK(desk.folder().entries().size() == 3);
  desk.succeed("pool --op avg --kernel 2x2 --stride 2 --device cpu --threads 2 @in.npy @out.npy");
  CHECK(desk.values("out.npy") ==
        Values{5.25, 3.25, .75, 2.75, 5.5, 2.5, 2.5, 3.75, 2.75, 2.5, 3, 3.75, 3, 2.25, 3.5, 5.75});
}

TEST_CASE("pool global, adaptive, backward, and into its own input") {
  const Desk desk;
  desk.succeed("pool --op global-max @in.npy @out.npy");
  CHECK(desk.values("out.npy") == Values{9});
  desk.succeed("pool --op adaptive-avg --output-size 1x2 @in.npy @out.npy");
  CHECK(desk.values("out.npy") == Values{3.375, 3.21875});
  desk.succeed("pool --op max --kernel 2 @in.npy @out.npy");
  desk.succeed("pool --op max --kernel 2 --backward @out.npy @in.npy @grad.npy");
  const Values grad = desk.values("grad.npy");
  CHECK(grad[9] == 8);
  CHECK(grad[0] == 0);
  desk.succeed("pool --op max --kernel 2 @in.npy @in.npy");
  CHECK(desk.values("in.npy") == desk.values("out.npy"));
}

TEST_CASE("pool keeps the rank and remarks on what it converted") {
  const Desk desk;
  const int64_t whole[8] = {1, 2, 3, 4, -5, -6, -7, -8};
  REQUIRE(write_npy(desk.file("i8.npy"), {2, 1, 2, 2}, whole).ok());
  const ProcessResult run = desk.succeed("pool --op max --kernel 2 @i8.npy @out.npy");
  CHECK(contains(run.error, "i8.npy: int64 pooled in its own type, results rounded to float32"));
  CHECK(run.error_lines() == 1);
  const Result<NpyArray> out = read_npy(desk.file("out.npy"));
  CHECK(out->dimensions == std::vector<int64_t>{2, 1, 1, 1});
  CHECK(out->tensor.values == Values{4, -5});
}

TEST_CASE("pool decides and sums 32- and 64-bit types as they are in the file") {
  const Desk desk;
  const auto write = [&](const std::string& name, const std::string& descr, const void* values,
                         size_t bytes) {
    std::string dict = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2, 2), }";
    dict.append(117 - dict.size(), ' ');
    desk.folder().write(name, std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dict + "\n" +
                                  std::string(static_cast<const char*>(values), bytes));
  };
  const double f8[4] = {1, 1 + 1e-12, 0, .5};
  const int32_t i4[4] = {(1 << 24) + 0, (1 << 24) + 1, 0, 0};
  const int64_t i8[4] = {-(int64_t{1} << 53) - 1, -(int64_t{1} << 53), -(int64_t{1} << 60),
                         -(int64_t{1} << 60)};
  const uint32_t u4[4] = {4294967040u, 4294967041u, 3, 3};
  const uint64_t u8[4] = {~uint64_t{0} - 1, ~uint64_t{0}, 0, 0};
  write("f8.npy", "<f8", f8, sizeof f8);
  write("i4.npy", "<i4", i4, sizeof i4);
  write("i8.npy", "<i8", i8, sizeof i8);
  write("u4.npy", "<u4", u4, sizeof u4);
  write("u8.npy", "<u8", u8, sizeof u8);
  const float dy[1] = {5};
  REQUIRE(write_npy(desk.file("dy.npy"), {1, 1}, dy).ok());
  const struct {
    std::string type;
    float max, average;
  } types[] = {{"f8", 1, .625f},
               {"i4", 0x1p24f, 8388608.25f},
               {"i8", -0x1p53f, -0x1.02p59f},
               {"u4", 4294967040.f, 2147483521.75f},
               {"u8", 0x1p64f, 0x1p63f}};
  for (const auto& [type, max, average] : types) {
    INFO(type);
    const std::string in = " @" + type + ".npy ";
    const std::string said = desk.succeed("pool --op max --kernel 2 --indices @i.npy" + in + "@o.npy").error;
    CHECK(contains(said, "pooled in its own type"));
    CHECK(desk.values("i.npy") == Values{1});
    CHECK(desk.values("o.npy") == Values{max});
    desk.succeed("pool --op max --kernel 2 --backward @dy.npy" + in + "@g.npy");
    CHECK(desk.values("g.npy") == Values{0, 5, 0, 0});
    desk.succeed("pool --op avg --kernel 2" + in + "@o.npy");
    CHECK(desk.values("o.npy")[0] == average);
    CHECK(desk.succeed("pool --op avg --kernel 2 --backward @dy.npy" + in + "@g.npy").error.empty());
    CHECK(desk.values("g.npy") == Values{1.25, 1.25, 1.25, 1.25});
  }
  // A gradient of float64 is added up in float64.
  const double both[4] = {1e8, 1, -1e8, 0};
  write("dy8.npy", "<f8", both, sizeof both);
  const float x[9] = {0, 0, 0, 0, 9, 0, 0, 0, 0};
  REQUIRE(write_npy(desk.file("x.npy"), {3, 3}, x).ok());
  desk.succeed("pool --op max --kernel 2 --stride 1 --backward @dy8.npy @x.npy @g.npy");
  CHECK(desk.values("g.npy") == Values{0, 0, 0, 0, 1, 0, 0, 0, 0});

  const double huge[4] = {1e39, 0, 0, 0};
  write("huge.npy", "<f8", huge, sizeof huge);
  CHECK(contains(desk.succeed("pool --op max --kernel 2 @huge.npy @o.npy").error,
                 "huge.npy: 1 result is beyond float32's range"));
  const float large[4] = {3e38f, 3e38f, 3e38f, 3e38f};
  REQUIRE(write_npy(desk.file("large.npy"), {2, 2}, large).ok());
  CHECK(contains(desk.succeed("pool --op avg --kernel 2 @large.npy @o.npy").error,
                 "large.npy: 1 result is infinite or NaN because a sum on the way"));
  // Every window of x gives its gradient to the same cell.
  REQUIRE(write_npy(desk.file("dy.npy"), {2, 2}, large).ok());
  CHECK(contains(desk.succeed("pool --op max --kernel 2 --stride 1 --backward @dy.npy @x.npy @g.npy").error,
                 "x.npy: 1 result is infinite or NaN"));
}

TEST_CASE("pool takes channels last where it is told, and says where it looks like that") {
  const Desk desk;
  Values photo(2 * 4 * 6 * 3);
  for (size_t i = 0; i < photo.size(); ++i) photo[i] = static_cast<float>(i);
  REQUIRE(write_npy(desk.file("photo.npy"), {4, 6, 3}, photo.data()).ok());
  REQUIRE(write_npy(desk.file("photos.npy"), {2, 4, 6, 3}, photo.data()).ok());
  CHECK(contains(desk.succeed("pool --op max --kernel 2 @photo.npy @o.npy").error, "looks like channels"));
  CHECK(contains(desk.succeed("pool --op max --kernel 2 @photos.npy @o.npy").error, "looks like channels"));
  CHECK(desk.succeed("pool --op max --kernel 2 --layout nchw @photo.npy @o.npy").error.empty());
  CHECK(desk.succeed("pool --op max --kernel 2 @in.npy @o.npy").error.empty());
  CHECK(desk.succeed("pool --op max --kernel 2 --layout nhwc --indices @i.npy @photo.npy @o.npy")
            .error.empty());
  CHECK(desk.values("o.npy") ==
        Values{21, 22, 23, 27, 28, 29, 33, 34, 35, 57, 58, 59, 63, 64, 65, 69, 70, 71});
  CHECK(desk.values("i.npy") == Values{7, 7, 7, 9, 9, 9, 11, 11, 11, 19, 19, 19, 21, 21, 21, 23, 23, 23});
  CHECK(read_npy(desk.file("o.npy"))->dimensions == std::vector<int64_t>{2, 3, 3});
  desk.succeed("pool --op global-avg --layout nhwc @photos.npy @o.npy");
  CHECK(desk.values("o.npy") == Values{34.5, 35.5, 36.5, 106.5, 107.5, 108.5});
  CHECK(read_npy(desk.file("o.npy"))->dimensions == std::vector<int64_t>{2, 1, 1, 3});
  desk.succeed("pool --op global-avg --layout nhwc --backward @o.npy @photos.npy @g.npy");
  CHECK(desk.values("g.npy")[4] == 35.5f / 24);
  CHECK(contains(desk.refused("pool --op max --kernel 2 --layout nhwc @in.npy @o.npy"), "3 (H, W, C)"));
  desk.refused("pool --op max --kernel 2 --layout hwc @photo.npy @o.npy");
}

TEST_CASE("a picture pools as the array of its pixels does") {
  const Desk desk;
  const std::string seeds = POOLGLASS_FUZZ_CORPUS "/picture/";
  for (const auto& [name, channels] : {std::pair("grey.png", 1), {"rgb.png", 3}, {"rgba.png", 4}}) {
    CAPTURE(name);
    Values pixels, planes;  // of the picture's definition (tests/test_picture.cpp), channels last and first
    const auto value = [](int x, int y, int c) {
      return static_cast<float>((x * 40 + y * 10 + c * 70) % 256);
    };
    for (int i = 0; i < 20 * channels; ++i) {
      pixels.push_back(value(i / channels % 5, i / channels / 5, i % channels));
      planes.push_back(value(i % 5, i / 5 % 4, i / 20));
    }
    REQUIRE(write_npy(desk.file("last.npy"), {4, 5, channels}, pixels.data()).ok());
    REQUIRE(write_npy(desk.file("first.npy"), {channels, 4, 5}, planes.data()).ok());
    for (const std::string op :
         {"--op max --kernel 2", "--op avg --kernel 3 --stride 1 --pad 1", "--op global-avg"}) {
      const std::string pool = "pool " + op + " ";
      CHECK(desk.succeed(pool + seeds + name + " @o.npy").error.find("channels") == std::string::npos);
      desk.succeed(pool + "@first.npy @e.npy");
      CHECK(desk.values("o.npy") == desk.values("e.npy"));
      desk.succeed(pool + "--layout nhwc " + seeds + name + " @o.npy");
      desk.succeed(pool + "--layout nhwc @last.npy @e.npy");
      CHECK(desk.values("o.npy") == desk.values("e.npy"));
      CHECK(read_npy(desk.file("o.npy"))->dimensions == read_npy(desk.file("e.npy"))->dimensions);
    }
  }
  const std::string half = desk.file("half.png");
  std::ofstream(half, std::ios::binary) << "\x89PNG\r\n\x1a\n and no more";
  for (const std::string command : {"pool --op max --kernel 2 @half.png @none.npy", "describe @half.png",
                                    "shot --state @half.png @none.png"}) {
    const std::string error = desk.refused(command);
    CHECK(contains(error, "half.png: is no picture that can be read"));
  }
}

TEST_CASE("describe takes arrays and pictures with their channels where they are, and says what it guessed") {
  const Desk desk;
  Values photo(20 * 30 * 3);
  for (size_t i = 0; i < photo.size(); ++i) photo[i] = static_cast<float>(i);
  REQUIRE(write_npy(desk.file("photo.npy"), {20, 30, 3}, photo.data()).ok());
  const auto guessed = desk.succeed("describe @photo.npy");
  CHECK(contains(guessed.error, "photo.npy: shape (20, 30, 3) is taken with its channels last"));
  CHECK(contains(guessed.out, "reads 0 3 / 90 93"));
  const auto told = desk.succeed("describe --layout nhwc @photo.npy");
  CHECK(told.error.empty());
  CHECK(told.out == guessed.out);
  CHECK(contains(desk.succeed("describe --layout nchw @photo.npy").out, "reads 0 1 / 3 4"));
  desk.refused("describe --layout hwc @photo.npy");
  CHECK(contains(desk.succeed(std::string("describe ") + POOLGLASS_FUZZ_CORPUS "/picture/rgb.png").out,
                 "reads 0 40 / 10 50"));
}

TEST_CASE("pool gives an empty result for an empty batch") {
  const Desk desk;
  REQUIRE(write_npy(desk.file("none.npy"), {0, 3, 4, 4}, kLesson).ok());
  REQUIRE(write_npy(desk.file("dy.npy"), {0, 3, 2, 2}, kLesson).ok());
  desk.succeed("pool --op max --kernel 2 --indices @i.npy @none.npy @o.npy");
  CHECK(NpyReader::open(desk.file("o.npy"))->dimensions() == std::vector<int64_t>{0, 3, 2, 2});
  CHECK(NpyReader::open(desk.file("i.npy"))->dimensions() == std::vector<int64_t>{0, 3, 2, 2});
  desk.succeed("pool --op avg --kernel 2 --backward @dy.npy @none.npy @o.npy");
  CHECK(NpyReader::open(desk.file("o.npy"))->dimensions() == std::vector<int64_t>{0, 3, 4, 4});
  desk.succeed("pool --op global-avg --layout nhwc @none.npy @o.npy");
  CHECK(NpyReader::open(desk.file("o.npy"))->dimensions() == std::vector<int64_t>{0, 1, 1, 4});
  desk.refused("pool --op max --kernel 9 @none.npy @o.npy");
  REQUIRE(write_npy(desk.file("channels.npy"), {2, 0, 4, 4}, kLesson).ok());
  CHECK(contains(desk.refused("pool --op max --kernel 2 @channels.npy @o.npy"), "empty dimension"));
}

TEST_CASE("pool reads standard input and writes standard output where the name is -") {
  const Desk desk;
  const auto shell = [&](const std::string& line) {
    return run_process({"/bin/sh", "-c", "cd \"$1\" && " + line, POOLGLASS_BINARY, desk.file("")});
  };
  desk.succeed("pool --op max --kernel 2 @in.npy @right.npy");
  const std::string right = desk.folder().read("right.npy");
  for (const char* line :
       {"cat in.npy | \"$0\" pool --op max --kernel 2 - o.npy",
        "\"$0\" pool --op max --kernel 2 - o.npy < in.npy",
        "\"$0\" pool --op max --kernel 2 in.npy - > o.npy",
        "cat in.npy | \"$0\" pool --op max --kernel 2 --indices i.npy - - | cat > o.npy"}) {
    const ProcessResult run = shell(line);
    INFO(line << "  ->  " << run.error);
    CHECK(run.exit == 0);
    CHECK(run.error.empty());
    CHECK(desk.folder().read("o.npy") == right);
    std::filesystem::remove(desk.file("o.npy"));
  }
  CHECK(desk.values("i.npy")[0] == 9);
  const ProcessResult cut = shell("head -c 300 in.npy | \"$0\" pool --op max --kernel 2 - o.npy");
  CHECK(cut.exit == 2);
  CHECK(contains(cut.error, "standard input: shape (8, 8) of float32 needs 256 bytes"));
  CHECK(shell("\"$0\" pool --op max --kernel 2 - o.npy < /dev/null").exit == 2);
  CHECK(shell("\"$0\" pool --op max --kernel 2 in.npy - > /dev/full").exit == 1);
  desk.refused("pool --op max --kernel 2 --backward - - @o.npy");
  desk.refused("pool --op max --kernel 2 --indices - @in.npy -");
  CHECK_FALSE(std::filesystem::exists(desk.file("-")));
  CHECK_FALSE(std::filesystem::exists(desk.file("o.npy")));
}

TEST_CASE("chain and describe read standard input where the name is -") {
  const Desk desk;
  desk.folder().write("c.json", R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2}]})");
  desk.folder().write("bad.json", R"({"input": [1, 1, 8], "layers": [{"type": "max_pool2d", "kernel": 2}]})");
  const auto shell = [&](const std::string& line) {
    return run_process({"/bin/sh", "-c", "cd \"$1\" && " + line, POOLGLASS_BINARY, desk.file("")});
  };
  CHECK(shell("cat c.json | \"$0\" chain -").out == desk.succeed("chain @c.json").out);
  CHECK(shell("\"$0\" describe - < c.json").out == desk.succeed("describe @c.json").out);
  CHECK(shell("cat in.npy | \"$0\" describe -").out == desk.succeed("describe @in.npy").out);
  CHECK(shell("cat in.npy | \"$0\" describe --state - --all").out ==
        desk.succeed("describe --all @in.npy").out);
  CHECK(contains(shell("\"$0\" chain - < bad.json").error, "standard input: layer 1 (pool1): "));
  CHECK(contains(shell("\"$0\" describe - < bad.json").error, "layer 1 (pool1): "));
  CHECK(contains(shell("echo { | \"$0\" chain -").error, "standard input: not valid JSON at line 2"));
  CHECK(contains(shell("head -c 200 in.npy | \"$0\" describe -").error, "standard input: shape (8, 8)"));
  CHECK(shell("\"$0\" describe - < /dev/null").exit == 2);
}

TEST_CASE("chain prints a network with branches, naming what joins read, and what does not fit together") {
  const Desk desk;
  const auto write = [&](const char* name, const char* size) {
    desk.folder().write(name, std::string(R"({"format": 2, "input": [3, )") + size + R"(, 16], "layers": [
      {"type": "conv2d", "name": "stem", "out_channels": 4, "kernel": 3, "padding": "same"},
      {"type": "max_pool2d", "kernel": 2}, {"type": "upsample", "scale": 2},
      {"type": "add", "name": "sum", "inputs": ["stem", "upsample1"]}]})");
  };
  write("n.json", "16");
  write("odd.json", "15");
  const std::string table = desk.succeed("chain @n.json").out;
  CHECK(contains(table, "stem, upsample1"));
  const std::string json = desk.succeed("chain --format json @n.json").out;
  CHECK(contains(json, "\"inputs\": [\"stem\", \"upsample1\"], \"output_shape\": [4, 16, 16]"));
  CHECK(contains(json, "\"receptive_field\": {\"h\": 4, \"w\": 4}"));
  CHECK(contains(json, "\"alignment\": {\"h\": \"within\", \"w\": \"within\"}"));
  CHECK(contains(
      desk.refused("chain @odd.json"),
      "layer 4 (sum): its inputs do not fit together: \"stem\" is 4x15x16, but \"upsample1\" is 4x14x16"));
}

TEST_CASE("pool and describe read arrays of archives by name") {
  const Desk desk;
  desk.folder().write("a.npz", testing::stored_zip({{"x.npy", desk.folder().read("in.npy")}}));
  desk.succeed("pool --op max --kernel 2 @in.npy @right.npy");
  desk.succeed("pool --op max --kernel 2 @a.npz:x @o.npy");
  CHECK(desk.values("o.npy") == desk.values("right.npy"));
  CHECK(desk.succeed("describe --all @a.npz:x").out == desk.succeed("describe --all @in.npy").out);
  CHECK(contains(desk.refused("describe @a.npz:w"), "it has x"));
  CHECK(contains(desk.refused("pool --op max --kernel 2 @a.npz:w @o.npy"), "no array \"w\" (it has x)"));
}

TEST_CASE("pool streams planes through several buffers, converted ones and winners too") {
  const Desk desk;
  const int64_t planes = 300, side = 96;  // 2.8 million cells of 8 bytes, and as many of 4 when converted
  {
    Outputs outputs;
    Result<NpyWriter> writer =
        NpyWriter::create(outputs, desk.file("big.npy"), NpyWriter::Element::kInt64, {planes, side, side});
    REQUIRE(writer.ok());
    std::vector<int64_t> plane(side * side);
    for (int64_t p = 0; p < planes; ++p) {
      plane[static_cast<size_t>(p)] = p;
      REQUIRE(writer->append(plane.data(), side * side).ok());
    }
    REQUIRE(outputs.commit().ok());
  }
  desk.succeed("pool --op global-max --indices @idx.npy @big.npy @out.npy");
  desk.succeed("pool --op max --kernel 1 --indices @idx1.npy @big.npy @out1.npy");
  const Values top = desk.values("out.npy"), where = desk.values("idx.npy");
  const Result<NpyReader> same = NpyReader::open(desk.file("out1.npy"));
  REQUIRE(same.ok());
  CHECK(same->dimensions() == std::vector<int64_t>{planes, side, side});
  for (int64_t p = 0; p < planes; ++p) {
    CHECK(top[static_cast<size_t>(p)] == static_cast<float>(p));
    CHECK(where[static_cast<size_t>(p)] == static_cast<float>(p));
    float value = 0;
    REQUIRE(same->read(p * side * side + p, 1, &value).ok());
    CHECK(value == static_cast<float>(p));
  }
}

TEST_CASE("pool refuses numbers that are not plain decimal digits") {
  const Desk desk;
  for (const char* number :
       {"3x", "x3", "2x2x2", "2.5", "1e1", "+2", "-2", "0x2", "two", "2,2", "18446744073709551618",
        "4294967297x99999999999999999999", "0", "2x0", "9223372036854775807"}) {
    CHECK(contains(desk.refused(std::string("pool --op max @in.npy @out.npy --kernel ") + number), "kernel"));
  }
  const ProcessResult empty =
      run_process({POOLGLASS_BINARY, "pool", "--op", "max", "--kernel", "", desk.file("in.npy"), "out.npy"});
  CHECK(empty.exit == 2);
  CHECK(contains(empty.error, "--kernel \"\""));
  CHECK(contains(desk.refused("pool --op max --kernel 2 --stride 1x-1 @in.npy @out.npy"), "--stride"));
  CHECK(contains(desk.refused("pool --op max --kernel 3 --pad 1,1 @in.npy @out.npy"), "--pad"));
  CHECK(contains(desk.refused("pool --op max --kernel 3 --pad 1,1,1,1,1 @in.npy @out.npy"), "--pad"));
  CHECK(contains(desk.refused("pool --op max --kernel 3 --pad 2 @in.npy @out.npy"), "padding"));
  CHECK(contains(desk.refused("pool --op adaptive-max --output-size 3x @in.npy @out.npy"), "--output-size"));
  CHECK(contains(desk.refused("pool --op max --kernel 2 --threads 0 @in.npy @out.npy"), "--threads"));
}

TEST_CASE("pool refuses options that make no sense together") {
  const Desk desk;
  const char* lines[] = {
      "pool --kernel 2 @in.npy @out.npy",
      "pool --op median --kernel 2 @in.npy @out.npy",
      "pool --op global-median @in.npy @out.npy",
      "pool --op max @in.npy @out.npy",
      "pool --op max --kernel 2 --output-size 2 @in.npy @out.npy",
      "pool --op adaptive-avg @in.npy @out.npy",
      "pool --op global-avg --kernel 2 @in.npy @out.npy",
      "pool --op global-avg --ceil-mode @in.npy @out.npy",
      "pool --op adaptive-avg --output-size 2 --pad 1 @in.npy @out.npy",
      "pool --op avg --kernel 2 --count-include-pad --no-count-include-pad @in.npy @out.npy",
      "pool --op avg --kernel 2 --indices @idx.npy @in.npy @out.npy",
      "pool --op max --kernel 2 --indices @out.npy @in.npy @out.npy",
      "pool --op max --kernel 2 --indices @idx.npy --backward @in.npy @in.npy @out.npy",
      "pool --op max --kernel 2 --backward @in.npy @in.npy @out.npy",
      "pool --op max --kernel 2 --device tpu @in.npy @out.npy",
      "pool --op max --kernel 2 --kernel 3 @in.npy @out.npy",
      "pool --op max --kernel 2 --frobnicate @in.npy @out.npy",
      "pool --op max --kernel 2 --ceil-mode=false @in.npy @out.npy",
      "pool --op max --kernel 2 @in.npy",
      "pool --op max --kernel 2 @in.npy @in.npy @out.npy",
      "pool --op max --kernel",
      "pool --op max --kernel 9 @in.npy @out.npy",
  };
  for (const char* line : lines) desk.refused(line);
}

TEST_CASE("pool refuses a SIMD target it does not know") {
  const Desk desk;
  REQUIRE(setenv("POOLGLASS_SIMD_TARGET", "FOO", 1) == 0);
  CHECK(contains(desk.refused("pool --op max --kernel 2 @in.npy @out.npy"), "unknown SIMD target \"FOO\""));
  REQUIRE(unsetenv("POOLGLASS_SIMD_TARGET") == 0);
}

TEST_CASE("pool leaves nothing behind when a file is wrong, and the old result as it was") {
  const Desk desk;
  desk.folder().write("bad.npy", desk.folder().read("in.npy").substr(0, 300));
  desk.folder().write("out.npy", "old");
  std::filesystem::create_directory(desk.file("folder"));
  CHECK(contains(desk.refused("pool --op max --kernel 2 @bad.npy @out.npy"), "needs 256 bytes"));
  CHECK(contains(desk.refused("pool --op max --kernel 2 @none.npy @out.npy"), "none.npy"));
  CHECK(contains(desk.refused("pool --op max --kernel 2 @folder @out.npy"), "folder"));
  desk.refused("pool --op max --kernel 2 @in.npy @folder");
  desk.refused("pool --op max --kernel 2 @in.npy @none/out.npy");
  desk.refused("pool --op max --kernel 2 --indices @folder @in.npy @out.npy");
  desk.refused("pool --op max --kernel 2 @in.npy /dev/null");
  CHECK(desk.folder().read("out.npy") == "old");
}

TEST_CASE("pool refuses results that no memory holds") {
  const Desk desk;
  CHECK(contains(desk.refused("pool --op adaptive-max --output-size 1000000x1000000 @in.npy @out.npy"),
                 "memory"));
  desk.refused("pool --op adaptive-avg --output-size 4294967297x4294967297 @in.npy @out.npy");
  desk.refused("pool --op adaptive-max --output-size 2000000x1000000 --indices @idx.npy @in.npy @out.npy");
}

TEST_CASE("a file name cannot break the one line") {
  const Desk desk;
  for (const std::string& name :
       {std::string("a\nb\x1b[31m\x7f\xff\xc2\x85\xe2\x80\xa8"), std::string(3000, 'x')}) {
    const ProcessResult run =
        run_process({POOLGLASS_BINARY, "pool", "--op", "max", "--kernel", "2", name, "out.npy"});
    CHECK(run.exit == 2);
    CHECK(run.error_lines() == 1);
    CHECK(run.error.size() <= 1000);
    for (const char* steering : {"\x1b", "\x7f", "\xff", "\xc2\x85", "\xe2\x80\xa8"})
      CHECK(!contains(run.error, steering));
  }
}

TEST_CASE("chain prints the lesson's table") {
  const Desk desk;
  const std::string table = desk.succeed("chain --preset lesson").out;
  CHECK(contains(table, "13,860 parameters"));
  CHECK(contains(table, "48×4×4   46       ≠ 76     16"));
  CHECK(contains(table, "conv 3×3, ×2 C"));
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);
  const size_t width = line.size();
  CHECK(width > 60);
}

TEST_CASE("chain reads a file and prints JSON") {
  const Desk desk;
  desk.folder().write(
      "c.json", R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2, "name": "a\nb"}]})");
  const std::string json = desk.succeed("chain @c.json --format json").out;
  CHECK(contains(json, R"("name": "a\nb", "kind": "max_pool2d", "output_shape": [1, 4, 4])"));
  CHECK(contains(desk.succeed("chain @c.json").out, "a\\nb"));
}

TEST_CASE("chain refuses with the layer's name and nothing on stdout") {
  const Desk desk;
  desk.folder().write(
      "small.json",
      R"({"input": [3, 16, 16], "layers": [{"type": "relu"}, {"type": "max_pool2d", "kernel": 17}]})");
  desk.folder().write("syntax.json", "{");
  CHECK(contains(desk.refused("chain @small.json"), "small.json: layer 2 (pool1): "));
  CHECK(contains(desk.refused("chain @small.json --format json"), "layer 2 (pool1): "));
  CHECK(contains(desk.refused("chain @syntax.json"), "line 1, column"));
  CHECK(contains(desk.refused("chain --preset leson"), "lesson, exercise"));
  desk.refused("chain");
  desk.refused("chain @none.json");
  desk.refused("chain @small.json --preset lesson");
  desk.refused("chain --preset lesson --format xml");
}

TEST_CASE("chain reads .onnx files, from standard input too") {
  using namespace onnx_writer;
  const Desk desk;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(desk.file(name), std::ios::binary) << bytes;
  };
  Writer net;
  net.input("x", {"N", "3", "8", "8"})
      .weight("w", {6, 3, 3, 3})
      .node("Conv", {"x", "w"}, {"y"}, "", "conv\n1")
      .node("Odd", {"y"}, {"z"}, "", "odd")
      .output("z");
  write("net.onnx", net.model());
  const std::string table = desk.succeed("chain @net.onnx").out;
  CHECK(contains(table, "6×6×6"));
  CHECK(contains(table, "conv\\n1"));
  CHECK(contains(table, "162"));
  CHECK(contains(table, "Operators whose output is not known: Odd."));
  const auto shell = [&](const std::string& line) {
    return run_process({"/bin/sh", "-c", "cd \"$1\" && " + line, POOLGLASS_BINARY, desk.file("")});
  };
  CHECK(shell("cat net.onnx | \"$0\" chain -").out == table);
  CHECK(shell("\"$0\" chain - < net.onnx").out == table);
  CHECK(contains(desk.succeed("chain @net.onnx --input x=2x3x10x9 --shapes").out, "\tConv\ty\t2x6x8x7\t"));
  CHECK(contains(desk.succeed("chain @net.onnx --format json").out, "\"params\""));
  CHECK(contains(desk.refused("chain @net.onnx --input x=3x8"), "has 2 sizes, the model's Nx3x8x8 has 4"));
  CHECK(contains(desk.refused("chain @net.onnx --input q=3x8"), "it has \"x\""));
  CHECK(contains(desk.refused("chain @net.onnx --input x"), "must be NAME="));
  desk.refused("chain --preset lesson --shapes");
  const std::string words = desk.succeed("describe @net.onnx").out;
  CHECK(contains(words, "Reads x (3×8×8) in 2 layers."));
  CHECK(contains(words, "sees 3×3 of the input's 8×8"));
  desk.refused("describe --preset lesson --input x=1");
  CHECK(shell("cat net.onnx | \"$0\" describe -").out == words);
  CHECK(shell("\"$0\" describe - < net.onnx").out == words);
  // In the window's rooms, too.
  Writer plain;
  plain.input("x", {"N", "3", "8", "8"})
      .weight("w", {6, 3, 3, 3})
      .node("Conv", {"x", "w"}, {"y"}, "", "c1")
      .node("Relu", {"y"}, {"z"})
      .output("z");
  write("plain.onnx", plain.model());
  desk.succeed("describe --room chain @plain.onnx");
  CHECK(contains(desk.succeed("describe --room chain --all @net.onnx").out, "odd"));
  CHECK(contains(desk.succeed("describe --room chain --preset resnet50 --layer 172").out,
                 "sees 427 of the 224×224 input"));
  CHECK(
      contains(desk.refused("describe --room chain --preset resnet50 --layer 500"), "between 0 (the input)"));

  Writer open;
  write("open.onnx", open.input("x", {"N", "3", "H", "W"}).node("Relu", {"x"}, {"y"}).output("y").model());
  CHECK(contains(desk.refused("chain @open.onnx"), "open.onnx: input \"x\" has the sizes Nx3xHxW"));
  write("cut.onnx", net.model().substr(0, 60));
  CHECK(contains(desk.refused("chain @cut.onnx"), "cut.onnx: "));
  write("text.onnx", "hello, world");
  CHECK(contains(desk.refused("chain @text.onnx"), "is not an ONNX model"));
  write("bad.onnx", Writer()
                        .input("x", Sizes{1, 3, 8, 8})
                        .weight("w", {6, 4, 3, 3})
                        .node("Conv", {"x", "w"}, {"y"}, "", "c")
                        .output("y")
                        .model());
  CHECK(contains(desk.refused("chain @bad.onnx"), "node \"c\" (Conv): a weight of 6x4x3x3"));
}

TEST_CASE("chain reads networks as other programs write them") {
  const Desk desk;
  desk.folder().write("net.txt",
                      "Net(\n  (c): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n  (s): SiLU()\n)\n");
  desk.folder().write("net.prototxt",
                      "input: \"x\" input_dim: 1 input_dim: 3 input_dim: 9 input_dim: 9\n"
                      "layer { name: \"p\" type: \"Pooling\" bottom: \"x\" top: \"p\" "
                      "pooling_param { kernel_size: 2 stride: 2 } }\n");
  const ProcessResult torch = desk.succeed("chain @net.txt --from torch --input 3x16x16");
  CHECK(contains(torch.out, "8×14×14"));
  CHECK(contains(torch.error, "print(model) does not say how they are connected"));
  CHECK(contains(desk.succeed("chain @net.prototxt --from caffe").out, "3×5×5"));
  CHECK(contains(desk.succeed("chain @net.prototxt --from caffe --format json").out, "\"params\""));
  const ProcessResult piped = run_process({"/bin/sh", "-c", "cat \"$1\" | \"$0\" chain - --from caffe",
                                           POOLGLASS_BINARY, desk.file("net.prototxt")});
  CHECK(contains(piped.out, "3×5×5"));
  CHECK(
      contains(desk.refused("chain @net.txt --from torch"), "net.txt: torch modules do not say their input"));
  CHECK(contains(desk.refused("chain @net.txt --from keras"), "net.txt: not valid JSON"));
  CHECK(contains(desk.refused("chain @net.txt --from tf"), "torch, keras or caffe"));
  CHECK(contains(desk.refused("chain @net.txt --from torch --input 16"), "3x224x224"));
  desk.refused("chain --from torch");
  desk.refused("chain --from torch --preset lesson");
  desk.refused("chain @net.prototxt --from caffe --convention timm");
}

TEST_CASE("chain answers what a change would make of a network") {
  Desk desk;
  const std::string all = desk.succeed("chain --preset exercise --what-if all --format tsv").out;
  CHECK(contains(all, "change\tparams\tmacs\tactivations\tpeak_bytes\tfield_h\t"));
  CHECK(contains(all, "\nconv2\t737056\t"));  // 388,416 + 348,640
  CHECK(contains(all, "\nconv3\t1172256\t"));
  CHECK(contains(all, "\nblur\t388416\t"));
  CHECK(contains(all, "there is no flatten of a map"));
  CHECK(contains(desk.succeed("chain --preset exercise --what-if conv3 --format json").out,
                 "\"more_params\": 783840"));
  desk.folder().write("b.json", desk.succeed("chain --preset exercise --what-if conv3 --format chain").out);
  CHECK(contains(desk.succeed("chain @b.json").out, "1,172,256"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if gap"), "there is no flatten of a map"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if more"), "average, conv2, conv3"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if all --format chain"), "one change"));
  desk.refused("chain --preset exercise --what-if all --format xml");
  desk.refused("chain --what-if all");
}

TEST_CASE("chain tells a field in four ways, paths, sizes, and what a pixel moves") {
  Desk desk;
  const std::string walks = desk.succeed("chain --preset lesson --walks --format tsv").out;
  CHECK(contains(walks, "\npool4\t46\t16\t-15\t1\t1\t1\t76\n"));
  CHECK(contains(walks, "\ninput\t1\t1\t0\t46\t1\t46\t1\n"));
  const std::string paths = desk.succeed("chain --preset lesson --paths").out;
  CHECK(contains(paths, "% of paths in the inner 34 of 46 rows"));
  CHECK(
      contains(desk.succeed("chain --preset lesson --sizes --format tsv").out, "\n64\tyes\t0\t4\t46\t15\t"));
  const std::string mobile = desk.succeed("chain --model mobilenet_v1 --sizes --format tsv").out;
  CHECK(contains(mobile, "\t126\t"));  // effective padding at 224, and at 321
  CHECK(contains(mobile, "\t157\t"));
  const std::string poke = desk.succeed("chain --preset lesson --poke 0,63 --format tsv").out;
  CHECK(contains(poke, "running\t0\t0\t3\t3\t1\nformula\t0\t0\t3\t3\t1\n"));
  CHECK(
      contains(desk.succeed("chain --preset lesson --poke 31,31 --at pool1").out, "the boxes are the same"));
  CHECK(contains(desk.refused("chain --preset lesson --poke 31"), "a row and a column"));
  CHECK(contains(desk.refused("chain --preset lesson --poke 64,0"), "is not in the first input"));
  CHECK(contains(desk.refused("chain --preset lesson --walks --at pool9"), "is no layer's name"));
  CHECK(contains(desk.refused("chain --preset lesson --walks --paths"), "exclude each other"));
  CHECK(contains(desk.refused("chain --preset lesson --at pool1"), "--at needs"));
  desk.refused("chain --preset lesson --model resnet50 --walks");
}

TEST_CASE("describe looks at a chain through its lenses") {
  Desk desk;
  CHECK(contains(desk.succeed("describe --room chain --lens field").out,
                 "95 % of paths in the inner 34 of 46 px"));
  CHECK(contains(desk.succeed("describe --room chain --lens sizes").out, "multiples of 16"));
  const std::string proof = desk.succeed("describe --room chain --lens proof --all").out;
  CHECK(contains(proof, "pool4: forward 46, backward 46, by index 46: they agree; the shortcut says 76"));
  CHECK(contains(proof, "pool3: forward 22, backward 4, rows read 1…4, shortcut 36"));
  const std::string compare =
      desk.succeed("describe --room chain --preset exercise --lens compare --all").out;
  CHECK(contains(compare, "+783,840 parameters"));
  CHECK(contains(compare, "field 61 instead of 46"));
  CHECK(contains(compare, "field 31, as many parameters"));
  CHECK(contains(desk.succeed("describe --room chain --preset resnet50 --lens proof").out, "427"));
  CHECK(contains(desk.refused("describe --room chain --lens field --layer 99"), "between 0 (the input)"));
}

TEST_CASE("chain prints published networks, one or all") {
  const Desk desk;
  const std::string one = desk.succeed("chain --model resnet50").out;
  CHECK(contains(one, "25,557,032 parameters, 4,089,184,256 multiply-adds"));
  CHECK(contains(one, "layer4.2.conv2"));
  CHECK(contains(desk.succeed("chain --model resnet50 --convention timm").out,
                 "4,111,512,576 multiply-adds as timm"));
  CHECK(contains(desk.succeed("chain --models").out, "unet_unpadded"));
  const std::string endpoints = desk.succeed("chain --zoo --model resnet50").out;
  CHECK(contains(endpoints, "\nresnet50\t224\tlayer4\t"));
  CHECK(contains(endpoints, "\t427\t32\t213\t23508032\t4087136256\t"));
  const std::string totals = desk.succeed("chain --zoo --totals").out;
  CHECK(totals.starts_with(
      "model\tinput\tparams\tmacs\tactivations\tbn_outputs\tgap_inputs\tconvs\tlinears\tpools\t"));
  CHECK(contains(
      totals, "\nvgg16\t224\t138357544\t15470264320\t13556712\t0\t25088\t13\t3\t5\t212\t32\t90\tyes\tno\n"));
  const std::string json = desk.succeed("chain --zoo --totals --model alexnet --format json").out;
  CHECK(contains(json, R"({"model": "alexnet", "input": 224, "params": 61100840, "macs": 714188480,)"));
  CHECK(contains(desk.succeed("chain --zoo --costs --model resnet50 --input 288").out, "\t288\t25557032\t"));
}

TEST_CASE("a published network written as a file is that network") {
  const Desk desk;
  desk.folder().write("fire.json",
                      desk.succeed("chain --model squeezenet1_1 --input 128 --format chain").out);
  CHECK(desk.succeed("chain @fire.json").out == desk.succeed("chain --model squeezenet1_1 --input 128").out);
  CHECK(desk.succeed("chain @fire.json --format json").out ==
        desk.succeed("chain --model squeezenet1_1 --input 128 --format json").out);
}

TEST_CASE("chain refuses what it cannot print of published networks") {
  const Desk desk;
  CHECK(contains(desk.refused("chain --model resnet51"), "resnet50"));
  CHECK(contains(desk.refused("chain --model unet_unpadded --input 570"), "up4.cat"));
  CHECK(contains(desk.refused("chain --model resnet50 --convention flop"), "ptflops"));
  desk.refused("chain --zoo --totals --layers");
  desk.refused("chain --zoo --format table");
  desk.refused("chain --zoo --format chain");
  desk.refused("chain --preset lesson --format chain");
  desk.refused("chain --model resnet50 --format json --convention timm");
  desk.refused("chain --zoo --input 0");
  desk.refused("chain --zoo --input 4000000000");
  desk.refused("chain --model resnet50 --preset lesson");
  desk.refused("chain --preset lesson --input 3");
  desk.refused("chain --zoo --preset lesson");
}

TEST_CASE("describe says what the rooms show") {
  const Desk desk;
  CHECK(contains(desk.succeed("describe").out, "Window (0,0) reads 5 3 / 5 8: max = 8"));
  CHECK(contains(desk.succeed("describe --window 15").out, "out[3,3]"));
  const std::string all = desk.succeed("describe --room step --all @in.npy").out;
  CHECK(contains(all, "Window (1,2) reads 4 6 / 0 0: max = 6"));
  CHECK(contains(all, "output 4×4\n8  7  2  5\n7  6  6  9\n7  4  7  9\n7  7  9  9\n"));
  CHECK(contains(desk.succeed("describe --preset odd --all").out, "13 of 49 cells are never read"));
  CHECK(contains(desk.succeed("describe --preset vgg16 --layer 0").out, "138,357,544 parameters"));
  CHECK(contains(desk.succeed("describe --room chain").out, "pool4 sees 46×46"));
  CHECK(contains(desk.succeed("describe --room chain --all").out, "conv4 sees 38×38"));
  desk.folder().write("s.json", R"({"poolglass": 1, "step": {"op": "avg", "window": 1}})");
  CHECK(contains(desk.succeed("describe --state @s.json").out, "= 3.25"));

  desk.folder().write("bad.json", R"({"poolglass": 1, "step": {"op": "median"}})");
  desk.folder().write("broken.json",
                      R"({"input": [1, 2, 2], "layers": [{"type": "max_pool2d", "kernel": 3}]})");
  CHECK(contains(desk.refused("describe --state @bad.json"), "op must be max or avg"));
  CHECK(contains(desk.refused("describe @broken.json"), "layer 1 (pool1): "));
  desk.refused("describe --window 16");
  desk.refused("describe --room chain --layer 9");
  desk.refused("describe --room step --layer 1");
  desk.refused("describe --room chain --window 1");
  desk.refused("describe --room attic");
  desk.refused("describe --preset nope");
  desk.refused("describe --state @s.json @s.json");
}

TEST_CASE("code writes a pooling as a program, or says why it cannot") {
  const Desk desk;
  CHECK(contains(desk.succeed("code --to torch --op max --kernel 3 --stride 2").out,
                 "F.max_pool2d(x, kernel_size=(3, 3)"));
  CHECK(contains(desk.succeed("code --to python --preset lesson").out, "def pool(x):"));
  CHECK(
      contains(desk.refused("code --to julia --preset lesson"), "python, numpy, torch, keras, onnx or cpp"));
  CHECK(contains(desk.refused("code --to torch --op max"), "needs --kernel"));
  CHECK(contains(desk.refused("code --to torch --op max --kernel 3 --pad 2"), "padding"));
  CHECK(contains(desk.refused("code --to torch --kernel 3"), "needs --op"));
  CHECK(contains(desk.refused("code --to torch --op max --kernel 3 --preset lesson"), "excludes"));
  CHECK(contains(desk.refused("code --to torch --preset vgg16"), "Chain room"));
  desk.refused("code --preset lesson");
}

TEST_CASE("describe looks through a lens") {
  const Desk desk;
  CHECK(desk.succeed("describe --lens coverage --preset odd").out ==
        "13 of 49 cells are never read; the others by 1 window\n");
  CHECK(contains(desk.succeed("describe --lens coverage --preset odd --all").out,
                 "Ceil mode: output 4×4, 0 unread"));
  CHECK(contains(desk.succeed("describe --lens gradient --all").out,
                 "16 sent, 16 arrived; 16 of 64 cells reached"));
  CHECK(contains(desk.succeed("describe --lens rebuild --all").out,
                 "Pooled again it is the same output: no maximum is below the zeros beside it"));
  CHECK(contains(desk.succeed("describe --lens dialects --preset padding --all").out,
                 "Keras, zeros: ZeroPadding2D first: its zeros are cells, they win and they count\n"
                 "output 2×2, 3 of 4 differ\n 0   0\n 0  −1\n"));
  CHECK(
      desk.succeed("describe --op both").out ==
      "Window (0,0) reads 5 3 / 5 8: max = 8, average = 5.25, difference = 2.75 → out[0,0] · Space plays\n");
  CHECK(contains(desk.succeed("describe --op both --all").out,
                 "Of 16 windows 0 equal, mean difference 3.516, largest 5.5 at out[3,2]"));
  CHECK(contains(desk.refused("describe --op least"), "--op \"least\" must be max, avg or both"));
  CHECK(contains(desk.refused("describe --room chain --op max"), "in the Step room only"));
  CHECK(contains(desk.refused("describe --lens cost"),
                 "must be window, gradient, coverage, rebuild or dialects in the Step room"));
}

TEST_CASE("shot checks what it is asked before it draws") {
  const Desk desk;
  for (const char* option : {"--size 0x0", "--size 1280", "--size 99999x1", "--scale 9", "--scale 1e0",
                             "--theme blue", "--room attic", "--state @none.json"}) {
    desk.refused(std::string("shot @out.png ") + option);
  }
  desk.refused("shot");
}

TEST_CASE("the window needs a display, and what it opens is checked first") {
  const Desk desk;
  CHECK(contains(desk.refused("", 1), "display"));
  CHECK(contains(desk.refused("@none.json"), "none.json"));
  CHECK(contains(desk.refused("frobnicate"), "pool, chain"));
  desk.refused("--theme blue");
  desk.refused("--frobnicate");
}

TEST_CASE("several outputs appear together or not at all, and two names of one file are refused") {
  const Desk desk;
  std::filesystem::create_directory(desk.file("d"));
  std::filesystem::create_symlink("later.npy", desk.file("link.npy"));
  const std::string pool = "pool --op max --kernel 2 ";
  for (const char* names : {"@r.npy @in.npy @r.npy", "@d/../r.npy @in.npy @r.npy",
                            "@./r.npy @in.npy @d/.././r.npy", "@link.npy @in.npy @later.npy"}) {
    CHECK(contains(desk.refused(pool + "--indices " + names), "is the same file as"));
  }
  CHECK(contains(desk.refused(pool + "--indices @d/../in.npy @in.npy @r.npy"), "would replace"));
  const ProcessResult relative = run_process(
      {"/bin/sh", "-c", "cd \"$1\" && exec \"$0\" pool --op max --kernel 2 --indices ./r.npy in.npy r.npy",
       POOLGLASS_BINARY, desk.file("")});
  CHECK(relative.exit == 2);

  desk.folder().write("old.png", "old");
  desk.folder().write("state.json", R"({"poolglass": 1})");
  for (const char* outputs :
       {"--svg @d @old.png", "--tags @d @old.png", "--tags @none/t.json --svg @new.svg @old.png",
        "--svg @old.png @old.png", "--svg @d/../x --tags @x @old.png",
        "--state @state.json --tags @state.json @old.png"}) {
    desk.refused(std::string("shot --size 64x64 ") + outputs);
    CHECK(desk.folder().read("old.png") == "old");
  }
  CHECK(desk.folder().read("state.json") == R"({"poolglass": 1})");
}

TEST_CASE("a picture that memory cannot hold is refused before it is drawn") {
  const Desk desk;
  const ProcessResult run =
      run_process({"/bin/sh", "-c", "ulimit -v 3000000; exec \"$0\" shot --size 16384x16384 \"$1\"",
                   POOLGLASS_BINARY, desk.file("out.png")});
  CHECK(run.exit == 2);
  CHECK(contains(run.error, "16384x16384 pixels takes about 3584 MiB of memory"));
  CHECK(run.error_lines() == 1);
}

TEST_CASE("names with controls reach no terminal and no file as they are") {
  const Desk desk;
  desk.folder().write("n.json", R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2,)"
                                R"( "name": "\u001b[2J\u0007\u0000\n\u202e\u0085\uffff"}]})");
  for (const char* line :
       {"describe @n.json", "describe --all @n.json", "chain @n.json", "chain --format json @n.json"}) {
    const std::string out = desk.succeed(line).out;
    for (const char* steering : {"\x1b", "\a", "\u202e", "\u0085"}) CHECK(!contains(out, steering));
    CHECK(out.find('\0') == std::string::npos);
  }
  const std::string one = desk.succeed("describe @n.json").out;
  CHECK(contains(one, "\\x1b[2J\\x07\\x00\\n\\u202e\\u0085\\uffff"));
  CHECK(std::count(one.begin(), one.end(), '\n') == 1);
}

TEST_CASE("a limit of file sizes is the machine's failure") {
  const Desk desk;
  desk.folder().write("out.npy", "old");
  const std::vector<float> x(1000, 1);
  REQUIRE(write_npy(desk.file("big.npy"), {1, 1000}, x.data()).ok());
  const ProcessResult run =
      run_process({"/bin/sh", "-c", "ulimit -f 1; exec \"$0\" pool --op max --kernel 1 \"$1\" \"$2\"",
                   POOLGLASS_BINARY, desk.file("big.npy"), desk.file("out.npy")});
  CHECK(run.exit == 1);
  CHECK(contains(run.error, "out.npy: cannot be written"));
  CHECK(run.error_lines() == 1);
  CHECK(desk.folder().read("out.npy") == "old");
  CHECK(desk.folder().entries().size() == 3);
}

TEST_CASE("help and version are printed on stdout") {
  const Desk desk;
  CHECK(contains(desk.succeed("--help").out, "Commands"));
  CHECK(contains(desk.succeed("--version").out, "poolglass "));
  CHECK(contains(desk.succeed("pool --help").out, "--kernel"));
  CHECK(contains(desk.succeed("chain --help").out, "vgg16"));
}

TEST_CASE("a full disk is the machine's failure") {
  const Desk desk;
  const ProcessResult run =
      run_process({"/bin/sh", "-c", "\"$0\" chain --preset lesson > /dev/full", POOLGLASS_BINARY});
  CHECK(run.exit == 1);
  CHECK(run.error_lines() == 1);
}

TEST_CASE("grade marks a folder of answers, and names what is wrong with them") {
  const Desk desk;
  const auto write = [&](const std::string& name, const std::string& text) {
    desk.folder().write(name, text);
  };
  write("exercise.json",
        R"({"poolglass_exercise": 1, "title": "Padding", "ask": "output-cell", "cell": [0, 0],
            "state": {"preset": "lesson", "op": "avg", "kernel": 3, "stride": 2, "padding": 1}})");
  std::filesystem::create_directory(desk.file("class"));
  const auto answer = [&](const std::string& name, const std::string& typed) {
    write("class/" + name, R"({"poolglass_answer": 1, "exercise": "Padding", "answer": ")" + typed + "\"}");
  };
  answer("ada.json", "2.33");
  answer("bob.json", "5,25");
  answer("cem.json", "no idea");
  answer("dora.json", "2");
  const std::string tsv = desk.succeed("grade @exercise.json @class --format tsv").out;
  const std::string folder = desk.file("class") + "/";
  CHECK(tsv == "file\tanswer\tmark\tmistake\n" + folder + "ada.json\t2.33\tright\t\n" + folder +
                   "bob.json\t5,25\twrong\tdivided-by-real\n" + folder + "cem.json\tno idea\tno answer\t\n" +
                   folder + "dora.json\t2\twrong\t\n");
  const std::string table = desk.succeed("grade @exercise.json @class").out;
  CHECK(table.find("You divided by the 4 real cells") != std::string::npos);
  CHECK(table.ends_with("1 right, 2 wrong, 1 without an answer, of 4\n"));
  CHECK(desk.succeed("grade @exercise.json @class/ada.json --format json").out.find("\"right\"") !=
        std::string::npos);
  CHECK(desk.refused("grade @exercise.json @class --format csv").find("--format") != std::string::npos);
  CHECK(desk.refused("grade @none.json @class").find("none.json") != std::string::npos);
  CHECK(desk.refused("grade @exercise.json @none").find("none") != std::string::npos);
  CHECK(desk.refused("grade @class/ada.json @class").find("poolglass_exercise is missing") !=
        std::string::npos);
  write("class/eve.json", R"({"poolglass_answer": 1, "exercise": "Stride", "answer": "1"})");
  CHECK(desk.refused("grade @exercise.json @class").find("eve.json: exercise must be \"Padding\"") !=
        std::string::npos);
  write("class/eve.json", R"({"poolglass_answer": 1, "exercise": "Padding"})");
  CHECK(desk.refused("grade @exercise.json @class").find("eve.json: answer is missing") != std::string::npos);
  std::filesystem::create_directory(desk.file("empty"));
  CHECK(desk.refused("grade @exercise.json @empty").find("has no answers") != std::string::npos);
}

TEST_CASE("describe tells the panel beside the picture, and keeps the answer of a question") {
  const Desk desk;
  CHECK(desk.succeed("describe --panel code").out == "i = 0, j = 0: out[0][0] = best = 8\n");
  CHECK(desk.succeed("describe --panel code --all").out ==
        desk.succeed("code --to python --preset lesson").out);
  const std::string asked = desk.succeed("describe --panel predict --all").out;
  CHECK(asked == "Max pooling, 2×2, stride 2. What is out[0,1]? Type it, Enter reveals\n");
  CHECK(desk.refused("describe --panel tour").find("--panel \"tour\" must be settings, code or predict") !=
        std::string::npos);
  CHECK(desk.refused("describe --room chain --panel code").find("must be settings") != std::string::npos);
}

TEST_CASE("claims are audited, and each is seen in a room that is there") {
  const Desk desk;
  const std::string text = desk.succeed("describe --claims").out;
  int claims = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string program = "             poolglass ";
    if (line.rfind(program, 0) != 0) continue;
    ++claims;
    CHECK(!desk.succeed("describe " + line.substr(program.size())).out.empty());
  }
  CHECK(text.find("\n" + std::to_string(claims) + " claims: ") != std::string::npos);
  CHECK(claims >= 40);
  const std::string json = desk.succeed("describe --claims --format json").out;
  CHECK(std::count(json.begin(), json.end(), '{') == claims);
  const std::string tsv = desk.succeed("describe --claims --format tsv").out;
  CHECK(std::count(tsv.begin(), tsv.end(), '\n') == claims + 1);
  desk.refused("describe --claims --format csv");
  desk.refused("describe --claims --all");
  desk.refused("describe --claims --room step");
  desk.refused("describe --format json");
  CHECK(contains(desk.succeed("describe --claim odd-size").out, "13"));
  CHECK(contains(desk.refused("describe --claim attic"), "describe --claims lists what there is"));
  CHECK(contains(desk.refused("shot --claim odd-size --room chain @out.png"),
                 "--claim brings its own picture"));
  CHECK(contains(desk.refused("shot --claim odd-size --tour 3 @out.png"), "exclude each other"));
}

TEST_CASE("the tour is printed, its steps are chosen by number or name, and a kept log is read") {
  const Desk desk;
  const std::string text = desk.succeed("describe --tour").out;
  CHECK(contains(text, "The one loud cell"));
  CHECK(contains(text, "= 2.25\n"));
  CHECK(contains(text, "60,162,048"));
  for (const char* other : {"--room step", "--lens gradient", "--op avg", "--panel log", "--window 3",
                            "--all", "--format json", "--input x=1", "@in.npy"})
    CHECK(contains(desk.refused("describe --tour " + std::string(other)), "--tour takes no other option"));
  for (const char* other :
       {"--room step", "--preset odd", "--lens gradient", "--op avg", "--panel log", "--layout nhwc"})
    CHECK(contains(desk.refused("shot --tour 3 " + std::string(other) + " @out.png"),
                   "--tour brings its own picture"));
  CHECK(contains(desk.refused("shot --tour 99 @out.png"), "--tour \"99\" must be from 1 to "));
  CHECK(contains(desk.refused("shot --tour attic @out.png"), "smoke-alarm"));
  CHECK(contains(desk.refused("shot --guess 9 @out.png"), "--guess needs --tour"));
  CHECK(contains(desk.refused("shot --tour claims --guess 9 @out.png"), "asks nothing"));
  CHECK(contains(desk.refused("shot --tour nudge --guess many @out.png"), "is no answer"));
  desk.folder().write("session.json", R"({"poolglass": 1, "log": ["Step: one", "Shift: two"]})");
  CHECK(desk.succeed("describe --log @session.json").out == "Step: one\nShift: two\n");
  desk.folder().write("wrong.json", R"({"poolglass": 1, "log": [1]})");
  CHECK(contains(desk.refused("describe --log @wrong.json"), "log must be at most 500 sentences"));
  for (const char* both : {"--log --tour", "--log --claims", "--claims --tour", "--follow --log"})
    CHECK(contains(desk.refused("describe " + std::string(both)),
                   "--claims, --follow, --log and --tour exclude each other"));
  CHECK(contains(desk.refused("describe --log"), "--log takes FILE alone"));
  CHECK(contains(desk.refused("describe --follow"), "--follow takes FILE alone"));
  CHECK(contains(desk.refused("describe --follow @nowhere.txt"), "nowhere.txt: cannot be"));
  CHECK(contains(desk.refused("describe --log --all @session.json"), "--log takes FILE alone"));
  CHECK(contains(desk.refused("describe --log @in.npy"), "in.npy: "));
}

// What `poolglass describe --follow FILE` prints in some seconds, in which `change` is called once.
std::string followed(const std::string& file, const std::function<void()>& change) {
  auto run = std::async(std::launch::async, [&] {
    return run_process(
        {"/usr/bin/timeout", "--signal=INT", "4", POOLGLASS_BINARY, "describe", "--follow", file});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  change();
  return run.get().out;
}

TEST_CASE("a log is followed as it grows, a session as it is kept anew, a pipe to its end") {
  const Desk desk;
  const std::string log = desk.file("log.txt"), session = desk.file("session.json"), pipe = desk.file("pipe");
  const auto append = [](const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::app) << text;
  };
  append(log, "Step: one\nStep: t");
  CHECK(followed(log, [&] { append(log, "wo\nStep: \x1b[31mthree\n"); }) ==
        "Step: one\nStep: two\nStep: \\x1b[31mthree\n");
  CHECK(followed(log, [&] { std::ofstream(log) << "anew\n"; }).ends_with("three\nanew\n"));

  const auto keep = [&](const std::string& lines) {
    std::ofstream(desk.file("next.json")) << "{\"poolglass\": 1, \"log\": [" + lines + "]}";
    REQUIRE(std::rename(desk.file("next.json").c_str(), session.c_str()) == 0);
  };
  keep(R"("a", "b")");
  CHECK(followed(session, [&] { keep(R"("b", "c")"); }) == "a\nb\nc\n");

  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { append(pipe, "one\ntwo"); });
  CHECK(desk.succeed("describe --follow @pipe").out == "one\ntwo\n");
  writer.join();
}

}  // namespace poolglass
