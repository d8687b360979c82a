#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "app/document/autosave.h"
#include "app/document/folders.h"
#include "app/document/recent_files.h"
#include "app/document/session_store.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

// Sets a variable of the environment for the life of the object.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Variable() { set(before_ ? before_->c_str() : nullptr); }

 private:
  void set(const char* value) { value == nullptr ? unsetenv(name_) : setenv(name_, value, 1); }
  const char* name_;
  std::optional<std::string> before_;
};

SessionStore open_store(const std::string& folder, bool take_over = true) {
  Result<SessionStore> store = SessionStore::open(folder, take_over);
  REQUIRE_MESSAGE(store.ok(), store.status().message());
  return *std::move(store);
}

std::string text_of(Result<std::optional<std::string>> text) {
  REQUIRE_MESSAGE(text.ok(), text.status().message());
  return text->value_or("nothing");
}

bool has(const TempFolder& folder, const std::string& start) {
  return std::ranges::any_of(folder.entries(),
                             [&](const std::string& name) { return name.starts_with(start); });
}

TEST_CASE("the state folder is XDG's, or the home folder's, and belongs to its owner alone") {
  const TempFolder folder;
  {
    const Variable state("XDG_STATE_HOME", (folder / "state").c_str());
    CHECK(state_folder().value() == folder / "state/poolglass");
    struct stat info;
    REQUIRE(stat((folder / "state/poolglass").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
  }
  const Variable home("HOME", (folder / "home").c_str());
  for (const char* value : {static_cast<const char*>(nullptr), "", "relative/path"}) {
    const Variable state("XDG_STATE_HOME", value);
    CHECK(state_folder().value() == folder / "home/.local/state/poolglass");
  }
  const Variable state("XDG_STATE_HOME", nullptr);
  const Variable nowhere("HOME", nullptr);
  CHECK(state_folder().status().code() == StatusCode::kUnavailable);
  folder.write("file", "x");
  const Variable in_file("XDG_STATE_HOME", (folder / "file").c_str());
  CHECK_FALSE(state_folder().ok());
}

TEST_CASE("a tilde is the home folder, only where a shell would take it so") {
  const Variable home("HOME", "/people/ada");
  CHECK(with_home("~") == "/people/ada");
  CHECK(with_home("~/grids/a.npy") == "/people/ada/grids/a.npy");
  CHECK(with_home("~bob/a.npy") == "~bob/a.npy");
  CHECK(with_home("a/~") == "a/~");
}

TEST_CASE("what a killed window kept goes to the next start, once") {
  const TempFolder folder;
  {
    SessionStore killed = open_store(folder / "");
    CHECK(text_of(killed.killed()) == "nothing");
    REQUIRE(killed.keep("its work").ok());
  }
  SessionStore next = open_store(folder / "");
  CHECK(text_of(next.killed()) == "its work");
  SessionStore beside = open_store(folder / "");
  CHECK(text_of(beside.killed()) == "nothing");
  CHECK(beside.number() != next.number());
}

TEST_CASE("of several killed windows the last to be written comes back first") {
  const TempFolder folder;
  {
    SessionStore a = open_store(folder / ""), b = open_store(folder / "");
    REQUIRE(b.keep("older").ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(a.keep("newer").ok());
  }
  SessionStore first = open_store(folder / ""), second = open_store(folder / "");
  CHECK(text_of(first.killed()) == "newer");
  CHECK(text_of(second.killed()) == "older");
}

TEST_CASE("a start that brings its own file leaves a killed window's work where it is") {
  const TempFolder folder;
  { REQUIRE(open_store(folder / "").keep("its work").ok()); }
  {
    SessionStore with_file = open_store(folder / "", false);
    CHECK(text_of(with_file.killed()) == "nothing");
    REQUIRE(with_file.close("the file").ok());
  }
  SessionStore next = open_store(folder / "");
  CHECK(text_of(next.killed()) == "its work");
}

TEST_CASE("a closed window is gone on with by the next one, but not while another runs") {
  const TempFolder folder;
  {
    SessionStore closed = open_store(folder / "");
    REQUIRE(closed.keep("before").ok());
    REQUIRE(closed.close("at the end").ok());
  }
  CHECK_FALSE(has(folder, "window-1.json"));
  SessionStore first = open_store(folder / "");
  CHECK(text_of(first.killed()) == "nothing");
  CHECK(text_of(first.last()) == "at the end");
  SessionStore second = open_store(folder / "");
  CHECK(text_of(second.last()) == "nothing");
  CHECK(second.newest() == "at the end");
}

TEST_CASE("windows of different processes never share a place") {
  const TempFolder folder;
  SessionStore mine = open_store(folder / "");
  REQUIRE(mine.keep("mine").ok());
  const pid_t child = fork();
  if (child == 0) {
    Result<SessionStore> store = SessionStore::open(folder / "");
    const bool good = store.ok() && store->number() != mine.number() && store->keep("the child's").ok();
    _exit(good ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(text_of(mine.killed()) == "mine");
}

TEST_CASE("what is damaged is set aside under a name of its own, never removed") {
  const TempFolder folder;
  for (int i = 0; i < 3; ++i) {
    SessionStore store = open_store(folder / "");
    REQUIRE(store.keep("damaged " + std::to_string(i)).ok());
    const Result<std::string> name = store.set_killed_aside();
    REQUIRE_MESSAGE(name.ok(), name.status().message());
    CHECK(folder.read(std::filesystem::path(*name).filename()) == "damaged " + std::to_string(i));
    CHECK(text_of(store.killed()) == "nothing");
  }
  CHECK(std::ranges::count_if(folder.entries(),
                              [](const std::string& name) { return name.starts_with("damaged-"); }) == 3);
}

TEST_CASE("a folder full of windows is refused with the number") {
  const TempFolder folder;
  std::vector<SessionStore> windows;
  for (int i = 0; i < SessionStore::kMostWindows; ++i) windows.push_back(open_store(folder / ""));
  const Result<SessionStore> more = SessionStore::open(folder / "");
  REQUIRE_FALSE(more.ok());
  CHECK(more.status().message().find("64 windows") != std::string::npos);
}

TEST_CASE("recent files: the last one first, each once, shared by all windows, the oldest leaves") {
  const TempFolder folder;
  std::string problem;
  RecentFiles a = RecentFiles::open(folder / "", &problem), b = RecentFiles::open(folder / "", &problem);
  REQUIRE(a.add("/files/one.npy").ok());
  REQUIRE(b.add("/files/two.json").ok());
  REQUIRE(a.add("/files/one.npy").ok());
  CHECK(a.paths() == std::vector<std::string>{"/files/one.npy", "/files/two.json"});
  CHECK(RecentFiles::open(folder / "", &problem).paths() == a.paths());
  for (size_t i = 0; i < RecentFiles::kMost; ++i) REQUIRE(a.add("/files/" + std::to_string(i)).ok());
  CHECK(a.paths().size() == RecentFiles::kMost);
  REQUIRE(a.forget("/files/3").ok());
  CHECK(std::ranges::find(a.paths(), "/files/3") == a.paths().end());
  CHECK(problem.empty());
}

TEST_CASE("a damaged list of recent files is set aside with a sentence, and a new one begins") {
  const TempFolder folder;
  folder.write("recent.json", "{\"poolglass_recent\": 1, \"files\": [");
  std::string problem;
  RecentFiles recent = RecentFiles::open(folder / "", &problem);
  CHECK(recent.paths().empty());
  CHECK(problem.find("set aside as") != std::string::npos);
  CHECK(has(folder, "damaged-recent"));
  REQUIRE(recent.add("/files/new.npy").ok());
  CHECK(RecentFiles::open(folder / "", &problem).paths().size() == 1);
}

TEST_CASE("a state is due half a second after the last change, and under a second after the first") {
  Autosave autosave([](const std::string&) { return Status(); });
  CHECK(autosave.due_in(0) > 1e9);
  autosave.touch(10);
  CHECK(autosave.due_in(10) == doctest::Approx(Autosave::kQuiet));
  CHECK(autosave.due_in(11) == 0);
  for (double now = 10; now < 10.7; now += 0.05) autosave.touch(now);  // a drag
  CHECK(autosave.due_in(10.7) == doctest::Approx(Autosave::kLatest - 0.7));
  static_assert(Autosave::kLatest < 1);
}

TEST_CASE("a state is written once, again only when its text differs, and again after a failure") {
  std::vector<std::string> written;
  bool fails = false;
  Autosave autosave([&](const std::string& text) {
    if (fails) return Status(StatusCode::kIo, "disk full");
    written.push_back(text);
    return Status();
  });
  const auto save = [&](double now, const std::string& text) {
    autosave.touch(now);
    autosave.begin(now, [text] { return text; });
    return autosave.wait(now);
  };
  CHECK(save(1, "a").ok());
  CHECK(save(2, "a").ok());
  CHECK(save(3, "b").ok());
  CHECK(written == std::vector<std::string>{"a", "b"});
  CHECK(autosave.due_in(3) > 1e9);
  fails = true;
  CHECK(save(4, "c").message() == "disk full");
  CHECK(autosave.due_in(4) == doctest::Approx(Autosave::kRetry));
  fails = false;
  autosave.begin(9, [] { return std::string("c"); });
  CHECK(autosave.wait(9).ok());
  CHECK(written.back() == "c");
}

}  // namespace
}  // namespace poolglass
