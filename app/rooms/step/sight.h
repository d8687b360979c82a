// What is seen of a map, a grid too large to show every cell: a square of it, wherever it is drawn and
// however large. The output's square shows the same place.
#pragma once

#include <cstdint>

#include "core/cell.h"
#include "core/pooling/window.h"
#include "core/tensor.h"

namespace poolglass::step {

inline constexpr double kLeastInSight = 4;  // cells along a side of the square

struct Sight {
  double row = 0, column = 0;  // the square's centre, in cells of the input;
                               // (0.5, 0.5) is the first one's
  double cells = 0;            // of the input along a side; 0: the whole grid, wherever the centre is
  friend bool operator==(const Sight&, const Sight&) = default;
};

// Cells along a side of the square, with those of the whole grid for 0.
double cells_in_sight(const Sight& sight, Size2 grid);

// The nearest one that shows at least kLeastInSight cells and no more than there are, and nothing beyond the
// grid on an axis that is longer than the square.
Sight clamped(Sight sight, Size2 grid);

// `factor` times as many cells; the place at (row, column) stays where it is in the square.
Sight zoomed(const Sight& sight, Size2 grid, double factor, double row, double column);
Sight moved(const Sight& sight, Size2 grid, double rows, double columns);

// The nearest one in which the given cells are, with a margin of a tenth of the square where there is room.
Sight following(const Sight& sight, Size2 grid, CellRange rows, CellRange columns);

// Whole cells in sight.
CellRange rows_in_sight(const Sight& sight, Size2 grid);
CellRange columns_in_sight(const Sight& sight, Size2 grid);

// A square whose cells take as many pixels or more gives each whole pixels: then one in as many more cells
// than are in sight fit into it.
inline constexpr double kWholePixels = 8;

// Where an axis's output cells lie on its input: cell u fills [first + step * u, first + step * (u + 1)),
// which has its window's centre in the middle. Adaptive bins share the input out.
struct AxisPlace {
  double first = 0, step = 1;
};
AxisPlace output_place(const Axis& axis);

// Those of an axis's `count` cells that lie between two places of the input, or partly; at least one.
CellRange cells_between(const AxisPlace& axis, int64_t count, double from, double to);

}  // namespace poolglass::step
