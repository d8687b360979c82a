// Rectangles of a layout beside those of the same layout elsewhere.
#pragma once

#include <glm/geometric.hpp>

#include "app/layout/rect.h"

namespace poolglass::testing {

// Whether `to` is `from`, gone `way`, but for a pixel of rounding; what is left out (empty) is left out in
// both.
inline bool went(const Rect& from, const Rect& to, glm::vec2 way) {
  if (from == Rect{} || to == Rect{}) return from == to;
  return glm::distance(from.min + way, to.min) < 1.5f && glm::distance(from.max + way, to.max) < 1.5f;
}

}  // namespace poolglass::testing
