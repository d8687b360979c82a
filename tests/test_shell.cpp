#include <doctest/doctest.h>

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/files/open.h"
#include "app/platform/offscreen.h"
#include "app/rooms/openable.h"
#include "app/shell/panels.h"
#include "app/shell/requests.h"
#include "app/shell/shot.h"
#include "app/shell/still.h"
#include "app/shell/svg_canvas.h"
#include "app/state/commands.h"
#include "core/io/npy.h"
#include "tests/support/app_driver.h"
#include "tests/support/temp_folder.h"
#include "tests/support/zip.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using testing::ctrl;

TEST_CASE("the rail and its keys switch rooms") {
  AppDriver app;
  CHECK(app.model().room == Room::kStep);
  app.click("rail/chain");
  CHECK(app.model().room == Room::kChain);
  app.press(ctrl('1'));
  CHECK(app.model().room == Room::kStep);
  app.press(ctrl('2'));
  CHECK(app.model().room == Room::kChain);
}

TEST_CASE("the log hears what is done, what is opened, and each notice once") {
  AppDriver app;
  const auto lines = [&] { return app.model().log.lines; };
  const auto last = [&] { return lines().empty() ? std::string() : lines().back(); };
  CHECK(last().starts_with("Step: Window (0,0) reads"));
  const size_t at_first = lines().size();
  app.frames(5);
  app.hover("canvas");
  CHECK(lines().size() == at_first);  // looking is not doing
  app.press(ctrl('2'));
  CHECK(last().starts_with("Chain: "));
  update(app.shell.model, app.derived(), SetNotice{"nothing is kept", true});
  app.frames(3);
  CHECK(std::ranges::count(lines(), "⚠ nothing is kept") == 1);
  app.press(ctrl('1'));
  update(app.shell.model, app.derived(), SetNotice{"nothing is kept", true});
  app.frames(3);
  CHECK(std::ranges::count(lines(), "⚠ nothing is kept") == 2);

  // A file that was read between two frames.
  const TempFolder folder;
  const std::vector<float> values(16, 3);
  REQUIRE(write_npy(folder / "threes.npy", {4, 4}, values.data()).ok());
  const size_t before = lines().size();
  CHECK_FALSE(carry_out(OpenPath{folder / "threes.npy"}, app.desk, app.shell));
  app.frame();
  REQUIRE(lines().size() > before);
  CHECK(last().starts_with("Step: Window (0,0) reads 3 3 / 3 3"));
  CHECK(app.model().log.text().ends_with(last() + "\n"));
}

TEST_CASE("what was opened meanwhile waits while somebody is asked for a name, or whether to save") {
  AppDriver app;
  CHECK_FALSE(is_asking(app.shell));
  CHECK(opens_at_once(app.shell));
  app.press_and_answer(Chord{'S', true, true, false});
  CHECK(is_asking(app.shell));
  CHECK_FALSE(opens_at_once(app.shell));
  app.press_key(kKeyEscape);
  app.frames(2);
  CHECK_FALSE(is_asking(app.shell));
  app.press_and_answer(ctrl('O'));
  CHECK(is_asking(app.shell));
  CHECK(opens_at_once(app.shell));  // what is chosen in it
  app.press_key(kKeyEscape);
  app.frames(2);
  update(app.shell.model, app.derived(), step::Action(step::SetCell{{0, 0}, 9}));
  app.press_and_answer(ctrl('Q'));
  CHECK(app.model().leave);
  CHECK(is_asking(app.shell));
  CHECK_FALSE(opens_at_once(app.shell));
  app.press_key(kKeyEscape);
  app.answer_requests();
  CHECK_FALSE(is_asking(app.shell));
}

TEST_CASE("the status line tells how far a file is read, to the percent") {
  Model model;
  for (int percent = 0; percent <= 100; ++percent) {
    update(model, Derived(), SetOpening{OpeningFile{"map.npy", percent / 100.0}});
    CHECK(status_line(model, Derived()) == "Opening map.npy, " + std::to_string(percent) + " % · Esc stops");
  }
  update(model, Derived(), SetOpening{OpeningFile{"what was here last", {}}});
  CHECK(status_line(model, Derived()) == "Opening what was here last …");
}

