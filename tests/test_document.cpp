#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <new>
#include <random>
#include <thread>

#include "app/document/autosave.h"
#include "app/document/desk.h"
#include "app/document/folders.h"
#include "app/document/kept_window.h"
#include "app/document/log_file.h"
#include "app/document/opening.h"
#include "app/document/recent_files.h"
#include "app/document/session_store.h"
#include "app/document/waiting_session.h"
#include "app/files/course_file.h"
#include "app/files/open.h"
#include "app/files/state_file.h"
#include "app/state/commands.h"
#include "core/io/file.h"
#include "core/io/npy.h"
#include "core/io/outputs.h"
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

TEST_CASE("a state is due a moment after the last change, and under a second after the first") {
  Autosave autosave([](const std::string&) { return Status(); });
  CHECK(autosave.due_in(0) > 1e9);
  autosave.touch(10);
  CHECK(autosave.due_in(10) == doctest::Approx(Autosave::kQuiet));
  CHECK(autosave.due_in(11) == 0);
  for (double now = 10; now < 10.3; now += 0.05) autosave.touch(now);  // a drag
  CHECK(autosave.due_in(10.3) == doctest::Approx(Autosave::kLatest - 0.3));
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
    autosave.begin([text] { return text; });
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
  autosave.begin([] { return std::string("c"); });
  CHECK(autosave.wait(9).ok());
  CHECK(written.back() == "c");
}

void act(Model& model, const Action& action) { update(model, Derived{}, action); }

std::unique_ptr<KeptWindow> start(const TempFolder& folder, KeptWindow::Start* begin,
                                  std::optional<Model> wanted = {}) {
  return KeptWindow::open(Result<std::string>(folder / ""), std::move(wanted), true, begin);
}

