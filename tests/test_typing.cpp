// Fields, lists, panels and explanations, as a hand on keyboard and mouse meets them.
#include <doctest/doctest.h>

#include <cmath>

#include "app/shell/panels.h"
#include "app/state/commands.h"
#include "tests/support/app_driver.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

using testing::AppDriver;
using testing::ctrl;

constexpr Chord with_shift(int key) { return {key, false, true, false}; }

float cell(const AppDriver& app, Cell at) { return app.model().step.document.grid.at(at); }

void pin(AppDriver& app, std::string_view name) {
  app.click(name);
  app.move_to({1, 1});
}

// As fast as one frame takes, or one key in each of several frames.
void type(AppDriver& app, std::string_view text, bool apart) {
  if (!apart) {
    app.type(text);
    return;
  }
  for (char c : text) app.type(std::string(1, c));
}

void tab_to(AppDriver& app, std::string_view name) {
  for (int i = 0; i < 100 && app.shell.focus().name != name; ++i) app.press_key(kKeyTab);
  REQUIRE(app.shell.focus().name == name);
}

bool inside_of(const Rect& a, const Rect& b) {
  return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y;
}

}  // namespace

TEST_CASE("what is typed over a pinned input cell is its value, first key included") {
  struct Case {
    const char* text;
    float value;
  };
  for (const bool apart : {false, true}) {
    for (const auto& [text, value] : {Case{"12", 12}, Case{"125", 125}, Case{"-7", -7}, Case{".5", 0.5f},
                                      Case{"-.25", -0.25f}, Case{"1e2", 100}, Case{"inf", INFINITY}}) {
      CAPTURE(text);
      AppDriver app;
      pin(app, "step/in/0/1");
      type(app, text, apart);
      app.press_key(kKeyEnter);
      CHECK(cell(app, {0, 1}) == value);
      CHECK(app.model().step.document.params == PoolParams(step::Document().params));  // no shortcut fired
    }
    AppDriver app;
    pin(app, "step/in/0/1");
    type(app, "nan", apart);
    app.press_key(kKeyEnter);
    CHECK(std::isnan(cell(app, {0, 1})));
  }
}

TEST_CASE("Enter and F2 open a pinned cell with its value; Esc keeps it; letters are keys again afterwards") {
  AppDriver app;
  for (const int key : {static_cast<int>(kKeyEnter), kKeyF1 + 1}) {
    pin(app, "step/in/0/0");
    app.press_key(key);
    CHECK(app.shell.widgets().edit.text == "5");
    app.type("9");
    app.press_key(kKeyEscape);
    CHECK(cell(app, {0, 0}) == 5);
    app.press_key(kKeyEscape);
    CHECK_FALSE(app.model().step.pin.has_value());
  }
  app.press('M');
  CHECK(app.model().step.document.params.reduction == Reduction::kAverage);
}

TEST_CASE("by keys alone: pin the window, go to its winner, change it") {
  AppDriver app;
  app.press_key(kKeyEnter);
  CHECK(app.model().step.pin == step::Selection{step::Side::kOutput, {0, 0}});
  app.press_key(kKeyEnter);
  CHECK(app.model().step.pin == step::Selection{step::Side::kInput, {1, 1}});
  app.press_key(kKeyEnter);
  app.type("42");
  app.press_key(kKeyEnter);
  CHECK(cell(app, {1, 1}) == 42);
}

TEST_CASE("a double click may take half a second") {
  AppDriver app;
  app.move_to(app.find("step/in/0/0").centre());
  app.click_slowly(0.42);
  CHECK(app.shell.widgets().edit.name == "step/cell-edit");
}

TEST_CASE("the wheel changes the cell under the pointer, a run of notches is one undo step") {
  AppDriver app;
  app.hover("step/in/0/0");
  app.wheel(1);
  app.wheel(1);
  CHECK(cell(app, {0, 0}) == 7);
  app.wheel(-1);
  CHECK(cell(app, {0, 0}) == 6);
  app.press(ctrl('Z'));
  CHECK(cell(app, {0, 0}) == 5);
}

TEST_CASE("one click on a stepper's number opens it, dragging it does not") {
  AppDriver app;
  app.click("step/kernel");
  CHECK(app.shell.widgets().edit.name == "step/kernel");
  app.type("5");
  app.press_key(kKeyEnter);
  CHECK(app.model().step.document.params.kernel == Size2{5, 5});
  app.drag("step/kernel", {-2 * app.shell.em(), 0});
  CHECK(app.shell.widgets().edit.name.empty());
  CHECK(app.model().step.document.params.kernel.h < 5);
}