TEST_CASE("the slider under Shift's picture gives way to the meters' names") {
  for (const float scale : {1.0f, 2.0f}) {
    AppDriver app({1280, 720}, scale);
    update(app.shell.model, app.derived(), SelectRoom{Room::kShift});
    update(app.shell.model, app.derived(), SetLens{shift::kAliasingLens});
    app.frames(3);
    CHECK(app.on_screen("shift/period-slider") == (scale == 1));
  }
}

TEST_CASE("words under Shift's picture stay as wide as it is") {
  for (const float scale : {1.0f, 2.0f}) {
    AppDriver app({1920, 1080}, scale);
    update(app.shell.model, app.derived(), SelectRoom{Room::kShift});
    app.frames(3);
    const std::string svg = app.room_svg();
    CHECK(svg.find("every nudge") != std::string::npos);
    CHECK((svg.find(">max: cells that stay the same<") != std::string::npos) == (scale == 1));
    CHECK((svg.find(">drag the picture<") != std::string::npos) == (scale == 1));
    CHECK((svg.find(">drag<") != std::string::npos) == (scale == 2));
  }
}

TEST_CASE("theme changes by click and by key, and so does the picture") {
  AppDriver app;
  const size_t dark = app.picture_hash();
  app.click("rail/theme");
  CHECK(app.model().theme == ThemeName::kLight);
  app.move_to({640, 400});
  CHECK(app.picture_hash() != dark);
  app.press(ctrl('T'));
  CHECK(app.model().theme == ThemeName::kDark);
}

TEST_CASE("the device is chosen in the inspector") {
  Backend gpu = cpu_backends().front();
  gpu.name = "gpu";
  AppDriver app({1280, 720}, 1, {{gpu}});
  for (const step::Device device : {step::Device::kGpu, step::Device::kCpu}) {
    app.click(device == step::Device::kGpu ? "step/device/GPU" : "step/device/CPU");
    app.frame();
    CHECK(app.derived().step.device == device);
  }
}

TEST_CASE("where there is no GPU a click on it changes nothing") {
  AppDriver app({1280, 720}, 1, {{unavailable_backend("gpu", "the GPU path is not available: no driver")}});
  CHECK(app.derived().step.gpu_refusal == "The GPU path is not available: no driver");
  app.click("step/device/GPU");
  CHECK(app.model().step.device == step::Device::kCpu);
}

TEST_CASE("the key sheet opens, filters as one types, closes by Esc and by its cross") {
  AppDriver app;
  app.press('?');
  CHECK(app.model().help_open);
  CHECK(app.on_screen("help"));
  app.frames(2);
  const size_t all = app.picture_hash();
  app.type("dilation");
  CHECK(app.picture_hash() != all);
  CHECK(app.model().step.document.params.dilation == Size2{1, 1});  // what is typed presses no key
  app.press_key(kKeyEscape);
  CHECK_FALSE(app.model().help_open);
  app.click("rail/help");
  app.click("help/close");
  CHECK_FALSE(app.model().help_open);
}

// Does what the command does until there is nothing left to do, and says whether it then lets others have its
// key.
bool gives_way(const Command& command, Room room) {
  Model model;
  model.room = room;
  Derived derived;
  derive(model, derived);
  for (int i = 0; i < 8 && !command.why_not(model, derived); ++i) {
    update(model, derived, command.action(model, derived));
    derive(model, derived);
  }
  return command.why_not(model, derived) == std::optional<std::string>("");
}

TEST_CASE("no two commands of one room share a key, and every command has an action") {
  for (const RoomInfo& info : kRooms) {
    std::vector<Chord> windows, rooms;
    for (const Command& command : all_commands()) {
      CAPTURE(command.id);
      CHECK_FALSE(command.words.empty());
      CHECK_FALSE(command.words.starts_with("…"));  // the sheet may show it alone
      CHECK(find_command(command.id) == &command);
      CHECK(command.action);
      if (command.chord.key == kKeyNone || (command.room && *command.room != info.room)) continue;
      std::vector<Chord>& seen = command.room ? rooms : windows;
      CHECK(std::ranges::find(seen, command.chord) == seen.end());
      seen.push_back(command.chord);
      // A key of the window's, too, is the window's where the room has nothing to do.
      if (command.room && std::ranges::find(windows, command.chord) != windows.end())
        CHECK(gives_way(command, info.room));
    }
  }
}

