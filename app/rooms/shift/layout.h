// Where everything of the Shift room's picture lies: at the left the picture and something under it, at the
// right a column for each contestant with two squares and two meters, and two charts under all of them. Pure
// geometry in pixels.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "app/layout/rect.h"
#include "core/cell.h"
#include "core/tensor.h"

namespace poolglass::shift {

inline constexpr size_t kColumns = 5;

struct Column {
  Rect heading;                 // over the squares, as wide as the column
  Rect first, second;           // equal squares at its left; low: the second alone
  Rect identical, correlation;  // a line of words and, if it has bars, one under it
};

// In low areas one row of squares gives way, so that the other and the picture can be seen; then the meters'
// bars, note and what is under the picture.
struct Layout {
  float em = 15;
  bool low = false;
  bool bars = true;
  Rect heading;      // over the picture
  Rect picture;      // a square
  Rect under;        // what is left under it, as wide; empty where nothing is
  float labels = 0;  // right end of the words beside the rows of squares
  std::array<Column, kColumns> columns;
  Rect note;                   // one line under the meters; empty where there is no room
  std::array<Rect, 2> charts;  // with their titles and axes; empty where there is no room
};

Layout arrange(const Rect& area, float em);

// A plane's cells in a square: as large as fits, from its top left corner.
struct CellBox {
  Rect rect;
  float cell = 1;
  Size2 cells;
};
CellBox fit_cells(const Rect& square, Size2 cells);
Rect cell_rect(const CellBox& box, Cell cell);
std::optional<Cell> cell_at(const CellBox& box, glm::vec2 point);

// A chart: the part that curves are drawn in, between its axes' words.
struct ChartBox {
  Rect title, plot;
  float names = 0;  // where curves' names begin, right of the plot
};
ChartBox chart_box(const Rect& chart, float em);

// Heights of `count` labels that stand as near as can be to `wanted` and `apart` or more from each other,
// inside [low, high] if that holds them.
std::array<float, kColumns> spread(const std::array<float, kColumns>& wanted, float apart, float low,
                                   float high);

}  // namespace poolglass::shift
