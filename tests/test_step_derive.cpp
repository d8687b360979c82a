#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "app/rooms/step/model.h"
#include "app/rooms/step/presets.h"
#include "tests/support/step_room.h"

namespace poolglass::step {
namespace {}  // namespace

TEST_CASE("moving the playhead, pinning and hovering leave the pooled picture alone") {
  Model model;
  Derived derived = derived_of(model);
  const uint64_t revision = derived.revision;
  const float* output = derived.output.values.data();
  model.playhead.index = 7;
  update(model, Hover{Selection{Side::kInput, {2, 2}}});
  derive(model, derived);
  CHECK(derived.revision == revision);
  CHECK(derived.output.values.data() == output);
  CHECK(derived.window.output == Cell{1, 1});  // the first window that reads the cell under the pointer
  update(model, Hover{});
  derive(model, derived);
  CHECK(derived.window.output == Cell{1, 3});
  for (const int64_t index : {0, 3, 0}) {
    model.playhead.index = index;
    derive(model, derived);
    CHECK(derived.window.output == Cell{0, index});
  }
  update(model, SetCell{{0, 0}, 9});
  derive(model, derived);
  CHECK(derived.revision != revision);
  CHECK(derived.output.at({0, 0}) == 9);
}

TEST_CASE("parameters that do not fit keep the last good picture with the sentence") {
  Model model;
  Derived derived = derived_of(model);
  const Grid good = derived.output;
  update(model, SetKernel{{9, 9}});
  derive(model, derived);
  CHECK_FALSE(derived.status.ok());
  CHECK(status_sentence(model, derived) == "Kernel 9×9 is larger than the input 8×8");
  CHECK(derived.output == good);
  CHECK(derived.params.kernel == Size2{2, 2});
  CHECK(derived.window.result == 8);
  update(model, SetKernel{{3, 3}});
  derive(model, derived);
  CHECK(derived.status.ok());
  CHECK(derived.output.size == Size2{2, 2});
}

TEST_CASE("a document that never fitted shows the lesson and its sentence") {
  Model model;
  update(model, SetKernel{{9, 9}});
  const Derived derived = derived_of(model);
  CHECK_FALSE(derived.status.ok());
  CHECK(derived.output.size == Size2{4, 4});
}

TEST_CASE("an odd grid loses 13 of its 49 cells") {
  Model model;
  update(model, ApplyPreset{"odd"});
  const Derived derived = derived_of(model);
  CHECK(derived.never_read_sentence == "13 of 49 cells are never read");
  int64_t unread = 0;
  for (int64_t row = 0; row < 7; ++row) {
    for (int64_t column = 0; column < 7; ++column) unread += derived.reads({row, column}) ? 0 : 1;
  }
  CHECK(unread == 13);
  CHECK(derived_of(Model()).never_read_sentence.empty());
}

TEST_CASE("the smoke alarm: maximum 9, average 2.25") {
  Model model;
  update(model, ApplyPreset{"smoke-alarm"});
  CHECK(derived_of(model).output.values == std::vector<float>{9});
  update(model, ToggleReduction{});
  CHECK(derived_of(model).output.values == std::vector<float>{2.25f});
}

TEST_CASE("the winner of ties is the first cell in row-major order") {
  Model model;
  update(model, ApplyPreset{"ties"});
  Derived derived;
  const Cell expected[] = {{0, 0}, {0, 3}, {2, 0}, {2, 2}};
  for (int64_t i = 0; i < 4; ++i) {
    model.playhead.index = i;
    derive(model, derived);
    REQUIRE(derived.window.winner.has_value());
    CHECK(*derived.window.winner == expected[i]);
  }
}

TEST_CASE("an input cell knows the windows that read it") {
  Model model;
  update(model, SetKernel{{3, 3}});
  update(model, SetStride{{2, 2}});
  update(model, Hover{Selection{Side::kInput, {2, 2}}});
  Derived derived = derived_of(model);
  CHECK(derived.readers == std::vector<Cell>{{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  CHECK(status_sentence(model, derived) ==
        "in[2,2] = 1 is read by 4 windows: out[0,0], out[0,1], out[1,0], out[1,1] · click pins");
  update(model, Hover{Selection{Side::kInput, {7, 7}}});
  derive(model, derived);
  CHECK(derived.readers.empty());
  CHECK(status_sentence(model, derived) == "in[7,7] = 6 is never read · click pins");
}

TEST_CASE("the window in focus: hovered before pinned before the playhead's; playing passes over the pin") {
  Model model;
  model.playhead.index = 3;
  Derived derived = derived_of(model);
  CHECK(derived.window.output == Cell{0, 3});
  update(model, Pin{{Side::kOutput, {1, 1}}});
  derive(model, derived);
  CHECK(derived.window.output == Cell{1, 1});
  CHECK(status_sentence(model, derived) ==
        "Window (1,1) reads 1 6 / 0 3: max = 6 → out[1,1] · pinned, Esc lets go");
  update(model, Hover{Selection{Side::kOutput, {2, 2}}});
  derive(model, derived);
  CHECK(derived.window.output == Cell{2, 2});
  update(model, Hover{std::nullopt});
  model.playhead.playing = true;
  derive(model, derived);
  CHECK(derived.window.output == Cell{0, 3});
}

TEST_CASE("a pin outside the picture is not explored") {
  Model model;
  update(model, Pin{{Side::kOutput, {3, 3}}});
  update(model, SetGridSize{{4, 4}});
  const Derived derived = derived_of(model);
  CHECK_FALSE(derived.focus.has_value());
  CHECK(derived.window.output == Cell{0, 0});
}

TEST_CASE("the picture spans the padding and what ceil mode hangs over it") {
  Model model;
  update(model, SetKernel{{3, 3}});
  update(model, SetPadding{{1, 1}});
  CHECK(derived_of(model).rows == CellRange{-1, 9});
  update(model, SetPadding{{0, 0}});
  update(model, SetCeilMode{true});
  const Derived derived = derived_of(model);
  CHECK(derived.rows == CellRange{0, 9});
  update(model, SetReduction{Reduction::kAverage});
  model.playhead.index = 2;
  const Derived last = derived_of(model);
  CHECK(last.window.taps[2].kind == TapKind::kOverhang);
  CHECK(last.window.divisor == 6);
  CHECK(last.window.cells == 6);
}

TEST_CASE("the colour range spans the finite values of input and output") {
  Model model;
  update(model, SetCell{{0, 0}, std::nanf("")});
  update(model, SetCell{{0, 2}, -std::numeric_limits<float>::infinity()});
  update(model, SetCell{{5, 5}, -4});
  const Derived derived = derived_of(model);
  CHECK(derived.range == ValueRange{-4, 9});
  CHECK(derived.range.unit(-4) == 0);
  CHECK(derived.range.unit(9) == 1);
  CHECK(derived.range.unit(-std::numeric_limits<float>::infinity()) == 0);
  CHECK(ValueRange{3, 3}.unit(3) == 0.5);
  CHECK(ValueRange{2, 4}.unit(3) == 0.5);
  CHECK(ValueRange{-4, -2}.unit(-3.5) == 0.25);
}

TEST_CASE("an edited grid says so") {
  Model model;
  update(model, SetCell{{0, 0}, 1});
  CHECK(derived_of(model).edited);
  undo(model);
  CHECK_FALSE(derived_of(model).edited);
}

TEST_CASE("dilation spreads the taps") {
  Model model;
  update(model, SetDilation{{3, 3}});
  const Derived derived = derived_of(model);
  REQUIRE(derived.window.taps.size() == 4);
  CHECK(derived.window.taps[3].cell == Cell{3, 3});
  CHECK(derived.output.size == Size2{3, 3});
}

TEST_CASE("a plane larger than the grid is kept whole, in maxima of at most 64x64 parts") {
  Model model;
  auto tensor = std::make_shared<Tensor>(Shape{1, 2, 512, 256});
  tensor->at(0, 0, 511, 255) = 7;
  tensor->at(0, 1, 0, 0) = 5;
  update(model, OpenTensor{tensor, "large.npy"});
  update(model, Crop{{0, 0}, {64, 64}});
  Derived derived = derived_of(model);
  CHECK(derived.whole_size == Size2{512, 256});
  CHECK(derived.whole.size == Size2{64, 32});
  CHECK(derived.whole.at({63, 31}) == 7);
  CHECK(derived.whole.at({0, 0}) == 0);
  update(model, SetChannel{1});
  derive(model, derived);
  CHECK(derived.whole.at({0, 0}) == 5);
  CHECK(derived.whole.at({63, 31}) == 0);
  update(model, ApplyPreset{"lesson"});
  derive(model, derived);
  CHECK(derived.whole.values.empty());
}

TEST_CASE("what does not divide into 64 parts has them overlap, and wide planes are as good as high ones") {
  for (const Size2 plane : {Size2{65, 130}, Size2{130, 65}, Size2{1, 200}}) {
    CAPTURE(plane.h);
    CAPTURE(plane.w);
    Model model;
    auto tensor = std::make_shared<Tensor>(Shape{1, 1, plane.h, plane.w});
    tensor->at(0, 0, plane.h - 1, plane.w - 1) = 7;
    update(model, OpenTensor{tensor, "odd.npy"});
    update(model, Crop{{0, 0}, {9, 9}});
    const Derived derived = derived_of(model);
    const auto parts = [&](int64_t side) {
      return std::max<int64_t>(1, side * 64 / std::max(plane.h, plane.w));
    };
    const Size2 size{parts(plane.h), parts(plane.w)};
    CHECK(derived.whole.size == size);
    CHECK(derived.whole.at({size.h - 1, size.w - 1}) == 7);
  }
}

TEST_CASE("figures are counted in both grids") {
  Model model;
  CHECK(derived_of(model).input_figures == 1);
  CHECK(derived_of(model).output_figures == 1);
  update(model, SetReduction{Reduction::kAverage});
  CHECK(derived_of(model).input_figures == 1);
  CHECK(derived_of(model).output_figures == 4);  // 2.25
}

}  // namespace poolglass::step
