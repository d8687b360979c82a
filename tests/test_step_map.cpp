// Maps: grids too large to show every cell. What is in sight, what is drawn of it, and that the numbers are
// the engine's.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "app/rooms/step/map.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/presets.h"
#include "core/engine.h"
#include "tests/support/step_room.h"

namespace poolglass::step {
namespace {

std::shared_ptr<const Tensor> noise(const Shape& shape, unsigned seed = 1) {
  auto tensor = std::make_shared<Tensor>(shape);
  std::mt19937 random(seed);
  for (float& value : tensor->values) value = static_cast<float>(random() % 1000) / 8;
  return tensor;
}

Model map_of(const Shape& shape) {
  Model model;
  update(model, OpenTensor{noise(shape), "map.npy"});
  return model;
}

double at(const Sight& sight, double share, double middle, Size2 grid) {
  return middle + (share - 0.5) * cells_in_sight(sight, grid);
}

}  // namespace

TEST_CASE("what is in sight has at least four cells, at most all, and nothing beyond the grid") {
  std::mt19937 random(3);
  const auto any = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int i = 0; i < 500; ++i) {
    const Size2 grid{1 + static_cast<int64_t>(random() % 700), 65 + static_cast<int64_t>(random() % 4000)};
    Sight sight = clamped({any(-900, 5000), any(-900, 5000), any(-5, 6000)}, grid);
    for (int step = 0; step < 5; ++step) {
      CAPTURE(grid.h);
      CAPTURE(grid.w);
      CAPTURE(sight.cells);
      const double cells = cells_in_sight(sight, grid), all = static_cast<double>(std::max(grid.h, grid.w));
      CHECK(cells >= std::min(kLeastInSight, all));
      CHECK(cells <= all);
      CHECK(clamped(sight, grid) == sight);
      for (const auto& [middle, side] : {std::pair(sight.row, grid.h), std::pair(sight.column, grid.w)}) {
        const auto n = static_cast<double>(side);
        if (n <= cells) CHECK(middle == doctest::Approx(n / 2));
        if (n > cells) CHECK(middle - cells / 2 >= -1e-6);
        if (n > cells) CHECK(middle + cells / 2 <= n + 1e-6);
      }
      const CellRange rows = rows_in_sight(sight, grid), columns = columns_in_sight(sight, grid);
      CHECK(rows.first >= 0);
      CHECK(rows.count() >= 1);
      CHECK(rows.last <= grid.h);
      CHECK(columns.last <= grid.w);
      sight = i % 2 == 0 ? zoomed(sight, grid, any(0.1, 3), any(0, 700), any(0, 4000))
                         : moved(sight, grid, any(-300, 300), any(-300, 300));
    }
  }
}

TEST_CASE("a zoom keeps the place that it is about where it is, unless the grid ends there") {
  const Size2 grid{4096, 4096};
  const Sight before = clamped({2000, 1500, 800}, grid);
  for (const double factor : {0.5, 0.8, 1.25}) {
    for (const double share : {0.1, 0.5, 0.9}) {
      const double row = at(before, share, before.row, grid),
                   column = at(before, 1 - share, before.column, grid);
      const Sight after = zoomed(before, grid, factor, row, column);
      CHECK(cells_in_sight(after, grid) == doctest::Approx(800 * factor));
      CHECK(at(after, share, after.row, grid) == doctest::Approx(row));
      CHECK(at(after, 1 - share, after.column, grid) == doctest::Approx(column));
    }
  }
  CHECK(zoomed(before, grid, 1e-9, 2000, 1500).cells == kLeastInSight);
  CHECK(zoomed(before, grid, 1e9, 2000, 1500).cells == 0);  // all of it
}

