#include "core/shift/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace poolglass {
namespace {

// Along one axis the cells of `before` that have a partner, and where it is.
struct Pairs {
  int64_t first = 0, last = 0;  // [first, last)
  int64_t moved = 0, extent = 1;
  bool circular = true;

  int64_t partner(int64_t at) const {
    const int64_t to = at + moved;
    if (!circular) return to;
    const int64_t rest = to % extent;
    return rest < 0 ? rest + extent : rest;
  }
};

Pairs pairs(int64_t extent, int64_t moved, Border border) {
  if (border == Border::kCircular) return {0, extent, moved, extent, true};
  return {std::max<int64_t>(0, -moved), std::min(extent, extent - moved), moved, extent, false};
}

// Calls f(a, b) with every two values that belong together; returns how many there are.
template <class F>
int64_t for_each_pair(const Plane& before, const Plane& after, Border border, Cell moved, F f) {
  const Pairs rows = pairs(before.size.h, moved.row, border),
              columns = pairs(before.size.w, moved.column, border);
  if (rows.last <= rows.first || columns.last <= columns.first) return 0;
  // In two runs, so that no cell of the inner loop asks where it wraps.
  const int64_t wrap = columns.circular ? columns.extent - columns.partner(0) : columns.last;
  for (int64_t row = rows.first; row < rows.last; ++row) {
    const float* a = &before.values[static_cast<size_t>(row * before.size.w)];
    const float* b = &after.values[static_cast<size_t>(rows.partner(row) * before.size.w)];
    const int64_t on = columns.circular ? columns.partner(0) : columns.moved;
    const int64_t middle = std::min(columns.last, wrap);
    for (int64_t column = columns.first; column < middle; ++column) f(a[column], b[column + on]);
    for (int64_t column = std::max(columns.first, middle); column < columns.last; ++column)
      f(a[column], b[column + on - columns.extent]);
  }
  return (rows.last - rows.first) * (columns.last - columns.first);
}

bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Sums of values less a first one, so that little is lost to rounding where all lie far from 0.
struct Moments {
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
};

std::optional<double> correlation(const Moments& m, double origin_a, double origin_b, int64_t count) {
  const auto n = static_cast<double>(count);
  const double covariance = m.ab - m.a * m.b / n;
  const double va = m.aa - m.a * m.a / n, vb = m.bb - m.b * m.b / n;
  // Below this share of the values' square a variance is what rounding left of a constant output.
  constexpr double kConstant = 1e-13;
  const auto varies = [&](double variance, double squares, double origin) {
    return variance > kConstant * (squares + n * origin * origin);
  };
  if (!varies(va, m.aa, origin_a) || !varies(vb, m.bb, origin_b)) return std::nullopt;
  const double r = covariance / std::sqrt(va * vb);
  if (!std::isfinite(r)) return std::nullopt;
  return std::clamp(r, -1.0, 1.0);
}

double mean_square(const Plane& before, const Plane& after, Border border, Cell moved) {
  double sum = 0;
  const int64_t count = for_each_pair(before, after, border, moved, [&](float a, float b) {
    const double d = double{a} - double{b};
    sum += d * d;
  });
  const double mean = count == 0 ? NAN : sum / static_cast<double>(count);
  return std::isnan(mean) ? std::numeric_limits<double>::infinity() : mean;
}

}  // namespace

Agreement compare(const Plane& before, const Plane& after, Border border, Cell moved) {
  Agreement agreement;
  agreement.moved = moved;
  int64_t alike = 0;
  Moments m;
  const double origin_a = double{before.values.front()}, origin_b = double{after.values.front()};
  const int64_t count = for_each_pair(before, after, border, moved, [&](float a, float b) {
    alike += same(a, b) ? 1 : 0;
    const double x = double{a} - origin_a, y = double{b} - origin_b;
    m.a += x;
    m.b += y;
    m.aa += x * x;
    m.bb += y * y;
    m.ab += x * y;
  });
  agreement.identical = count == 0 ? 0 : static_cast<double>(alike) / static_cast<double>(count);
  if (count > 0) agreement.correlation = correlation(m, origin_a, origin_b, count);
  return agreement;
}

Agreement compare_moved(const Plane& before, const Plane& after, Border border, double down, double right,
                        Size2 stride) {
  const auto low = [](double nudge, int64_t s) {
    return static_cast<int64_t>(std::floor(nudge / static_cast<double>(s)));
  };
  const auto high = [](double nudge, int64_t s) {
    return static_cast<int64_t>(std::ceil(nudge / static_cast<double>(s)));
  };
  Cell best;
  double least = std::numeric_limits<double>::infinity();
  bool any = false;
  for (int64_t row = low(down, stride.h); row <= high(down, stride.h); ++row) {
    for (int64_t column = low(right, stride.w); column <= high(right, stride.w); ++column) {
      const double misfit = mean_square(before, after, border, {row, column});
      if (any && !(misfit < least)) continue;
      any = true;
      least = misfit;
      best = {row, column};
    }
  }
  return compare(before, after, border, best);
}

}  // namespace poolglass
