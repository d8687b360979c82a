// What follows from the Step room's document, in three parts that are redone separately: the pooled picture,
// the names of the source, and the window in focus.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/code_panel.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/dialects.h"
#include "app/rooms/step/fixes.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "app/rooms/step/rebuild.h"
#include "core/engine.h"
#include "core/pooling/coverage.h"

namespace poolglass::step {
namespace {

struct Pooled {
  WindowGeometry geometry;
  Grid output;
  std::vector<int64_t> winners;
};

// Core's own check of shape and parameters, and memory for what a backend will write.
Result<Pooled> room_for_result(const Grid& grid, const PoolParams& params) {
  const Result<WindowGeometry> geometry = window_geometry(params, grid.size);
  if (!geometry.ok()) return geometry.status();
  Pooled pooled{*geometry, {}, {}};
  pooled.output.size = {geometry->rows.output, geometry->columns.output};
  pooled.output.values.resize(static_cast<size_t>(pooled.output.size.h * pooled.output.size.w));
  if (params.reduction == Reduction::kMax) pooled.winners.resize(pooled.output.values.size());
  return pooled;
}

Result<Pooled> pool(const Grid& grid, const PoolParams& params, const Backend& backend) {
  Result<Pooled> pooled = room_for_result(grid, params);
  if (!pooled.ok()) return pooled;
  PoolRun run;
  run.params = params;
  run.input = {1, 1, grid.size.h, grid.size.w};
  run.threads = 1;
  run.x = grid.values.data();
  run.y = pooled->output.values.data();
  run.indices = pooled->winners.empty() ? nullptr : pooled->winners.data();
  if (Status status = backend.run(run); !status.ok()) return status;
  return pooled;
}

const Backend& backend_of(Device device, const Environment& environment) {
  static const std::vector<Backend> cpu = cpu_backends();
  for (const Backend& backend : environment.backends) {
    if (device == Device::kGpu && backend.name == "gpu") return backend;
  }
  return cpu.front();
}

ValueRange value_range(const Grid& input, const Grid& output) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Grid* grid : {&input, &output}) {
    for (const float value : grid->values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, static_cast<double>(value));
      high = std::max(high, static_cast<double>(value));
    }
  }
  if (low > high) return {0, 0};
  return {low, high};
}

int most_figures(const Grid& grid) {
  int most = 1;
  for (const float value : grid.values) most = std::max(most, figure_columns(value));
  return most;
}

// Padding is part of the picture; so is what the last window hangs over it.
CellRange extent(const Axis& axis) {
  const AxisWindow last = axis.window(axis.output - 1);
  return {-axis.pad_begin, std::max(axis.input + axis.pad_end, last.last() + 1)};
}

std::string never_read_sentence(int64_t never, int64_t cells) {
  if (never == 0) return {};
  return grouped(never) + " of " + grouped(cells) + (never == 1 ? " cells is" : " cells are") + " never read";
}

// Of cells that are read at all.
int64_t least_read(const std::vector<int64_t>& reads) {
  int64_t least = std::ranges::max(reads);
  for (const int64_t count : reads) least = count > 0 ? std::min(least, count) : least;
  return least;
}

// The fixed window nearest to adaptive bins, and how far its results are from theirs.
void compare_with_fixed(const Grid& grid, Derived& derived) {
  derived.fixed_rows.reset();
  derived.fixed_columns.reset();
  derived.fixed_error.reset();
  const Axis &rows = derived.geometry.rows, &columns = derived.geometry.columns;
  if (!rows.adaptive) return;
  derived.fixed_rows = closest_fixed_pool(rows.input, rows.output);
  derived.fixed_columns = closest_fixed_pool(columns.input, columns.output);
  if (!derived.fixed_rows || !derived.fixed_columns) return;
  PoolParams fixed =
      window_pool(derived.params.reduction, {derived.fixed_rows->kernel, derived.fixed_columns->kernel});
  fixed.stride = {derived.fixed_rows->stride, derived.fixed_columns->stride};
  const Result<Pooled> pooled = pool(grid, fixed, backend_of(Device::kCpu, {}));
  if (!pooled.ok()) return;
  float error = 0;
  for (size_t i = 0; i < derived.output.values.size(); ++i) {
    const float apart = std::abs(pooled->output.values[i] - derived.output.values[i]);
    if (std::isfinite(apart)) error = std::max(error, apart);
  }
  derived.fixed_error = error;
}