TEST_CASE("every room is in the rail, under its key, and draws itself") {
  AppDriver app;
  int key = '1';
  for (const RoomInfo& info : kRooms) {
    CAPTURE(std::string(info.name));
    CHECK(room_info(info.room).name == info.name);
    CHECK(app.on_screen("rail/" + std::string(info.name)));
    app.press(ctrl(key++));
    CHECK(app.model().room == info.room);
    const Rect canvas = app.find("canvas");
    CHECK(canvas.width() > 0);
    CHECK_FALSE(status_sentence(app.model(), app.derived()).empty());
  }
}

TEST_CASE("a key whose command is not available says why") {
  Model model;
  Derived derived;
  derive(model, derived);
  const auto press = [&](Chord chord) {
    const auto action = action_for(chord, model, derived);
    REQUIRE(action.has_value());
    update(model, derived, *action);
  };
  press(ctrl('Z'));
  CHECK(model.notice.starts_with("No earlier step is kept: undo goes back 200 steps at most"));
  press({'Z', true, true, false});
  CHECK(model.notice == "Nothing is left to redo");
}

TEST_CASE("transport buttons and keys move the playhead") {
  AppDriver app;
  const int64_t count = playback_length(app.model(), app.derived());
  REQUIRE(count == 16);
  app.click("transport/step-forward");
  CHECK(current_playhead(app.model()).index == 1);
  app.press('.');
  CHECK(current_playhead(app.model()).index == 2);
  app.press(',');
  CHECK(current_playhead(app.model()).index == 1);
  app.click("transport/last");
  CHECK(current_playhead(app.model()).index == 15);
  app.press(Chord{kKeyHome, false, false, false});
  CHECK(current_playhead(app.model()).index == 0);
}

TEST_CASE("Space plays, time moves the window on, Space pauses") {
  AppDriver app;
  app.press(' ');
  CHECK(current_playhead(app.model()).playing);
  app.frames(30);
  CHECK(current_playhead(app.model()).index == 1);
  app.press(' ');
  CHECK_FALSE(current_playhead(app.model()).playing);
}

TEST_CASE("scrubbing follows the pointer at once") {
  AppDriver app;
  const Rect bar = app.find("transport/scrubber");
  app.click_at({bar.max.x - 1, bar.centre().y});
  CHECK(current_playhead(app.model()).index == 15);
  app.click_at({bar.min.x + 1, bar.centre().y});
  CHECK(current_playhead(app.model()).index == 0);
  CHECK(current_playhead(app.model()).phase == 1);
}

TEST_CASE("speed doubles by click and starts over; loop stays on") {
  AppDriver app;
  app.click("transport/speed");
  CHECK(current_playhead(app.model()).speed == 2);
  for (int i = 0; i < 4; ++i) app.click("transport/speed");
  CHECK(current_playhead(app.model()).speed == 0.25);
  app.click("transport/loop");
  CHECK(current_playhead(app.model()).loop);
}

TEST_CASE("where a switch is narrow, a long word has more of it than a short one") {
  for (const float scale : {2.0f, 3.0f}) {
    AppDriver app({1280, 720}, scale);
    app.frames(2);
    CAPTURE(scale);
    const Rect most = app.find("step/operation/max"), average = app.find("step/operation/average"),
               both = app.find("step/operation/both");
    CHECK(average.width() > most.width() + app.shell.em());
    CHECK(most.max.x == average.min.x);
    CHECK(average.max.x == both.min.x);
  }
}

TEST_CASE("scale keys resize everything within limits") {
  AppDriver app;
  const float em = app.shell.em();
  app.press(ctrl('='));
  app.frame();
  CHECK(app.shell.em() > em);
  for (int i = 0; i < 20; ++i) app.press(ctrl('='));
  CHECK(app.model().scale == kMaxScale);
  app.press(ctrl('0'));
  app.frame();
  CHECK(app.shell.em() == em);
}

