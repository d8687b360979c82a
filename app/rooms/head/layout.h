// Where everything of the Head room's picture lies: three equal columns whose rows are aligned. Pure geometry
// in pixels.
//
//   title, note        and whether it runs
//   maps               the shown channels
//   means              what a channel collapses to; of the others the strip of flattened numbers
//   numbers            "25,088 numbers -> dense 25,088 -> 4,096"
//   squares            parameters, to scale
//   legend             what the squares' shades are
//   figures            four lines
//   verdict            what happens at this size
#pragma once

#include <array>
#include <cstdint>

#include "app/layout/rect.h"

namespace poolglass::head {

inline constexpr size_t kColumns = 3;
inline constexpr int kFigureLines = 4;
inline constexpr float kFigureLine = 1.53f;  // em
inline constexpr int64_t kShownChannels = 6;

struct Column {
  Rect title, maps, means, numbers, squares, legend, figures, verdict;
};

struct Layout {
  float em = 15;
  std::array<Column, kColumns> columns;
};

// Where the area is too low for all, the verdicts go first, then the squares grow lower, then maps and
// squares go, last the figures that do not fit; what is left out is empty.
Layout arrange(const Rect& area, float em);

Rect map_rect(const Rect& maps, float em, int64_t index);      // of a channel
Rect mean_rect(const Rect& means, const Rect& map, float em);  // the square under it

// Squares of one size in rows, as many as stand for `units`: where they do not fit, a break after two rows.
struct SquareGrid {
  float cell = 1;       // side with its gap
  int64_t columns = 1;  // in a row
  int64_t rows = 1;     // that there is room for
  bool broken = false;  // not all fit
};
SquareGrid square_grid(const Rect& area, float em, double units);
Rect square_rect(const Rect& area, const SquareGrid& grid, int64_t index);

}  // namespace poolglass::head
