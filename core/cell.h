// Places in a plane.
#pragma once

#include <cstdint>

namespace poolglass {

struct Cell {
  int64_t row = 0;
  int64_t column = 0;
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Cells along one axis: [first, last). Negative ones lie in the padding.
struct CellRange {
  int64_t first = 0;
  int64_t last = 1;
  int64_t count() const { return last - first; }
  friend bool operator==(const CellRange&, const CellRange&) = default;
};

}  // namespace poolglass