// Lets a window that was touched write, as it does while it runs.
void let_write(KeptWindow& window, const Model& model) {
  window.touch(0);
  for (double now = 1; window.due_in(now) < 100; now += 0.001) {
    const std::optional<Status> failure = window.tend(now, model, Size2{600, 800});
    REQUIRE_MESSAGE(!failure, failure->message());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// Sixty changes, another room, another theme.
Model worked_on() {
  Model model;
  for (int i = 0; i < 60; ++i) act(model, step::Action(step::SetCell{{0, i % 8}, static_cast<float>(i)}));
  act(model, SelectRoom{Room::kChain});
  act(model, SetTheme{ThemeName::kLight});
  act(model, SetScale{1.5f});
  return model;
}

TEST_CASE("a killed window is back at the next start: contents, room, looks, size and 50 steps of undo") {
  const TempFolder folder;
  KeptWindow::Start begin;
  const Model model = worked_on();
  {
    const auto window = start(folder, &begin);
    CHECK(begin.is_first);
    let_write(*window, model);
  }
  KeptWindow::Start again;
  const auto window = start(folder, &again);
  CHECK_FALSE(again.is_first);
  Model back = again.state.model;
  CHECK(same_documents(back, model));
  CHECK(modified(back));
  CHECK(back.room == Room::kChain);
  CHECK(back.theme == ThemeName::kLight);
  CHECK(back.scale == 1.5f);
  CHECK(again.state.window == Size2{600, 800});
  act(back, SelectRoom{Room::kStep});
  int steps = 0;
  for (; back.step.history.can_undo(); ++steps) act(back, Undo{});
  CHECK(steps >= 50);
}

TEST_CASE("an opened array is back whole, where its file still is; else what was seen of it") {
  const TempFolder folder;
  std::vector<float> values(2 * 100 * 100);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  const std::string path = folder / "map.npy";
  REQUIRE(write_npy(path, {2, 100, 100}, values.data()).ok());
  Model model;
  const Result<std::vector<Action>> opened = open_path(path);
  REQUIRE(opened.ok());
  for (const Action& action : *opened) act(model, action);
  act(model, step::Action(step::SetChannel{1}));
  act(model, step::Action(step::Crop{{30, 36}, {64, 64}}));
  KeptWindow::Start begin;
  for (const bool gone : {false, true}) {
    if (gone) std::filesystem::remove(path);
    REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
    KeptWindow::Start again;
    const auto window = start(folder, &again);
    Model back = again.state.model;
    CHECK(back.step.document.grid == model.step.document.grid);
    CHECK(back.step.document.source.tensor->shape.h == (gone ? 64 : 100));
    CHECK(back.step.document.source.plane == (gone ? 0 : 1));
    act(back, Undo{});
    CHECK(back.step.document.grid.values[0] == 10000);
    act(back, Undo{});
    CHECK(back.step.document.grid.values[0] == 0);
  }
}

TEST_CASE(
    "a session whose map takes long to read begins in its looks and size, and is read when it is asked") {
  const TempFolder folder;
  const std::vector<float> values(1500 * 1500, 0.25f);
  const std::string large = folder / "large.npy", small = folder / "small.npy";
  REQUIRE(write_npy(large, {1500, 1500}, values.data()).ok());
  REQUIRE(write_npy(small, {150, 150}, values.data()).ok());
  for (const bool in_history : {false, true}) {
    for (const std::string& path : {large, small}) {
      Model model = worked_on();
      const Result<std::vector<Action>> opened = open_path(path);
      REQUIRE(opened.ok());
      for (const Action& action : *opened) act(model, action);
      if (in_history) act(model, step::Action(step::ApplyPreset{"ramp"}));
      KeptWindow::Start begin;
      { REQUIRE(start(folder, &begin)->close(0, model, Size2{600, 800}).ok()); }
      KeptWindow::Start again;
      const auto window = start(folder, &again);
      CHECK(again.waits == (path == large));
      CHECK_FALSE(again.is_first);
      CHECK(again.state.window == Size2{600, 800});
      CHECK(again.state.model.theme == ThemeName::kLight);
      CHECK(again.state.model.scale == 1.5f);
      if (path == large) {
        CHECK(again.state.model.step.document == step::Document());
        again = window->go_on();
        window->resume();
      }
      CHECK_FALSE(again.waits);
      CHECK(same_documents(again.state.model, model));
      CHECK(again.state.model.step.history.past().size() == model.step.history.past().size());
      CHECK(window->close(0, Model(), {}).ok());
    }
  }
}

// A map of a file that takes long to read, its last window shown and pinned.
Model far_out(const std::string& path, int64_t side = 1500) {
  const std::vector<float> values(static_cast<size_t>(side * side), 0.25f);
  REQUIRE(write_npy(path, {side, side}, values.data()).ok());
  Model model;
  const Result<std::vector<Action>> opened = open_path(path);
  REQUIRE(opened.ok());
  for (const Action& action : *opened) act(model, action);
  act(model, step::Action(step::SetKernel{{2, 2}}));
  const int64_t last = side / 2 - 1;
  model.step.playhead.index = (last + 1) * (last + 1) - 1;
  model.step.pin = step::Selection{step::Side::kOutput, {last, last}};
  return model;
}

namespace {

// The file in which a window that has gone, killed or closed, is kept.
std::string keep(const TempFolder& folder, const Model& model, bool killed) {
  KeptWindow::Start begin;
  const auto window = start(folder, &begin);
  if (killed) let_write(*window, model);
  if (!killed) REQUIRE(window->close(0, model, {}).ok());
  return folder / (killed ? "window-1.json" : "last.json");
}

}  // namespace

TEST_CASE("a session whose reading is stopped is kept as it was, and is whole at the next start") {
  for (const bool killed : {false, true}) {
    const TempFolder folder;
    const Model model = far_out(folder / "map.npy");
    KeptWindow::Start begin;
    const std::string kept = keep(folder, model, killed);
    const std::string before = read_file(kept, 1 << 20).value();
    {
      const auto window = start(folder, &begin);
      REQUIRE(begin.waits);
      ReadProgress progress;
      progress.stop = true;
      CHECK(window->go_on(&progress).state.model.notice.empty());
    }
    CHECK_FALSE(has(folder, "damaged-"));
    CHECK(read_file(kept, 1 << 20).value() == before);
    const auto window = start(folder, &begin);
    const Model back = window->go_on().state.model;
    CHECK(same_documents(back, model));
    CHECK(back.step.playhead.index == model.step.playhead.index);
    CHECK(back.step.pin == model.step.pin);
  }
}

TEST_CASE("a session whose map's file is gone opens all the same, without the places in it") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  act(model, step::Action(step::SetSight{{1400, 1400, 80}}));
  model.step.hover = step::Selection{step::Side::kInput, {1499, 1499}};
  model.step.predict.asked = Asked::kGradient;
  model.step.predict.state = step::GuessState::kRevealed;
  model.step.predict.cell = {1400, 1400};
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  std::filesystem::remove(folder / "map.npy");
  const auto window = start(folder, &begin);
  CHECK_FALSE(begin.is_first);
  CHECK(begin.state.model.notice.empty());
  CHECK_FALSE(has(folder, "damaged-"));
  const step::Model& step = begin.state.model.step;
  CHECK(step.document.source.lost.find("map.npy") != std::string::npos);
  CHECK(step.history.past().size() == model.step.history.past().size());
  CHECK(step.playhead.index == 0);
  CHECK_FALSE(step.pin);
  CHECK_FALSE(step.hover);
  CHECK(step.sight == step::Sight{});
  CHECK(step.predict.state == step::GuessState::kNone);
  CHECK(step.predict.cell == Cell{});
}

TEST_CASE("a window with a map in its history alone keeps its place where the map's file is gone") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  act(model, step::Action(step::ApplyPreset{"ramp"}));
  model.step.playhead.index = 3;
  model.step.pin = step::Selection{step::Side::kOutput, {0, 1}};
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  std::filesystem::remove(folder / "map.npy");
  const auto window = start(folder, &begin);
  CHECK(begin.state.model.step.document == model.step.document);
  CHECK(begin.state.model.step.document.source.lost.empty());
  CHECK(begin.state.model.step.history.past().size() == model.step.history.past().size());
  CHECK(begin.state.model.step.playhead.index == 3);
  CHECK(begin.state.model.step.pin == model.step.pin);
}