void show(Derived& derived, const Grid& grid, const PoolParams& params, Pooled pooled) {
  derived.grid = grid;
  derived.params = params;
  derived.geometry = pooled.geometry;
  derived.output = std::move(pooled.output);
  PoolParams other = params;
  other.reduction = params.reduction == Reduction::kMax ? Reduction::kAverage : Reduction::kMax;
  if (Result<Pooled> result = pool(grid, other, backend_of(Device::kCpu, {})); result.ok()) {
    derived.other = std::move(result->output);
  }
  derived.winners = std::move(pooled.winners);
  derived.rows = extent(derived.geometry.rows);
  derived.columns = extent(derived.geometry.columns);
  derived.row_reads = axis_reads(derived.geometry.rows);
  derived.column_reads = axis_reads(derived.geometry.columns);
  derived.never_read = never_read_cells(derived.geometry);
  const auto sum = [](const std::vector<int64_t>& reads) {
    return std::accumulate(reads.begin(), reads.end(), int64_t{0});
  };
  derived.total_reads = sum(derived.row_reads) * sum(derived.column_reads);
  derived.least_reads = least_read(derived.row_reads) * least_read(derived.column_reads);
  derived.most_reads = std::ranges::max(derived.row_reads) * std::ranges::max(derived.column_reads);
  derived.never_read_sentence = never_read_sentence(derived.never_read, grid.size.h * grid.size.w);
  derived.range = value_range(derived.grid, derived.output);
  derived.input_figures = most_figures(derived.grid);
  derived.output_figures = most_figures(derived.output);
  derived.windows = derived.output.size.h * derived.output.size.w;
  derived.row_formula = size_formula(derived.geometry.rows, params.ceil_mode);
  derived.column_formula = size_formula(derived.geometry.columns, params.ceil_mode);
  compare_with_fixed(derived.grid, derived);
  ++derived.revision;
}

TapKind tap_kind(const Axis& rows, const Axis& columns, Cell cell) {
  const auto kind = [](const Axis& axis, int64_t at) {
    if (at >= axis.input + axis.pad_end) return TapKind::kOverhang;
    return at >= 0 && at < axis.input ? TapKind::kCell : TapKind::kPadding;
  };
  return std::max(kind(rows, cell.row), kind(columns, cell.column));
}

WindowFacts window_facts(const Derived& derived, Cell output) {
  const auto& [rows, columns] = derived.geometry;
  WindowFacts facts;
  facts.output = output;
  facts.rows = rows.window(output.row);
  facts.columns = columns.window(output.column);
  facts.result = derived.output.at(output);
  facts.divisor = facts.rows.divisor * facts.columns.divisor;
  facts.cells = facts.rows.count * facts.columns.count;
  if (!derived.winners.empty() && facts.cells > 0) {
    const int64_t at =
        derived.winners[static_cast<size_t>(output.row * derived.output.size.w + output.column)];
    facts.winner = Cell{at / derived.grid.size.w, at % derived.grid.size.w};
  }
  facts.taps.reserve(static_cast<size_t>(facts.rows.taps * facts.columns.taps));
  for (int64_t y = 0; y < facts.rows.taps; ++y) {
    for (int64_t x = 0; x < facts.columns.taps; ++x) {
      Tap tap;
      tap.cell = {facts.rows.start + y * facts.rows.step, facts.columns.start + x * facts.columns.step};
      tap.kind = tap_kind(rows, columns, tap.cell);
      if (tap.kind == TapKind::kCell) tap.value = derived.grid.at(tap.cell);
      tap.winner = facts.winner == tap.cell;
      facts.taps.push_back(tap);
    }
  }
  facts.pieces = arithmetic(facts, derived.params);
  return facts;
}

