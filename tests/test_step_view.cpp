#include <doctest/doctest.h>

#include <algorithm>

#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "tests/support/app_driver.h"

namespace poolglass::step {
namespace {

using testing::AppDriver;

const step::Model& room(const AppDriver& app) { return app.model().step; }
const step::Derived& results(const AppDriver& app) { return app.derived().step; }

std::string status(const AppDriver& app) { return poolglass::status_sentence(app.model(), app.derived()); }

}  // namespace

TEST_CASE("the toggle and M flip the operation, and the picture with it") {
  AppDriver app;
  const size_t before = app.picture_hash();
  app.click("step/operation/average");
  CHECK(room(app).document.params.reduction == Reduction::kAverage);
  CHECK(results(app).window.result == 5.25f);
  CHECK(app.picture_hash() != before);
  app.press('M');
  CHECK(room(app).document.params.reduction == Reduction::kMax);
}

TEST_CASE("lenses are chosen by tab, by Alt and a figure, and one after the other") {
  AppDriver app;
  const size_t window = app.picture_hash();
  app.click("lens/gradient");
  CHECK(room(app).lens == kGradientLens);
  const size_t gradient = app.picture_hash();
  CHECK(gradient != window);
  app.press(Chord{'3', false, false, true});
  CHECK(room(app).lens == kCoverageLens);
  CHECK(app.picture_hash() != gradient);
  for (const Lens lens : {kRebuildLens, kDialectsLens, kWindowLens}) {
    app.press(Chord{kKeyTab, true, false, false});
    CHECK(room(app).lens == lens);
  }
}

TEST_CASE("B and its option show both operations in every lens; choosing one ends that") {
  AppDriver app;
  const size_t max = app.picture_hash();
  app.press('B');
  CHECK(room(app).both);
  CHECK(room(app).document == Document());
  CHECK(app.picture_hash() != max);
  CHECK(status(app).starts_with("Window (0,0) reads 5 3 / 5 8: max = 8, average = 5.25, difference = 2.75"));
  for (size_t lens = 0; lens < kLenses.size(); ++lens) {
    app.press(Chord{static_cast<char>('1' + lens), false, false, true});
    CHECK(room(app).both);
    CHECK_FALSE(status(app).empty());
  }
  app.press('M');
  CHECK_FALSE(room(app).both);
  CHECK(room(app).document.params.reduction == Reduction::kAverage);
  app.click("step/operation/both");
  CHECK(room(app).both);
  app.click("step/operation/max");
  CHECK_FALSE(room(app).both);
}

TEST_CASE("every lens draws one operation and both, in windows of any size and on grids of any shape") {
  for (const glm::vec2 size : {glm::vec2(1280, 720), glm::vec2(2560, 1440), glm::vec2(640, 480)}) {
    AppDriver app(size, size.x > 2000 ? 2.0f : 1.0f);
    step::Model& model = app.shell.model.step;
    for (const Size2 grid : {Size2{1, 1}, Size2{64, 64}, Size2{1, 64}, Size2{7, 7}}) {
      model.document.links.size = false;
      step::update(model, SetKernel{{1, 1}});
      step::update(model, SetGridSize{grid});
      step::update(model, SetKernel{{std::min<int64_t>(grid.h, 2), std::min<int64_t>(grid.w, 2)}});
      for (model.lens = 0; model.lens < kLenses.size(); ++model.lens) {
        for (const bool both : {false, true}) {
          model.both = both;
          model.divisors = both;
          app.frames(2);
          CHECK(results(app).status.ok());
          CHECK(app.on_screen("step/in/0/0"));
          CHECK(app.on_screen("step/out/0/0"));
        }
      }
    }
  }
}

TEST_CASE(
    "A goes from a sliding window to adaptive bins to the whole grid; keys for windows then say why not") {
  AppDriver app;
  const size_t sliding = app.picture_hash();
  app.press('A');
  CHECK(room(app).document.kind == Kind::kAdaptive);
  CHECK(results(app).output.size == Size2{4, 4});
  app.click("step/bins/plus");
  CHECK(results(app).output.size == Size2{5, 5});
  CHECK(app.picture_hash() != sliding);
  app.press('S');
  CHECK(room(app).document.params.stride == Size2{2, 2});
  app.press('K');
  CHECK(results(app).output.size == Size2{6, 6});
  app.press('A');
  CHECK(results(app).window.cells == 64);
  app.press('A');
  CHECK(room(app).document.params == Document().params);
}

TEST_CASE("W goes from library to library; a cell of one is hovered and pinned by itself") {
  AppDriver app;
  update(app.shell.model, app.derived(), poolglass::Action(Action(ApplyPreset{"padding"})));
  app.press(Chord{'5', false, false, true});
  CHECK(results(app).dialects.all[static_cast<size_t>(Dialect::kKerasZeroPadding)].differing == 3);
  app.press('W');
  CHECK(room(app).dialect == Dialect::kOnnx);
  CHECK(results(app).dialects.shown == Dialect::kOnnx);
  step::update(app.shell.model.step, Pin{{Side::kOutput, {2, 2}, static_cast<size_t>(Dialect::kCaffe)}});
  app.frames(2);
  CHECK(results(app).dialects.shown == Dialect::kCaffe);
  CHECK(results(app).dialects.window.output == Cell{2, 2});
  CHECK(status(app).find("PyTorch has no such window") != std::string::npos);
  app.press_key(kKeyRight);  // Caffe has three columns: the pin stays inside
  CHECK(room(app).pin->cell == Cell{2, 2});
  app.press_key(kKeyUp);
  CHECK(room(app).pin->cell == Cell{1, 2});
}

TEST_CASE("an upstream gradient is typed over a pinned output cell") {
  AppDriver app;
  app.click("lens/gradient");
  app.click("step/out/1/2");
  app.type("-2.5");
  app.press_key(kKeyEnter);
  CHECK(room(app).document.upstream.kind == UpstreamKind::kTyped);
  CHECK(results(app).gradient.upstream.at({1, 2}) == -2.5f);
  CHECK(results(app).gradient.upstream.at({0, 0}) == 1);
  app.press(Chord{'Z', true, false, false});
  CHECK(room(app).document.upstream.kind == UpstreamKind::kOnes);
  app.click("lens/window");
  app.click("step/out/1/1");
  app.type("7");
  CHECK(room(app).document.upstream.kind == UpstreamKind::kOnes);
}

TEST_CASE("a click on a fix applies it, and every cell is read") {
  AppDriver app;
  app.click("lens/coverage");
  app.shell.model.step.history = {};
  update(app.shell.model, app.derived(), poolglass::Action(Action(ApplyPreset{"odd"})));
  app.frames(3);
  CHECK(status(app) == "13 of 49 cells are never read; the others by 1 window");
  app.click("step/fix/0");
  CHECK(room(app).document.params.ceil_mode);
  CHECK(status(app) == "Every cell is read, by 1 window");
  CHECK_FALSE(app.on_screen("step/fix/0"));
}

TEST_CASE("hovering an output cell shows its window, leaving it lets go") {
  AppDriver app;
  app.hover("step/out/1/1");
  CHECK(results(app).window.output == Cell{1, 1});
  CHECK(status(app).starts_with("Window (1,1) reads 1 6 / 0 3: max = 6"));
  app.move_to({1, 1});
  CHECK_FALSE(room(app).hover.has_value());
  CHECK(results(app).window.output == Cell{0, 0});
}

TEST_CASE("hovering an input cell finds the windows that read it") {
  AppDriver app;
  app.click("step/kernel/plus");
  app.click("step/stride/minus");
  app.click("step/stride/minus");
  CHECK(room(app).document.params.kernel == Size2{3, 3});
  CHECK(room(app).document.params.stride == Size2{1, 1});
  app.hover("step/in/2/2");
  CHECK(results(app).readers.size() == 9);
}

TEST_CASE("a click pins a cell, Escape and a second click let go") {
  AppDriver app;
  app.click("step/out/2/3");
  REQUIRE(room(app).pin.has_value());
  app.move_to({1, 1});
  CHECK(results(app).window.output == Cell{2, 3});
  app.press(Chord{kKeyEscape});
  CHECK_FALSE(room(app).pin.has_value());
  app.click("step/in/0/0");
  CHECK(room(app).pin == Selection{Side::kInput, {0, 0}});
  app.click("step/in/0/0");
  CHECK_FALSE(room(app).pin.has_value());
}

TEST_CASE(
    "exploring holds playback until the pointer leaves; a resting pointer does not keep it from starting") {
  AppDriver app;
  app.press(' ');
  CHECK(room(app).playhead.playing);
  app.hover("step/in/3/3");
  CHECK(room(app).playhead.held);
  const int64_t index = room(app).playhead.index;
  app.frames(120);
  CHECK(room(app).playhead.index == index);
  app.move_to({1, 1});
  app.frames(120);
  CHECK(room(app).playhead.index > index);
  app.press(' ');
  app.hover("step/in/3/3");
  app.press(' ');
  CHECK(room(app).playhead.playing);
  CHECK_FALSE(room(app).playhead.held);
  CHECK_FALSE(room(app).hover.has_value());
}

TEST_CASE("dragging a cell up raises its value in one undo step") {
  AppDriver app;
  const float em = app.shell.em();
  app.drag("step/in/0/2", {0, -2 * em});
  CHECK(room(app).document.grid.at({0, 2}) == 4);
  CHECK_FALSE(room(app).pin.has_value());
  app.press(Chord{'Z', true});
  CHECK(room(app).document == Document());
}

TEST_CASE("a double click types a value; what is not a number changes nothing and says so") {
  AppDriver app;
  app.double_click("step/in/0/0");
  app.type("−1.5");
  app.press_key(kKeyEscape);
  CHECK(room(app).document == Document());
  app.frames(40);  // further from the next click than a double click
  app.double_click("step/in/0/0");
  app.type("2.5");
  app.press_key(kKeyEnter);
  CHECK(room(app).document.grid.at({0, 0}) == 2.5f);
  app.frames(40);
  app.double_click("step/in/0/0");
  app.type("two");
  app.press_key(kKeyEnter);
  CHECK(room(app).document.grid.at({0, 0}) == 2.5f);
  CHECK(app.model().notice_is_error);
}

TEST_CASE("digits typed over a pinned input cell change it") {
  AppDriver app;
  app.click("step/in/0/0");
  app.move_to({1, 1});
  app.type("7");
  app.press_key(kKeyEnter);
  CHECK(room(app).document.grid.at({0, 0}) == 7);
}

TEST_CASE("every control of the inspector writes its own field") {
  AppDriver app;
  app.click("step/kernel/plus");
  CHECK(room(app).document.params.kernel == Size2{3, 3});
  CHECK(room(app).document.params.stride == Size2{3, 3});
  app.click("step/stride-follows");
  CHECK_FALSE(room(app).document.stride_follows);
  app.click("step/stride/minus");
  CHECK(room(app).document.params.stride == Size2{2, 2});
  app.click("step/padding/plus");
  CHECK(room(app).document.params.padding == Padding{1, 1, 1, 1});
  app.click("step/dilation/plus");
  CHECK(room(app).document.params.dilation == Size2{2, 2});
  app.click("step/ceil-mode");
  CHECK(room(app).document.params.ceil_mode);
  app.click("step/count-include-pad");
  CHECK(room(app).document.params.count_include_pad);  // a maximum has no divisor
  app.press('M');
  app.click("step/count-include-pad");
  CHECK_FALSE(room(app).document.params.count_include_pad);
  app.click("step/kernel/link");
  app.click("step/kernel/w/plus");
  CHECK(room(app).document.params.kernel == Size2{3, 4});
  app.click("step/window-section/reset");
  CHECK(room(app).document.params.kernel == Size2{2, 2});
  app.click("step/size/plus");
  CHECK(room(app).document.grid.size == Size2{9, 9});
}

TEST_CASE("each click of a control is one undo step") {
  AppDriver app;
  app.click("step/kernel/plus");
  app.click("step/kernel/plus");
  app.press(Chord{'Z', true});
  CHECK(room(app).document.params.kernel == Size2{3, 3});
}

TEST_CASE("a refusal keeps the picture and disables editing it") {
  AppDriver app;
  for (int i = 0; i < 7; ++i) app.press('K');
  CHECK_FALSE(results(app).status.ok());
  CHECK(status(app).find("Kernel 9×9") == 0);
  const Document before = room(app).document;
  app.drag("step/in/0/0", {0, -40});
  CHECK(room(app).document == before);
}

TEST_CASE("saving and opening are asked of the outside") {
  AppDriver app;
  app.press(Chord{'C', true});
  REQUIRE_FALSE(app.requests.empty());
  CHECK(get_if<CopyText>(app.requests.back())->text == "8\t7\t2\t5\n7\t6\t6\t9\n7\t4\t7\t9\n7\t7\t9\t9\n");
}

TEST_CASE("the smallest and the largest grid draw in every window, at every scale") {
  for (const glm::vec2 size : {glm::vec2(1280, 720), glm::vec2(2560, 1440), glm::vec2(640, 480)}) {
    for (const float scale : {1.0f, 2.0f, 3.0f}) {
      AppDriver app(size, scale);
      for (const Size2 grid : {Size2{1, 1}, Size2{64, 64}, Size2{1, 64}, Size2{64, 1}}) {
        app.shell.model.step.document.links.size = false;
        step::update(app.shell.model.step, SetKernel{{1, 1}});
        step::update(app.shell.model.step, SetGridSize{grid});
        app.frames(2);
        CHECK(results(app).status.ok());
        const std::string last = std::to_string(grid.h - 1) + "/" + std::to_string(grid.w - 1);
        CHECK(app.on_screen("step/in/" + last));
        CHECK(app.on_screen("step/out/" + last));
      }
    }
  }
}

TEST_CASE("the code panel comes by its tab or its key, in every language, and goes by Esc") {
  AppDriver app;
  CHECK(app.on_screen("step/kernel/plus"));
  app.click("panel/code");
  CHECK(room(app).panel == kCodePanel);
  CHECK_FALSE(app.on_screen("step/kernel/plus"));
  CHECK(app.on_screen("step/code/now"));
  app.click("step/code/numpy");
  CHECK(room(app).code == CodeTarget::kNumpy);
  CHECK_FALSE(app.on_screen("step/code/now"));
  app.press(Chord{'L', false, false, true});
  CHECK(room(app).code == CodeTarget::kTorch);
  app.click("step/code/keep/Copy");
  REQUIRE(app.requests.size() == 1);
  const auto* copied = get_if<CopyText>(app.requests.front());
  REQUIRE(copied != nullptr);
  CHECK(copied->text == *pooling_code(CodeTarget::kTorch, room(app).document.params));
  app.press_key(kKeyEscape);
  CHECK(room(app).panel == kSettings);
  app.press(Chord{'C', false, false, true});
  CHECK(room(app).panel == kCodePanel);
}

TEST_CASE("the playhead walks the loops line by line, and halts where it is paused") {
  AppDriver app;
  app.press(Chord{'C', false, false, true});
  app.frames(2);
  CHECK(status(app) == "i = 0, j = 0: out[0][0] = best = 8");
  app.press(Chord{'.', false, false, true});  // on into the next window
  CHECK(room(app).playhead.index == 1);
  CHECK(status(app) == "i = 0, j = 1: the window of out[0][1]");
  app.press(Chord{'.', false, false, true});
  CHECK(status(app) == "i = 0, j = 1: best starts at −∞: any value is larger");
  const size_t before = app.picture_hash();
  app.frames(120);
  CHECK(app.picture_hash() == before);
  app.press(Chord{',', false, false, true});
  app.press(Chord{',', false, false, true});
  CHECK(status(app) == "i = 0, j = 0: out[0][0] = best = 8");
  app.press(' ');
  app.frames(90);  // of a window that takes about 6 seconds
  CHECK(room(app).playhead.index == 1);
  CHECK(room(app).playhead.phase < 1);
  app.press(' ');
  const double phase = room(app).playhead.phase;
  app.frames(60);
  CHECK(room(app).playhead.phase == phase);
  app.press('.');
  CHECK(room(app).playhead.index == 2);
  CHECK(room(app).playhead.phase == 1);
}

TEST_CASE("in a drawer every panel has its own tab") {
  AppDriver app({1280, 720}, 2);
  app.click("panel/code");
  CHECK(app.on_screen("step/code/numpy"));
  app.click("panel/code");
  CHECK_FALSE(app.on_screen("inspector"));
  app.click("panel/settings");
  CHECK(app.on_screen("step/kernel/plus"));
  app.press_key(kKeyEscape);
  CHECK_FALSE(app.on_screen("inspector"));
}

TEST_CASE("a guess is typed anywhere, revealed by Enter, and Enter goes on") {
  AppDriver app;
  app.press(Chord{'P', false, false, true});
  app.frames(2);
  CHECK(asks(room(app)));
  const size_t asked = app.picture_hash();
  app.press('K');
  CHECK(room(app).document.params.kernel == Size2{2, 2});
  app.press(' ');
  CHECK_FALSE(room(app).playhead.playing);
  app.press(Chord{'2', false, false, true});
  CHECK(room(app).lens == kWindowLens);
  app.move_to({1, 1});
  app.type("7");
  app.press_key(kKeyEnter);
  app.frames(60);
  CHECK(room(app).predict.state == GuessState::kRevealed);
  CHECK(results(app).predict.right);
  CHECK(app.on_screen("step/truth"));
  CHECK(app.picture_hash() != asked);
  app.press_key(kKeyEnter);
  CHECK(asks(room(app)));
  CHECK(room(app).predict.cell == Cell{0, 2});
  app.type("2x");
  app.press_key(kKeyEnter);
  CHECK(asks(room(app)));
  CHECK(app.model().notice.starts_with("“2x” is not a number"));
  CHECK(room(app).predict.score.asked == 1);
  app.press_key(kKeyEscape);
  CHECK_FALSE(asks(room(app)));
  CHECK(room(app).panel == kSettings);
}

TEST_CASE("an open question hides its answer from every part of the window") {
  AppDriver app;
  const auto holds = [&](std::string_view text) {  // in what is written, not in where it stands
    const std::string svg = app.room_svg();
    for (size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1)) {
      if (svg.rfind('>', at) > svg.rfind('<', at)) return true;
    }
    return false;
  };
  // An average that no cell has: 5.75 of the last one.
  app.click("step/operation/average");
  app.click("step/out/3/3");
  CHECK(holds("5.75"));
  app.click("panel/predict");
  CHECK(room(app).predict.cell == Cell{3, 3});
  CHECK_FALSE(holds("5.75"));
  app.hover("step/out/3/3");
  app.frames(60);
  CHECK_FALSE(holds("5.75"));
  CHECK(status(app).find("5.75") == std::string::npos);
  app.requests.clear();
  app.press(Chord{'C', true, false, false});
  CHECK(app.requests.empty());
  app.click("panel/settings");
  CHECK_FALSE(holds("5.75"));
  app.click("panel/code");
  app.frames(3);
  CHECK_FALSE(app.on_screen("step/code/now"));
  app.click("panel/predict");
  app.click("step/show-truth");
  app.frames(60);
  CHECK(holds("5.75"));
}

