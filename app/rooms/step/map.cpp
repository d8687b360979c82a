#include "app/rooms/step/map.h"

#include <algorithm>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/model.h"
#include "core/pooling/largest_magnitude.h"
#include "core/pooling/pooling.h"

namespace poolglass::step {
namespace {

// The largest of each part; all of the machine's cores share the work.
Grid maxima(const float* values, Size2 size, const PoolParams& params) {
  const Result<Size2> output = output_size(params, size);
  if (!output.ok()) return {size, std::vector<float>(static_cast<size_t>(size.h * size.w))};
  std::vector<float> largest(static_cast<size_t>(output->h * output->w));
  PlanOptions options;
  options.threads = 0;
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, size.h, size.w}, options);
  if (plan.ok()) plan->forward(values, largest.data());
  return {*output, std::move(largest)};
}

// Lenses that follow windows one by one take their time for it.
constexpr int64_t kMostReads = int64_t{1} << 28;

std::string why_not_on_map(size_t lens, const Derived& derived) {
  const std::string crop(kCropsMap);
  if (lens != kGradientLens && lens != kRebuildLens) return {};
  const int64_t taps = most_taps(derived.geometry);
  const std::string name = "The " + std::string(kLenses[lens].title) + " lens follows ";
  if (taps > kMostTaps) return name + "a window cell by cell, and here one has " + grouped(taps) + crop;
  if (derived.total_reads > kMostReads)
    return name + "all windows cell by cell, here " + grouped(derived.total_reads) + " cells in all" + crop;
  return {};
}

using Look = MapSquare::Look;

void show_windows(size_t lens, const Derived& derived, std::vector<MapSquare>& squares) {
  const bool reads = lens == kCoverageLens;
  squares = {{reads ? Look::kReads : Look::kValues, true, derived.map.input},
             values_square(false, levels_of(derived.output))};
  if (lens == kDialectsLens) squares.back().look = Look::kDialect;
  if (!derived.both || lens == kDialectsLens) return;
  squares.push_back(values_square(false, levels_of(derived.other)));
  squares.push_back(signed_square(false, derived.comparison.difference, derived.comparison.span));
}

}  // namespace

int64_t most_taps(const WindowGeometry& geometry) {
  const auto longest = [](const Axis& axis) {
    int64_t taps = axis.kernel;
    for (int64_t i = 0; i < axis.output && axis.adaptive; ++i) taps = std::max(taps, axis.window(i).taps);
    return taps;
  };
  return longest(geometry.rows) * longest(geometry.columns);
}

MapSquare values_square(bool input, Levels levels) { return {Look::kValues, input, std::move(levels)}; }
MapSquare signed_square(bool input, const Grid& grid, float span) {
  return {Look::kSigned, input, signed_levels_of(grid), {}, span};
}

Levels levels_of(const Grid& grid) {
  Levels levels{grid};
  while (std::max(levels.back().size.h, levels.back().size.w) > kOverviewSide) {
    const Grid& finer = levels.back();
    PoolParams params = window_pool(Reduction::kMax,
                                    {std::min<int64_t>(2, finer.size.h), std::min<int64_t>(2, finer.size.w)});
    params.stride = {2, 2};
    params.ceil_mode = true;
    levels.push_back(maxima(finer.values.data(), finer.size, params));
  }
  return levels;
}

Levels signed_levels_of(const Grid& grid) {
  Levels levels{grid};
  while (std::max(levels.back().size.h, levels.back().size.w) > kOverviewSide) {
    const Grid& finer = levels.back();
    const Size2 size = halved(finer.size);
    std::vector<float> values(static_cast<size_t>(size.h * size.w));
    halve_by_magnitude(finer.values.data(), finer.size, values.data());
    levels.push_back({size, std::move(values)});
  }
  return levels;
}

size_t level_for(const Levels& levels, double pixels) {
  size_t level = 0;
  while (level + 1 < levels.size() && pixels < 1) {
    pixels *= 2;
    ++level;
  }
  return level;
}

Grid thumbnail(const Source& source, int64_t plane) {
  const Shape& shape = source.tensor->shape;
  const int64_t longest = std::max(shape.h, shape.w);
  const auto parts = [&](int64_t side) {
    return longest <= kThumbnailSide ? side : std::max<int64_t>(1, side * kThumbnailSide / longest);
  };
  return maxima(source.tensor->plane(plane), shape.plane(),
                adaptive_pool(Reduction::kMax, {parts(shape.h), parts(shape.w)}));
}

Crop crop_to_sight(const Sight& sight, Size2 grid) {
  const auto part = [](CellRange range) {
    const int64_t size = std::min(range.count(), kSmallSide);
    return CellRange{range.first + (range.count() - size) / 2,
                     range.first + (range.count() - size) / 2 + size};
  };
  const CellRange rows = part(rows_in_sight(sight, grid)), columns = part(columns_in_sight(sight, grid));
  return {{rows.first, columns.first}, {rows.count(), columns.count()}};
}

void begin_map(const Model& model, Derived& derived) {
  MapFacts& facts = derived.map;
  facts.shown = is_map(derived.grid.size);
  facts.refusal = facts.shown ? why_not_on_map(model.lens, derived) : std::string();
  if (facts.shown) {
    const bool same = !facts.input.empty() && facts.input.front().size == derived.grid.size &&
                      facts.input.front().values.shares(derived.grid.values);
    if (!same) facts.input = levels_of(derived.grid);
    return;
  }
  if (facts.input.empty()) return;
  const uint64_t revision = facts.revision;
  facts = {};
  facts.revision = revision + 1;
  derived.key.map = {};
}

void derive_map(const Model& model, Derived& derived) {
  MapFacts& facts = derived.map;
  if (!facts.shown || (derived.key.map_lens && facts.refusal.empty())) return;
  const size_t lens = shown_lens(model, derived);
  const Derived::Key::Map now{derived.revision, lens, derived.both};
  if (derived.key.map == now) return;
  derived.key.map = now;
  show_windows(lens, derived, facts.squares);
  ++facts.revision;
}

void derive_strip(const Source& source, int64_t cells_at_once, Derived& derived) {
  StripFacts& facts = derived.strip;
  const bool planes = source.tensor && source.preset.empty() && source.tensor->shape.planes() > 1;
  if (!planes) {
    if (const uint64_t revision = facts.revision; facts.shown()) {
      facts = {};
      facts.revision = revision + 1;
    }
    derived.key.strip_of.reset();
    return;
  }
  const Shape& shape = source.tensor->shape;
  facts.images = shape.n;
  facts.channels = shape.c;
  facts.image = source.plane / shape.c;
  facts.channel = source.plane % shape.c;
  const int64_t page = facts.at() / kStripPage, first = facts.plane(page * kStripPage);
  if (derived.key.strip_of != source.tensor || derived.key.strip_first != first) {
    const auto count = static_cast<size_t>(std::min(kStripPage, facts.count() - page * kStripPage));
    derived.key.strip_of = source.tensor;
    derived.key.strip_first = first;
    facts.first = page * kStripPage;
    facts.thumbnails.assign(count, {{}, {}});
    facts.ranges.assign(count, {});
    facts.made = 0;
    ++facts.revision;
  }
  for (int64_t cells = 0; !facts.complete() && cells < cells_at_once; cells += shape.h * shape.w) {
    Grid& made = facts.thumbnails[facts.made];
    made = thumbnail(source, first + static_cast<int64_t>(facts.made));
    facts.ranges[facts.made++] = range_of(made);
    ++facts.revision;
  }
}

}  // namespace poolglass::step
