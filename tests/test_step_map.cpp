// Maps: grids too large to show every cell. What is in sight, what is drawn of it, and that the numbers are
// the engine's.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <random>

#include "app/rooms/format.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "core/engine.h"
#include "core/pooling/coverage.h"
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

TEST_CASE("what a map cannot show is said, with the key that crops it, and is shown of what is cropped") {
  Model model = map_of({1, 1, 400, 300});
  update(model, SetSight{{210, 100, 40}});
  const auto refusal = [&](Lens lens) {
    model.lens = lens;
    const Derived derived = derived_of(model);
    if (!derived.map.refusal.empty()) CHECK(status_sentence(model, derived) == derived.map.refusal);
    if (!derived.map.refusal.empty())
      CHECK(derived.map.refusal.ends_with(": X crops this map to what is in sight"));
    return derived.map.refusal;
  };
  for (const Lens lens : {kWindowLens, kGradientLens, kCoverageLens, kRebuildLens, kDialectsLens})
    CHECK(refusal(lens).empty());
  update(model, SetKind{Kind::kGlobal});
  CHECK(refusal(kGradientLens)
            .starts_with("The Gradient lens follows a window cell by cell, and here one has 120,000"));
  CHECK(refusal(kRebuildLens).starts_with("The Rebuild lens follows a window cell by cell"));
  CHECK(refusal(kCoverageLens).empty());
  undo(model);
  update(model, SetKernel{{64, 64}});
  update(model, SetStride{{1, 1}});
  CHECK(
      refusal(kGradientLens)
          .starts_with("The Gradient lens follows all windows cell by cell, here 327,143,424 cells in all"));
  undo(model);
  undo(model);
  model.lens = kDialectsLens;
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

TEST_CASE("on a map libraries are compared by where windows lie, along each axis") {
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 130, 131});
  std::mt19937 random(7);
  for (float& value : tensor->values) value = static_cast<float>(random() % 15'485'863) / 7;
  Model model;
  update(model, OpenTensor{tensor, "map.npy"});
  model.lens = kDialectsLens;
  const Grid& grid = model.document.grid;
  int64_t compared = 0;
  for (const int64_t ceil : {0, 1}) {
    update(model, SetReduction{Reduction::kAverage});
    update(model, SetKernel{{3, 3}});
    update(model, SetStride{{2, 2}});
    update(model, SetPadding{{1, 1}});
    update(model, SetCeilMode{ceil == 1});
    model.sight = {125, 126, 10};
    Derived derived = derived_of(model);
    REQUIRE(derived.map.refusal.empty());
    for (const DialectView& view : derived.dialects.all) {
      REQUIRE(view.refusal.empty());
      CAPTURE(dialect_title(view.dialect));
      const DialectResult own =
          pool_dialect(view.dialect, view.windows, Reduction::kAverage, grid.values.data());
      int64_t apart = 0;  // means of no two windows are equal by chance
      for (size_t i = 0; i < own.y.size(); ++i) {
        const Cell cell{static_cast<int64_t>(i) / view.output.size.w,
                        static_cast<int64_t>(i) % view.output.size.w};
        const bool differs = !derived.output.contains(cell) || derived.output.at(cell) != own.y[i];
        apart += differs ? 1 : 0;
        const bool told = view.other_rows[static_cast<size_t>(cell.row)] ||
                          view.other_columns[static_cast<size_t>(cell.column)];
        CHECK(differs == told);
      }
      CHECK(view.differing == apart);
      CHECK(view.never_read == never_read_cells(view.windows.geometry));
      update(model, SetDialect{view.dialect});
      derive(model, derived);
      const DialectSight& sight = derived.dialects.sight;
      CHECK(sight.values.size.h >= 4);
      for (int64_t row = sight.first.row; row < sight.first.row + sight.values.size.h; ++row) {
        for (int64_t column = sight.first.column; column < sight.first.column + sight.values.size.w;
             ++column) {
          CHECK(sight.at({row, column}) == own.y[static_cast<size_t>(row * view.output.size.w + column)]);
          ++compared;
        }
      }
      CHECK(derived.dialects.window.result == own.y.front());
    }
  }
  CHECK(compared > 200);
  const std::string all = describe(model, DescribeWhat{true, {}}).value();
  CHECK(all.find("ONNX: 66×66, 260 of 4,356 windows read or divide otherwise") != std::string::npos);
  CHECK(all.find("Caffe: 66×66, all windows are PyTorch's") != std::string::npos);
  model.sight = {};
  update(model, SetKernel{{64, 64}});
  update(model, SetStride{{1, 1}});
  CHECK(derived_of(model).dialects.sight.values.values.empty());  // too many to be found at once
}

