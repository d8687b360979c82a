#include "core/pooling/task.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace poolglass {
namespace {

// Where the columns' divisor is the one of the middle window, which most of them share.
void find_inner(PoolTask& task) {
  const std::span<const float> divisors = task.column_divisor;
  const int64_t n = task.out_row(), middle = n / 2;
  task.inner_divisor = divisors[static_cast<size_t>(middle)];
  const auto inner = [&](int64_t i) { return divisors[static_cast<size_t>(i)] == task.inner_divisor; };
  for (task.inner_begin = middle; task.inner_begin > 0 && inner(task.inner_begin - 1);) --task.inner_begin;
  for (task.inner_end = middle + 1; task.inner_end < n && inner(task.inner_end);) ++task.inner_end;
  // Lanes behind the row are never stored.
  if (task.inner_end == n) task.inner_end += kVectorSlack;
}

// For sums.
void divide_by_one(PoolTask& task, TaskTables& tables) {
  std::fill(tables.row_divisor.begin(), tables.row_divisor.end(), 1.0f);
  std::fill(tables.column_divisor.begin(), tables.column_divisor.end(), 1.0f);
  find_inner(task);
}

}  // namespace

void turn_even_adaptive_to_tiles(PoolParams& params, WindowGeometry& geometry) {
  Axis &rows = geometry.rows, &columns = geometry.columns;
  if (!rows.adaptive || (rows.output == 1 && columns.output == 1)) return;
  if (rows.input % rows.output != 0 || columns.input % columns.output != 0) return;
  const Size2 tile{rows.input / rows.output, columns.input / columns.output};
  params = window_pool(params.reduction, tile);
  rows.adaptive = columns.adaptive = false;
  rows.kernel = rows.stride = tile.h;
  columns.kernel = columns.stride = tile.w;
}

void turn_column_to_row(PoolParams& params, Shape& input, Shape& output, WindowGeometry& geometry) {
  const Axis& column = geometry.columns;
  if (input.w != 1 || input.h == 1 || column.output != 1) return;
  if (!column.adaptive && (column.kernel != 1 || column.pad_begin != 0 || column.pad_end != 0)) return;
  std::swap(input.h, input.w);
  std::swap(output.h, output.w);
  if (params.adaptive_output) std::swap(params.adaptive_output->h, params.adaptive_output->w);
  params.kernel = {1, params.kernel.h};
  params.stride = {1, params.stride.h};
  params.dilation = {1, params.dilation.h};
  params.padding = {.left = params.padding.top, .right = params.padding.bottom};
  std::swap(geometry.rows, geometry.columns);
  if (!geometry.rows.adaptive) geometry.rows.stride = geometry.rows.dilation = 1;
}

PoolTask make_task(const PoolParams& params, const Shape& input, const Shape& output, Layout layout,
                   const WindowGeometry& geometry, TaskTables& tables) {
  PoolTask task;
  task.params = params;
  task.input = input;
  task.output = output;
  task.layout = layout;
  task.planes = layout == Layout::kNchw ? input.planes() : input.n;
  task.pixel = layout == Layout::kNchw ? 1 : input.c;
  task.geometry = geometry;
  tables.rows = windows_of(geometry.rows);
  tables.columns = windows_of(geometry.columns);
  const auto divisor = [](const AxisWindow& w) {
    return static_cast<float>(std::max<int64_t>(1, w.divisor));
  };
  for (const AxisWindow& window : tables.rows) tables.row_divisor.push_back(divisor(window));
  std::vector<float>& columns = tables.column_divisor;
  for (const AxisWindow& window : tables.columns) {
    columns.insert(columns.end(), static_cast<size_t>(task.pixel), divisor(window));
  }
  columns.insert(columns.end(), kVectorSlack, 1.0f);
  const bool max = params.reduction == Reduction::kMax;
  tables.identity_row.assign(static_cast<size_t>(task.in_row() + kVectorSlack),
                             max ? -std::numeric_limits<float>::infinity() : -0.0f);
  task.rows = tables.rows;
  task.columns = tables.columns;
  task.row_divisor = tables.row_divisor;
  task.column_divisor = columns;
  task.identity_row = tables.identity_row;
  find_inner(task);
  return task;
}