TEST_CASE("undo tells that the map of a step is not there, and so does the next start") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  act(model, step::Action(step::ApplyPreset{"ramp"}));
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  std::filesystem::remove(folder / "map.npy");
  const auto sentence = [](const Model& shown) {
    Derived derived;
    derive(shown, derived);
    return status_line(shown, derived);
  };
  const auto tells = [&](const Model& shown) {
    const std::string text = sentence(shown);
    return text.starts_with("The map that was here is not: ") && text.find("map.npy") != std::string::npos;
  };
  for (int starts = 0; starts < 2; ++starts) {
    const auto window = start(folder, &begin);
    Model back = begin.state.model;
    CHECK_FALSE(tells(back));
    act(back, Undo{});
    CHECK(tells(back));
    act(back, Redo{});
    CHECK_FALSE(tells(back));
    REQUIRE(window->close(0, back, {}).ok());
  }
}

TEST_CASE("undo that ends at a step whose array was too large to keep says so") {
  const TempFolder folder;
  Model model = far_out(folder / "one.npy", 3000);
  for (int again = 0; again < 2; ++again) {
    const Result<std::vector<Action>> opened = open_path(folder / "one.npy");
    REQUIRE(opened.ok());
    for (const Action& action : *opened) act(model, action);
  }
  while (can_undo(model)) act(model, Undo{});
  CHECK(model.step.document.source.file == "one.npy");  // not the first start's grid
  // The next start says the same.
  for (const Model& end : {model, parse_kept_state_json(write_kept_state_json({model, {}}))->model}) {
    CHECK_FALSE(can_undo(end));
    Model told = end;
    Derived derived;
    derive(told, derived);
    const auto why = action_for(Chord{'Z', true, false, false}, told, derived);
    REQUIRE(why.has_value());
    act(told, *why);
    CHECK(told.notice == "No earlier step is kept: undo goes back 200 steps at most, with 32 MiB of arrays");
  }
}

TEST_CASE("a document's own file is read for someone who watches and may stop it") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  model.file.path = folder / "own.json";
  REQUIRE(write_state_file(model.file.path, model).ok());
  ReadProgress progress;
  progress.stop = true;
  const Result<Model> stopped = read_state_file(model.file.path, &progress);
  REQUIRE(stopped.ok());
  CHECK(stopped->step.document.source.lost.ends_with("reading was stopped"));
  // A session that has gone on with another map than is in its file: what it reads last is the file's.
  ReadProgress own, watched;
  REQUIRE(read_state_file(model.file.path, &own).ok());
  Model other = far_out(folder / "other.npy", 1600);
  other.file.path = model.file.path;
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, other, {}).ok());
  const auto window = start(folder, &begin);
  REQUIRE(begin.waits);
  CHECK(window->go_on(&watched).state.model.step.document.grid.size == Size2{1600, 1600});
  CHECK(watched.total == own.total);
}

// Whether a file was opened since the last time it was asked.
class OpenWatch {
 public:
  explicit OpenWatch(const std::string& path) : descriptor_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    REQUIRE(inotify_add_watch(descriptor_, path.c_str(), IN_OPEN) >= 0);
  }
  OpenWatch(const OpenWatch&) = delete;
  OpenWatch& operator=(const OpenWatch&) = delete;
  ~OpenWatch() { close(descriptor_); }
  bool opened() {
    char events[4096];
    return read(descriptor_, events, sizeof(events)) > 0;
  }

 private:
  int descriptor_;
};

TEST_CASE("a window that takes another session's looks opens no file of its rooms") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  model.theme = ThemeName::kLight;
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  OpenWatch map(folder / "map.npy");
  const auto window = start(folder, &begin, Model());
  CHECK(begin.state.model.theme == ThemeName::kLight);
  CHECK_FALSE(map.opened());
  REQUIRE(open_path(folder / "map.npy").ok());
  CHECK(map.opened());
}