TEST_CASE("the output's size is hidden with everything that tells it") {
  AppDriver app;
  app.click("panel/predict");
  update(app.shell.model, app.derived(), poolglass::Action(Action(SetAsked{Asked::kOutputSize})));
  app.frames(3);
  const Rect asked = app.find("canvas");
  CHECK_FALSE(app.on_screen("step/out/0/0"));
  const size_t small = app.picture_hash();
  update(app.shell.model, app.derived(), poolglass::Action(Action(Guess{"4 4"})));
  app.frames(60);
  CHECK(app.on_screen("step/out/3/3"));
  CHECK(app.picture_hash() != small);
  CHECK(app.find("canvas") == asked);
}

TEST_CASE("a click names the winner") {
  AppDriver app;
  app.click("panel/predict");
  update(app.shell.model, app.derived(), poolglass::Action(Action(SetAsked{Asked::kWinner})));
  app.frames(2);
  const Cell truth = results(app).window.winner.value_or(Cell{});
  app.click("step/in/" + std::to_string(truth.row) + "/" + std::to_string(truth.column));
  CHECK(room(app).predict.typed == std::to_string(truth.row) + ", " + std::to_string(truth.column));
  app.click("step/reveal");
  CHECK(results(app).predict.right);
}

TEST_CASE("the twelve exercises follow one another, and each opens on its own picture") {
  AppDriver app;
  app.press_and_answer(Chord{'E', false, false, true});
  std::vector<std::string> titles;
  for (int i = 0; i < 12; ++i) {
    REQUIRE(room(app).predict.exercise != nullptr);
    titles.push_back(room(app).predict.exercise->title);
    CHECK(room(app).predict.exercise->index == i);
    CHECK(room(app).predict.exercise->count == 12);
    CHECK(asks(room(app)));
    app.click("step/show-truth");
    app.frames(60);
    app.press_and_answer(Chord{kKeyEnter});
  }
  CHECK(room(app).predict.exercise->index == 0);
  CHECK(room(app).predict.score.asked == 12);
  std::ranges::sort(titles);
  CHECK(std::ranges::adjacent_find(titles) == titles.end());
}

