// How alike two outputs are: the two meters of the Shift room.
#pragma once

#include <optional>

#include "core/cell.h"
#include "core/shift/contest.h"
#include "core/shift/plane.h"

namespace poolglass {

struct Agreement {
  double identical = 1;               // share of cells with the same value (NaN is the same as NaN)
  std::optional<double> correlation;  // Pearson's; none where an output is constant, or not finite
  Cell moved;                         // the whole-cell move of the output that was undone
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

// Each cell of `before` with the cell of `after` that lies `moved` further down and to the right: of a
// circular picture on the other side again, else the cells that have none are left out. Invariance is
// compared with the move {0, 0}. Both planes are of one size.
Agreement compare(const Plane& before, const Plane& after, Border border, Cell moved = {0, 0});

// The same with the move undone that fits best (the least mean square; of equal ones the first), among those
// that a nudge of this many pixels can cause at the stride: equivariance.
Agreement compare_moved(const Plane& before, const Plane& after, Border border, double down, double right,
                        Size2 stride);

}  // namespace poolglass
