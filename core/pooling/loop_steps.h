// One window as nested loops run through it, a step for each cell: what somebody sees who follows the
// definition (core/pooling/reference.h) line by line.
#pragma once

#include <cstdint>
#include <vector>

#include "core/cell.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass {

struct LoopStep {
  Cell cell;             // of the input; outside of it for padding
  bool inside = false;   // the input has the cell
  bool counted = false;  // an average divides by it
  float value = 0;       // of the cell, when inside
  bool takes = false;    // of a maximum: the value becomes the best
  // The best so far, or the sum so far, before this step and after it. Sums are doubles in row-major order,
  // as Python's are: the engine's own order (core/pooling/reference.h) may differ in the last bit.
  double before = 0, after = 0;
  int64_t count = 0;  // cells counted so far, this one included
};

// In row-major order, padding included. x: the plane of `geometry`, row-major; `output` one of its windows.
std::vector<LoopStep> loop_steps(const WindowGeometry& geometry, Reduction reduction, const float* x,
                                 Cell output);

}  // namespace poolglass
