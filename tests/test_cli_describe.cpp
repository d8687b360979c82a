// poolglass describe, end to end.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <future>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/io/npy.h"
#include "tests/support/cli_desk.h"
#include "tests/support/process.h"

namespace poolglass {
namespace {

using testing::contains;
using testing::Desk;
using Values = std::vector<float>;

}  // namespace

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

// `poolglass describe --follow FILE` for some seconds, in which `change` is called once.
ProcessResult follow(const std::string& file, const std::function<void()>& change) {
  auto run = std::async(std::launch::async, [&] {
    return run_process(
        {"/usr/bin/timeout", "--signal=INT", "4", POOLGLASS_BINARY, "describe", "--follow", file});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  change();
  return run.get();
}

// What it prints.
std::string followed(const std::string& file, const std::function<void()>& change) {
  return follow(file, change).out;
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
  const auto rotate = [&] {  // written until the last moment, in the middle of a line, and gone for a while
    append(log, "last\npart");
    REQUIRE(std::rename(log.c_str(), desk.file("log.1").c_str()) == 0);
    append(desk.file("log.1"), "ing");
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    append(log, "another\n");
  };
  CHECK(followed(log, rotate) == "anew\nlast\nparting\nanother\n");
  // What stands in its place cannot be opened: nobody waits for that to pass.
  const auto check_lost = [&](const std::string& file) {
    const ProcessResult lost = follow(file, [&] {
      REQUIRE(std::remove(file.c_str()) == 0);
      REQUIRE(symlink(file.c_str(), file.c_str()) == 0);
    });
    CHECK(lost.exit == 2);
    CHECK(contains(lost.error, file + ": cannot be"));
  };
  check_lost(log);

  const auto keep = [&](const std::string& lines) {
    std::ofstream(desk.file("next.json")) << "{\"poolglass\": 1, \"log\": [" + lines + "]}";
    REQUIRE(std::rename(desk.file("next.json").c_str(), session.c_str()) == 0);
  };
  keep(R"("a", "b")");
  CHECK(followed(session, [&] { keep(R"("b", "c")"); }) == "a\nb\nc\n");
  check_lost(session);

  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { append(pipe, "one\ntwo"); });
  CHECK(desk.succeed("describe --follow @pipe").out == "one\ntwo\n");
  writer.join();
}

}  // namespace poolglass
