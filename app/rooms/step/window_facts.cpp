#include "app/rooms/step/window_facts.h"

#include <algorithm>
#include <utility>

#include "app/rooms/step/model.h"
#include "core/pooling/pooling.h"

namespace poolglass::step {
namespace {

TapKind tap_kind(const Axis& rows, const Axis& columns, Cell cell) {
  const auto kind = [](const Axis& axis, int64_t at) {
    if (at >= axis.input + axis.pad_end) return TapKind::kOverhang;
    return at >= 0 && at < axis.input ? TapKind::kCell : TapKind::kPadding;
  };
  return std::max(kind(rows, cell.row), kind(columns, cell.column));
}

// Position of the maximum of a plane, by the engine's own rule for ties and NaN.
std::optional<int64_t> argmax(const float* values, Size2 size, int threads) {
  PlanOptions options;
  options.threads = threads;
  const Result<PoolPlan> plan = PoolPlan::make(global_pool(Reduction::kMax), {1, 1, size.h, size.w}, options);
  if (!plan.ok()) return std::nullopt;
  float largest = 0;
  int64_t index = 0;
  plan->forward_with_indices(values, &largest, &index);
  return index;
}

std::optional<Cell> winner_of_taps(const std::vector<Tap>& taps) {
  std::vector<float> values;
  std::vector<Cell> cells;
  for (const Tap& tap : taps) {
    if (tap.kind != TapKind::kCell) continue;
    values.push_back(tap.value);
    cells.push_back(tap.cell);
  }
  const auto index = values.empty() ? std::nullopt : argmax(values.data(), {1, std::ssize(values)}, 1);
  return index ? std::optional(cells[static_cast<size_t>(*index)]) : std::nullopt;
}

// The same of a bin, whose cells lie side by side.
std::optional<Cell> winner_of_bin(const Grid& grid, const AxisWindow& rows, const AxisWindow& columns) {
  const int64_t width = grid.size.w;
  const float* first = grid.values.data() + rows.first * width + columns.first;
  std::vector<float> copied;
  if (columns.count < width) {
    copied.reserve(static_cast<size_t>(rows.count * columns.count));
    for (int64_t row = 0; row < rows.count; ++row)
      copied.insert(copied.end(), first + row * width, first + row * width + columns.count);
    first = copied.data();
  }
  const std::optional<int64_t> index = argmax(first, {rows.count, columns.count}, 0);
  if (!index) return std::nullopt;
  return Cell{rows.first + *index / columns.count, columns.first + *index % columns.count};
}

Tap tap_at(const Derived& derived, Cell cell) {
  Tap tap;
  tap.cell = cell;
  tap.kind = tap_kind(derived.geometry.rows, derived.geometry.columns, cell);
  if (tap.kind == TapKind::kCell) tap.value = derived.grid.at(cell);
  return tap;
}

// Those at the beginning and at the end, and the winner, in the window's order.
void list_ends(const Derived& derived, WindowFacts& facts) {
  constexpr int64_t kEnds = 6;
  const int64_t width = facts.columns.taps, all = facts.all_taps();
  const auto cell_at = [&](int64_t tap) {
    return Cell{facts.rows.start + tap / width * facts.rows.step,
                facts.columns.start + tap % width * facts.columns.step};
  };
  int64_t winner = -1;
  if (facts.winner)
    winner = (facts.winner->row - facts.rows.start) * width + facts.winner->column - facts.columns.start;
  for (int64_t tap = 0; tap < kEnds; ++tap) facts.taps.push_back(tap_at(derived, cell_at(tap)));
  if (winner >= kEnds && winner < all - kEnds) facts.taps.push_back(tap_at(derived, *facts.winner));
  for (int64_t tap = all - kEnds; tap < all; ++tap) facts.taps.push_back(tap_at(derived, cell_at(tap)));
}

void list_all(const Derived& derived, WindowFacts& facts) {
  facts.taps.reserve(static_cast<size_t>(facts.all_taps()));
  for (int64_t y = 0; y < facts.rows.taps; ++y) {
    for (int64_t x = 0; x < facts.columns.taps; ++x) {
      facts.taps.push_back(tap_at(
          derived, {facts.rows.start + y * facts.rows.step, facts.columns.start + x * facts.columns.step}));
    }
  }
}

}  // namespace

WindowFacts window_facts(const Derived& derived, Cell output) {
  const auto& [rows, columns] = derived.geometry;
  const bool max = derived.params.reduction == Reduction::kMax;
  WindowFacts facts;
  facts.output = output;
  facts.rows = rows.window(output.row);
  facts.columns = columns.window(output.column);
  facts.result = derived.output.at(output);
  facts.divisor = facts.rows.divisor * facts.columns.divisor;
  facts.cells = facts.rows.count * facts.columns.count;
  const bool ends = facts.all_taps() > kMostTaps;
  if (!derived.winners.empty() && facts.cells > 0) {
    const int64_t at =
        derived.winners[static_cast<size_t>(output.row * derived.output.size.w + output.column)];
    facts.winner = Cell{at / derived.grid.size.w, at % derived.grid.size.w};
  } else if (max && ends) {
    facts.winner = winner_of_bin(derived.grid, facts.rows, facts.columns);
  }
  (ends ? list_ends : list_all)(derived, facts);
  if (max && !facts.winner) facts.winner = winner_of_taps(facts.taps);
  for (Tap& tap : facts.taps) tap.winner = facts.winner == tap.cell;
  facts.pieces = arithmetic(facts, derived.params);
  return facts;
}

}  // namespace poolglass::step