TEST_CASE("the file panel lists a folder, opens what is chosen, and Esc closes it") {
  const TempFolder folder;
  folder.write("grid.npy", "x");
  folder.write("notes.txt", "x");
  std::filesystem::create_directory(folder / "inner");
  AppDriver app;
  app.shell.files().folder = folder / "";
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(2);
  CHECK(app.on_screen("files/entry/inner"));
  CHECK_FALSE(app.on_screen("files/entry/notes.txt"));
  app.click("files/entry/grid.npy");
  REQUIRE(!app.requests.empty());
  const auto* path = get_if<OpenPath>(app.requests.back());
  REQUIRE(path != nullptr);
  CHECK(std::filesystem::equivalent(path->path, folder / "grid.npy"));

  close_file_panel(app.shell.files());
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(2);
  app.press_key(kKeyEscape);
  CHECK_FALSE(app.on_screen("files"));
}

TEST_CASE("saving asks for a name and accepts the one that is typed") {
  const TempFolder folder;
  AppDriver app;
  app.shell.files().folder = folder / "";
  open_file_panel(app.shell.files(), FilePanel::Mode::kSave, SaveKind::kStepOutput);
  app.frames(3);
  app.type("mine.npy");
  app.press_key(kKeyEnter);
  REQUIRE(!app.requests.empty());
  const auto* save = get_if<SavePath>(app.requests.back());
  REQUIRE(save != nullptr);
  CHECK(save->kind == SaveKind::kStepOutput);
  CHECK(std::filesystem::path(save->path).filename() == "mine.npy");
}

TEST_CASE("what cannot be opened says why in the panel, which keeps what was typed") {
  const TempFolder folder;
  folder.write("broken.npy", "x");
  AppDriver app;
  app.press(ctrl('O'));
  app.answer_requests();
  app.shell.files().folder = folder / "";
  app.frames(3);
  app.type(folder / "broken.npy");
  app.press_key(kKeyEnter);
  app.answer_requests();
  CHECK(app.on_screen("files"));
  CHECK(app.shell.files().name == folder / "broken.npy");
  CHECK(app.shell.files().problem.find("broken.npy") != std::string::npos);
  CHECK(app.model().notice.empty());

  // From elsewhere, on the status line.
  close_file_panel(app.shell.files());
  app.requests = {OpenPath{folder / "broken.npy"}};
  app.answer_requests();
  CHECK(app.model().notice_is_error);
}

TEST_CASE("the panel lists endings in capitals, and takes a tilde for the home folder") {
  const TempFolder folder;
  folder.write("GRID.NPY", "x");
  folder.write("Chain.Json", "x");
  AppDriver app;
  app.shell.files().folder = folder / "";
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(3);
  CHECK(app.on_screen("files/entry/GRID.NPY"));
  CHECK(app.on_screen("files/entry/Chain.Json"));
  const std::string before = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  setenv("HOME", (folder / "").c_str(), 1);
  app.type("~/GRID.NPY");
  app.press_key(kKeyEnter);
  setenv("HOME", before.c_str(), 1);
  REQUIRE(!app.requests.empty());
  const auto* open = get_if<OpenPath>(app.requests.back());
  REQUIRE(open != nullptr);
  CHECK(std::filesystem::equivalent(open->path, folder / "GRID.NPY"));
}

TEST_CASE("the panel lists every file that can be opened, and the words name them") {
  const TempFolder folder;
  const std::array openable = {"a.npy", "b.NPY",  "c.npz",  "d.NPZ",  "e.png",  "f.PNG",  "g.jpg",
                               "h.JPG", "i.jpeg", "j.JPEG", "k.onnx", "l.ONNX", "m.json", "n.JSON"};
  const std::array others = {"o.txt", "p.prototxt", "q.gif", "npy", "r.npy.bak"};
  for (const char* name : openable) folder.write(name, "x");
  for (const char* name : others) folder.write(name, "x");
  AppDriver app;
  app.shell.files().folder = folder / "";
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  std::vector<std::string> listed;
  for (const FilePanel::Entry& entry : app.shell.files().entries) {
    if (!entry.folder) listed.push_back(entry.name);
  }
  CHECK(listed == std::vector<std::string>(openable.begin(), openable.end()));
  CHECK(file_kind("folder/l.ONNX") == FileKind::kNetwork);
  CHECK(!file_kind("folder/p.prototxt"));
  CHECK(file_kind("folder/w.NPZ:conv1/kernel:0") == FileKind::kArray);
  CHECK(endings(FileKind::kPicture) == ".png, .jpg, .jpeg");
}

