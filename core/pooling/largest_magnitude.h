// Pooling of signed values: each part keeps the one of the largest magnitude, with its sign.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/tensor.h"

namespace poolglass {

// Half as many rows and columns, rounded up.
inline Size2 halved(Size2 size) { return {(size.h + 1) / 2, (size.w + 1) / 2}; }

// y[r][c] of the 2x2 cells of x from (2r, 2c), those of them that there are: the largest in magnitude, of
// equal ones the first in row-major order; a NaN, where there is one. x: `size`, y: halved(size), row-major.
inline void halve_by_magnitude(const float* x, Size2 size, float* y) {
  const auto larger = [](float a, float b) {
    if (std::isnan(a)) return a;
    return std::isnan(b) || std::abs(b) > std::abs(a) ? b : a;
  };
  const int64_t width = halved(size).w;
  for (int64_t row = 0; row < size.h; ++row) {
    const float* from = x + row * size.w;
    float* to = y + row / 2 * width;
    for (int64_t column = 0; column < size.w; ++column) {
      const bool first = row % 2 == 0 && column % 2 == 0;
      to[column / 2] = first ? from[column] : larger(to[column / 2], from[column]);
    }
  }
}

}  // namespace poolglass
