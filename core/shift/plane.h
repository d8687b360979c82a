// One channel of values: a grey picture, or what a pooling makes of one. Row-major. Standard library only.
#pragma once

#include <cstddef>
#include <vector>

#include "core/cell.h"
#include "core/tensor.h"

namespace poolglass {

struct Plane {
  Size2 size;
  std::vector<float> values = std::vector<float>(1);

  Plane() = default;
  explicit Plane(Size2 s) : size(s), values(static_cast<size_t>(s.h * s.w)) {}
  float& at(int64_t row, int64_t column) { return values[static_cast<size_t>(row * size.w + column)]; }
  float at(int64_t row, int64_t column) const { return values[static_cast<size_t>(row * size.w + column)]; }
  friend bool operator==(const Plane&, const Plane&) = default;
};

}  // namespace poolglass