std::vector<Cell> windows_reading(const Derived& derived, Cell cell) {
  std::vector<Cell> readers;
  const std::vector<int64_t> rows = poolglass::windows_reading(derived.geometry.rows, cell.row);
  const std::vector<int64_t> columns = poolglass::windows_reading(derived.geometry.columns, cell.column);
  for (const int64_t row : rows) {
    for (const int64_t column : columns) readers.push_back({row, column});
  }
  return readers;
}

// A pin waits while playback shows other windows; a cell that the picture does not have is not explored.
std::optional<Selection> focus_of(const Model& model, const Derived& derived) {
  std::optional<Selection> focus = model.hover;
  if (!focus && !model.playhead.playing) focus = model.pin;
  if (!focus) return std::nullopt;
  const Grid& grid = focus->side == Side::kInput ? derived.grid : derived.output;
  return grid.contains(focus->cell) ? focus : std::nullopt;
}

void derive_devices(const Environment& environment, Derived& derived) {
  if (std::exchange(derived.key.devices_known, true)) return;
  derived.gpu_refusal = "This program was started without a GPU path";
  for (const Backend& backend : environment.backends) {
    if (backend.name != "gpu") continue;
    derived.gpu_refusal = sentence(backend.available().message());
    derived.gpu_name = backend.detail();
  }
}

void derive_picture(const Model& model, Derived& derived, const Environment& environment) {
  Derived::Key& key = derived.key;
  const Document& document = model.document;
  const Device device = derived.gpu_refusal.empty() ? model.device : Device::kCpu;
  PoolParams params = document.params;
  if (model.both) params.reduction = Reduction::kMax;
  const bool same = key.grid == document.grid && key.params == params && key.device == device;
  if (key.valid && same) return;
  key.valid = true;
  key.grid = document.grid;
  key.params = params;
  key.device = device;
  Result<Pooled> pooled = pool(document.grid, params, backend_of(device, environment));
  if (pooled.ok()) derived.device = device;
  derived.status = pooled.status();
  derived.refusal = sentence(derived.status.message());
  if (pooled.ok()) show(derived, document.grid, params, std::move(pooled).value());
  derived.edited = !(document.grid == source_grid(document.source, document.grid.size));
}

// A plane larger than the grid, whole: the largest value of each of at most 64x64 tiles.
void derive_whole(const Source& source, const Source& before, Derived& derived) {
  if (!source.tensor) {
    derived.whole = {};
    derived.whole.values.clear();
    return;
  }
  const Shape& shape = source.tensor->shape;
  derived.whole_size = shape.plane();
  if (source.tensor == before.tensor && source.plane == before.plane && !derived.whole.values.empty()) return;
  derived.whole.values.clear();
  const int64_t side = std::max(shape.h, shape.w);
  if (side <= kMaxSide) return;
  const int64_t step = (side + kMaxSide - 1) / kMaxSide;
  PoolParams params = window_pool(Reduction::kMax, {std::min(step, shape.h), std::min(step, shape.w)});
  params.ceil_mode = true;
  Grid plane{shape.plane(), {}};
  const float* values = source.tensor->values.data() + source.plane * shape.h * shape.w;
  plane.values.assign(values, values + shape.h * shape.w);
  Result<Pooled> pooled = pool(plane, params, backend_of(Device::kCpu, {}));
  if (pooled.ok()) derived.whole = std::move(pooled->output);
}

void derive_source(const Document& document, Derived& derived) {
  Derived::Key& key = derived.key;
  if (!derived.source_title.empty() && key.source == document.source) return;
  derive_whole(document.source, key.source, derived);
  key.source = document.source;
  derived.source_title = source_title(document.source);
  derived.edited = !(document.grid == source_grid(document.source, document.grid.size));
}

void derive_fixes(const Model& model, Derived& derived) {
  const bool fit = derived.status.ok() && model.lens == kCoverageLens;
  if (fit && derived.key.fixes_revision == derived.revision) return;
  derived.key.fixes_revision = fit ? derived.revision : 0;
  derived.fixes.clear();
  if (fit) derived.fixes = fixes(model.document, derived.geometry);
}

