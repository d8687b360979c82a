// The program itself, end to end: its other commands, and what all of them promise.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/io/npy.h"
#include "tests/support/cli_desk.h"
#include "tests/support/process.h"
#include "tests/support/zip.h"

namespace poolglass {
namespace {

using testing::contains;
using testing::Desk;

}  // namespace

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

TEST_CASE("the window takes what other commands take: a member of an archive, standard input") {
  const Desk desk;
  const std::string array = desk.folder().read("in.npy");
  desk.folder().write("a.npz", testing::stored_zip({{"x.npy", array}, {"y.npy", array}}));
  CHECK(contains(desk.refused("@a.npz:w"), "no array \"w\" (it has x, y)"));
  desk.folder().write("one.npz", testing::stored_zip({{"x.npy", array}}));
  CHECK(desk.succeed("describe --all @one.npz").out == desk.succeed("describe --all @in.npy").out);
  CHECK(contains(desk.refused("describe @a.npz"), "name an array of it as FILE.npz:NAME (it has x, y)"));
  CHECK(contains(desk.refused("@b.npz:w"), "b.npz:w: no such file or command"));
  CHECK(contains(run_process({"/bin/sh", "-c", "printf not-json | \"$0\" -", POOLGLASS_BINARY}).error,
                 "standard input: "));
}

TEST_CASE("help names all kinds of files that open") {
  const Desk desk;
  for (const char* line : {"--help", "describe --help", "shot --help"}) {
    const std::string help = desk.succeed(line).out;
    for (const char* ending : {".npy", ".npz", ".png", ".jpg", ".jpeg", ".onnx", ".json", "FILE.npz:NAME"}) {
      CAPTURE(ending);
      CHECK(contains(help, ending));
    }
  }
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

}  // namespace poolglass
