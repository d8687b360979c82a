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
#include "app/rooms/step/edits.h"
#include "app/rooms/step/fixes.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/map_lens.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "app/rooms/step/presets.h"
#include "app/rooms/step/rebuild.h"
#include "app/rooms/step/window_facts.h"
#include "core/engine.h"
#include "core/pooling/coverage.h"

namespace poolglass::step {
namespace {

struct Pooled {
  WindowGeometry geometry;
  std::vector<float> output;
  std::vector<int64_t> winners;
  Size2 size() const { return {geometry.rows.output, geometry.columns.output}; }
};

// Core's own check of shape and parameters, and memory for what a backend will write.
Result<Pooled> room_for_result(const Grid& grid, const PoolParams& params) {
  const Result<WindowGeometry> geometry = window_geometry(params, grid.size);
  if (!geometry.ok()) return geometry.status();
  Pooled pooled{*geometry, {}, {}};
  pooled.output.resize(static_cast<size_t>(pooled.size().h * pooled.size().w));
  // Of a map only the winner of the window in focus is looked for: eight bytes a window would be most of what
  // it takes.
  if (params.reduction == Reduction::kMax && !is_map(grid.size)) pooled.winners.resize(pooled.output.size());
  return pooled;
}

Result<Pooled> pool(const Grid& grid, const PoolParams& params, const Backend& backend) {
  Result<Pooled> pooled = room_for_result(grid, params);
  if (!pooled.ok()) return pooled;
  PoolRun run;
  run.params = params;
  run.input = {1, 1, grid.size.h, grid.size.w};
  run.threads = is_map(grid.size) ? 0 : 1;
  run.x = grid.values.data();
  run.y = pooled->output.data();
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

// Those of a map's cells that are in sight fit themselves to their cells.
int most_figures(const Grid& grid) {
  constexpr int kOfMaps = 4;
  if (is_map(grid.size)) return kOfMaps;
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
    const float apart = std::abs(pooled->output[i] - derived.output.values[i]);
    if (std::isfinite(apart)) error = std::max(error, apart);
  }
  derived.fixed_error = error;
}

// `both`: the other operation's output is part of the picture of a map, too.
void show(Derived& derived, const Grid& grid, const PoolParams& params, bool both, Pooled pooled) {
  derived.grid = grid;
  derived.params = params;
  derived.geometry = pooled.geometry;
  derived.output = {pooled.size(), std::move(pooled.output)};
  derived.other = {{}, {}};
  if (both || !is_map(grid.size)) {
    PoolParams other = params;
    other.reduction = params.reduction == Reduction::kMax ? Reduction::kAverage : Reduction::kMax;
    Result<Pooled> result = pool(grid, other, backend_of(Device::kCpu, {}));
    if (result.ok()) derived.other = {result->size(), std::move(result->output)};
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

// The documents here and below are the model's, or as a fix would make it.
void derive_picture(const Model& model, const Document& document, Derived& derived,
                    const Environment& environment) {
  Derived::Key& key = derived.key;
  const Device device = derived.gpu_refusal.empty() ? model.device : Device::kCpu;
  PoolParams params = document.params;
  if (model.both) params.reduction = Reduction::kMax;
  const bool same = key.grid == document.grid && key.params == params && key.device == device &&
                    (key.both == model.both || !is_map(document.grid.size));
  if (key.valid && same) return;
  key.valid = true;
  key.grid = document.grid;
  key.params = params;
  key.device = device;
  key.both = model.both;
  Result<Pooled> pooled = pool(document.grid, params, backend_of(device, environment));
  if (pooled.ok()) derived.device = device;
  derived.status = pooled.status();
  derived.refusal = sentence(derived.status.message());
  if (pooled.ok()) show(derived, document.grid, params, model.both, std::move(pooled).value());
}

// A plane that the grid is a small part of, whole. (A map has an overview of itself.)
void derive_whole(const Document& document, Derived& derived) {
  const Source& source = document.source;
  const Size2 plane = source.tensor && source.preset.empty() ? source.tensor->shape.plane() : Size2{};
  if (!is_map(plane) || is_map(document.grid.size)) {
    derived.whole = {{}, {}};
    return;
  }
  derived.whole_size = plane;
  const Source& before = derived.key.source;
  const bool same = source.tensor == before.tensor && source.plane == before.plane;
  if (!same || derived.whole.values.empty()) derived.whole = thumbnail(source, source.plane);
}

void derive_source(const Document& document, const Environment& environment, Derived& derived) {
  Derived::Key& key = derived.key;
  derive_strip(document.source, environment.cells_at_once, derived);
  derive_whole(document, derived);
  const bool same_source = !derived.source_title.empty() && key.source == document.source;
  if (same_source && key.sourced == document.grid) return;
  if (!same_source) derived.source_title = source_title(document.source);
  key.source = document.source;
  key.sourced = document.grid;
  derived.edited = !(document.grid == source_grid(document.source, document.grid.size));
}

// Of the document as it is, whatever the picture shows.
void derive_fixes(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  const Document& document = model.document;
  const Result<WindowGeometry> geometry = window_geometry(document.params, document.grid.size);
  if (model.lens != kCoverageLens || !geometry.ok()) {
    key.fixes_params.reset();
    derived.fixes.clear();
    return;
  }
  if (key.fixes_params == document.params && key.fixes_size == document.grid.size) return;
  key.fixes_params = document.params;
  key.fixes_size = document.grid.size;
  derived.fixes = fixes(document, *geometry);
}

// The document with the fix that is pointed at.
std::optional<Document> previewed(const Model& model, const Derived& derived) {
  if (!model.preview || *model.preview >= derived.fixes.size()) return std::nullopt;
  Document fixed = model.document;
  derived.fixes[*model.preview].action.visit([&](const auto& edit) {
    if constexpr (requires { Edit{fixed}(edit); }) Edit{fixed}(edit);
  });
  return fixed;
}

void derive_focus(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  const auto focus = focus_of(model, derived);
  const int64_t index = std::clamp<int64_t>(model.playhead.index, 0, derived.windows - 1);
  const bool same = key.revision == derived.revision;
  if (same && key.focus == focus && key.index == index) return;
  key.revision = derived.revision;
  key.focus = focus;
  key.index = index;
  derived.focus = focus;
  derived.readers.clear();
  if (focus && focus->side == Side::kInput) derived.readers = windows_reading(derived, focus->cell);
  Cell shown = derived.output_cell(index);
  if (focus && focus->side == Side::kOutput) shown = focus->cell;
  if (!derived.readers.empty()) shown = derived.readers.front();  // an input cell: its first window
  // A window may have all cells of a map: the pointer moves over many that show the same one.
  if (!same || shown != derived.window.output) derived.window = window_facts(derived, shown);
}

// Of a map always all windows: they are too many to be counted again at every step.
int64_t shown_up_to(const Derived& derived) {
  return is_map(derived.grid.size) ? derived.windows - 1 : derived.key.index;
}

void derive_comparison(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  // A picture that stays while another does not fit may have been made for one operation.
  const bool both = derived.both =
      model.both && derived.params.reduction == Reduction::kMax && derived.other.size == derived.output.size;
  const int64_t index = shown_up_to(derived);
  if (both && key.comparison_revision == derived.revision && key.comparison_index == index) return;
  key.comparison_revision = both ? derived.revision : 0;
  key.comparison_index = index;
  derived.comparison = both ? comparison(derived.output, derived.other, index) : Comparison();
}

void derive_rebuild(const Model& model, Derived& derived) {
  Derived::Key& key = derived.key;
  if (model.lens != kRebuildLens || derived.map.shown) {
    if (std::exchange(key.rebuild_for, 0) != 0) derived.rebuild = {};
    return;
  }
  const bool begun = key.rebuild_for == derived.revision && key.rebuild_both == derived.both;
  const int64_t index = key.index;
  if (begun && key.rebuild_index == index) return;
  if (!begun) begin_rebuild(derived, derived.rebuild);
  rebuild_up_to(index, derived);
  key.rebuild_for = derived.revision;
  key.rebuild_both = derived.both;
  key.rebuild_index = index;
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

// A part is redone only when what it depends on has changed. A map's is found beside the window (map_lens.h).
void derive_gradient(const Model& model, const Document& document, Derived& derived) {
  Derived::Key::Gradient& key = derived.key.gradient;
  if (model.lens != kGradientLens || derived.map.shown) {
    if (std::exchange(key.revision, 0) != 0) derived.gradient = {};
    return;
  }
  const bool begun = key.revision == derived.revision && key.upstream == document.upstream &&
                     key.ties == document.ties && key.both == derived.both;
  const int64_t index = derived.key.index;
  if (!begun) begin_gradient(document, derived, derived.gradient);
  const bool sent = begun && key.index == index;
  if (!sent) send_gradient(index, document, derived, derived.gradient);
  if (sent && key.window == derived.window.output && key.focus == derived.focus) return;
  explore_gradient(document, derived);
  if (!sent) ++derived.gradient_revision;
  key = {derived.revision,      document.upstream, document.ties, derived.both, index,
         derived.window.output, derived.focus};
}

void derive_shown(const Model& model, const Document& document, Derived& derived,
                  const Environment& environment) {
  derive_picture(model, document, derived, environment);
  if (derived.revision == 0) {  // nothing has fitted yet: show the lesson until something does
    const Document fresh;
    Result<Pooled> pooled = pool(fresh.grid, fresh.params, backend_of(Device::kCpu, environment));
    if (pooled.ok()) show(derived, fresh.grid, fresh.params, false, *std::move(pooled));
  }
  derive_source(document, environment, derived);
  derive_focus(model, derived);
  derive_comparison(model, derived);
  begin_map(model, derived);
  if (!derived.map.shown) leave_map_lens(derived);
  derive_gradient(model, document, derived);
  derive_rebuild(model, derived);
  if (derived.map.shown) derive_map_lens(model, document, environment.patience, derived);
  derive_dialects(model, derived);
  derive_map(model, derived);
  derive_predict(model, derived);
  derive_code(model, derived);
}

}  // namespace

ValueRange range_of(const Grid& grid) { return value_range(grid, {{0, 0}, {}}); }

int64_t playback_length(const Derived& derived) { return derived.windows; }
std::string gpu_in_use(const Derived& derived) {
  return derived.device == Device::kGpu ? derived.gpu_name : std::string();
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  derive_devices(environment, derived);
  derive_fixes(model, derived);
  const std::optional<Document> fixed = previewed(model, derived);
  derive_shown(model, fixed ? *fixed : model.document, derived, environment);
}

}  // namespace poolglass::step
