#include "app/rooms/step/sight.h"

#include <algorithm>
#include <cmath>

namespace poolglass::step {
namespace {

double longest(Size2 grid) { return static_cast<double>(std::max(grid.h, grid.w)); }

double clamped_centre(double at, double cells, int64_t side) {
  const auto all = static_cast<double>(side);
  if (all <= cells) return all / 2;
  return std::clamp(at, cells / 2, all - cells / 2);
}

// The centre moved as little as it takes to have [first, last) in sight.
double followed(double centre, double cells, CellRange range) {
  const auto first = static_cast<double>(range.first), last = static_cast<double>(range.last);
  const double margin = std::max(0.0, std::min(cells / 10, (cells - (last - first)) / 2));
  if (last - first > cells) return (first + last) / 2;
  const double low = last + margin - cells / 2, high = first - margin + cells / 2;
  return std::clamp(centre, std::min(low, high), std::max(low, high));
}

CellRange whole_cells(double centre, double cells, int64_t side) {
  return cells_between({}, side, centre - cells / 2, centre + cells / 2);
}

}  // namespace

double cells_in_sight(const Sight& sight, Size2 grid) {
  return sight.cells > 0 ? std::min(sight.cells, longest(grid)) : longest(grid);
}

Sight clamped(Sight sight, Size2 grid) {
  const double all = longest(grid), cells = cells_in_sight(sight, grid);
  if (!(cells < all)) return {static_cast<double>(grid.h) / 2, static_cast<double>(grid.w) / 2, 0};
  sight.cells = std::max(cells, std::min(kLeastInSight, all));
  sight.row = clamped_centre(sight.row, sight.cells, grid.h);
  sight.column = clamped_centre(sight.column, sight.cells, grid.w);
  return sight;
}

Sight zoomed(const Sight& sight, Size2 grid, double factor, double row, double column) {
  Sight next = clamped(sight, grid);
  const double before = cells_in_sight(next, grid);
  next.cells = std::clamp(before * factor, kLeastInSight, longest(grid));
  const double grown = next.cells / before;
  next.row = row + (next.row - row) * grown;
  next.column = column + (next.column - column) * grown;
  return clamped(next, grid);
}

Sight moved(const Sight& sight, Size2 grid, double rows, double columns) {
  Sight next = clamped(sight, grid);
  next.row += rows;
  next.column += columns;
  return clamped(next, grid);
}

Sight following(const Sight& sight, Size2 grid, CellRange rows, CellRange columns) {
  Sight next = clamped(sight, grid);
  if (next.cells == 0) return next;
  next.row = followed(next.row, next.cells, rows);
  next.column = followed(next.column, next.cells, columns);
  return clamped(next, grid);
}

CellRange rows_in_sight(const Sight& sight, Size2 grid) {
  const Sight shown = clamped(sight, grid);
  return whole_cells(shown.row, cells_in_sight(shown, grid), grid.h);
}

CellRange columns_in_sight(const Sight& sight, Size2 grid) {
  const Sight shown = clamped(sight, grid);
  return whole_cells(shown.column, cells_in_sight(shown, grid), grid.w);
}

AxisPlace output_place(const Axis& axis) {
  if (axis.adaptive) return {0, static_cast<double>(axis.input) / static_cast<double>(axis.output)};
  const int64_t reach = axis.dilation * (axis.kernel - 1) + 1;
  return {static_cast<double>(reach - axis.stride) / 2 - static_cast<double>(axis.pad_begin),
          static_cast<double>(axis.stride)};
}

CellRange cells_between(const AxisPlace& axis, int64_t count, double from, double to) {
  const auto first = static_cast<int64_t>(std::floor((from - axis.first) / axis.step));
  const auto last = static_cast<int64_t>(std::ceil((to - axis.first) / axis.step));
  CellRange cells;
  cells.first = std::clamp<int64_t>(first, 0, count - 1);
  cells.last = std::clamp<int64_t>(last, cells.first + 1, count);
  return cells;
}

}  // namespace poolglass::step
