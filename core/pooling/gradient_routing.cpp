#include "core/pooling/gradient_routing.h"

#include <algorithm>
#include <cmath>

#include "core/pooling/pooling.h"

namespace poolglass {
namespace {

// Calls f(cell) for each cell that the window reads, in row-major order.
template <class F>
void for_each_cell(const AxisWindow& rows, const AxisWindow& columns, const F& f) {
  for (int64_t y = 0; y < rows.count; ++y) {
    for (int64_t x = 0; x < columns.count; ++x) {
      f(Cell{rows.first + y * rows.step, columns.first + x * columns.step});
    }
  }
}

}  // namespace

std::vector<Cell> maxima_of_window(const WindowGeometry& geometry, const float* x, Cell output) {
  std::vector<Cell> maxima;
  float maximum = 0;
  for_each_cell(geometry.rows.window(output.row), geometry.columns.window(output.column), [&](Cell cell) {
    const float value = x[cell.row * geometry.columns.input + cell.column];
    const bool greater = maxima.empty() || std::isnan(value) || value > maximum;
    if (greater) maxima.clear();
    if (greater) maximum = value;
    if (greater || value == maximum) maxima.push_back(cell);
  });
  return maxima;
}

std::vector<RoutedGradient> routed_gradient(const WindowGeometry& geometry, Reduction reduction,
                                            TiePolicy policy, const float* x, Cell output, float dy) {
  std::vector<RoutedGradient> routed;
  if (reduction == Reduction::kAverage) {
    const AxisWindow rows = geometry.rows.window(output.row);
    const AxisWindow columns = geometry.columns.window(output.column);
    const float share = dy / static_cast<float>(rows.divisor * columns.divisor);
    for_each_cell(rows, columns, [&](Cell cell) { routed.push_back({cell, share}); });
    return routed;
  }
  const std::vector<Cell> maxima = maxima_of_window(geometry, x, output);
  if (maxima.empty()) return routed;
  switch (policy) {
    case TiePolicy::kFirst:
      return {{maxima.front(), dy}};
    case TiePolicy::kLast:
      return {{maxima.back(), dy}};
    case TiePolicy::kSplit:
    case TiePolicy::kAll:
      break;
  }
  const float share = policy == TiePolicy::kAll ? dy : dy / static_cast<float>(maxima.size());
  for (const Cell cell : maxima) routed.push_back({cell, share});
  return routed;
}

Status route_gradient(const PoolParams& params, Size2 plane, TiePolicy policy, const float* x,
                      const float* dy, float* dx) {
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, plane.h, plane.w});
  if (!plan.ok()) return plan.status();
  if (params.reduction == Reduction::kAverage || policy == TiePolicy::kFirst) {
    plan->backward(x, dy, dx);
    return {};
  }
  const Result<WindowGeometry> geometry = window_geometry(params, plane);
  if (!geometry.ok()) return geometry.status();
  std::fill_n(dx, plane.h * plane.w, 0.0f);
  for (int64_t row = 0; row < geometry->rows.output; ++row) {
    for (int64_t column = 0; column < geometry->columns.output; ++column, ++dy) {
      for (const auto& [cell, gradient] :
           routed_gradient(*geometry, params.reduction, policy, x, {row, column}, *dy)) {
        dx[cell.row * plane.w + cell.column] += gradient;
      }
    }
  }
  return {};
}

}  // namespace poolglass
