// The windows of a pooling that a test expects to fit.
#pragma once

#include <doctest/doctest.h>

#include "core/pooling/window.h"

namespace poolglass::testing {

inline WindowGeometry geometry_of(const PoolParams& params, Size2 input) {
  const Result<WindowGeometry> geometry = window_geometry(params, input);
  REQUIRE_MESSAGE(geometry.ok(), geometry.status().message());
  return *geometry;
}

}  // namespace poolglass::testing
