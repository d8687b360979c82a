// The definition, one output row at a time, for either layout: what kernels fall back on where order matters.
// Internal.
#pragma once

#include <cstdint>

#include "core/pooling/window.h"

namespace poolglass {

// x: a cell of the input plane every `pixel` floats; y and indices (may be null; of either width): row `row`
// of the output plane, likewise.
void reference_max_row(const WindowGeometry& geometry, int64_t row, int64_t pixel, const float* x, float* y,
                       int64_t* indices, int32_t* short_indices = nullptr);
void reference_average_row(const WindowGeometry& geometry, int64_t row, int64_t pixel, const float* x,
                           float* y);

// As in reference.h, with cells every `pixel` floats. shares: reference_shares() floats of scratch.
void reference_max_backward(const WindowGeometry& geometry, int64_t pixel, const float* x, const float* dy,
                            float* dx);
void reference_average_backward(const WindowGeometry& geometry, int64_t pixel, const float* dy, float* dx,
                                float* shares);
int64_t reference_shares(const WindowGeometry& geometry);

}  // namespace poolglass