TEST_CASE("an output cell's place on the input has its window in the middle; bins share the input out") {
  std::mt19937 random(5);
  const auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  for (int i = 0; i < 300; ++i) {
    PoolParams params = window_pool(Reduction::kMax, {pick(1, 7), pick(1, 7)});
    params.stride = {pick(1, 5), pick(1, 5)};
    params.dilation = {pick(1, 3), pick(1, 3)};
    params.padding = {params.kernel.h / 2, params.kernel.w / 2, params.kernel.h / 2, params.kernel.w / 2};
    const Result<WindowGeometry> geometry = window_geometry(params, {pick(40, 90), pick(40, 90)});
    if (!geometry.ok()) continue;
    for (const Axis& axis : {geometry->rows, geometry->columns}) {
      const AxisPlace place = output_place(axis);
      for (int64_t u = 0; u < axis.output; ++u) {
        const AxisWindow window = axis.window(u);
        const double middle = static_cast<double>(window.start + window.last() + 1) / 2;
        CHECK(place.first + place.step * (static_cast<double>(u) + 0.5) == doctest::Approx(middle));
      }
    }
  }
  const Result<WindowGeometry> bins = window_geometry(adaptive_pool(Reduction::kMax, {5, 1}), {7, 300});
  CHECK(output_place(bins->rows).step == doctest::Approx(1.4));
  CHECK(output_place(bins->columns).step == 300);
}

TEST_CASE("a map's values are those that the engine gives the whole plane, winners included") {
  Model model = map_of({1, 1, 150, 131});
  update(model, SetKernel{{3, 3}});
  update(model, SetStride{{2, 2}});
  update(model, SetPadding{{1, 1}});
  for (const bool both : {false, true}) {
    update(model, SetBoth{both});
    const Derived derived = derived_of(model);
    REQUIRE(derived.map.shown);
    std::vector<float> expected(derived.output.values.size());
    std::vector<int64_t> winners(expected.size());
    PoolRun run{.params = model.document.params, .input = {1, 1, 150, 131}};
    run.x = model.document.grid.values.data();
    run.y = expected.data();
    run.indices = winners.data();
    REQUIRE(cpu_backends().back().run(run).ok());  // the reference
    CHECK(derived.output == Grid{derived.output.size, expected});
    CHECK(derived.other.values.empty() == !both);
    for (int64_t window = 0; window < derived.windows; window += 37) {
      model.playhead.index = window;
      const Derived there = derived_of(model);
      const int64_t winner = winners[static_cast<size_t>(window)];
      CHECK(there.window.winner == Cell{winner / 131, winner % 131});
      CHECK(there.window.result == expected[static_cast<size_t>(window)]);
    }
  }
}

TEST_CASE("levels hold the largest of their cells' parts, and a NaN is seen from afar") {
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 1000, 521});
  std::mt19937 random(2);
  for (float& value : tensor->values) value = static_cast<float>(random() % 1000);
  tensor->at(0, 0, 999, 520) = std::numeric_limits<float>::quiet_NaN();
  Model model;
  update(model, OpenTensor{tensor, "map.npy"});
  const Levels levels = levels_of(model.document.grid);
  REQUIRE(levels.size() == 3);
  CHECK(levels[2].size == Size2{250, 131});
  CHECK(levels.front().values.shares(model.document.grid.values));
  for (size_t level = 1; level < levels.size(); ++level) {
    const int64_t size = int64_t{1} << level;
    for (int64_t row = 0; row < levels[level].size.h; row += 7) {
      for (int64_t column = 0; column < levels[level].size.w; column += 5) {
        float largest = -1;
        for (int64_t y = row * size; y < std::min<int64_t>((row + 1) * size, 1000); ++y) {
          for (int64_t x = column * size; x < std::min<int64_t>((column + 1) * size, 521); ++x)
            largest = std::max(largest, model.document.grid.at({y, x}));
        }
        CHECK(levels[level].at({row, column}) == largest);
      }
    }
  }
  CHECK(std::isnan(levels[2].at({249, 130})));
  CHECK(level_for(levels, 4) == 0);
  CHECK(level_for(levels, 0.9) == 1);
  CHECK(level_for(levels, 0.001) == 2);
}

TEST_CASE("a plane of a file is shared with it until a cell is changed") {
  Model model = map_of({1, 2, 300, 300});
  const Tensor& tensor = *model.document.source.tensor;
  CHECK(model.document.grid.values.data() == tensor.plane(0));
  Derived derived = derived_of(model);
  CHECK_FALSE(derived.edited);
  const float before = tensor.plane(0)[5];
  update(model, SetCell{{0, 5}, 4711});
  CHECK(tensor.plane(0)[5] == before);
  derive(model, derived);
  CHECK(derived.edited);
  CHECK(derived.output.at({0, 2}) == 4711);
  undo(model);
  derive(model, derived);
  CHECK_FALSE(derived.edited);
  CHECK(derived.output.at({0, 2}) != 4711);
}