TEST_CASE("windows of padding alone are counted on a map and the first are named") {
  Model model = map_of({1, 1, 101, 70});
  model.lens = kDialectsLens;
  update(model, SetKernel{{1, 1}});
  update(model, SetStride{{4, 5}});
  update(model, SetLinked{Field::kStride, false});
  const Derived derived = derived_of(model);
  const DialectView& caffe = derived.dialects.all[static_cast<size_t>(Dialect::kCaffe)];
  int64_t empty = 0;
  const auto& [rows, columns] = caffe.windows.geometry;
  for (int64_t row = 0; row < rows.output; ++row) {
    for (int64_t column = 0; column < columns.output; ++column)
      empty += rows.window(row).count == 0 || columns.window(column).count == 0 ? 1 : 0;
  }
  REQUIRE(empty > 10);
  CHECK(caffe.empty_windows == empty);
  CHECK(caffe.empty.front() == Cell{0, 14});
  CHECK(empty_windows_sentence(caffe) ==
        "Windows (0,14), (1,14), (2,14), (3,14), … (" + std::to_string(empty) + " in all) read only padding");
}

TEST_CASE("a strip's thumbnails are made a few at a time where frames must not wait for all of them") {
  const Model model = map_of({1, 5, 100, 100});
  Derived derived;
  const Environment environment{.backends = {}, .cells_at_once = 15000};
  for (const size_t made : {2, 4, 5, 5}) {
    derive(model, derived, environment);
    CHECK(derived.strip.made == made);
    CHECK(derived.strip.thumbnails.size() == 5);
    CHECK(derived.strip.complete() == (made == 5));
  }
  CHECK(derived.strip.thumbnails == derived_of(model).strip.thumbnails);
  CHECK(derived.strip.ranges == derived_of(model).strip.ranges);
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

TEST_CASE("a map's gradient is the engine's, all windows have sent, whatever the playhead shows") {
  Model model = map_of({1, 1, 150, 131});
  model.lens = kGradientLens;
  update(model, SetKernel{{3, 3}});
  update(model, SetStride{{2, 2}});
  for (const UpstreamKind kind : {UpstreamKind::kOnes, UpstreamKind::kRandom}) {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
      update(model, SetUpstream{kind});
      update(model, SetReduction{reduction});
      const Derived derived = derived_of(model);
      REQUIRE(derived.map.refusal.empty());
      REQUIRE(derived.map.squares.size() == 2);
      const Grid& upstream = derived.gradient.upstream;
      std::vector<float> expected(150 * 131);
      PoolRun run{.params = model.document.params, .input = {1, 1, 150, 131}};
      run.x = model.document.grid.values.data();
      run.dy = upstream.values.data();
      run.y = expected.data();
      REQUIRE(cpu_backends().back().run(run).ok());  // the reference
      CHECK(derived.map.squares[0].levels.front() == Grid{{150, 131}, expected});
      CHECK(derived.map.squares[1].levels.front() == upstream);
      CHECK_FALSE(derived.map.squares[1].input);
      CHECK(derived.gradient.last == derived.windows - 1);
      model.playhead.index = 7;
      CHECK(derived_of(model).gradient.sum == derived.gradient.sum);
    }
  }
  update(model, SetBoth{true});
  const Derived both = derived_of(model);
  REQUIRE(both.map.squares.size() == 4);
  CHECK_FALSE(both.map.squares[0].input);
  CHECK(both.map.squares[3].levels.front() == both.gradient.difference);
  update(model, SetUpstream{UpstreamKind::kTyped});  // a grid of so many values is for files
  CHECK(model.document.upstream.kind == UpstreamKind::kRandom);
}