TEST_CASE("an archive of several arrays asks in the panel which one to open") {
  const TempFolder folder;
  const std::vector<float> values(16, 3);
  REQUIRE(write_npy(folder / "threes.npy", {4, 4}, values.data()).ok());
  REQUIRE(write_npy(folder / "list.npy", {16}, values.data()).ok());
  const std::string threes = folder.read("threes.npy"), list = folder.read("list.npy");
  folder.write("two.npz",
               testing::stored_zip({{"list.npy", list}, {"m/threes.npy", threes}, {"t.npy", threes}}));
  folder.write("one.npz", testing::stored_zip({{"threes.npy", threes}}));
  AppDriver app;
  const auto open = [&](const std::string& path) {
    app.requests = {OpenPath{path}};
    app.answer_requests();
    app.frames(3);
  };
  open(folder / "two.npz");  // dropped on the window
  const FilePanel& panel = app.shell.files();
  REQUIRE(app.on_screen("files/entry/m/threes"));
  CHECK(panel.entries.size() == 4);
  CHECK(panel.entries[1].detail == "(16,) float32");
  CHECK(panel.entries[2].detail == "(4, 4) float32");
  CHECK(app.model().notice.empty());
  app.click("files/entry/list");  // what is no feature map says why
  CHECK(panel.problem.starts_with("list: has 1 dimension, but must have 2"));
  CHECK(app.requests.empty());
  app.click("files/entry/m/threes");
  CHECK_FALSE(app.answer_requests());
  app.frames(2);
  CHECK_FALSE(app.on_screen("files"));
  CHECK(app.model().step.document.source.path == folder / "two.npz:m/threes");
  CHECK(app.desk.recent().paths().front() == folder / "two.npz:m/threes");
  CHECK(file_kind(app.desk.recent().paths().front()) == FileKind::kArray);

  const auto asks_for_t = [&] {
    REQUIRE(app.requests.size() == 1);
    CHECK(get_if<OpenPath>(app.requests.front())->path == folder / "two.npz:t");
    app.answer_requests();
    app.frames(2);
  };
  open(folder / "two.npz");
  CHECK(panel.entries[static_cast<size_t>(panel.mark)].name == "m/threes");  // the first that opens
  app.type("t");
  app.press_key(kKeyEnter);
  asks_for_t();
  open(folder / "two.npz");
  app.press_key(kKeyDown);
  app.press_key(kKeyTab);  // to Open, which opens what is marked
  app.press_key(kKeyEnter);
  asks_for_t();
  open(folder / "two.npz");
  app.press_key(kKeyBackspace);  // out of the archive, as out of a folder
  app.frames(2);
  CHECK(app.on_screen("files/entry/one.npz"));
  app.click("files/entry/one.npz");
  app.answer_requests();
  app.frames(2);
  CHECK_FALSE(app.on_screen("files"));
  CHECK(app.model().step.document.source.path == folder / "one.npz");
}

TEST_CASE("an archive that is opened with its channels last has the array that is chosen so") {
  const TempFolder folder;
  const std::vector<float> values(60, 3);
  REQUIRE(write_npy(folder / "a.npy", {3, 4, 5}, values.data()).ok());
  REQUIRE(write_npy(folder / "flat.npy", {6, 10}, values.data()).ok());
  const std::string a = folder.read("a.npy");
  folder.write("two.npz", testing::stored_zip({{"flat.npy", folder.read("flat.npy")}, {"a.npy", a}}));
  AppDriver app;
  app.requests = {OpenPath{folder / "two.npz", Layout::kNhwc}};
  app.answer_requests();
  app.frames(3);
  app.click("files/entry/flat");
  CHECK(app.shell.files().problem.starts_with("flat: has 2 dimensions, but must have 3 (H, W, C)"));
  app.click("files/entry/a");
  app.answer_requests();
  CHECK(app.model().step.document.source.tensor->shape == Shape{1, 5, 3, 4});
}

