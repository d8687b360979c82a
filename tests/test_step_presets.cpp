#include <doctest/doctest.h>

#include <set>
#include <string_view>

#include "app/rooms/step/presets.h"

namespace poolglass::step {

TEST_CASE("every preset has its own id, a title, a sentence and a grid that its parameters fit") {
  std::set<std::string_view> ids;
  for (const Preset& preset : presets()) {
    CAPTURE(preset.id);
    CHECK(ids.insert(preset.id).second);
    CHECK_FALSE(preset.title.empty());
    CHECK_FALSE(preset.summary.empty());
    Model model;
    update(model, ApplyPreset{std::string(preset.id)});
    Derived derived;
    derive(model, derived);
    CHECK(derived.status.ok());
    CHECK(derived.grid.size == preset.size);
    CHECK_FALSE(derived.edited);
  }
  for (const char* id : {"lesson", "smoke-alarm", "ties", "edges", "checkerboard", "ramp", "random", "odd"}) {
    CHECK(ids.count(id) == 1);
  }
}

TEST_CASE("in the preset of ties every window has a tied maximum") {
  Model model;
  update(model, ApplyPreset{"ties"});
  Derived derived;
  for (model.playhead.index = 0; model.playhead.index < 4; ++model.playhead.index) {
    derive(model, derived);
    int equal = 0;
    for (const Tap& tap : derived.window.taps) equal += tap.value == derived.window.result ? 1 : 0;
    CAPTURE(model.playhead.index);
    CHECK(equal > 1);
  }
}

TEST_CASE("no window of the lesson's grid has a tied maximum") {
  Model model;
  Derived derived;
  for (model.playhead.index = 0; model.playhead.index < 16; ++model.playhead.index) {
    derive(model, derived);
    int equal = 0;
    for (const Tap& tap : derived.window.taps) equal += tap.value == derived.window.result ? 1 : 0;
    CHECK(equal == 1);
  }
}

TEST_CASE("a random grid depends on its seed, and growing it keeps its cells") {
  Source source;
  source.preset = "random";
  const Grid small = source_grid(source, {8, 8});
  const Grid large = source_grid(source, {9, 12});
  for (int64_t row = 0; row < 8; ++row) {
    for (int64_t column = 0; column < 8; ++column) CHECK(small.at({row, column}) == large.at({row, column}));
  }
  source.seed = 2;
  CHECK_FALSE(small == source_grid(source, {8, 8}));
}

TEST_CASE("a file's plane is cut to the largest grid and zero beyond its edge") {
  Source source;
  source.preset.clear();
  source.file = "x.npy";
  source.tensor = std::make_shared<Tensor>(Shape{1, 2, 100, 3});
  CHECK(natural_size(source) == Size2{64, 3});
  CHECK(source_grid(source, {64, 5}).at({0, 4}) == 0);
  CHECK(source_title(source) == "x.npy, plane 0 of 2");
}

}  // namespace poolglass::step
