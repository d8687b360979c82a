#include "core/pooling/gradient_routing.h"

#include <algorithm>
#include <cmath>

#include "core/pooling/pooling.h"
#include "core/pooling/thread_pool.h"
#include "core/stop.h"

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

// As maxima_of_window() has them.
struct Maxima {
  float value = 0;    // a NaN is equal to no other cell's
  int64_t count = 0;  // of cells that have it
  int64_t last = -1;  // position of the last of them
};
Maxima maxima_of(const AxisWindow& rows, const AxisWindow& columns, const float* x, int64_t width) {
  Maxima maxima;
  for_each_cell(rows, columns, [&](Cell cell) {
    const int64_t at = cell.row * width + cell.column;
    const float value = x[at];
    if (maxima.count == 0 || std::isnan(value) || value > maxima.value) {
      maxima = {value, 1, at};
    } else if (value == maxima.value) {
      ++maxima.count;
      maxima.last = at;
    }
  });
  return maxima;
}

// Ties that are not broken as PoolPlan does. Each band of the plane's rows is written by one thread, which
// looks at every window that reaches into it: those across a border are looked at twice, and each cell's
// windows are added in their order however many bands there are.
struct Routing {
  const WindowGeometry& geometry;
  std::vector<AxisWindow> columns;
  TiePolicy policy;
  const float* x;
  const float* dy;
  float* dx;
  int64_t bands;
  const Stop* stop;
};
constexpr int64_t kBandReaches = 4;  // a band has as many times the rows that a window spans, or more

int64_t last_of(const AxisWindow& window) { return window.first + (window.count - 1) * window.step; }

int64_t reach_of(const Axis& axis) {
  int64_t reach = 1;
  for (const AxisWindow& window : windows_of(axis))
    reach = std::max(reach, (window.count - 1) * window.step + 1);
  return reach;
}

void route_band(const Routing& all, int64_t band) {
  const int64_t height = all.geometry.rows.input, width = all.geometry.columns.input;
  const int64_t from = height * band / all.bands * width, to = height * (band + 1) / all.bands * width;
  std::fill(all.dx + from, all.dx + to, 0.0f);
  const auto add = [&](const AxisWindow& rows, const AxisWindow& columns, float gradient) {
    const Maxima maxima = maxima_of(rows, columns, all.x, width);
    if (maxima.count == 0) return;
    const float share =
        all.policy == TiePolicy::kSplit ? gradient / static_cast<float>(maxima.count) : gradient;
    const auto send = [&](int64_t at) {
      if (at >= from && at < to) all.dx[at] += share;
    };
    if (all.policy == TiePolicy::kLast) return send(maxima.last);
    for_each_cell(rows, columns, [&](Cell cell) {
      const int64_t at = cell.row * width + cell.column;
      if (at == maxima.last || all.x[at] == maxima.value) send(at);
    });
  };
  for (int64_t row = 0; row < all.geometry.rows.output; ++row) {
    const AxisWindow rows = all.geometry.rows.window(row);
    if (rows.count == 0 || (last_of(rows) + 1) * width <= from || rows.first * width >= to) continue;
    const float* gradient = all.dy + row * all.geometry.columns.output;
    for (const AxisWindow& columns : all.columns) {
      if (stopped(all.stop)) return;
      add(rows, columns, *gradient++);
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
                      const float* dy, float* dx, int threads, const Stop* stop) {
  PlanOptions options;
  options.threads = threads;
  const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, plane.h, plane.w}, options);
  if (!plan.ok()) return plan.status();
  if (params.reduction == Reduction::kAverage || policy == TiePolicy::kFirst) {
    if (!stopped(stop)) plan->backward(x, dy, dx);
    return {};
  }
  const Result<WindowGeometry> geometry = window_geometry(params, plane);
  if (!geometry.ok()) return geometry.status();
  Routing routing{*geometry, windows_of(geometry->columns), policy, x, dy, dx, 1, stop};
  const int workers = resolve_threads(threads);
  routing.bands = std::clamp<int64_t>(plane.h / (kBandReaches * reach_of(geometry->rows)), 1, workers);
  const PartFunction route = [](void* context, int64_t band, int) {
    route_band(*static_cast<const Routing*>(context), band);
  };
  run_parts(workers, routing.bands, route, &routing);
  return {};
}

int64_t tied_windows(const WindowGeometry& geometry, const float* x, int threads, const Stop* stop) {
  struct Count {
    const Axis& rows;
    std::vector<AxisWindow> columns;
    const float* x;
    int64_t width;
    const Stop* stop;
    std::atomic<int64_t> tied = 0;
  } count{geometry.rows, windows_of(geometry.columns), x, geometry.columns.input, stop};
  const PartFunction count_row = [](void* context, int64_t row, int) {
    Count& all = *static_cast<Count*>(context);
    if (stopped(all.stop)) return;
    const AxisWindow rows = all.rows.window(row);
    int64_t tied = 0;
    for (const AxisWindow& along : all.columns) {
      if (maxima_of(rows, along, all.x, all.width).count > 1) ++tied;
    }
    all.tied += tied;
  };
  run_parts(resolve_threads(threads), geometry.rows.output, count_row, &count);
  return count.tied;
}

}  // namespace poolglass
