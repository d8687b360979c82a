// The definition, one output row at a time: what kernels fall back on where order matters. Internal.
#pragma once

#include <cstdint>

#include "core/pooling/window.h"

namespace poolglass {

// x: the input plane; y and indices (may be null): row `row` of the output plane.
void reference_max_row(const WindowGeometry& geometry, int64_t row, const float* x, float* y,
                       int64_t* indices);
void reference_average_row(const WindowGeometry& geometry, int64_t row, const float* x, float* y);

}  // namespace poolglass