TEST_CASE("a number that has the keyboard steps, is typed into, and is left by Tab") {
  AppDriver app;
  const auto kernel = [&] { return app.model().step.document.params.kernel.h; };
  tab_to(app, "step/kernel");
  app.press_key(kKeyUp);
  app.press_key(kKeyUp);
  CHECK(kernel() == 4);
  app.press(ctrl('Z'));  // a press is a step of undo
  CHECK(kernel() == 3);
  app.press_key(kKeyHome);
  CHECK(kernel() == 1);
  app.type("12");
  app.press_key(kKeyTab);
  CHECK(kernel() == 12);
  CHECK(app.shell.focus().name != "step/kernel");
  app.press(with_shift(kKeyTab));
  CHECK(app.shell.focus().name == "step/kernel");
  app.press_key(kKeyEnter);
  app.press_key(kKeyUp);  // steps while it is open, too
  CHECK(kernel() == 13);
  CHECK(app.shell.widgets().edit.text == "13");
  app.press_key(kKeyEnter);
  CHECK(kernel() == 13);
  CHECK(app.shell.focus().name == "step/kernel");
}

TEST_CASE("letters and Space go on to the room while a control has the keyboard, arrows do not") {
  AppDriver app;
  tab_to(app, "step/kernel");
  app.press('M');
  CHECK(app.model().step.document.params.reduction == Reduction::kAverage);
  app.press_key(kKeyRight);
  CHECK(app.model().step.playhead.index == 0);
  app.press_key(kKeyEscape);
  CHECK(app.shell.focus().name.empty());
  app.press_key(kKeyRight);
  CHECK(app.model().step.playhead.index == 1);
}

TEST_CASE("a list is opened, moved in, spelled, chosen from and closed by key, and Esc does only that") {
  AppDriver app;
  pin(app, "step/out/1/1");
  tab_to(app, "step/preset");
  app.press_key(kKeyDown);
  REQUIRE(app.shell.widgets().list.name == "step/preset");
  app.press('M');  // nothing behind the list gets a key
  app.press(ctrl('2'));
  CHECK(app.model().room == Room::kStep);
  CHECK(app.model().step.document.params.reduction == Reduction::kMax);
  app.press_key(kKeyEscape);
  CHECK(app.shell.widgets().list.name.empty());
  CHECK(app.model().step.pin.has_value());
  CHECK(app.shell.focus().name == "step/preset");
  const step::Source before = app.model().step.document.source;
  app.press_key(kKeyEnter);
  app.press_key(kKeyEnd);
  app.press_key(kKeyEnter);
  CHECK_FALSE(app.model().step.document.source == before);
  app.press_key(kKeyEnter);
  app.type("The l");
  app.press_key(kKeyEnter);
  CHECK(app.model().step.document.source.preset == "lesson");
}

TEST_CASE("the picker of layers takes every key until it is closed") {
  AppDriver app;
  app.press(ctrl('2'));
  const size_t layers = app.model().chain.document.chain.layers.size();
  app.press_key(kKeyHome);
  app.press_key(kKeyRight);
  app.press(with_shift('A'));
  REQUIRE(app.model().chain.picking.has_value());
  app.press_key(kKeyDelete);
  app.press(ctrl('1'));
  CHECK(app.model().room == Room::kChain);
  CHECK(app.model().chain.document.chain.layers.size() == layers);
  app.press_key(kKeyEscape);
  CHECK_FALSE(app.model().chain.picking.has_value());
  app.press(with_shift('A'));
  app.press_key(kKeyDown);
  app.press_key(kKeyEnter);
  CHECK(app.model().chain.document.chain.layers.size() == layers + 1);
}

TEST_CASE("the file panel is walked with arrows and spelling") {
  const TempFolder folder;
  folder.write("beta.npy", "x");
  folder.write("Alpha.npy", "x");
  std::filesystem::create_directory(folder / "inner");
  folder.write("inner/gamma.npy", "x");
  AppDriver app;
  app.shell.files().folder = folder / "";
  const auto opened = [&] {
    const auto* open = app.requests.empty() ? nullptr : get_if<OpenPath>(app.requests.back());
    const std::string name = open == nullptr ? "" : std::filesystem::path(open->path).filename().string();
    app.requests.clear();
    return name;
  };
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(3);
  app.type("al");
  app.press_key(kKeyEnter);
  CHECK(opened() == "Alpha.npy");
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(3);
  for (int i = 0; i < 4; ++i) app.press_key(kKeyDown);  // .., inner, Alpha, beta
  app.press_key(kKeyEnter);
  CHECK(opened() == "beta.npy");
  open_file_panel(app.shell.files(), FilePanel::Mode::kOpen, {});
  app.frames(3);
  app.type("in");
  app.press_key(kKeyEnter);
  app.frames(3);
  CHECK(app.on_screen("files/entry/gamma.npy"));
  app.press_key(kKeyBackspace);
  app.frames(3);
  CHECK(app.on_screen("files/entry/beta.npy"));
  app.press(' ');
  CHECK_FALSE(app.model().step.playhead.playing);
  app.press_key(kKeyEscape);
  CHECK_FALSE(app.on_screen("files"));
}