void derive_focus(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  const auto focus = focus_of(model, derived);
  const int64_t index = std::clamp<int64_t>(model.playhead.index, 0, derived.windows - 1);
  if (key.revision == derived.revision && key.focus == focus && key.index == index) return;
  key.revision = derived.revision;
  key.focus = focus;
  key.index = index;
  derived.focus = focus;
  derived.readers.clear();
  if (focus && focus->side == Side::kInput) derived.readers = windows_reading(derived, focus->cell);
  Cell shown = derived.output_cell(index);
  if (focus && focus->side == Side::kOutput) shown = focus->cell;
  if (!derived.readers.empty()) shown = derived.readers.front();  // an input cell: its first window
  derived.window = window_facts(derived, shown);
}

void derive_comparison(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  const bool both = derived.both = model.both && derived.params.reduction == Reduction::kMax;
  const int64_t index = derived.key.index;
  if (both && key.comparison_revision == derived.revision && key.comparison_index == index) return;
  key.comparison_revision = both ? derived.revision : 0;
  key.comparison_index = index;
  derived.comparison = both ? comparison(derived.output, derived.other, index) : Comparison();
}

void derive_rebuild(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  if (model.lens != kRebuildLens) {
    key.rebuild_for = 0;
    return;
  }
  const bool begun = key.rebuild_for == derived.revision && key.rebuild_both == derived.both;
  if (begun && key.rebuild_index == key.index) return;
  if (!begun) begin_rebuild(derived);
  rebuild_up_to(key.index, derived);
  key.rebuild_for = derived.revision;
  key.rebuild_both = derived.both;
  key.rebuild_index = key.index;
  ++derived.rebuild_revision;
}

void derive_dialects(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  if (model.lens != kDialectsLens) {
    key.dialects_for = 0;
    return;
  }
  if (key.dialects_for != derived.revision || key.dialects_both != derived.both) {
    begin_dialects(derived);
    key.dialects_for = derived.revision;
    key.dialects_both = derived.both;
    ++derived.dialects_revision;
  }
  explore_dialect(model, derived);
}

// A part is redone only when what it depends on has changed.
void derive_gradient(const Model& model, Derived& derived) {
  Derived::Key::Gradient& key = derived.key.gradient;
  if (model.lens != kGradientLens) {
    key.revision = 0;
    return;
  }
  const Document& document = model.document;
  const bool begun = key.revision == derived.revision && key.upstream == document.upstream &&
                     key.ties == document.ties && key.both == derived.both;
  const int64_t index = derived.key.index;
  if (!begun) begin_gradient(document, derived);
  const bool sent = begun && key.index == index;
  if (!sent) send_gradient(index, document, derived);
  if (sent && key.window == derived.window.output && key.focus == derived.focus) return;
  explore_gradient(document, derived);
  if (!sent) ++derived.gradient_revision;
  key = {derived.revision,      document.upstream, document.ties, derived.both, index,
         derived.window.output, derived.focus};
}

}  // namespace

int64_t playback_length(const Derived& derived) { return derived.windows; }
std::string gpu_in_use(const Derived& derived) {
  return derived.device == Device::kGpu ? derived.gpu_name : std::string();
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  derive_devices(environment, derived);
  derive_picture(model, derived, environment);
  if (derived.revision == 0) {  // nothing has fitted yet: show the lesson until something does
    const Document fresh;
    const Result<Pooled> pooled = pool(fresh.grid, fresh.params, backend_of(Device::kCpu, environment));
    if (pooled.ok()) show(derived, fresh.grid, fresh.params, *pooled);
  }
  derive_source(model.document, derived);
  derive_fixes(model, derived);
  derive_focus(model, derived);
  derive_comparison(model, derived);
  derive_gradient(model, derived);
  derive_rebuild(model, derived);
  derive_dialects(model, derived);
  derive_predict(model, derived);
  derive_code(model, derived);
}

}  // namespace poolglass::step