TEST_CASE("a map rebuilt is what each window puts back, and what that lacks") {
  Model model = map_of({1, 1, 130, 200});
  model.lens = kRebuildLens;
  const Grid& grid = model.document.grid;
  Derived derived = derived_of(model);
  REQUIRE(derived.map.squares.size() == 4);
  const Grid &put_back = derived.map.squares[2].levels.front(), &lost = derived.map.squares[3].levels.front();
  int64_t kept = 0;
  for (int64_t row = 0; row < 130; ++row) {
    for (int64_t column = 0; column < 200; ++column) {
      const Cell cell{row, column};
      const float result = derived.output.at({row / 2, column / 2});
      CHECK((put_back.at(cell) == 0 || put_back.at(cell) == result));
      CHECK(lost.at(cell) == grid.at(cell) - put_back.at(cell));
      kept += lost.at(cell) == 0 ? 1 : 0;
    }
  }
  CHECK(derived.rebuild.shown.kept_cells == kept);
  CHECK(status_sentence(model, derived).find("of the energy kept") != std::string::npos);
  update(model, SetBoth{true});
  derive(model, derived);
  REQUIRE(derived.map.squares.size() == 4);
  CHECK(derived.map.squares[3].levels.front() == derived.rebuild.average.residual);
  model.lens = kWindowLens;  // what only that lens needs does not stay in memory
  derive(model, derived);
  CHECK(derived.rebuild.shown.plane.values.size() <= 1);
}

TEST_CASE("a lens of a large map is found beside the window, which shows the windows until it is there") {
  Environment hurried;
  hurried.patience = 0;
  for (const size_t lens : {kGradientLens, kRebuildLens}) {
    Model model = map_of({1, 1, 2500, 2000});
    model.lens = lens;
    Derived derived;
    derive(model, derived, hurried);
    REQUIRE(derived.finding);
    CHECK(derived.map.refusal.find("follows 1,250,000 windows") != std::string::npos);
    CHECK(status_sentence(model, derived) == derived.map.refusal);
    CHECK(shown_lens(model, derived) == kWindowLens);
    REQUIRE(derived.map.squares.size() == 2);
    CHECK(derived.map.squares[0].levels.front() == derived.grid);
    model.hover = Selection{Side::kInput, {1, 1}};
    const auto begun = derived.finding;
    derive(model, derived, hurried);
    // What the pointer does begins nothing anew: what was begun is under way still, or has just ended.
    CHECK((derived.finding == begun || derived.finding == nullptr));
    derive(model, derived);
    CHECK_FALSE(derived.finding);
    CHECK(derived.map.refusal.empty());
    CHECK(shown_lens(model, derived) == lens);
    const Derived whole = derived_of(model);
    REQUIRE(derived.map.squares.size() == whole.map.squares.size());
    for (size_t i = 0; i < whole.map.squares.size(); ++i)
      CHECK(derived.map.squares[i].levels == whole.map.squares[i].levels);
    if (lens == kGradientLens) CHECK(derived.gradient.collected == whole.gradient.collected);
    Derived without = derived;
    without.map.why_not = "there is not enough memory";
    derive(model, without);
    CHECK(without.map.refusal ==
          "There is not enough memory for the " + std::string(kLenses[lens].title) + " lens of this map");
    const uint64_t revision = derived.map.revision;
    derive(model, derived, hurried);
    CHECK(derived.map.revision == revision);  // not found again
    update(model, SetKernel{{3, 3}});
    derive(model, derived, hurried);
    REQUIRE(derived.finding);
    CHECK(derived.map.squares.front().levels.front() == derived.grid);
    model.lens = kCoverageLens;  // another choice: nobody waits for it any more
    derive(model, derived, hurried);
    CHECK_FALSE(derived.finding);
    CHECK(derived.map.refusal.empty());
    CHECK(derived.map.squares[0].look == MapSquare::Look::kReads);
  }
}

TEST_CASE("what windows send is left out once nobody waits for it") {
  for (const bool both : {false, true}) {
    Model model = map_of({1, 1, 130, 200});
    model.both = both;
    Derived derived = derived_of(model);
    Document document = model.document;
    document.upstream.kind = UpstreamKind::kRandom;  // what is reached is routed apart
    document.ties = TiePolicy::kSplit;               // window by window
    begin_gradient(document, derived, derived.gradient);
    send_gradient(derived.windows - 1, document, derived, derived.gradient);
    CHECK(derived.gradient.reached_cells > 0);
    CHECK((derived.gradient.average.reached_cells > 0) == both);
    begin_gradient(document, derived, derived.gradient);
    const std::atomic<bool> stop = true;
    send_gradient(derived.windows - 1, document, derived, derived.gradient, &stop);
    CHECK(derived.gradient.reached_cells == 0);
    CHECK(derived.gradient.average.reached_cells == 0);
  }
}