TEST_CASE("a session that waits to be read is set aside with a sentence where it is damaged") {
  const TempFolder folder;
  const std::vector<float> values(1500 * 1500, 0.25f);
  REQUIRE(write_npy(folder / "large.npy", {1500, 1500}, values.data()).ok());
  folder.write("last.json", "{\"poolglass\": 1, \"theme\": \"light\", \"step\": {\"array\": \"" +
                                (folder / "large.npy") + "\", \"kernel\": 0}}");
  KeptWindow::Start begin;
  const auto window = start(folder, &begin);
  REQUIRE(begin.waits);
  ReadProgress stopped;
  stopped.stop = true;
  CHECK(window->go_on(&stopped).state.model.notice.empty());
  CHECK_FALSE(has(folder, "damaged-"));
  begin = window->go_on();
  CHECK(begin.is_first);
  CHECK(begin.state.model.notice.find("set aside as") != std::string::npos);
  CHECK(has(folder, "damaged-"));
}

// Reads only once it is let, or stopped.
struct HeldRead {
  std::promise<void> begun, let;
  KeptWindow* window = nullptr;
  KeptWindow::Start operator()(ReadProgress& progress) {
    begun.set_value();
    const std::future<void> go = let.get_future();
    while (go.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready && !progress.stopped()) {
    }
    return window->go_on(&progress);
  }
};

// A window whose session, a map, is being read.
struct Reading {
  explicit Reading(const TempFolder& folder) : window(start(folder, &begin)), shown(begin.state.model) {
    REQUIRE(begin.waits);
    held.window = window.get();
    shown.notice = "the recent files cannot be read";
    session.emplace(*window, &shown, [this](ReadProgress& progress) { return held(progress); });
    held.begun.get_future().wait();
  }
  KeptWindow::Start begin;
  std::unique_ptr<KeptWindow> window;
  Model shown;
  HeldRead held;
  std::optional<WaitingSession> session;
};

TEST_CASE("a window that is closed while its session is read leaves it as it was") {
  for (const bool killed : {false, true}) {
    for (const bool read : {false, true}) {
      const TempFolder folder;
      const Model model = far_out(folder / "map.npy");
      const std::string kept = keep(folder, model, killed);
      const std::string before = read_file(kept, 1 << 20).value();
      {
        Reading reading(folder);
        CHECK_FALSE(reading.session->arrived(0));
        reading.window->touch(0);
        CHECK(reading.window->due_in(100) > 1e9);
        CHECK_FALSE(reading.window->tend(100, reading.shown, {}));
        CHECK(reading.session->pass_over({Quit{}}, &reading.shown));
        if (read) {  // all of it, but nobody has looked
          reading.held.let.set_value();
          CHECK(reading.window->close(1, reading.shown, {}).ok());
          reading.session.reset();
        } else {
          reading.session.reset();
          CHECK(reading.window->close(1, reading.shown, {}).ok());
        }
      }
      CHECK_FALSE(has(folder, "damaged-"));
      CHECK(read_file(kept, 1 << 20).value() == before);
    }
  }
}

TEST_CASE("nothing comes of what is done while a session is read, but files that are asked for wait") {
  const TempFolder folder;
  const Model model = far_out(folder / "map.npy");
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  Reading reading(folder);
  const Model stand_in = reading.shown;
  REQUIRE(stand_in.opening);
  CHECK(stand_in.opening->name == "what was here last");
  act(reading.shown, step::Action(step::SetCell{{0, 0}, 77}));
  act(reading.shown, SelectRoom{Room::kChain});
  act(reading.shown, SetOpening{});
  CHECK_FALSE(reading.session->pass_over({OpenPath{"a.npy", Layout::kNhwc}, NewDocument{}, SaveDocument{}},
                                         &reading.shown));
  CHECK(same_documents(reading.shown, stand_in));
  CHECK(reading.shown.room == stand_in.room);
  CHECK(reading.shown.opening == stand_in.opening);
  CHECK(reading.session->pass_over({Quit{}, OpenPath{"b.npy"}}, &reading.shown));
  CHECK_FALSE(reading.session->arrived(0));
  reading.held.let.set_value();
  const std::optional<WaitingSession::Arrived> arrived = reading.session->arrived(kUntilDone);
  REQUIRE(arrived);
  CHECK(arrived->files == std::vector<OpenPath>{{"a.npy", Layout::kNhwc}, {"b.npy"}});
  CHECK_FALSE(arrived->start.waits);
  CHECK_FALSE(arrived->start.is_first);
  const Model& back = arrived->start.state.model;
  CHECK(same_documents(back, model));
  CHECK(back.step.pin == model.step.pin);
  CHECK_FALSE(back.opening);
  CHECK(back.notice == "the recent files cannot be read");  // said before, and still to be seen
  CHECK_FALSE(reading.session->arrived(0));                 // once
  // From here on it is kept.
  Model later = back;
  act(later, step::Action(step::ApplyPreset{"ramp"}));
  CHECK(reading.window->close(1, later, {}).ok());
  reading.window.reset();
  const auto next = start(folder, &begin);
  CHECK(begin.waits);  // its map is a step back
  CHECK(same_documents(next->go_on().state.model, later));
}