TEST_CASE("endings in capitals are what a file is opened by") {
  const TempFolder folder;
  for (const char* name : {"a.NPY", "a.NPZ", "a.ONNX"}) folder.write(name, "text");
  const auto why = [&](const char* name) { return open_path(folder / name).status().message(); };
  CHECK(why("a.NPY").find("not a .npy file") != std::string::npos);
  CHECK(why("a.NPZ").find(".npz archive") != std::string::npos);
  CHECK(why("a.NPZ:x").find(".npz archive") != std::string::npos);
  CHECK(why("a.ONNX").find("JSON") == std::string::npos);
}

TEST_CASE("saving over a file asks in the panel first") {
  const TempFolder folder;
  folder.write("there.json", "other work");
  AppDriver app;
  app.shell.files().folder = folder / "";
  const auto save = [&] {
    app.press(Chord{'S', true, true, false});
    app.answer_requests();
    app.frames(3);
    app.type("there");  // the ending is added
    app.press_key(kKeyEnter);
    app.answer_requests();
    app.frames(2);
  };
  save();
  CHECK(folder.read("there.json") == "other work");
  app.click("files/there/Keep it");
  CHECK_FALSE(app.on_screen("files/there/Replace"));
  CHECK(app.on_screen("files"));
  app.press_key(kKeyEscape);
  save();
  app.click("files/there/Replace");
  app.answer_requests();
  app.frames(2);
  CHECK_FALSE(app.on_screen("files"));
  CHECK(folder.read("there.json").starts_with("{\n  \"poolglass\": 1"));
  CHECK(window_title(app.model()) == "there — Poolglass");

  // From then on it is the document's own file, and Ctrl+S asks nothing.
  app.press('M');
  CHECK(window_title(app.model()) == "• there — Poolglass");
  app.press(ctrl('S'));
  CHECK_FALSE(app.answer_requests());
  CHECK_FALSE(app.on_screen("files"));
  CHECK(window_title(app.model()) == "there — Poolglass");
  CHECK(folder.read("there.json").find("\"op\": \"avg\"") != std::string::npos);
}

TEST_CASE("leaving with unsaved changes asks in one line, and each answer does what it says") {
  const TempFolder folder;
  AppDriver app;
  CHECK(app.press_and_answer(ctrl('Q')));  // nothing to lose: no question

  app.press('M');
  CHECK_FALSE(app.press_and_answer(ctrl('Q')));
  CHECK(app.on_screen("leave"));
  app.click("leave/cancel");
  CHECK_FALSE(app.answer_requests());
  app.frame();
  CHECK_FALSE(app.on_screen("leave"));

  CHECK_FALSE(app.press_and_answer(ctrl('Q')));
  app.press(Chord{kKeyEscape, false, false, false});
  app.answer_requests();
  CHECK_FALSE(app.model().leave);

  CHECK_FALSE(app.press_and_answer(ctrl('Q')));
  app.click("leave/discard");
  CHECK(app.answer_requests());
  CHECK(app.model().step.document == step::Document());  // what the next start begins with

  app.press('M');
  CHECK_FALSE(app.press_and_answer(ctrl('Q')));
  app.click("leave/save");
  CHECK_FALSE(app.answer_requests());  // it has no name yet: the panel asks
  app.frames(3);
  app.type(folder / "named.json");
  app.press_key(kKeyEnter);
  CHECK(app.answer_requests());
  CHECK(std::filesystem::exists(folder / "named.json"));

  app.press('M');
  CHECK_FALSE(app.press_and_answer(ctrl('Q')));
  app.press(Chord{kKeyEnter, false, false, false});
  CHECK(app.answer_requests());
  CHECK_FALSE(modified(app.model()));
}

