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
  source.tensor = std::make_shared<Tensor>(Shape{1, 2, 5000, 3});
  CHECK(natural_size(source) == Size2{4096, 3});
  CHECK(source_grid(source, {64, 5}).at({0, 4}) == 0);
  CHECK(source_title(source) == "x.npy, channel 0 of 2");
}

TEST_CASE("a preset's sentence goes with its grid: another size or another cell, and it is gone") {
  Model model;
  CHECK(grid_summary(model.document) == find_preset("lesson")->summary);
  update(model, SetKernel{{3, 3}});
  CHECK_FALSE(grid_summary(model.document).empty());
  update(model, SetGridSize{{9, 8}});
  CHECK(grid_summary(model.document).empty());
  undo(model);
  CHECK_FALSE(grid_summary(model.document).empty());
  update(model, SetCell{{0, 0}, 6});
  CHECK(grid_summary(model.document).empty());
}

TEST_CASE("what the picture calls a plane the control calls so, too") {
  Source source;
  source.preset.clear();
  source.file = "x.npy";
  for (const Shape& shape : {Shape{1, 6, 2, 2}, Shape{2, 3, 2, 2}}) {
    source.tensor = std::make_shared<const Tensor>(shape, std::vector<float>(24));
    const std::string word(plane_word(shape));
    CHECK(word == (shape.n == 1 ? "Channel" : "Plane"));
    CHECK(source_title(source) == (shape.n == 1 ? "x.npy, channel 0 of 6" : "x.npy, plane 0 of 6"));
  }
}

}  // namespace poolglass::step