TEST_CASE("a change that would mend coverage is shown while it is pointed at, and made by a click alone") {
  AppDriver app;
  update(app.shell.model.step, ApplyPreset{"odd"});
  app.click("lens/coverage");
  app.frames(2);
  const Document before = room(app).document;
  REQUIRE(results(app).never_read == 13);
  app.hover("step/fix/0");
  app.frames(2);
  CHECK(room(app).document == before);
  CHECK(results(app).never_read < 13);
  CHECK(results(app).fixes.size() >= 3);  // of the document as it is
  CHECK(status(app).starts_with("Ceil mode: Adds 7 windows"));
  app.hover("step/kernel");
  app.frames(2);
  CHECK(results(app).never_read == 13);
  app.hover("step/fix/0");
  app.press_key(kKeyF5);  // the table is gone, and what it showed
  app.frames(3);
  CHECK(results(app).never_read == 13);
  app.press_key(kKeyF5);
  app.click("step/fix/0");
  CHECK(room(app).document.params.ceil_mode);
  CHECK_FALSE(room(app).preview.has_value());
}

TEST_CASE("settings wait while a guess is open") {
  AppDriver app;
  app.press(Chord{'P', false, false, true});
  REQUIRE(poolglass::locked(app.model()));
  app.press(Chord{'S', false, false, true});
  REQUIRE(poolglass::locked(app.model()));
  const Document before = room(app).document;
  for (const char* control : {"step/ceil-mode", "step/stride-follows"}) {
    app.click(control);
    CHECK(room(app).document == before);
  }
}

}  // namespace poolglass::step