TEST_CASE("planes of a lens do not stay when the map and the lens are left at once") {
  for (const size_t lens : {kGradientLens, kRebuildLens}) {
    Model model = map_of({1, 1, 130, 200});
    model.lens = lens;
    Derived derived = derived_of(model);
    update(model, crop_to_sight({60, 60, 20}, model.document.grid.size));
    model.lens = kWindowLens;
    derive(model, derived);
    REQUIRE_FALSE(derived.map.shown);
    CHECK(derived.gradient.arrived.values.size() <= 1);
    CHECK(derived.rebuild.shown.plane.values.size() <= 1);
  }
}

TEST_CASE("signed levels keep the value of the largest magnitude, with its sign") {
  std::mt19937 random(9);
  std::vector<float> values(700 * 301);
  for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 2001) - 1000);
  const Grid grid{{700, 301}, values};
  const Levels levels = signed_levels_of(grid);
  REQUIRE(levels.size() == 3);
  CHECK(levels[2].size == Size2{175, 76});
  for (int64_t row = 0; row < 175; ++row) {
    for (int64_t column = 0; column < 76; ++column) {
      float low = 0, high = 0;
      for (int64_t y = row * 4; y < std::min<int64_t>(row * 4 + 4, 700); ++y) {
        for (int64_t x = column * 4; x < std::min<int64_t>(column * 4 + 4, 301); ++x) {
          low = std::min(low, grid.at({y, x}));
          high = std::max(high, grid.at({y, x}));
        }
      }
      const float kept = levels[2].at({row, column});
      CHECK((-low == high ? std::abs(kept) == high : kept == (-low > high ? low : high)));
    }
  }
}

TEST_CASE("a window of a whole map names its first and last cells and its winner, and no more") {
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, 300, 200});
  std::fill(tensor->values.begin(), tensor->values.end(), 1.0f);
  tensor->at(0, 0, 123, 45) = 9;
  tensor->at(0, 0, 123, 46) = 9;
  Model model;
  update(model, OpenTensor{tensor, "map.npy"});
  update(model, SetKind{Kind::kGlobal});
  Derived derived = derived_of(model);
  CHECK(derived.window.taps.size() < 20);
  CHECK_FALSE(derived.window.lists_all());
  CHECK(derived.window.cells == 60000);
  CHECK(derived.window.winner == Cell{123, 45});
  CHECK(joined(derived.window.pieces) == "max of 60,000 (1, 1, 1, 1, …, 9, …, 1, 1) = 9");
  CHECK(status_sentence(model, derived)
            .starts_with("Window (0,0) reads 60,000 cells, rows 0–299, columns 0–199"));
  update(model, SetKind{Kind::kAdaptive});
  update(model, SetBins{{2, 2}});
  derive(model, derived);
  CHECK(derived.window.winner == Cell{123, 45});
  model.playhead.index = 3;
  derive(model, derived);
  CHECK(derived.window.winner == Cell{150, 100});  // the first of equal ones
  tensor = std::make_shared<Tensor>(*tensor);
  tensor->at(0, 0, 299, 199) = std::numeric_limits<float>::quiet_NaN();
  update(model, OpenTensor{tensor, "map.npy"});
  derive(model, derived);
  CHECK(derived.window.winner == Cell{299, 199});
  update(model, SetReduction{Reduction::kAverage});
  update(model, SetKind{Kind::kGlobal});
  model.playhead.index = 0;
  derive(model, derived);
  CHECK_FALSE(derived.window.winner);
  CHECK(joined(derived.window.pieces).ends_with("/60,000 = NaN"));
}

TEST_CASE("the loops are walked for windows that list their cells, not for a bin of a whole map") {
  Model model = map_of({1, 1, 400, 300});
  model.panel = kCodePanel;
  Derived derived = derived_of(model);
  REQUIRE(derived.code.run);
  update(model, SetKind{Kind::kGlobal});
  derive(model, derived);
  CHECK_FALSE(derived.code.run);
  CHECK_FALSE(derived.code.follows);
  CHECK_FALSE(derived.code.lines.empty());
  undo(model);
  derive(model, derived);
  CHECK(derived.code.run);
}

