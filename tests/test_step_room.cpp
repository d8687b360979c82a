#include <doctest/doctest.h>

#include <algorithm>

#include <cmath>
#include <memory>

#include "app/rooms/step/model.h"
#include "app/rooms/step/presets.h"
#include "app/state/commands.h"

namespace poolglass::step {
namespace {

std::vector<float> pooled(const Model& model) {
  Derived derived;
  derive(model, derived);
  REQUIRE(derived.status.ok());
  return derived.output.values.copied();
}

}  // namespace

TEST_CASE("the first start shows the lesson under a 2x2 maximum, paused on the first window") {
  const Model model;
  CHECK(pooled(model) == std::vector<float>{8, 7, 2, 5, 7, 6, 6, 9, 7, 4, 7, 9, 7, 7, 9, 9});
  CHECK_FALSE(model.playhead.playing);
  CHECK(model.playhead.index == 0);
  Derived derived;
  derive(model, derived);
  CHECK(status_sentence(model, derived) == "Window (0,0) reads 5 3 / 5 8: max = 8 → out[0,0] · Space plays");
  CHECK(derived.source_title == "The lesson's grid");
}

TEST_CASE("one action flips maximum and average, and undo flips back") {
  Model model;
  update(model, ToggleReduction{});
  CHECK(pooled(model) == std::vector<float>{5.25f, 3.25f, .75f, 2.75f, 5.5f, 2.5f, 2.5f, 3.75f, 2.75f, 2.5f,
                                            3, 3.75f, 3, 2.25f, 3.5f, 5.75f});
  undo(model);
  CHECK(model.document == Document());
  redo(model);
  CHECK(model.document.params.reduction == Reduction::kAverage);
}

TEST_CASE("the stride follows the kernel until it is set, and again when asked to") {
  Model model;
  update(model, SetKernel{{3, 3}});
  CHECK(model.document.params.stride == Size2{3, 3});
  update(model, SetStride{{2, 2}});
  update(model, SetKernel{{4, 4}});
  CHECK(model.document.params.stride == Size2{2, 2});
  update(model, SetStrideFollows{true});
  CHECK(model.document.params.stride == Size2{4, 4});
}

TEST_CASE("a drag is one undo step; keys are one each") {
  Model model;
  for (const int64_t k : {3, 4, 5}) update(model, SetKernel{{k, k}});
  update(model, EndMerge{});
  update(model, SetKernel{{6, 6}});
  update(model, EndMerge{});
  undo(model);
  CHECK(model.document.params.kernel == Size2{5, 5});
  undo(model);
  CHECK(model.document.params.kernel == Size2{2, 2});
  CHECK_FALSE(model.history.can_undo());
  update(model, Nudge{Field::kKernel, 1});
  update(model, Nudge{Field::kKernel, 1});
  undo(model);
  CHECK(model.document.params.kernel == Size2{3, 3});
}

TEST_CASE("dragging a cell is one step per cell, and an edit that changes nothing is none") {
  Model model;
  update(model, SetCell{{0, 0}, 5});
  CHECK_FALSE(model.history.can_undo());
  for (const float value : {6.0f, 7.0f, 8.0f}) update(model, SetCell{{0, 0}, value, true});
  for (const float value : {1.0f, 2.0f}) update(model, SetCell{{0, 1}, value, true});
  undo(model);
  CHECK(model.document.grid.at({0, 0}) == 8);
  CHECK(model.document.grid.at({0, 1}) == 3);
  undo(model);
  CHECK(model.document == Document());
}

TEST_CASE("a cell can hold NaN, and that is one change, not many") {
  Model model;
  update(model, SetCell{{0, 0}, std::nanf("")});
  update(model, SetCell{{0, 0}, std::nanf("")});
  CHECK(std::isnan(pooled(model)[0]));
  undo(model);
  CHECK(model.document == Document());
}

TEST_CASE("cells outside the grid cannot be set") {
  Model model;
  for (const Cell cell : {Cell{-1, 0}, Cell{0, -1}, Cell{8, 0}, Cell{0, 8}}) update(model, SetCell{cell, 1});
  CHECK(model.document == Document());
}

TEST_CASE("a resized grid keeps edited cells and continues its source") {
  Model model;
  update(model, SetCell{{1, 1}, 42});
  update(model, SetGridSize{{9, 9}});
  CHECK(model.document.grid.at({1, 1}) == 42);
  CHECK(model.document.grid.at({8, 8}) == 5);  // the lesson starts over
  update(model, SetGridSize{{1, 1}});
  update(model, SetGridSize{{5000, 0}});
  CHECK(model.document.grid.size == Size2{4096, 1});
}

TEST_CASE("linking copies the height to the width") {
  Model model;
  update(model, SetLinked{Field::kKernel, false});
  update(model, SetKernel{{3, 2}});
  CHECK(model.document.params.kernel == Size2{3, 2});
  update(model, SetLinked{Field::kKernel, true});
  CHECK(model.document.params.kernel == Size2{3, 3});
  CHECK(model.document.params.stride == Size2{3, 3});
}

TEST_CASE("a finished walk stays finished when the windows change, an unfinished one keeps its window") {
  Model model;
  model.playhead.index = model.playhead.from = 15;
  update(model, SetGridSize{{4, 4}});
  CHECK(model.playhead.index == 3);
  update(model, SetGridSize{{8, 8}});
  CHECK(model.playhead.index == 15);
  model.playhead.index = model.playhead.from = 5;
  update(model, SetGridSize{{10, 10}});
  CHECK(model.playhead.index == 5);
  update(model, SetGridSize{{4, 4}});
  CHECK(model.playhead.index == 3);
}

TEST_CASE("sections go back to their defaults and know when they have them") {
  Model model;
  for (const Section section : {Section::kOperation, Section::kWindow, Section::kOptions, Section::kGrid}) {
    CHECK(is_default(section, model.document));
  }
  update(model, SetKernel{{3, 3}});
  update(model, SetDilation{{2, 2}});
  update(model, SetStride{{1, 1}});
  CHECK_FALSE(is_default(Section::kWindow, model.document));
  CHECK(is_default(Section::kOptions, model.document));
  update(model, ResetSection{Section::kWindow});
  CHECK(model.document == Document());
  update(model, SetCell{{0, 0}, 1});
  CHECK_FALSE(is_default(Section::kGrid, model.document));
  update(model, ResetSection{Section::kGrid});
  CHECK(model.document == Document());
}

TEST_CASE("a tensor opens on its first plane; another plane and another corner can be chosen") {
  auto tensor = std::make_shared<Tensor>(Shape{1, 2, 70, 3});
  for (size_t i = 0; i < tensor->values.size(); ++i) tensor->values[i] = static_cast<float>(i);
  Model model;
  update(model, OpenTensor{tensor, "features.npy"});
  CHECK(model.document.grid.size == Size2{70, 3});
  CHECK(model.document.grid.at({1, 0}) == 3);
  update(model, SetChannel{1});
  CHECK(model.document.grid.at({0, 0}) == 210);
  update(model, SetChannel{9});
  CHECK(model.document.source.plane == 1);
  update(model, Crop{{0, 0}, {64, 3}});
  update(model, SetOrigin{{100, 100}});
  CHECK(model.document.source.origin == Cell{6, 0});
  CHECK(model.document.grid.at({0, 0}) == 210 + 18);
  Derived derived;
  derive(model, derived);
  CHECK(derived.source_title == "features.npy, channel 1 of 2");
  CHECK_FALSE(derived.edited);
}

TEST_CASE("choosing a corner and choosing a plane are steps of their own") {
  Model model;
  update(model, OpenTensor{std::make_shared<Tensor>(Shape{1, 2, 70, 70}), "features.npy"});
  update(model, Crop{{0, 0}, {64, 64}});
  update(model, SetOrigin{{1, 0}});
  update(model, SetOrigin{{0, 0}});  // a drag: one step
  CHECK(model.document.source.origin == Cell{0, 0});
  update(model, SetOrigin{{2, 3}});
  update(model, SetChannel{1});
  undo(model);
  CHECK(model.document.source.plane == 0);
  CHECK(model.document.source.origin == Cell{2, 3});
  undo(model);
  CHECK(model.document.source.origin == Cell{0, 0});
}

TEST_CASE("the next preset after the last is the first, and a file counts as before the first") {
  Model model;
  update(model, StepPreset{-1});
  CHECK(model.document.source.preset == presets().back().id);
  update(model, StepPreset{1});
  CHECK(model.document.source.preset == "lesson");
  update(model, OpenTensor{std::make_shared<Tensor>(), "x.npy"});
  update(model, StepPreset{1});
  CHECK(model.document.source.preset == "lesson");
}

TEST_CASE("a new seed keeps the size and is another grid") {
  Model model;
  update(model, SetGridSize{{5, 6}});
  update(model, NewSeed{});
  const Grid first = model.document.grid;
  update(model, NewSeed{});
  CHECK(first.size == Size2{5, 6});
  CHECK_FALSE(first == model.document.grid);
}

TEST_CASE("every command has its own id and chord, and means an action or waits for its moment") {
  const Model model;
  Derived derived;
  derive(model, derived);
  for (const CommandRow& command : commands()) {
    CAPTURE(command.id);
    const bool waits = command.id == "step.let-go" || command.id == "step.count-include-pad" ||
                       command.id == "step.device" ||                                 // there is no GPU
                       command.id == "step.upstream" || command.id == "step.ties" ||  // another lens
                       command.id == "step.dialect" || command.id == "step.divisors" ||
                       command.id == "step.asked" || command.id == "step.make-exercise" ||  // other panels
                       command.id == "step.save-answer" || command.id == "step.line-next" ||
                       command.id == "step.line-previous" || command.id == "step.code-next" ||
                       command.id == "step.code-copy" || command.id == "step.code-save" ||
                       command.id.starts_with("step.zoom-") || command.id.starts_with("step.pan-") ||
                       command.id == "step.crop" || command.id == "step.layout" ||  // maps and files
                       command.id.starts_with("step.channel-") || command.id.starts_with("step.image-");
    CHECK((command.why_not != nullptr && command.why_not(model, derived)) == waits);
    for (const CommandRow& other : commands()) {
      if (&other == &command) continue;
      CHECK(other.id != command.id);
      CHECK_FALSE(other.chord == command.chord);
    }
  }
}

TEST_CASE("arrows step by windows, and move the pinned cell when there is one") {
  Model model;
  Derived derived;
  derive(model, derived);
  const auto action = [&](std::string_view id) {
    const auto row = std::ranges::find(commands(), id, &CommandRow::id);
    REQUIRE(row != commands().end());
    return row->action(model, derived);
  };
  CHECK(get_if<StepBy>(*get_if<PlayheadAction>(action("step.down")))->delta == 4);
  update(model, Pin{{Side::kInput, {7, 0}}});
  for (const char* id : {"step.down", "step.right"}) update(model, *get_if<Action>(action(id)));
  CHECK(model.pin->cell == Cell{7, 1});
  update(model, *get_if<Action>(action("step.let-go")));
  CHECK_FALSE(model.pin.has_value());
}

TEST_CASE("stepping and playing let go of the pin; looking around keeps it and the last notice") {
  poolglass::Model app;
  poolglass::Derived derived;
  poolglass::derive(app, derived);
  const auto pin = [&] { poolglass::update(app, derived, Action(Pin{{Side::kOutput, {1, 1}}})); };
  for (const PlayheadAction& action :
       {PlayheadAction(StepBy{1}), PlayheadAction(SeekTo{3}), PlayheadAction(TogglePlay{})}) {
    pin();
    poolglass::update(app, derived, PlayheadAction(HoldPlayback{true}));
    CHECK(app.step.pin.has_value());
    poolglass::update(app, derived, action);
    CHECK_FALSE(app.step.pin.has_value());
  }
  app.notice = "saved out.npy";
  poolglass::update(app, derived, Action(Hover{Selection{Side::kInput, {0, 0}}}));
  CHECK(app.notice == "saved out.npy");
  pin();
  CHECK(app.notice.empty());
}

TEST_CASE("copying takes the pinned cell, else the whole output") {
  Model model;
  update(model, ApplyPreset{"ties"});
  update(model, SetReduction{Reduction::kAverage});
  Derived derived;
  derive(model, derived);
  CHECK(copied_text(model, derived) == "3.5\t4.75\n3.75\t3\n");
  update(model, Pin{{Side::kOutput, {0, 1}}});
  CHECK(copied_text(model, derived) == "4.75");
  update(model, Pin{{Side::kInput, {0, 3}}});
  CHECK(copied_text(model, derived) == "6");
}

TEST_CASE("both results are copied where both are shown") {
  Model model;
  update(model, ApplyPreset{"ties"});
  update(model, SetBoth{true});
  Derived derived;
  derive(model, derived);
  CHECK(copied_text(model, derived) == "max\n4\t6\n5\t3\n\naverage\n3.5\t4.75\n3.75\t3\n");
  update(model, Pin{{Side::kOutput, {0, 1}}});
  CHECK(copied_text(model, derived) == "6\t4.75");
}

TEST_CASE("undo keeps no more opened arrays than fit its budget, and always the last step") {
  Model model;
  std::vector<std::weak_ptr<const Tensor>> opened;
  constexpr int64_t kSide = 1024 * 1024 * 5 / 2;  // cells: 10 MiB each, three of which fit
  for (int i = 0; i < 6; ++i) {
    auto tensor = std::make_shared<const Tensor>(Shape{1, 1, 1, kSide});
    opened.push_back(tensor);
    update(model, OpenTensor{std::move(tensor), std::to_string(i)});
    update(model, ToggleReduction{});  // shares the array with the step before
  }
  const auto kept = [&] {
    return std::count_if(opened.begin(), opened.end(), [](const auto& tensor) { return !tensor.expired(); });
  };
  CHECK(kept() == 4);  // on the screen, and three that undo reaches
  CHECK(opened[0].expired());
  CHECK_FALSE(opened[5].expired());
  int steps = 0;
  for (; model.history.can_undo(); ++steps) undo(model);
  CHECK(steps >= 6);
  CHECK(steps <= 8);
  CHECK(model.document.source.file == "2");
  update(model, OpenTensor{std::make_shared<const Tensor>(Shape{1, 1, 1, kSide * 4}), "large"});
  update(model, OpenTensor{std::make_shared<const Tensor>(Shape{}), "small"});
  undo(model);
  CHECK(model.document.source.file == "large");
}

}  // namespace poolglass::step