bool make_share_grids(const PoolTask& task, TaskTables (&tables)[2][2], ShareGrids& grids) {
  const std::span<const Kernel> separable_kernels = poolglass::separable_kernels();
  if (separable_kernels.empty() || task.params.reduction == Reduction::kMax) return false;
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  grids.tree = gradients_are_tree_sums(task.geometry);
  const auto side_by_side = [&](const Axis& axis) {
    return !axis.adaptive && (axis.dilation == 1 || (grids.tree && axis.stride == 1));
  };
  if (!side_by_side(rows) || !side_by_side(columns) || (rows.stride == 1 && columns.stride == 1))
    return false;
  const auto of_axis = [](const Axis& axis) {
    ShareGrids::OfAxis of;
    of.stride = axis.stride;
    if (axis.stride == 1) {
      of.cells = axis.input;
      of.shift = axis.pad_begin;
      of.taps[0] = axis.kernel;
      return of;
    }
    of.pad_begin = axis.pad_begin;
    of.cells = (axis.input - 1 + axis.pad_begin) / axis.stride + 1;
    of.high_phases = (axis.kernel - 1) % axis.stride + 1;
    of.taps[0] = (axis.kernel - 1) / axis.stride + 1;
    of.taps[1] = of.taps[0] - 1;
    return of;
  };
  grids.rows = of_axis(rows);
  grids.columns = of_axis(columns);
  if (!grids.tree) return true;
  const auto grid_axis = [](const Axis& axis, const ShareGrids::OfAxis& of, int kind) {
    Axis readers = readers_axis(axis);
    if (axis.stride == 1) return readers;
    readers.reader_stride = 0;
    readers.output = of.cells;
    readers.kernel = of.taps[kind];
    readers.pad_begin = readers.kernel - 1;
    return readers;
  };
  for (int r = 0; r < grids.rows.kinds(); ++r) {
    for (int c = 0; c < grids.columns.kinds(); ++c) {
      if (grids.rows.taps[r] == 0 || grids.columns.taps[c] == 0) continue;
      const WindowGeometry geometry{grid_axis(rows, grids.rows, r), grid_axis(columns, grids.columns, c)};
      PoolParams params = window_pool(Reduction::kAverage, {geometry.rows.kernel, geometry.columns.kernel});
      params.stride = {1, 1};
      const Shape input{1, task.layout == Layout::kNhwc ? task.input.c : 1, geometry.rows.input,
                        geometry.columns.input};
      const Shape output{1, input.c, geometry.rows.output, geometry.columns.output};
      ShareGrids::Grid& grid = grids.grid[r][c];
      grid.task = make_task(params, input, output, task.layout, geometry, tables[r][c]);
      divide_by_one(grid.task, tables[r][c]);
      const Kernel& separable = separable_kernels.front();
      if (!separable.can(grid.task)) return false;
      grid.kernel = separable.work(grid.task);
    }
  }
  return true;
}

bool make_share_sums(const PoolTask& task, TaskTables& tables, ShareSums& sums) {
  const std::span<const Kernel> separable_kernels = poolglass::separable_kernels();
  if (separable_kernels.empty()) return false;
  if (task.params.reduction == Reduction::kMax || !gradients_are_tree_sums(task.geometry)) return false;
  if (task.geometry.rows.stride > 1 || task.geometry.columns.stride > 1) return false;
  constexpr int64_t kBuffer = 64 * 1024;  // floats, about
  WindowGeometry geometry{readers_axis(task.geometry.rows), readers_axis(task.geometry.columns)};
  Axis& rows = geometry.rows;
  const int64_t reach = (rows.kernel - 1) * rows.dilation;
  if (reach / 4 > task.input.h + 16) return false;  // little else than shares of no windows
  sums.whole_planes = task.out_plane() <= kBuffer;
  int64_t planes = 1;
  if (sums.whole_planes) {
    planes = std::clamp<int64_t>(kBuffer / task.out_plane(), 1, task.planes);
  } else {  // as many rows as make those that two bands need few
    rows.output = std::min(std::max({4 * reach, kBuffer / task.out_row(), int64_t{1}}), rows.output);
    rows.input = rows.output + reach;
    rows.pad_begin = 0;
  }
  PoolParams params = task.params;
  params.padding = {};
  const bool pixels = task.layout == Layout::kNhwc;
  const Shape input{planes, pixels ? task.input.c : 1, rows.input, geometry.columns.input};
  const Shape output{planes, input.c, rows.output, geometry.columns.output};
  sums.task = make_task(params, input, output, task.layout, geometry, tables);
  divide_by_one(sums.task, tables);
  const Kernel& separable = separable_kernels.front();
  if (!separable.can(sums.task)) return false;
  sums.kernel = separable.work(sums.task);
  return true;
}

}  // namespace poolglass
