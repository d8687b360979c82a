// Planes drawn to scale: a plane of cells fitted into an area, boxes of cells on it, and its cells under the
// pointer.
#pragma once

#include <optional>

#include "app/layout/rect.h"
#include "core/chain/chain.h"

namespace poolglass {

struct PlaneLayout {
  Rect rect;  // the plane
  Size2 cells;
  float cell = 1;  // side of a cell in pixels; cells are square
};

// The largest plane of square cells that fits the area with `margin` (a share of the plane's longer side)
// left free all around, centred; no cell larger than `largest`.
PlaneLayout fit_plane(const Rect& area, Size2 cells, float margin, float largest);

Rect plane_cell(const PlaneLayout& plane, int64_t row, int64_t column);
// Inverse of plane_cell: row and column under p.
struct PlaneCell {
  int64_t row = 0;
  int64_t column = 0;
  friend bool operator==(const PlaneCell&, const PlaneCell&) = default;
};
std::optional<PlaneCell> plane_cell_at(const PlaneLayout& plane, glm::vec2 p);

// A box of cells, which may reach beyond the plane; empty (zero size) when its last cell is before its first.
Rect plane_box(const PlaneLayout& plane, const ReceptiveBox& box);

}  // namespace poolglass