TEST_CASE("cells are pasted at the pin, or as the grid where they do not fit") {
  AppDriver app;
  pin(app, "step/in/6/6");
  ImGui::SetClipboardText("21\t22\n23\t24\n");
  app.press_and_answer(ctrl('V'));
  CHECK(cell(app, {6, 6}) == 21);
  CHECK(cell(app, {7, 7}) == 24);
  CHECK(app.model().step.document.grid.size == Size2{8, 8});
  app.press(ctrl('Z'));
  CHECK(app.model().step.document == step::Document());
  ImGui::SetClipboardText("1,2,3\n4,5,6");
  app.press_and_answer(ctrl('V'));
  CHECK(app.model().step.document.grid.size == Size2{2, 3});
  CHECK(cell(app, {1, 2}) == 6);
  ImGui::SetClipboardText("1\tx");
  app.press_and_answer(ctrl('V'));
  CHECK(app.model().notice_is_error);
  CHECK(app.model().notice.find("\"x\"") != std::string::npos);
}

TEST_CASE("several cells pasted into one field do not run together") {
  AppDriver app;
  pin(app, "step/in/0/0");
  app.press_key(kKeyEnter);
  ImGui::SetClipboardText("1\t2\n3\t4");
  app.press_and_answer(ctrl('V'));
  CHECK(cell(app, {0, 0}) == 1);
  CHECK(cell(app, {1, 1}) == 4);
  app.press_key(kKeyEscape);
  app.click("step/kernel");
  ImGui::SetClipboardText("4\t5\t6");
  app.press(ctrl('V'));
  app.press_key(kKeyEnter);
  CHECK(app.model().step.document.params.kernel == Size2{4, 4});
  app.press(ctrl('2'));
  tab_to(app, "chain/name");
  app.press_key(kKeyEnter);
  ImGui::SetClipboardText("two\nlines");
  app.press(ctrl('V'));
  app.press_key(kKeyEnter);
  CHECK(app.model().chain.document.chain.layers.back().name == "two lines");
}

TEST_CASE("layers in words are pasted after the selected one, in one undo step") {
  AppDriver app;
  app.press(ctrl('2'));
  const Chain before = app.model().chain.document.chain;
  app.press(Chord{kKeyLeft, false, false, false});
  ImGui::SetClipboardText("conv 64 k7 s2 p3\nmax k3 s2 p1");
  app.press_and_answer(ctrl('V'));
  const Chain& after = app.model().chain.document.chain;
  REQUIRE(after.layers.size() == before.layers.size() + 2);
  CHECK(after.layers[before.layers.size() - 1].out_channels == 64);
  CHECK(after.layers[before.layers.size()].kernel == Size2{3, 3});
  CHECK(after.layers.back() == before.layers.back());
  app.press(ctrl('Z'));
  CHECK(app.model().chain.document.chain == before);
  ImGui::SetClipboardText("input 1x28x28\nconv 8 k3\n");
  app.press_and_answer(ctrl('V'));
  CHECK(app.model().chain.document.chain.plane == Size2{28, 28});
  CHECK(app.model().chain.document.chain.layers.size() == 1);
}

TEST_CASE("explanations stand outside the grid and beside the controls they explain, not over neighbours") {
  AppDriver app;
  const auto shows = [&](std::string_view name) {
    app.hover(name);
    app.frames(30);
    return app.on_screen("tooltip");
  };
  REQUIRE(shows("step/in/3/3"));
  Rect tip = app.find("tooltip");
  for (int row = 0; row < 8; ++row) {
    const std::string name = "step/in/" + std::to_string(row) + "/" + std::to_string(7 - row);
    CHECK_FALSE(inside_of(tip, app.find(name)));
  }
  REQUIRE(shows("step/kernel"));
  tip = app.find("tooltip");
  CHECK_FALSE(inside_of(tip, app.find("inspector")));
  REQUIRE(shows("step/operation/max"));
  CHECK_FALSE(inside_of(app.find("tooltip"), app.find("step/operation/average")));
  REQUIRE(shows("transport/play"));
  CHECK_FALSE(inside_of(app.find("tooltip"), app.find("transport/step-forward")));
  app.click("step/kernel");
  app.frames(40);
  CHECK_FALSE(app.on_screen("tooltip"));  // never while typing
}

TEST_CASE("an explanation is drawn by the one frame that is asked for") {
  AppDriver app;
  app.hover("rail/help");
  const double due = app.shell.wake_in();
  CHECK(due < 0.41);
  app.frame(due);
  CHECK(app.on_screen("tooltip"));
}

}  // namespace poolglass