TEST_CASE("another file's map is looked at as a whole, and going back to the old one, too") {
  Model model = map_of({1, 2, 300, 300});
  update(model, SetSight{{100, 100, 20}});
  update(model, SetChannel{1});  // the same place of another channel
  CHECK(model.sight.cells == 20);
  update(model, OpenTensor{noise({1, 1, 500, 100}), "other.npy"});
  CHECK(model.sight == Sight{});
  update(model, SetSight{{100, 50, 20}});
  undo(model);
  CHECK(model.sight == Sight{});
}

TEST_CASE("a grid is compared with its source where one of them has changed, and then only") {
  Model model = map_of({1, 1, 300, 300});
  Derived derived = derived_of(model);
  CHECK_FALSE(derived.edited);
  update(model, SetCell{{299, 299}, -1});
  derive(model, derived);
  CHECK(derived.edited);
  update(model, SetKernel{{3, 3}});
  derive(model, derived);
  CHECK(derived.edited);
  update(model, ResetSection{Section::kGrid});
  derive(model, derived);
  CHECK_FALSE(derived.edited);
}

TEST_CASE(
    "a map is asked about by the window in sight, its cells are not copied, and the truth is the engine's") {
  Model model = map_of({1, 1, 300, 400});
  model.panel = kPredictPanel;
  model.playhead.index = 7777;
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    update(model, SetReduction{reduction});
    model.sight = {};
    update(model, SetAsked{Asked::kOutputCell});
    REQUIRE(locked(model));
    const PoolQuestion& question = *model.predict.question;
    CHECK(question.x.get() == model.document.grid.values.data());
    const Cell cell = model.predict.cell;
    CHECK(model.sight.cells == 8);
    const CellRange rows = rows_in_sight(model.sight, {300, 400});
    CHECK(rows.first <= 2 * cell.row);
    CHECK(rows.last >= 2 * cell.row + 2);
    Derived derived = derived_of(model);
    CHECK(derived.map.refusal.empty());
    const std::string asked = describe(model, {}).value();
    CHECK(asked.find("What is out[") != std::string::npos);
    CHECK(asked.find(short_text(derived.output.at(cell))) == std::string::npos);
    update(model, Guess{"-1"});
    derive(model, derived);
    CHECK(derived.predict.truth->first == static_cast<double>(derived.output.at(cell)));
    CHECK_FALSE(derived.predict.right);
    update(model, SetAsked{reduction == Reduction::kMax ? Asked::kWinner : Asked::kDivisor});
    REQUIRE(locked(model));
    update(model, ShowTruth{});
    derive(model, derived);
    if (reduction == Reduction::kAverage) CHECK(derived.predict.truth->first == 4);
    if (reduction == Reduction::kMax) CHECK(derived.predict.truth == answer_of(*derived.window.winner));
  }
  update(model, SetAsked{Asked::kOutputSize});
  REQUIRE(locked(model));
  update(model, Guess{"149 199"});
  const Derived derived = derived_of(model);
  CHECK(derived.predict.truth == Answer{150, 200});
  CHECK(derived.predict.mistake == Mistake::kForgotOne);
}

TEST_CASE("what cannot be asked about a map says why, and can be of what is cropped") {
  Model model = map_of({1, 1, 100, 100});
  model.panel = kPredictPanel;
  update(model, SetAsked{Asked::kGradient});
  CHECK_FALSE(locked(model));
  CHECK(why_not_asked(model.document, Asked::kGradient) ==
        "A gradient is asked for where all its cells are seen: X crops this map to what is in sight");
  update(model, SetKind{Kind::kGlobal});
  update(model, SetAsked{Asked::kOutputCell});
  CHECK_FALSE(locked(model));
  CHECK(why_not_asked(model.document, Asked::kOutputCell) ==
        "A window of 10,000 cells is not asked about: X crops this map to what is in sight");
  CHECK(why_not_asked(model.document, Asked::kOutputSize).empty());
  CHECK(why_no_exercise(model) == "An exercise holds its grid: X crops this map to what is in sight");
  update(model, SetKind{Kind::kSliding});
  update(model, Crop{{0, 0}, {20, 20}});
  update(model, SetAsked{Asked::kGradient});
  CHECK(locked(model));
  CHECK(why_no_exercise(model).empty());
}

}  // namespace poolglass::step