TEST_CASE("a new session and another document ask before changes are lost") {
  const TempFolder folder;
  AppDriver app;
  app.requests = {SavePath{SaveKind::kState, folder / "first.json"}};
  app.answer_requests();
  app.press('M');
  CHECK_FALSE(app.press_and_answer(ctrl('N')));
  CHECK(app.on_screen("leave"));
  app.press('D');
  CHECK_FALSE(app.answer_requests());
  CHECK(document_name(app.model()) == "Untitled");
  CHECK_FALSE(modified(app.model()));
  CHECK(app.model().step.document == step::Document());

  app.press('M');
  app.requests = {OpenPath{folder / "first.json"}};
  app.answer_requests();
  REQUIRE(app.model().leave);
  CHECK(app.model().leave->what == Leave::For::kOpen);
  app.frame();
  app.click("leave/discard");
  app.answer_requests();
  CHECK(document_name(app.model()) == "first");
  CHECK_FALSE(app.model().leave);
}

TEST_CASE("a first start is greeted in the side panel until somebody does something") {
  AppDriver app;
  CHECK_FALSE(app.on_screen("welcome"));
  const auto greet = [&] {
    app.shell.welcome({"/grids/camera.npy", "/grids/net.json"});
    app.frames(2);
  };
  greet();
  CHECK(app.on_screen("welcome"));
  app.move_to({300, 300});  // looking is not doing
  CHECK(app.on_screen("welcome"));
  app.press(Chord{kKeyEscape, false, false, false});
  CHECK_FALSE(app.on_screen("welcome"));
  CHECK(app.on_screen("step/kernel"));

  greet();
  app.press(' ');
  CHECK(current_playhead(app.model()).playing);
  CHECK_FALSE(app.on_screen("welcome"));

  greet();
  app.click("welcome/recent/net.json");
  REQUIRE(!app.requests.empty());
  const auto* open = get_if<OpenPath>(app.requests.back());
  REQUIRE(open != nullptr);
  CHECK(open->path == "/grids/net.json");

  greet();
  app.click("welcome/tour");
  REQUIRE(!app.requests.empty());
  CHECK(holds<OpenTour>(app.requests.back()));
  CHECK_FALSE(app.on_screen("welcome"));
}

TEST_CASE("names in any script are drawn with their own letters") {
  AppDriver app;
  update(app.shell.model, app.derived(), SelectRoom{Room::kChain});
  Chain chain;
  chain.channels = 3;
  chain.plane = {64, 64};
  for (const char* name : {"свёртка", "プール", "병합", "συνέλιξη", "قناة", "卷积"}) {
    Layer layer = default_layer(LayerKind::kMaxPool2d);
    layer.kernel = layer.stride = {1, 1};
    layer.name = name;
    chain.layers.push_back(layer);
  }
  update(app.shell.model, app.derived(), chain::Action(chain::SetChain{chain}));
  app.frames(3);
  const ImFont* font = ImGui::GetIO().FontDefault;
  for (const ImWchar letter : {u'ё', u'プ', u'병', u'έ', u'ق', u'积'}) {
    CAPTURE(static_cast<int>(letter));
    CHECK(font->FindGlyphNoFallback(letter) != nullptr);
  }
  CHECK(font->FindGlyphNoFallback(u'猫') == nullptr);  // the atlas holds what is drawn, not all of Unicode
}

TEST_CASE("a tooltip appears after a rest and a frame is asked for in time") {
  AppDriver app;
  app.hover("rail/help");
  CHECK(app.shell.wake_in() < 0.5);
  const size_t before = app.picture_hash();
  app.frames(30);
  CHECK(app.picture_hash() != before);
  CHECK(app.shell.wake_in() > 1);
}

TEST_CASE("keys go to the field being typed in, not to the app") {
  AppDriver app;
  open_file_panel(app.shell.files(), FilePanel::Mode::kSave, SaveKind::kChain);
  app.frames(3);
  app.press(' ');
  CHECK_FALSE(current_playhead(app.model()).playing);
}

TEST_CASE("every part of the frame stays inside the window at every size and scale") {
  for (glm::vec2 size : {glm::vec2(480, 320), glm::vec2(1280, 720), glm::vec2(3840, 2160)}) {
    for (float scale : {0.75f, 1.0f, 2.0f, 3.0f}) {
      AppDriver app(size, 1);
      app.shell.model.scale = scale;
      app.frames(3);
      for (const char* name : {"rail/step", "rail/help", "transport/play", "canvas", "status", "tools/undo",
                               "tools/save", "step/operation/average", "lens/window"}) {
        CAPTURE(std::string(name));
        CAPTURE(size.x);
        CAPTURE(scale);
        CHECK(Rect{{0, 0}, size}.encloses(app.find(name)));
      }
      const Rect tab = app.find("lens/window"), toggle = app.find("step/operation/max");
      CHECK(tab.max.x <= toggle.min.x);
    }
  }
}

