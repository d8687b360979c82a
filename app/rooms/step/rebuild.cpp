#include "app/rooms/step/rebuild.h"

#include <algorithm>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/step/comparison.h"
#include "app/rooms/step/words.h"
#include "core/pooling/pooling.h"

namespace poolglass::step {
namespace {

std::string percent(double share) {
  std::string text = short_text(static_cast<float>(100 * share), 3);
  return text + " %";
}

const Grid& output_of(const PooledGrid& pooled, Reduction reduction) {
  return pooled.both && reduction == Reduction::kAverage ? pooled.other : pooled.output;
}

Grid plane_of(const PooledGrid& pooled, Reduction reduction, const std::vector<int64_t>& winners,
              int64_t windows) {
  std::vector<float> plane(pooled.grid.values.size());
  const float* y = output_of(pooled, reduction).values.data();
  if (reduction == Reduction::kMax) {
    unpool_max(pooled.geometry, y, winners.data(), windows, plane.data());
  } else {
    spread_average(pooled.geometry, y, windows, plane.data());
  }
  return {pooled.grid.size, std::move(plane)};
}

Grid pooled_again(const PooledGrid& pooled, Reduction reduction, const Grid& plane) {
  PoolParams params = pooled.params;
  params.reduction = reduction;
  std::vector<float> again(pooled.output.values.size());
  PlanOptions options;
  options.threads = is_map(pooled.grid.size) ? 0 : 1;
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, plane.size.h, plane.size.w}, options);
  if (plan.ok()) plan->forward(plane.values.data(),
                               again.data());  // the same shape has been pooled
  return {pooled.output.size, std::move(again)};
}

// Equal, or an average's rounding apart.
bool same(float a, float b, Reduction reduction) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  return reduction == Reduction::kAverage && std::abs(a - b) <= 1e-5f * std::max(std::abs(a), std::abs(b));
}

// Those of a map are not kept.
std::vector<int64_t> winners_of(const PooledGrid& pooled) {
  if (!is_map(pooled.grid.size)) return pooled.winners;
  std::vector<float> output(pooled.output.values.size());
  std::vector<int64_t> winners(output.size());
  PlanOptions options;
  options.threads = 0;
  const Result<PoolPlan> plan =
      PoolPlan::make(pooled.params, {1, 1, pooled.grid.size.h, pooled.grid.size.w}, options);
  // The same shape has been pooled.
  if (plan.ok()) plan->forward_with_indices(pooled.grid.values.data(), output.data(), winners.data());
  return winners;
}

Rebuilt rebuilt(const PooledGrid& pooled, Reduction reduction, const Stop* stop) {
  Rebuilt result;
  result.reduction = reduction;
  const std::vector<int64_t> winners =
      reduction == Reduction::kMax ? winners_of(pooled) : std::vector<int64_t>();
  if (stopped(stop)) return result;
  result.plane = plane_of(pooled, reduction, winners, pooled.windows);
  if (stopped(stop)) return result;
  result.residual = difference_of(pooled.grid, result.plane);
  result.energy = energy_kept(pooled.grid.size, pooled.grid.values.data(), result.plane.values.data());
  for (size_t i = 0; i < result.plane.values.size(); ++i) {
    const float lost = result.residual.values[i];
    if (lost == 0) ++result.kept_cells;
    if (!std::isfinite(lost) || std::abs(lost) <= std::abs(result.largest)) continue;
    result.largest = lost;
    const auto at = static_cast<int64_t>(i);
    result.largest_at = {at / pooled.grid.size.w, at % pooled.grid.size.w};
  }
  if (stopped(stop)) return result;
  result.again = pooled_again(pooled, reduction, result.plane);
  const Grid& output = output_of(pooled, reduction);
  for (size_t i = 0; i < output.values.size(); ++i) {
    const bool changed = !same(result.again.values[i], output.values[i], reduction);
    result.changed.push_back(changed);
    if (changed) ++result.changed_windows;
  }
  if (stopped(stop)) return result;
  if (reduction == Reduction::kAverage) {
    result.round_trip = round_trip_of_average(pooled.geometry);
  } else {
    result.kept = kept_cells(pooled.geometry, winners.data());
    result.round_trip = round_trip_of_max(pooled.geometry, output.values.data(), result.kept);
  }
  return result;
}

void up_to(int64_t last, const Derived& derived, Rebuilt& result) {
  result.so_far = plane_of(derived, result.reduction, derived.winners, last + 1);
  result.residual_so_far = difference_of(derived.grid, result.so_far);
}

