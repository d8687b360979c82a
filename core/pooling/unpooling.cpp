#include "core/pooling/unpooling.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace poolglass {
namespace {

// Calls f(position) for each cell that the window reads, until it returns false.
template <class F>
void for_each_cell(const WindowGeometry& geometry, int64_t window, const F& f) {
  const AxisWindow rows = geometry.rows.window(window / geometry.columns.output);
  const AxisWindow columns = geometry.columns.window(window % geometry.columns.output);
  for (int64_t y = 0; y < rows.count; ++y) {
    const int64_t row = (rows.first + y * rows.step) * geometry.columns.input;
    for (int64_t x = 0; x < columns.count; ++x) {
      if (!f(static_cast<size_t>(row + columns.first + x * columns.step))) return;
    }
  }
}

int64_t cells_of(const WindowGeometry& geometry) { return geometry.rows.input * geometry.columns.input; }
int64_t window_count(const WindowGeometry& geometry) {
  return geometry.rows.output * geometry.columns.output;
}

bool same_cells(const AxisWindow& a, const AxisWindow& b) {
  return a.count == b.count && (a.count == 0 || (a.first == b.first && (a.count == 1 || a.step == b.step)));
}

// Windows that share a cell read the same cells.
bool is_partition(const Axis& axis) {
  for (int64_t cell = 0; cell < axis.input; ++cell) {
    const std::vector<int64_t> readers = windows_reading(axis, cell);
    for (const int64_t reader : readers) {
      if (!same_cells(axis.window(reader), axis.window(readers.front()))) return false;
    }
  }
  return true;
}

// Every window divides by the cells it reads; one that reads none has no mean to lose.
bool divides_by_cells(const Axis& axis) {
  for (int64_t i = 0; i < axis.output; ++i) {
    const AxisWindow window = axis.window(i);
    if (window.count > 0 && window.divisor != window.count) return false;
  }
  return true;
}

bool reads_any(const Axis& axis) {
  for (int64_t i = 0; i < axis.output; ++i) {
    if (axis.window(i).count > 0) return true;
  }
  return false;
}

}  // namespace

void unpool_max(const WindowGeometry& geometry, const float* y, const int64_t* winners, int64_t windows,
                float* rebuilt) {
  std::fill_n(rebuilt, cells_of(geometry), 0.0f);
  for (int64_t i = 0; i < windows; ++i) {
    if (winners[i] >= 0) rebuilt[winners[i]] = y[i];
  }
}

void spread_average(const WindowGeometry& geometry, const float* y, int64_t windows, float* rebuilt) {
  const int64_t width = geometry.columns.input;
  const std::vector<AxisWindow> columns = windows_of(geometry.columns);
  std::vector<double> sums(static_cast<size_t>(width));
  std::vector<int64_t> counts(static_cast<size_t>(width));
  // Row by row of the plane: each cell meets its windows in their own order.
  for (int64_t row = 0; row < geometry.rows.input; ++row) {
    std::ranges::fill(sums, 0.0);
    std::ranges::fill(counts, 0);
    for (const int64_t reader : windows_reading(geometry.rows, row)) {
      const int64_t first = reader * geometry.columns.output;
      const int64_t count = std::clamp<int64_t>(windows - first, 0, geometry.columns.output);
      for (int64_t i = 0; i < count; ++i) {
        const AxisWindow& window = columns[static_cast<size_t>(i)];
        for (int64_t x = 0; x < window.count; ++x) {
          const auto at = static_cast<size_t>(window.first + x * window.step);
          sums[at] += static_cast<double>(y[first + i]);
          ++counts[at];
        }
      }
    }
    for (size_t at = 0; at < sums.size(); ++at)
      *rebuilt++ = counts[at] > 0 ? static_cast<float>(sums[at] / static_cast<double>(counts[at])) : 0.0f;
  }
}

double Energy::share_kept() const {
  if (!(input > 0) || !std::isfinite(input) || !std::isfinite(residual))
    return std::numeric_limits<double>::quiet_NaN();
  return 1 - residual / input;
}

Energy energy_kept(Size2 plane, const float* x, const float* rebuilt) {
  Energy energy;
  for (int64_t i = 0; i < plane.h * plane.w; ++i) {
    const auto value = static_cast<double>(x[i]), kept = static_cast<double>(rebuilt[i]);
    energy.input += value * value;
    energy.rebuilt += kept * kept;
    energy.residual += (value - kept) * (value - kept);
  }
  return energy;
}

std::vector<bool> kept_cells(const WindowGeometry& geometry, const int64_t* winners) {
  std::vector<bool> kept(static_cast<size_t>(cells_of(geometry)), false);
  for (int64_t i = 0; i < window_count(geometry); ++i) {
    if (winners[i] >= 0) kept[static_cast<size_t>(winners[i])] = true;
  }
  return kept;
}

RoundTrip round_trip_of_max(const WindowGeometry& geometry, const float* y, const std::vector<bool>& kept) {
  for (int64_t i = 0; i < window_count(geometry); ++i) {
    if (!(y[i] < 0)) continue;
    bool all_kept = true;
    for_each_cell(geometry, i, [&](size_t at) { return all_kept = kept[at]; });
    if (!all_kept) return RoundTrip::kNegativeMaximum;
  }
  return RoundTrip::kSame;
}

RoundTrip round_trip_of_average(const WindowGeometry& geometry) {
  const Axis &rows = geometry.rows, &columns = geometry.columns;
  if (!reads_any(rows) || !reads_any(columns)) return RoundTrip::kSame;
  if (!is_partition(rows) || !is_partition(columns)) return RoundTrip::kOverlap;
  const bool plain = divides_by_cells(rows) && divides_by_cells(columns);
  return plain ? RoundTrip::kSame : RoundTrip::kPaddingCounted;
}

}  // namespace poolglass
