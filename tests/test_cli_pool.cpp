// poolglass pool, end to end: results, exit codes, one line on stderr, nothing left behind.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/io/npy.h"
#include "tests/support/cli_desk.h"
#include "tests/support/process.h"

namespace poolglass {
namespace {

using testing::contains;
using testing::Desk;
using testing::kLesson;
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
      CHECK(desk.succeed(pool + seeds + name + " @o.npy").error.empty());
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
  for (const char* command : {"pool --op max --kernel 2 - o.npy", "describe -"}) {
    const ProcessResult picture =
        shell("\"$0\" " + std::string(command) + " < " POOLGLASS_FUZZ_CORPUS "/picture/rgb.png");
    CHECK(picture.exit == 2);
    CHECK(contains(picture.error, "standard input: is a picture, which must be a file of its own"));
  }
  CHECK(shell("\"$0\" pool --op max --kernel 2 in.npy - > /dev/full").exit == 1);
  desk.refused("pool --op max --kernel 2 --backward - - @o.npy");
  desk.refused("pool --op max --kernel 2 --indices - @in.npy -");
  CHECK_FALSE(std::filesystem::exists(desk.file("-")));
  CHECK_FALSE(std::filesystem::exists(desk.file("o.npy")));
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

}  // namespace poolglass
