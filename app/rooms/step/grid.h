// The Step room's grids of values.
#pragma once

#include <cstdint>
#include <vector>

#include "core/cell.h"
#include "core/tensor.h"

namespace poolglass::step {

// A plane of values, row-major. Compared bit for bit: a NaN equals itself, and -0 is not 0.
struct Grid {
  Size2 size;
  std::vector<float> values = std::vector<float>(1);

  bool contains(Cell cell) const {
    return cell.row >= 0 && cell.row < size.h && cell.column >= 0 && cell.column < size.w;
  }
  float& at(Cell cell) { return values[static_cast<size_t>(cell.row * size.w + cell.column)]; }
  float at(Cell cell) const { return values[static_cast<size_t>(cell.row * size.w + cell.column)]; }
  friend bool operator==(const Grid& a, const Grid& b);
};

}  // namespace poolglass::step
