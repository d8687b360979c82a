// A plan's work as its kernels see it: simplified where another pooling is the same, with tables of windows
// and divisors; and the sums behind gradients of averages. Internal to core/pooling.
#pragma once

#include <vector>

#include "core/pooling/kernels.h"

namespace poolglass {

// What the spans of a PoolTask show.
struct TaskTables {
  std::vector<AxisWindow> rows, columns;
  std::vector<float> row_divisor, column_divisor, identity_row;
};

// Adaptive windows that divide the plane evenly are tiles, for which there are faster kernels.
void turn_even_adaptive_to_tiles(PoolParams& params, WindowGeometry& geometry);

// Planes of one column lie in memory as planes of one row do, whose windows lie side by side in vectors. For
// NCHW.
void turn_column_to_row(PoolParams& params, Shape& input, Shape& output, WindowGeometry& geometry);

// The task's spans show `tables`.
PoolTask make_task(const PoolParams& params, const Shape& input, const Shape& output, Layout layout,
                   const WindowGeometry& geometry, TaskTables& tables);

// For gradients of averages, at stride 1 and at others; false where a task has none, or no kernel takes them.
bool make_share_sums(const PoolTask& task, TaskTables& tables, ShareSums& sums);
bool make_share_grids(const PoolTask& task, TaskTables (&tables)[2][2], ShareGrids& grids);

}  // namespace poolglass