TEST_CASE("lenses that draw every cell say so on a map, and show what is cropped out of it") {
  Model model = map_of({1, 1, 400, 300});
  update(model, SetSight{{210, 100, 40}});
  for (const Lens lens : {kGradientLens, kRebuildLens, kDialectsLens}) {
    model.lens = lens;
    const Derived derived = derived_of(model);
    CHECK(derived.map.refusal.ends_with("takes grids up to 64×64: X crops this one to what is in sight"));
    CHECK(status_sentence(model, derived) == derived.map.refusal);
  }
  update(model, crop_to_sight(model.sight, model.document.grid.size));
  CHECK(model.document.grid.size == Size2{40, 40});
  CHECK(model.document.source.origin == Cell{190, 80});
  const Derived derived = derived_of(model);
  CHECK(derived.map.refusal.empty());
  CHECK_FALSE(derived.edited);
  CHECK(derived.dialects.all[0].output == derived.output);
  CHECK(derived.whole_size == Size2{400, 300});
  CHECK_FALSE(derived.whole.values.empty());
  update(model, ShowWhole{});
  CHECK(model.document.grid.size == Size2{400, 300});
  CHECK(model.document.source.origin == Cell{});
}

TEST_CASE("what is cropped out of a preset is a picture of its own") {
  Model model;
  update(model, ApplyPreset{"random"});
  update(model, SetGridSize{{200, 200}});
  const Grid all = model.document.grid;
  update(model, Crop{{100, 50}, {10, 20}});
  REQUIRE(model.document.grid.size == Size2{10, 20});
  CHECK(model.document.grid.at({3, 4}) == all.at({103, 54}));
  CHECK(source_title(model.document.source) == "Random digits, seed 1, a part");
}

TEST_CASE("what is in sight goes with the playhead's window") {
  Model model = map_of({1, 1, 1000, 1000});
  update(model, SetSight{{20, 20, 40}});
  Derived derived = derived_of(model);
  for (const int64_t row : {300, 10, 499}) {
    model.playhead.index = row * 500 + 77;
    advance(model, 0, false);
    const CellRange rows = rows_in_sight(model.sight, {1000, 1000});
    const CellRange columns = columns_in_sight(model.sight, {1000, 1000});
    CHECK(rows.first <= 2 * row);
    CHECK(rows.last >= 2 * row + 2);
    CHECK(columns.first <= 154);
    CHECK(columns.last >= 156);
    CHECK(model.sight.cells == 40);
  }
  const Sight there = model.sight;  // looked elsewhere: until the playhead moves again, it stays so
  update(model, SetSight{{500, 500, 60}});
  advance(model, 1, false);
  CHECK(model.sight.row == 500);
  CHECK(model.sight != there);
}

TEST_CASE("the strip has a page of the image's channels, each as its parts' largest values") {
  Model model = map_of({3, 20, 100, 50});
  update(model, SetChannel{2 * 20 + 17});
  Derived derived = derived_of(model);
  const StripFacts& strip = derived.strip;
  CHECK(strip.image == 2);
  CHECK(strip.channel == 17);
  CHECK(strip.first == 16);
  REQUIRE(strip.thumbnails.size() == 4);
  CHECK(strip.thumbnails[1].size == Size2{64, 32});
  const float* plane = model.document.source.tensor->plane(57);
  CHECK(*std::max_element(plane, plane + 5000) ==
        *std::max_element(strip.thumbnails[1].values.begin(), strip.thumbnails[1].values.end()));
  CHECK(model.document.grid.values.data() == plane);
  const uint64_t revision = strip.revision;
  update(model, SetChannel{2 * 20 + 18});
  derive(model, derived);
  CHECK(strip.revision == revision);  // the same page
  update(model, SetChannel{3});
  derive(model, derived);
  CHECK(strip.first == 0);
  CHECK(strip.thumbnails.size() == 16);
  update(model, ApplyPreset{"lesson"});
  derive(model, derived);
  CHECK_FALSE(derived.strip.shown());
}

TEST_CASE("questions wait for a smaller grid") {
  Model model = map_of({1, 1, 100, 100});
  model.panel = kPredictPanel;
  panel_shown(model);
  CHECK_FALSE(locked(model));
  update(model, Ask{});
  CHECK_FALSE(locked(model));
}

}  // namespace poolglass::step
