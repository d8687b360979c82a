#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/io/outputs.h"
#include "core/io/temporaries.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

namespace fs = std::filesystem;

Output& add(Outputs& outputs, const std::string& path, const std::string& text,
            const OutputOptions& options = {}) {
  const Result<Output*> file = outputs.add(path, options);
  REQUIRE_MESSAGE(file.ok(), file.status().message());
  REQUIRE((*file)->write(text).ok());
  return **file;
}

std::string refusal(Outputs& outputs, const std::string& path, const OutputOptions& options = {}) {
  const Result<Output*> file = outputs.add(path, options);
  REQUIRE_FALSE(file.ok());
  CHECK(file.status().code() == StatusCode::kInvalidArgument);
  return file.status().message();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct stat info_of(const std::string& path) {
  struct stat info = {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info;
}

mode_t mode_of(const std::string& path) { return info_of(path).st_mode & 07777; }

}  // namespace

TEST_CASE("all outputs appear with commit and none without") {
  const TempFolder folder;
  folder.write("b", "old b");
  folder.write("c", "old c");
  {
    Outputs outputs;
    for (const char* name : {"a", "b", "c", "d"}) add(outputs, folder / name, std::string("new ") + name);
    CHECK(folder.read("b") == "old b");
  }
  CHECK(folder.entries().size() == 2);
  Outputs outputs;
  for (const char* name : {"a", "b", "c", "d"}) add(outputs, folder / name, std::string("new ") + name);
  REQUIRE(outputs.commit().ok());
  for (const char* name : {"a", "b", "c", "d"}) CHECK(folder.read(name) == std::string("new ") + name);
  CHECK(folder.entries().size() == 4);
}

// A file that cannot be put in place after the others were: its name has become a folder meanwhile.
TEST_CASE("when one output cannot be put in place, the others go back") {
  for (const size_t bad : {size_t{0}, size_t{1}, size_t{2}, size_t{3}}) {
    const TempFolder folder;
    folder.write("b", "old b");
    folder.write("d", "old d");
    const char* names[] = {"a", "b", "c", "d"};
    Outputs outputs;
    for (const char* name : names) add(outputs, folder / name, "new");
    fs::remove(folder / names[bad]);
    fs::create_directory(folder / names[bad]);
    folder.write(std::string(names[bad]) + "/x", "x");
    CHECK_FALSE(outputs.commit().ok());
    for (size_t i = 0; i < 4; ++i) {
      INFO("output " << i << " of which " << bad << " fails");
      if (i != bad) CHECK(fs::exists(folder / names[i]) == (i % 2 == 1));
      if (i != bad && i % 2 == 1) CHECK(folder.read(names[i]) == std::string("old ") + names[i]);
    }
  }
}

TEST_CASE("files that come and go between add and commit are no trouble") {
  const TempFolder folder;
  folder.write("goes", "old");
  folder.write("goes too", "old");
  Outputs outputs;
  for (const char* name : {"comes", "goes", "goes too", "comes too"}) add(outputs, folder / name, "new");
  folder.write("comes", "theirs");
  folder.write("comes too", "theirs");
  fs::remove(folder / "goes");
  fs::remove(folder / "goes too");
  REQUIRE(outputs.commit().ok());
  for (const char* name : {"comes", "goes", "goes too", "comes too"}) CHECK(folder.read(name) == "new");
  CHECK(folder.entries().size() == 4);
}

TEST_CASE("two names of one file are refused however they are written, and so is an input's") {
  const TempFolder folder;
  fs::create_directories(folder / "sub/deep");
  fs::create_directory_symlink("sub/deep", folder / "short");
  fs::create_symlink("missing", folder / "dangling");
  fs::create_symlink("dangling", folder / "twice");
  folder.write("in", "input");
  Outputs outputs;
  outputs.add_input(folder / "sub/../in");
  outputs.add_input(folder / "no such input");
  add(outputs, folder / "new", "");
  add(outputs, folder / "short/new", "");
  add(outputs, folder / "twice", "");
  for (const char* path : {"new", "./new", "sub/../new", "sub//../new", "sub/deep/../../new",
                           "short/../../new", "sub/deep/new", "missing", "dangling", "sub/../twice"}) {
    CHECK(contains(refusal(outputs, folder / path), "is the same file as"));
  }
  CHECK(contains(refusal(outputs, folder / "in"), "would replace"));
  CHECK(contains(refusal(outputs, folder / "short/../../in"), "would replace"));
  CHECK(outputs.add(folder / "in", {.may_be_an_input = true}).ok());
  CHECK(outputs.add(folder / "sub/new", {}).ok());
  const std::string here = fs::current_path();
  fs::current_path(folder / "sub");
  CHECK(contains(refusal(outputs, "new"), "is the same file as"));
  CHECK(contains(refusal(outputs, "../new"), "is the same file as"));
  fs::current_path(here);
}

TEST_CASE("links are written through, dangling ones too, and loops are refused") {
  const TempFolder folder;
  fs::create_directory(folder / "sub");
  folder.write("real", "old");
  fs::create_symlink("real", folder / "link");
  fs::create_symlink("sub/later", folder / "dangling");
  fs::create_symlink(folder / "dangling", folder / "sub/chain");
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("none/later", folder / "nowhere");
  fs::create_hard_link(folder / "real", folder / "twin");
  REQUIRE(write_file(folder / "link", "through").ok());
  REQUIRE(write_file(folder / "sub/chain", "the chain").ok());
  CHECK(folder.read("real") == "through");
  CHECK(folder.read("twin") == "old");  // a name of its own
  CHECK(folder.read("sub/later") == "the chain");
  for (const char* name : {"link", "dangling", "sub/chain"}) CHECK(fs::is_symlink(folder / name));
  CHECK_FALSE(write_file(folder / "loop", "").ok());
  CHECK_FALSE(write_file(folder / "nowhere", "").ok());
}

TEST_CASE("what is no file to write is refused with a sentence") {
  const TempFolder folder;
  fs::create_directory(folder / "sub");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  folder.write("file", "");
  Outputs outputs;
  for (const std::string& path :
       {std::string(), folder / "sub", folder / "sub/", folder / "sub/..", folder / "new/", folder / "none/x",
        folder / "file/x", folder / "pipe", std::string("/dev/null"), folder / std::string(300, 'x')}) {
    INFO(path);
    CHECK(!refusal(outputs, path).empty());
  }
}

TEST_CASE("mode, owner and group of a replaced file stay, and a new one has what the umask leaves") {
  const TempFolder folder;
  for (const mode_t mode : {mode_t{0600}, mode_t{0640}, mode_t{0666}, mode_t{0755}}) {
    folder.write("a", "old");
    REQUIRE(chmod((folder / "a").c_str(), mode) == 0);
    REQUIRE(write_file(folder / "a", "new").ok());
    CHECK(mode_of(folder / "a") == mode);
  }
  const mode_t before = umask(027);
  REQUIRE(write_file(folder / "b", "new").ok());
  REQUIRE(write_file(folder / "c", "new", {.is_private = true}).ok());
  REQUIRE(write_file(folder / "a", "new", {.is_private = true}).ok());
  umask(before);
  CHECK(mode_of(folder / "b") == 0640);
  CHECK(mode_of(folder / "c") == 0600);
  CHECK(mode_of(folder / "a") == 0600);
  if (geteuid() != 0) return;  // only root gives files away
  REQUIRE(chown((folder / "b").c_str(), 12345, 54321) == 0);
  REQUIRE(write_file(folder / "b", "newer").ok());
  CHECK(info_of(folder / "b").st_uid == 12345);
  CHECK(info_of(folder / "b").st_gid == 54321);
  CHECK(mode_of(folder / "b") == 0640);
}

TEST_CASE("an owner that cannot be kept is refused") {
  if (geteuid() != 0) return;  // needs two users
  const TempFolder folder;
  folder.write("theirs", "old");
  REQUIRE(chmod((folder / "").c_str(), 0777) == 0);
  REQUIRE(chmod((folder / "theirs").c_str(), 0666) == 0);
  REQUIRE(chown((folder / "theirs").c_str(), 12345, 12345) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const bool dropped = setgid(54321) == 0 && setuid(54321) == 0;
    const Status status = write_file(folder / "theirs", "new");
    _exit(dropped && contains(status.message(), "belongs to user 12345") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(folder.read("theirs") == "old");
  CHECK(folder.entries().size() == 1);
}

TEST_CASE("announced bytes are compared with the disk, all outputs on it together") {
  const TempFolder folder;
  Outputs small, large, many;
  add(small, folder / "a", "", {.bytes = 1000});
  CHECK(small.check_disk().ok());
  add(large, folder / "b", "", {.bytes = INT64_MAX / 2});
  CHECK(large.check_disk().code() == StatusCode::kResourceExhausted);
  const int64_t half = static_cast<int64_t>(fs::space(folder / "").available / 3 * 2);
  add(many, folder / "c", "", {.bytes = half});
  CHECK(many.check_disk().ok());
  add(many, folder / "d", "", {.bytes = half});
  CHECK_FALSE(many.check_disk().ok());
  add(many, folder / "e", "", {.bytes = INT64_MAX});  // the sum is beyond 63 bits
  CHECK_FALSE(many.check_disk().ok());
}

namespace {

// A process with a temporary file, ended by `number`; with `waits`, while signals wait.
void end_with_temporary(const TempFolder& folder, int number, bool waits) {
  const pid_t child = fork();
  if (child == 0) {
    signal(number, SIG_DFL);  // the test program has handlers of its own
    remove_temporaries_on_signals();
    const int descriptor = open((folder / "").c_str(), O_RDONLY | O_DIRECTORY);
    Temporary temporary = Temporary::reserve(descriptor);
    folder.write(temporary.name(), "half");
    if (waits) {
      const SignalsWait wait;
      raise(number);
      folder.write("reached", "");
    } else {
      raise(number);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == number);
}

}  // namespace

TEST_CASE("signals that end the process remove temporary files, after what must not be interrupted") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const TempFolder folder;
    end_with_temporary(folder, number, false);
    CHECK(folder.entries().empty());
    end_with_temporary(folder, number, true);
    CHECK(folder.entries() == std::vector<std::string>{"reached"});
  }
}

TEST_CASE("a write removes the temporary files of killed processes from its folder, and nothing else") {
  const TempFolder folder;
  folder.write(".poolglass-0123456789abcdef.tmp", "dead");
  const std::string others[] = {".poolglass-0123456789abcdef.old", ".poolglass-0123456789abcde.tmp",
                                ".poolglass-0123456789abcdeg.tmp", "poolglass-0123456789abcdef0.tmp"};
  for (const std::string& name : others) folder.write(name, "not ours to judge");
  REQUIRE(mkfifo((folder / ".poolglass-aaaaaaaaaaaaaaaa.tmp").c_str(), 0600) == 0);
  fs::create_directory(folder / ".poolglass-bbbbbbbbbbbbbbbb.tmp");
  fs::create_symlink(others[0], folder / ".poolglass-cccccccccccccccc.tmp");
  REQUIRE(write_file(folder / "a", "new").ok());
  CHECK_FALSE(fs::exists(folder / ".poolglass-0123456789abcdef.tmp"));
  for (const std::string& name : others) CHECK(folder.read(name) == "not ours to judge");
  CHECK(folder.entries().size() == std::size(others) + 4);
}

TEST_CASE("a temporary file whose process lives is left alone") {
  const TempFolder folder;
  const int held =
      open(folder.write(".poolglass-0123456789abcdef.tmp", "alive").c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(hold_temporary(held));
  REQUIRE(write_file(folder / "a", "new").ok());
  CHECK(folder.entries().size() == 2);
  close(held);
  REQUIRE(write_file(folder / "a", "newer").ok());
  CHECK(folder.entries().size() == 1);
}

TEST_CASE("writers in one folder do not take each other for dead") {
  const TempFolder folder;
  Outputs first;
  add(first, folder / "a", "first");
  REQUIRE(write_file(folder / "b", "second").ok());
  Outputs third;
  add(third, folder / "c", "third");
  REQUIRE(first.commit().ok());
  REQUIRE(third.commit().ok());
  CHECK(folder.read("a") == "first");
  CHECK(folder.read("b") == "second");
  CHECK(folder.read("c") == "third");
  CHECK(folder.entries().size() == 3);
}

}  // namespace poolglass
