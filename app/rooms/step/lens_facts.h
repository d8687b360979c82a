// What each lens shows besides the windows themselves: numbers that derive() finds when the lens is on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "app/rooms/step/grid.h"
#include "app/rooms/step/words.h"
#include "core/pooling/dialects.h"
#include "core/pooling/gradient_routing.h"
#include "core/pooling/unpooling.h"

namespace poolglass::step {

// Maximum and average of the same windows, and what lies between them.
struct Comparison {
  Grid difference;  // maximum - average, of every window
  float span = 1;   // largest magnitude of it
  // Of the windows up to the playhead whose difference is a finite number.
  int64_t windows = 0, equal = 0;
  double mean = 0;
  float largest = 0;
  Cell largest_at;  // the first of them
};

// What one operation has sent to the input.
struct ArrivedGradient {
  Grid arrived, before;  // with and without the last window's part
  Grid reached;          // not 0 where a window so far sends to, whatever the gradient
  int64_t reached_cells = 0;
  double sum = 0;                         // of `arrived`
  std::vector<RoutedGradient> window;     // what the window in focus sends
  std::vector<RoutedGradient> collected;  // focus on an input cell: from which window (its cell) how much
};

// The gradient lens's numbers.
struct GradientFacts : ArrivedGradient {
  Grid upstream;             // a value for each window
  int64_t last = 0;          // window that has sent its part; those after it have not yet
  double sent = 0;           // of the upstream gradient so far
  int64_t tied_windows = 0;  // of all windows: those with several maxima
  float span = 1;            // largest magnitude once all have sent, of all grids
  // Both operations: the above is the maximum's.
  ArrivedGradient average;
  Grid difference, difference_before;  // maximum - average
  Grid reached_by_any;                 // not 0 where either reaches
};

// What one operation keeps of the input's plane.
struct Rebuilt {
  Reduction reduction = Reduction::kMax;
  Grid plane, so_far;              // from all windows, from those up to the playhead
  Grid residual, residual_so_far;  // input - rebuilt
  std::vector<bool> kept;          // of a maximum: cells that are put back; the others are 0
  Energy energy;
  int64_t kept_cells = 0;  // rebuilt as they were
  float largest = 0;       // the residual of the largest magnitude, the first of them
  Cell largest_at;
  Grid again;                 // `plane` pooled
  std::vector<bool> changed;  // per window: `again` is not the output there
  int64_t changed_windows = 0;
  RoundTrip round_trip = RoundTrip::kSame;
};

// The rebuild lens's numbers.
struct RebuildFacts {
  Rebuilt shown, average;  // average: of both operations
  std::vector<bool> told;  // per cell: a window so far reads it, or none ever does
  float span = 1;          // largest magnitude of the residuals
};

// What a library makes of the document's layer.
struct DialectView {
  Dialect dialect = Dialect::kPyTorch;
  std::string refusal;  // why it cannot say it; empty: everything below is set
  DialectWindows windows;
  Grid output;
  Grid average;  // of both operations
  std::vector<int64_t> divisors;
  std::vector<bool> differs;  // per window: not what the picture's own output has there
  int64_t differing = 0;
  std::vector<Cell> empty;  // windows that read only padding; of a map the first of them
  int64_t empty_windows = 0;
  int64_t never_read = 0;  // cells of the input
  // Of a map, whose output has no values here: a window differs that reads other cells or is divided
  // otherwise than the picture's own, along its rows or its columns.
  std::vector<bool> other_rows, other_columns;
};

// Values of the dialect in focus, of the windows of a map that are in sight.
struct DialectSight {
  Cell first;
  Grid values = {{}, {}};  // none: there are too many
  bool contains(Cell cell) const {
    return values.contains({cell.row - first.row, cell.column - first.column});
  }
  float at(Cell cell) const { return values.at({cell.row - first.row, cell.column - first.column}); }
};

// The dialects lens's numbers.
struct DialectFacts {
  std::array<DialectView, kDialects.size()> all;  // as in kDialects
  CellRange rows, columns;                        // that the windows of any of them reach
  Size2 most;                                     // the most windows per side
  Dialect shown = Dialect::kPyTorch;              // in focus
  WindowFacts window;                             // of it
  std::vector<int64_t> row_reads, column_reads;   // of it, of a map: windows that read each row and column
  DialectSight sight;                             // of it, of a map
};

}  // namespace poolglass::step