TEST_CASE("a session that arrives with its map damaged, or cannot be read, says so and is kept from there") {
  const TempFolder folder;
  const Model model = far_out(folder / "map.npy", 2000);
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  const std::string kept = read_file(folder / "last.json", 1 << 20).value();
  std::filesystem::resize_file(folder / "map.npy", 12'000'000);
  {
    Reading reading(folder);
    reading.held.let.set_value();
    const auto arrived = reading.session->arrived(kUntilDone);
    REQUIRE(arrived);
    CHECK_FALSE(arrived->start.is_first);
    CHECK(arrived->start.state.model.step.document.source.lost.find("map.npy") != std::string::npos);
    CHECK_FALSE(has(folder, "damaged-"));
  }
  REQUIRE(kept.find("\"kernel\": 2") != std::string::npos);
  std::string damaged = kept;
  damaged.replace(kept.find("\"kernel\": 2"), 11, "\"kernel\": 0");
  folder.write("last.json", damaged);
  Reading reading(folder);
  reading.held.let.set_value();
  const auto arrived = reading.session->arrived(kUntilDone);
  REQUIRE(arrived);
  CHECK(arrived->start.is_first);
  CHECK(arrived->start.state.model.notice.find("set aside as") != std::string::npos);
  CHECK(has(folder, "damaged-"));
  CHECK(reading.window->close(1, Model(), {}).ok());
  CHECK(has(folder, "last.json"));
}

TEST_CASE("a session that memory does not suffice for stays for the next start") {
  const TempFolder folder;
  Model model = far_out(folder / "map.npy");
  model.theme = ThemeName::kLight;
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  const std::string before = read_file(folder / "last.json", 1 << 20).value();
  {
    const auto window = start(folder, &begin);
    Model shown = begin.state.model;
    WaitingSession session(*window, &shown,
                           [](ReadProgress&) -> KeptWindow::Start { throw std::bad_alloc(); });
    const auto arrived = session.arrived(kUntilDone);
    REQUIRE(arrived);
    const Model& now = arrived->start.state.model;
    CHECK(now.notice.starts_with("there is not enough memory for what was here last"));
    CHECK(now.notice_is_error);
    CHECK(now.theme == ThemeName::kLight);
    CHECK_FALSE(now.opening);
    window->touch(0);
    CHECK_FALSE(window->tend(100, now, {}));
    CHECK(window->close(101, now, {}).ok());
  }
  CHECK(read_file(folder / "last.json", 1 << 20).value() == before);
  CHECK_FALSE(has(folder, "window-1.json"));
}

TEST_CASE(
    "a file is opened on another thread, tells how far it has come, and is given up when it is told to") {
  const TempFolder folder;
  const std::vector<float> values(2000 * 2000, 1.5f);
  REQUIRE(write_npy(folder / "map.npy", {2000, 2000}, values.data()).ok());
  const auto read = [&](ReadProgress& progress) {
    return Desk::read(folder / "map.npy", Room::kStep, &progress);
  };
  Opening whole({folder / "map.npy"}, read);
  std::optional<Opening::Actions> actions = whole.outcome(60);
  REQUIRE(actions.has_value());
  REQUIRE(actions->ok());
  CHECK(whole.share() == 1);
  CHECK(whole.over());
  Desk desk;
  Model model;
  Derived derived;
  for (const Action& action : desk.opened(whole.file().path, *std::move(actions), model).actions)
    update(model, derived, action);
  CHECK(model.step.document.grid.size == Size2{2000, 2000});

  std::promise<void> begun, go_on;
  Opening stopped({"slow.npy"}, [&](ReadProgress& progress) {
    progress.total = 100;
    progress.done = 43;
    begun.set_value();
    go_on.get_future().wait();
    return read(progress);
  });
  begun.get_future().wait();
  CHECK(stopped.share() == doctest::Approx(0.43));
  CHECK_FALSE(stopped.outcome(0.001).has_value());
  stopped.stop();
  go_on.set_value();
  actions = stopped.outcome(60);
  REQUIRE(actions.has_value());
  CHECK(actions->status().message().ends_with("reading was stopped"));
}