TEST_CASE("in a narrow window the settings are a drawer, opened by its button or its key") {
  AppDriver app({1280, 720}, 2);
  CHECK_FALSE(app.on_screen("inspector"));
  app.click("panel/settings");
  CHECK(app.on_screen("inspector"));
  app.click("step/kernel/plus");
  CHECK(app.model().step.document.params.kernel == Size2{3, 3});
  app.press(Chord{'S', false, false, true});
  CHECK_FALSE(app.on_screen("inspector"));
}

TEST_CASE("presenting leaves only the picture, larger, until F5 or Esc") {
  AppDriver app;
  const float em = app.shell.em();
  const Rect before = app.find("canvas");
  app.click("tools/present");
  app.frames(2);
  CHECK(app.shell.em() > em);
  CHECK(app.find("canvas").width() > before.width());
  CHECK_FALSE(app.on_screen("rail/step"));
  CHECK_FALSE(app.on_screen("inspector"));
  app.press(' ');
  CHECK(app.model().step.playhead.playing);
  app.press(Chord{kKeyEscape, false, false, false});
  CHECK_FALSE(app.model().presenting);
  app.press(Chord{kKeyF5, false, false, false});
  CHECK(app.model().presenting);
}

TEST_CASE("two shots of one model are the same bytes, and themes differ") {
  const TempFolder folder;
  ShotOptions options;
  options.size = {640, 400};
  std::string pictures[3];
  for (int i = 0; i < 3; ++i) {
    Model model;
    model.theme = i == 2 ? ThemeName::kLight : ThemeName::kDark;
    options.path = folder / "shot.png";
    const Status status = take_shot(model, options);
    REQUIRE_MESSAGE(status.ok(), status.message());
    pictures[i] = folder.read("shot.png");
  }
  CHECK(pictures[0].starts_with("\x89PNG"));
  CHECK(pictures[0] == pictures[1]);
  CHECK(pictures[0] != pictures[2]);
}

TEST_CASE("a saved picture has all that a window's frame does not wait for") {
  const auto offscreen = Offscreen::create();
  REQUIRE_MESSAGE(offscreen.ok(), offscreen.status().message());
  auto tensor = std::make_shared<Tensor>(Shape{1, 16, 70, 70});  // a strip of 16 thumbnails
  for (size_t i = 0; i < tensor->values.size(); ++i) tensor->values[i] = static_cast<float>(i % 97);
  Model model;
  update(model, Derived(), step::Action(step::OpenTensor{tensor, "channels.npy"}));
  const StillOptions options{.pixels = {800, 600}};
  const Result<Still> hurried =
      draw_still(model, {.backends = {}, .cells_at_once = 1, .patience = 0}, options);
  const Result<Still> patient = draw_still(model, {}, options);
  REQUIRE(hurried.ok());
  REQUIRE(patient.ok());
  CHECK(hurried->image.rgba == patient->image.rgba);
}

TEST_CASE("a picture size outside the limits is refused with the limit") {
  ShotOptions options;
  options.size = {0, 10};
  options.path = "unused.png";
  const Status status = take_shot(Model(), options);
  CHECK_FALSE(status.ok());
  CHECK(status.message().find("0x10") != std::string::npos);
}

TEST_CASE("SVG text is escaped and numbers are short") {
  SvgCanvas svg({{0, 0}, {100, 50}}, rgb(0x0E1116), 15);
  svg.text({1.005f, 2}, "a < b & c", Font::kMono, 15, rgb(0xFFFFFF), AlignX::kLeft, AlignY::kBaseline);
  const std::string document = svg.finish();
  CHECK(document.find("a &lt; b &amp; c</text>") != std::string::npos);
  CHECK(document.find("viewBox=\"0 0 100 50\"") != std::string::npos);
  CHECK(document.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace poolglass
