// A range of values as 256 colours, looked up for every pixel that is painted.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "app/layout/color.h"

namespace poolglass {

inline constexpr Color kNoNumber = rgb(0x8A8A8A);  // a NaN's cell

// As Bitmap::pixels has it.
constexpr uint32_t pixel(Color c) {
  return uint32_t{c.r} | uint32_t{c.g} << 8 | uint32_t{c.b} << 16 | uint32_t{c.a} << 24;
}

struct ColorScale {
  std::array<uint32_t, 256> steps;
  // Step of a value: (value - low) * factor. In double: a float's range and its smallest steps fit.
  double low = 0, factor = 0;

  uint32_t of(float value) const {
    const double step = (static_cast<double>(value) - low) * factor + 0.5;
    if (step >= 0 && step < 256) return steps[static_cast<size_t>(step)];
    if (std::isnan(value)) return pixel(kNoNumber);
    return steps[static_cast<double>(value) > low ? 255 : 0];  // infinities, and where all values are one
  }
};

// From `low` to `high`, map(0) to map(1); where both are one value, it has the middle.
template <class Map>
ColorScale color_scale(double low, double high, const Map& map) {
  ColorScale scale;
  for (size_t i = 0; i < scale.steps.size(); ++i)
    scale.steps[i] = pixel(map(high > low ? static_cast<double>(i) / 255 : 0.5));
  scale.low = low;
  scale.factor = high > low ? 255 / (high - low) : 0;
  return scale;
}

}  // namespace poolglass