TEST_CASE(
    "a session that is being opened tells how far its map is read, and is given up when it is told to") {
  const TempFolder folder;
  const Model model = far_out(folder / "map.npy");
  REQUIRE(write_state_file(folder / "own.json", model).ok());
  ReadProgress progress;
  const Result<std::vector<Action>> whole = Desk::read(folder / "own.json", Room::kStep, &progress);
  REQUIRE(whole.ok());
  CHECK(progress.total > 0);
  CHECK(progress.share() == 1);
  progress.stop = true;
  const Result<std::vector<Action>> stopped = Desk::read(folder / "own.json", Room::kStep, &progress);
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.status().message() == (folder / "own.json") + ": reading was stopped");
}

TEST_CASE("a file that is being opened is given up when nobody wants it any more") {
  std::promise<void> begun;
  std::atomic<bool> saw_stop = false;
  {
    const Opening opening({"slow.npy"}, [&](ReadProgress& progress) -> Opening::Actions {
      begun.set_value();
      for (int i = 0; i < 6000 && !progress.stopped(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      saw_stop = progress.stopped();
      return invalid_argument("nobody waits for it");
    });
    begun.get_future().wait();
  }
  CHECK(saw_stop);
}

TEST_CASE("leaving for another session takes what was read of it when the question was asked") {
  const TempFolder folder;
  const std::string path = folder / "other.json";
  Model other;
  other.step.document.params.kernel = {3, 3};
  REQUIRE(write_state_file(path, other).ok());
  for (const LeaveAnswer answer : {LeaveAnswer::kDiscard, LeaveAnswer::kCancel}) {
    Desk desk;
    Model model;
    Derived derived;
    act(model, step::Action(step::SetCell{{0, 0}, 9}));
    const auto carry_out = [&](const Request& request) {
      const Desk::Outcome outcome = desk.answer(request, model, derived);
      for (const Action& action : outcome.actions) update(model, derived, action);
      return outcome.status;
    };
    CHECK(carry_out(OpenPath{path}).ok());
    REQUIRE(model.leave);
    CHECK(model.step.document.grid.values[0] == 9);
    REQUIRE(write_file(path, "no session any more").ok());
    CHECK(carry_out(AnswerLeave{answer}).ok());
    CHECK_FALSE(model.leave);
    const bool left = answer == LeaveAnswer::kDiscard;
    CHECK(model.step.document.params.kernel == (left ? Size2{3, 3} : Size2{2, 2}));
    CHECK(model.file.path == (left ? path : ""));
    if (left) {  // and the file's new contents are not lost unasked
      act(model, step::Action(step::SetCell{{0, 0}, 1}));
      CHECK(desk.answer(SaveDocument{}, model, derived).replaces == path);
    }
    REQUIRE(write_state_file(path, other).ok());
  }
}

TEST_CASE("a document that is saved before it is opened again is opened as it was saved") {
  const TempFolder folder;
  const std::string path = folder / "own.json", link = folder / "link.json";
  std::filesystem::create_symlink(path, link);
  for (const std::string& name : {path, link}) {
    Desk desk;
    Model model;
    const auto carry_out = [&](const Request& request) {
      const Desk::Outcome outcome = desk.answer(request, model, Derived());
      for (const Action& action : outcome.actions) update(model, Derived(), action);
      return outcome.status;
    };
    REQUIRE(carry_out(SavePath{SaveKind::kState, path, true}).ok());
    act(model, step::Action(step::SetCell{{0, 0}, 9}));
    REQUIRE(carry_out(OpenPath{name}).ok());
    REQUIRE(model.leave);
    CHECK(carry_out(AnswerLeave{LeaveAnswer::kSave}).ok());
    CHECK_FALSE(model.leave);
    CHECK(model.step.document.grid.values[0] == 9);
    CHECK_FALSE(modified(model));
  }
}

TEST_CASE(
    "the largest grid that a document holds cell by cell can be opened again, one row more cannot be "
    "written") {
  const TempFolder folder;
  const std::string path = folder / "large.json";
  Desk desk;
  for (const int64_t rows : {880, 881}) {
    Model model;
    auto tensor = std::make_shared<Tensor>(Shape{1, 1, rows, 1000});
    std::ranges::fill(tensor->values, -1.17549435e-38f);  // no float has more characters
    step::update(model.step, step::OpenTensor{tensor, "standard input"});
    const Desk::Outcome outcome = desk.answer(SavePath{SaveKind::kState, path, true}, model, Derived());
    CHECK(outcome.status.ok() == (rows == 880));
    Model again;
    const Result<std::vector<Action>> actions = open_path(path);
    REQUIRE_MESSAGE(actions.ok(), actions.status().message());
    for (const Action& action : *actions) act(again, action);
    CHECK(again.step.document.grid.size == Size2{880, 1000});
    CHECK(again.step.document.grid.at({879, 999}) == -1.17549435e-38f);
  }
}

TEST_CASE("during the tour one's own grid decides whether the session can be saved") {
  const TempFolder folder;
  const std::string path = folder / "own.json";
  Model model;
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 2000, 1500});
  act(model, step::Action(step::OpenTensor{tensor, "standard input"}));
  const Result<std::shared_ptr<const tour::Course>> course = tour_course();
  REQUIRE(course.ok());
  act(model, tour::Action(tour::Enter{*course, 1}));
  REQUIRE(model.step.document.grid.size != Size2{2000, 1500});
  Desk desk;
  const Status status = desk.answer(SavePath{SaveKind::kState, path}, model, Derived()).status;
  CHECK(status.message().find("came from standard input and is too large") != std::string::npos);
  CHECK(folder.entries().empty());
}