// What each window so far reads, and cells that none ever does.
std::vector<bool> told_cells(int64_t last, const Derived& derived) {
  std::vector<bool> told;
  told.reserve(derived.grid.values.size());
  for (int64_t row = 0; row < derived.grid.size.h; ++row) {
    const std::vector<int64_t> rows = poolglass::windows_reading(derived.geometry.rows, row);
    for (int64_t column = 0; column < derived.grid.size.w; ++column) {
      const std::vector<int64_t> columns = poolglass::windows_reading(derived.geometry.columns, column);
      const bool unread = rows.empty() || columns.empty();
      told.push_back(unread || rows.front() * derived.output.size.w + columns.front() <= last);
    }
  }
  return told;
}

std::string why_the_same(const Rebuilt& r) {
  if (r.reduction == Reduction::kMax) return "no maximum is below the zeros beside it";
  return "windows share no cells and divide by what they read";
}

std::string why_not_the_same(const Rebuilt& r) {
  switch (r.round_trip) {
    case RoundTrip::kNegativeMaximum:
      return "a negative maximum loses to the zeros beside it";
    case RoundTrip::kOverlap:
      return "windows overlap, so a cell is the mean of several means";
    case RoundTrip::kPaddingCounted:
      return "the divisor counts padding, where nothing is put back";
    case RoundTrip::kSame:
      break;
  }
  return "of rounding";
}

std::string window_part(const Derived& derived, const Rebuilt& r) {
  const Cell window = derived.window.output;
  const float value = output_of(derived, r.reduction).at(window);
  if (derived.window.cells == 0) return "reads only padding: nothing to put back";
  if (r.reduction == Reduction::kMax) {
    if (!derived.window.winner) return "has no winner";
    return "puts its " + short_text(value) + " back at " + cell_name("in", *derived.window.winner);
  }
  const int64_t cells = derived.window.cells;
  return "spreads its " + short_text(value) + " over " + grouped(cells) + (cells == 1 ? " cell" : " cells");
}

}  // namespace

void begin_rebuild(const PooledGrid& pooled, RebuildFacts& facts, const Stop* stop) {
  facts = {};
  facts.shown = rebuilt(pooled, pooled.params.reduction, stop);
  if (pooled.both && !stopped(stop)) facts.average = rebuilt(pooled, Reduction::kAverage, stop);
  float span = std::abs(facts.shown.largest);
  if (pooled.both) span = std::max(span, std::abs(facts.average.largest));
  if (span > 0) facts.span = span;
}

void rebuild_up_to(int64_t last, Derived& derived) {
  RebuildFacts& facts = derived.rebuild;
  facts.told = told_cells(last, derived);
  up_to(last, derived, facts.shown);
  if (derived.both) up_to(last, derived, facts.average);
}

std::string energy_text(const Rebuilt& rebuilt) {
  const double share = rebuilt.energy.share_kept();
  return std::isnan(share) ? "—" : percent(share);
}

std::string round_trip_sentence(const Rebuilt& r) {
  if (r.round_trip == RoundTrip::kSame) return "Pooled again it is the same output: " + why_the_same(r);
  if (r.changed_windows == 0)
    return "Pooled again it happens to be the same output, although " + why_not_the_same(r);
  return "Pooled again " + grouped(r.changed_windows) + " of " + grouped(std::ssize(r.changed)) +
         (r.changed_windows == 1 ? " values differs: " : " values differ: ") + why_not_the_same(r);
}

std::string energy_sentence(const Rebuilt& r) {
  const Energy& e = r.energy;
  const bool adds_up = std::abs(e.input - e.rebuilt - e.residual) <= 1e-4 * e.input;
  if (!(e.input > 0) || !std::isfinite(e.input) || !adds_up) return {};
  return short_text(e.input) + " = " + short_text(e.rebuilt) + " kept + " + short_text(e.residual) + " lost";
}

std::string rebuild_sentence(const Derived& derived) {
  const RebuildFacts& facts = derived.rebuild;
  const std::string kept = derived.both ? energy_text(facts.shown) + " of the energy kept by max, " +
                                              energy_text(facts.average) + " by average"
                                        : energy_text(facts.shown) + " of the energy kept";
  if (derived.focus && derived.focus->side == Side::kInput) {
    const Cell cell = derived.focus->cell;
    std::string text = cell_name("in", cell) + " = " + short_text(derived.grid.at(cell)) + " is rebuilt as " +
                       short_text(facts.shown.plane.at(cell));
    if (derived.both) text += " by max, as " + short_text(facts.average.plane.at(cell)) + " by average";
    if (derived.reads(cell) == 0) text += ": no window reads it";
    return text + "; " + kept;
  }
  const Cell window = derived.window.output;
  std::string text = "Window (" + std::to_string(window.row) + "," + std::to_string(window.column) + ") ";
  text += window_part(derived, facts.shown);
  if (derived.both && derived.window.cells > 0) text += ", " + window_part(derived, facts.average);
  return text + "; " + kept;
}

}  // namespace poolglass::step
