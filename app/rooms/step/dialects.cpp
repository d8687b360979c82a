#include "app/rooms/step/dialects.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/words.h"
#include "core/pooling/coverage.h"

namespace poolglass::step {
namespace {

std::string place(Cell cell) {
  return "(" + std::to_string(cell.row) + "," + std::to_string(cell.column) + ")";
}

bool equal(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Cells that the windows of an axis reach, padding and overhang included.
CellRange reach(const Axis& axis) {
  return {std::min<int64_t>(axis.window(0).start, 0),
          std::max(axis.input + axis.pad_end, axis.window(axis.output - 1).last() + 1)};
}

CellRange widest(const CellRange& a, const CellRange& b) {
  return {std::min(a.first, b.first), std::max(a.last, b.last)};
}

int64_t window_count(const DialectView& view) { return view.output.size.h * view.output.size.w; }

std::vector<bool> others(const Axis& axis, bool zeros, const Axis& than, const Derived& derived) {
  std::vector<bool> other = other_windows(axis, zeros, than, derived.params.reduction);
  if (!derived.both) return other;
  const std::vector<bool> of_average = other_windows(axis, zeros, than, Reduction::kAverage);
  for (size_t i = 0; i < other.size(); ++i) other[i] = other[i] || of_average[i];
  return other;
}

// Windows that read no cell: how many, and the first few.
void find_empty(DialectView& view) {
  constexpr size_t kMost = 5;
  const auto& [rows, columns] = view.windows.geometry;
  const auto empty_of = [](const Axis& axis) {
    std::vector<int64_t> empty;
    for (int64_t i = 0; i < axis.output; ++i) {
      if (axis.window(i).count == 0) empty.push_back(i);
    }
    return empty;
  };
  const std::vector<int64_t> in_columns = empty_of(columns), in_rows = empty_of(rows);
  view.empty_windows =
      window_count(view) - (rows.output - std::ssize(in_rows)) * (columns.output - std::ssize(in_columns));
  for (int64_t row = 0; row < rows.output && view.empty.size() < kMost; ++row) {
    const bool whole_row = std::ranges::binary_search(in_rows, row);
    if (!whole_row && in_columns.empty() && in_rows.empty()) return;
    const int64_t count = whole_row ? columns.output : std::ssize(in_columns);
    for (int64_t i = 0; i < count && view.empty.size() < kMost; ++i)
      view.empty.push_back({row, whole_row ? i : in_columns[static_cast<size_t>(i)]});
  }
}

// Of a map: by where windows lie, along one axis after the other.
void compare_on_map(const Derived& derived, DialectView& view) {
  const auto& [rows, columns] = view.windows.geometry;
  const bool zeros = view.windows.zeros_are_cells;
  view.output.values = std::vector<float>();
  view.other_rows = others(rows, zeros, derived.geometry.rows, derived);
  view.other_columns = others(columns, zeros, derived.geometry.columns, derived);
  view.differing = window_count(view) -
                   std::ranges::count(view.other_rows, false) * std::ranges::count(view.other_columns, false);
  find_empty(view);
}

DialectView viewed(Dialect dialect, const Derived& derived) {
  DialectView view;
  view.dialect = dialect;
  const Result<DialectWindows> windows = dialect_windows(dialect, derived.params, derived.grid.size);
  if (!windows.ok()) {
    view.refusal = sentence(windows.status().message());
    return view;
  }
  view.windows = *windows;
  const WindowGeometry& geometry = view.windows.geometry;
  view.output.size = {geometry.rows.output, geometry.columns.output};
  view.never_read = never_read_cells(geometry);
  if (is_map(derived.grid.size)) {
    compare_on_map(derived, view);
    return view;
  }
  const float* x = derived.grid.values.data();
  DialectResult result = pool_dialect(dialect, view.windows, derived.params.reduction, x);
  view.output = {{geometry.rows.output, geometry.columns.output}, std::move(result.y)};
  view.divisors = std::move(result.divisors);
  if (derived.both) {
    view.average = {view.output.size, pool_dialect(dialect, view.windows, Reduction::kAverage, x).y};
  }
  for (int64_t row = 0; row < geometry.rows.output; ++row) {
    for (int64_t column = 0; column < geometry.columns.output; ++column) {
      const Cell cell{row, column};
      const bool empty = geometry.rows.window(row).count == 0 || geometry.columns.window(column).count == 0;
      if (empty) view.empty.push_back(cell);
      bool differs = !derived.output.contains(cell) || !equal(view.output.at(cell), derived.output.at(cell));
      if (!differs && derived.both) differs = !equal(view.average.at(cell), derived.other.at(cell));
      view.differs.push_back(differs);
      if (differs) ++view.differing;
    }
  }
  view.empty_windows = std::ssize(view.empty);
  return view;
}

// What a tap reads: in zero padding a cell that holds 0.
Tap tap_of(const DialectWindows& windows, const Grid& grid, Cell cell) {
  const auto& [rows, columns] = windows.geometry;
  Tap tap;
  tap.cell = cell;
  if (grid.contains(cell)) {
    tap.value = grid.at(cell);
    return tap;
  }
  const bool overhang =
      cell.row >= rows.input + rows.pad_end || cell.column >= columns.input + columns.pad_end;
  tap.kind = overhang ? TapKind::kOverhang : windows.zeros_are_cells ? TapKind::kCell : TapKind::kPadding;
  return tap;
}

WindowFacts facts_of(const DialectView& view, Cell output, const Derived& derived) {
  const WindowGeometry& geometry = view.windows.geometry;
  WindowFacts facts;
  facts.output = output;
  facts.rows = geometry.rows.window(output.row);
  facts.columns = geometry.columns.window(output.column);
  const DialectValue pooled = pool_dialect_window(view.dialect, view.windows, derived.params.reduction,
                                                  derived.grid.values.data(), output);
  facts.result = pooled.y;
  facts.divisor = pooled.divisor;
  facts.cells = facts.rows.count * facts.columns.count;
  Tap* winner = nullptr;
  facts.taps.reserve(static_cast<size_t>(facts.rows.taps * facts.columns.taps));
  for (int64_t y = 0; y < facts.rows.taps; ++y) {
    for (int64_t x = 0; x < facts.columns.taps; ++x) {
      facts.taps.push_back(
          tap_of(view.windows, derived.grid,
                 {facts.rows.start + y * facts.rows.step, facts.columns.start + x * facts.columns.step}));
      Tap& tap = facts.taps.back();
      if (derived.params.reduction != Reduction::kMax || tap.kind != TapKind::kCell) continue;
      if (winner == nullptr || tap.value > winner->value || std::isnan(tap.value)) winner = &tap;
    }
  }
  if (winner != nullptr) {
    winner->winner = true;
    facts.winner = winner->cell;
  }
  PoolParams params = derived.params;
  params.count_include_pad = geometry.rows.count_include_pad;
  facts.pieces = arithmetic(facts, params);
  return facts;
}

// Output cells of an axis that a square can show around a place of the input.
CellRange outputs_around(const Axis& axis, double centre, double cells) {
  const double half = cells / 2 * (1 + 1 / kWholePixels);
  return cells_between(output_place(axis), axis.output, centre - half, centre + half);
}

void derive_sight(const Model& model, const DialectView& view, Derived& derived) {
  constexpr int64_t kMostReads = int64_t{1} << 18;  // cells that windows in sight read: a millisecond
  DialectFacts& facts = derived.dialects;
  const Derived::Key::DialectsMap now{derived.dialects_revision, view.dialect, model.sight};
  if (std::exchange(derived.key.dialects_map, now) == now) return;
  const auto& [rows, columns] = view.windows.geometry;
  facts.row_reads = axis_reads(rows);
  facts.column_reads = axis_reads(columns);
  const Sight sight = clamped(model.sight, derived.grid.size);
  const double cells = cells_in_sight(sight, derived.grid.size);
  const CellRange down = outputs_around(rows, sight.row, cells);
  const CellRange across = outputs_around(columns, sight.column, cells);
  facts.sight = {};
  if (down.count() * across.count() * most_taps(view.windows.geometry) > kMostReads) return;
  std::vector<float> values;
  for (int64_t row = down.first; row < down.last; ++row) {
    for (int64_t column = across.first; column < across.last; ++column)
      values.push_back(pool_dialect_window(view.dialect, view.windows, derived.params.reduction,
                                           derived.grid.values.data(), {row, column})
                           .y);
  }
  facts.sight = {{down.first, across.first}, {{down.count(), across.count()}, std::move(values)}};
}

// The selection that the picture explores, where it is one of an output.
std::optional<Selection> selected(const Model& model) {
  std::optional<Selection> at = model.hover;
  if (!at && !model.playhead.playing) at = model.pin;
  return at && at->side == Side::kOutput ? at : std::nullopt;
}

}  // namespace

void begin_dialects(Derived& derived) {
  DialectFacts& facts = derived.dialects;
  facts = {};
  facts.rows = derived.rows;
  facts.columns = derived.columns;
  facts.most = derived.output.size;
  for (size_t i = 0; i < kDialects.size(); ++i) {
    const DialectView& view = facts.all[i] = viewed(kDialects[i].dialect, derived);
    if (!view.refusal.empty()) continue;
    facts.rows = widest(facts.rows, reach(view.windows.geometry.rows));
    facts.columns = widest(facts.columns, reach(view.windows.geometry.columns));
    facts.most = {std::max(facts.most.h, view.output.size.h), std::max(facts.most.w, view.output.size.w)};
  }
}

void explore_dialect(const Model& model, Derived& derived) {
  DialectFacts& facts = derived.dialects;
  const std::optional<Selection> at = selected(model);
  const bool map = is_map(derived.grid.size);  // whose one square of the output is the chosen dialect's
  facts.shown = at && !map ? static_cast<Dialect>(at->grid) : model.dialect;
  const DialectView& view = facts.all[static_cast<size_t>(facts.shown)];
  if (!view.refusal.empty()) {
    facts.window = derived.window;
    return;
  }
  if (map) derive_sight(model, view, derived);
  if (map && view.dialect == Dialect::kPyTorch) {  // its bins may be too large to list
    facts.window = derived.window;
    return;
  }
  Cell cell = at ? at->cell : derived.window.output;
  cell.row = std::min(cell.row, view.output.size.h - 1);
  cell.column = std::min(cell.column, view.output.size.w - 1);
  facts.window = facts_of(view, cell, derived);
}

const DialectView& shown_dialect(const Derived& derived) {
  return derived.dialects.all[static_cast<size_t>(derived.dialects.shown)];
}

std::string_view dialect_title(Dialect dialect) { return kDialects[static_cast<size_t>(dialect)].title; }

std::string_view dialect_rule(Dialect dialect) {
  switch (dialect) {
    case Dialect::kPyTorch:
      return "sizes round down, in ceil mode up; padding never wins, and counts unless told";
    case Dialect::kOnnx:
      return "PyTorch's windows; averages count padding only with count_include_pad";
    case Dialect::kTensorFlowSame:
      return "⌈n / s⌉ windows; the padding follows, odd cell last, and never counts";
    case Dialect::kTensorFlowValid:
      return "no padding, whatever p says; sizes are rounded down";
    case Dialect::kKerasZeroPadding:
      return "ZeroPadding2D first: its zeros are cells, they win and they count";
    case Dialect::kCaffe:
      break;
  }
  return "sizes are rounded up, always; an average counts padding";
}

std::string dialect_note(const DialectView& view, const Derived& derived) {
  if (!view.refusal.empty()) return "cannot say it";
  const bool map = is_map(derived.grid.size);  // whose figures are long
  if (view.output.size != derived.output.size)
    return size_text(view.output.size) + (map ? "" : ", not " + size_text(derived.output.size));
  if (view.differing == 0)
    return view.dialect == Dialect::kPyTorch ? size_text(view.output.size) : "the same";
  if (map) return (view.differing == window_count(view) ? "all" : grouped(view.differing)) + " differ";
  return grouped(view.differing) + " of " + grouped(window_count(view)) +
         (view.differing == 1 ? " differs" : " differ");
}

std::string dialect_sentence(const Derived& derived) {
  const DialectView& view = shown_dialect(derived);
  std::string text = std::string(dialect_title(view.dialect)) + ": ";
  if (!view.refusal.empty()) return text + view.refusal;
  PoolParams params = derived.params;
  params.count_include_pad = view.windows.geometry.rows.count_include_pad;
  text += window_sentence(derived.dialects.window, params);
  const Cell cell = derived.dialects.window.output;
  if (!derived.output.contains(cell)) return text + "; PyTorch has no such window";
  const float ours = derived.output.at(cell);
  if (!equal(ours, derived.dialects.window.result)) text += "; PyTorch has " + short_text(ours, 5);
  return text;
}

std::string differing_windows(const DialectView& view, std::string_view differ) {
  if (view.differing == 0) return "all windows are PyTorch's";
  const bool all = view.differing == window_count(view);
  const std::string which = all ? "all" : grouped(view.differing) + " of " + grouped(window_count(view));
  return which + " windows " + std::string(differ);
}

std::string map_dialect_sentence(const DialectView& view, const Derived& derived) {
  if (!view.refusal.empty()) return view.refusal;
  std::string text = size_text(view.output.size);
  if (view.output.size != derived.output.size) text += ", not " + size_text(derived.output.size);
  text += ", " + differing_windows(view, "read or divide otherwise");
  if (view.never_read > 0) text += ", " + grouped(view.never_read) + " cells never read";
  return text;
}

std::string empty_windows_sentence(const DialectView& view) {
  if (view.empty.empty()) return {};
  constexpr size_t kNamed = 4;
  std::string text = view.empty_windows == 1 ? "Window " : "Windows ";
  for (size_t i = 0; i < std::min(view.empty.size(), kNamed); ++i) {
    text += (i > 0 ? ", " : "") + place(view.empty[i]);
  }
  if (view.empty.size() > kNamed) text += ", … (" + grouped(view.empty_windows) + " in all)";
  return text + (view.empty_windows == 1 ? " reads only padding" : " read only padding");
}

}  // namespace poolglass::step