TEST_CASE("the log's file grows by what is said, and by that alone") {
  const TempFolder folder;
  const std::string path = folder / "log.txt";
  const auto text = [&] { return read_file(path, 1 << 20).ok() ? *read_file(path, 1 << 20) : ""; };
  REQUIRE(write_file(path, "earlier\n").ok());
  Log log;
  std::string last;
  log.say("kept from the last time", last);
  Result<LogFile> file = LogFile::open(path, log);
  REQUIRE(file.ok());
  file->add(log);
  CHECK(text() == "earlier\n");
  log.say("one", last);
  log.say("one", last);
  file->add(log);
  CHECK(text() == "earlier\none\n");
  file->add(log);
  log.say("two", last);
  log.say("three", last);
  file->add(log);
  CHECK(text() == "earlier\none\ntwo\nthree\n");
  for (size_t i = 0; i < Log::kMostLines + 10; ++i) log.say(std::to_string(i), last);
  CHECK(log.lines.size() == Log::kMostLines);
  file->add(log);
  CHECK(std::ranges::count(text(), '\n') == 4 + static_cast<int64_t>(Log::kMostLines));
  LogFile().add(log);  // nowhere
  CHECK_FALSE(LogFile::open(folder / "no/such/folder", log).ok());
}

// Works until it is killed: draws one random grid after the other and tells each, once it is drawn.
[[noreturn]] void work_until_killed(const TempFolder& folder, int tell, unsigned chance) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  KeptWindow::Start start_of;
  const auto window = start(folder, &start_of);
  Model model = start_of.state.model;
  std::minstd_rand random(chance);
  for (;;) {
    const double now = std::chrono::duration<double>(Clock::now() - begin).count();
    if (random() % 20 == 0) {
      act(model, step::Action(step::NewSeed{}));
      window->touch(now);
      const uint64_t grid = model.step.document.source.seed;
      if (write(tell, &grid, sizeof grid) != sizeof grid) _exit(1);
    }
    (void)window->tend(now, model, Size2{600, 800});
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST_CASE("kill -9 at random moments loses at most the last second, and each start goes on from there") {
  using Clock = std::chrono::steady_clock;
  const char* wanted = std::getenv("POOLGLASS_KILLS");
  const int kills = wanted == nullptr ? 12 : std::atoi(wanted);
  const TempFolder folder;
  std::mt19937 random(std::random_device{}());
  int told = 0, lost = 0;
  double oldest = 0;
  uint64_t kept_before = 0;
  for (int kill_number = 0; kill_number < kills; ++kill_number) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const auto chance = static_cast<unsigned>(random());
    const pid_t child = fork();
    if (child == 0) work_until_killed(folder, ends[1], chance);
    close(ends[1]);
    std::vector<std::pair<Clock::time_point, uint64_t>> work;
    const Clock::time_point stop = Clock::now() + std::chrono::milliseconds(random() % 2000);
    pollfd readable{ends[0], POLLIN, 0};
    while (Clock::now() < stop) {
      uint64_t grid = 0;
      if (poll(&readable, 1, 1) > 0 && read(ends[0], &grid, sizeof grid) == sizeof grid) {
        work.emplace_back(Clock::now(), grid);
      }
    }
    kill(child, SIGKILL);
    const Clock::time_point killed = Clock::now();
    waitpid(child, nullptr, 0);
    close(ends[0]);
    KeptWindow::Start again;
    (void)start(folder, &again);
    const step::Source& source = again.state.model.step.document.source;
    const uint64_t kept = source.preset == "random" ? source.seed : 0;
    REQUIRE(again.state.model.notice.empty());  // nothing damaged
    REQUIRE(kept >= kept_before);
    REQUIRE(again.state.model.step.history.past().size() >= std::min<uint64_t>(kept, 50));
    kept_before = kept;
    told += static_cast<int>(work.size());
    for (const auto& [when, grid] : work) {
      if (grid <= kept) continue;
      ++lost;
      oldest = std::max(oldest, std::chrono::duration<double>(killed - when).count());
    }
  }
  MESSAGE(kills << " kills, " << told << " changes, " << lost << " lost, the oldest " << oldest
                << " s before its kill");
  CHECK(oldest < 1);
}

