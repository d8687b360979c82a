#include "app/rooms/step/map.h"

#include <algorithm>
#include <utility>

#include "app/rooms/step/comparison.h"
#include "app/rooms/step/model.h"
#include "core/engine.h"

namespace poolglass::step {
namespace {

// The largest of each part; all of the machine's cores share the work.
Grid maxima(const float* values, Size2 size, const PoolParams& params) {
  const Result<Size2> output = output_size(params, size);
  if (!output.ok()) return {size, std::vector<float>(static_cast<size_t>(size.h * size.w))};
  std::vector<float> largest(static_cast<size_t>(output->h * output->w));
  PoolRun run;
  run.params = params;
  run.input = {1, 1, size.h, size.w};
  run.x = values;
  run.y = largest.data();
  static const std::vector<Backend> cpu = cpu_backends();
  (void)cpu.front().run(run);  // shape and parameters were checked above
  return {*output, std::move(largest)};
}

bool draws_every_cell(size_t lens) {
  return lens == kGradientLens || lens == kRebuildLens || lens == kDialectsLens;
}

}  // namespace

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

std::string too_large_for(std::string_view what) {
  const std::string side = std::to_string(kSmallSide);
  return std::string(what) + " takes grids up to " + side + "×" + side +
         ": X crops this one to what is in sight";
}

void derive_map(const Model& model, Derived& derived) {
  MapFacts& facts = derived.map;
  facts.shown = is_map(derived.grid.size);
  facts.refusal.clear();
  if (!facts.shown) {
    if (!facts.input.empty()) facts = {};
    derived.key.map_revision = 0;
    return;
  }
  if (draws_every_cell(model.lens))
    facts.refusal = too_large_for("The " + std::string(kLenses[model.lens].title) + " lens");
  if (derived.key.map_revision == derived.revision && derived.key.map_both == derived.both) return;
  const bool same_input = !facts.input.empty() && facts.input.front().size == derived.grid.size &&
                          facts.input.front().values.shares(derived.grid.values);
  if (!same_input) facts.input = levels_of(derived.grid);
  facts.output = levels_of(derived.output);
  facts.other = derived.both ? levels_of(derived.other) : Levels();
  facts.difference = derived.both ? levels_of(derived.comparison.difference) : Levels();
  derived.key.map_revision = derived.revision;
  derived.key.map_both = derived.both;
}

void derive_strip(const Source& source, Derived& derived) {
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
  const int64_t page = facts.channel / kStripPage, first = facts.image * shape.c + page * kStripPage;
  if (derived.key.strip_of == source.tensor && derived.key.strip_first == first) return;
  derived.key.strip_of = source.tensor;
  derived.key.strip_first = first;
  facts.first = page * kStripPage;
  facts.thumbnails.clear();
  for (int64_t i = 0; i < std::min(kStripPage, shape.c - facts.first); ++i) {
    facts.thumbnails.push_back(thumbnail(source, first + i));
  }
  ++facts.revision;
}

}  // namespace poolglass::step