TEST_CASE("a second window begins afresh in the looks of the first, and neither writes over the other") {
  const TempFolder folder;
  KeptWindow::Start begin, second_begin;
  const Model first_model = worked_on();
  Model second_model;
  {
    const auto first = start(folder, &begin);
    let_write(*first, first_model);
    const auto second = start(folder, &second_begin);
    second_model = second_begin.state.model;
    CHECK(same_documents(second_model, Model()));
    CHECK(second_model.theme == ThemeName::kLight);
    act(second_model, step::Action(step::ToggleReduction{}));
    let_write(*second, second_model);
    let_write(*first, first_model);
  }
  KeptWindow::Start a, b;
  const auto one = start(folder, &a), other = start(folder, &b);
  CHECK(same_documents(a.state.model, second_model));  // the last to write comes back first
  CHECK(same_documents(b.state.model, first_model));
}

TEST_CASE("a closed window is gone on with; a document that was asked for comes before it") {
  const TempFolder folder;
  KeptWindow::Start begin;
  const Model model = worked_on();
  CHECK(start(folder, &begin)->close(0, model, Size2{600, 800}).ok());
  Model wanted;
  act(wanted, step::Action(step::ToggleReduction{}));
  {
    KeptWindow::Start asked;
    const auto window = start(folder, &asked, wanted);
    CHECK(same_documents(asked.state.model, wanted));
    CHECK(asked.state.model.theme == ThemeName::kLight);
  }
  KeptWindow::Start again;
  const auto window = start(folder, &again);
  CHECK(same_documents(again.state.model, model));
  CHECK(modified(again.state.model));
}

TEST_CASE("a damaged session is set aside with a sentence, whole, and the window begins all the same") {
  const TempFolder folder;
  for (const std::string name : {"window-1.json", "last.json"}) {
    folder.write(name, "{\"poolglass\": 1, \"step\": {\"kernel\": ");
    KeptWindow::Start begin;
    const auto window = start(folder, &begin);
    CHECK(begin.is_first);
    CHECK(begin.state.model.notice.find("set aside as") != std::string::npos);
    CHECK_FALSE(has(folder, name));
    CHECK(has(folder, "damaged-"));
  }
}

TEST_CASE("a document that somebody else changed meanwhile is read again, unless there is work to lose") {
  const TempFolder folder;
  const std::string path = folder / "net.json";
  Model model;
  act(model, SetDocument{path, ""});
  REQUIRE(write_state_file(path, model).ok());
  KeptWindow::Start begin;
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  Model elsewhere;
  act(elsewhere, step::Action(step::ToggleReduction{}));
  REQUIRE(write_state_file(path, elsewhere).ok());
  KeptWindow::Start again;
  REQUIRE(start(folder, &again)->close(0, model, {}).ok());
  CHECK(same_documents(again.state.model, elsewhere));
  CHECK(again.state.model.notice.find("read again") != std::string::npos);
  CHECK_FALSE(modified(again.state.model));

  act(model, step::Action(step::SetCell{{0, 0}, 42}));
  REQUIRE(start(folder, &begin)->close(0, model, {}).ok());
  KeptWindow::Start third;
  const auto window = start(folder, &third);
  CHECK(same_documents(third.state.model, model));
  CHECK(modified(third.state.model));
  CHECK(third.state.model.file.path == path);
}

TEST_CASE("where nothing can be kept the window says so, once, and works") {
  KeptWindow::Start begin;
  const Result<std::string> nowhere(Status(StatusCode::kUnavailable, "no home"));
  const auto window = KeptWindow::open(nowhere, {}, true, &begin);
  CHECK(begin.state.model.notice == "nothing of this session is kept when it ends: no home");
  window->touch(0);
  CHECK(window->due_in(1) > 100);
  CHECK(window->close(1, Model(), {}).ok());

  std::optional<TempFolder> gone(std::in_place);
  const auto other = start(*gone, &begin);
  gone.reset();
  other->touch(0);
  int failures = 0;
  for (double now = 1; now < 13; now += 0.1) {
    if (other->tend(now, Model(), {})) ++failures;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(failures == 1);
}

}  // namespace
}  // namespace poolglass
