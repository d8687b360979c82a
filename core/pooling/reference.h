// The definition: slow, obvious loops over window geometry, one plane at a time. Everything faster is compared
// with this, bit for bit.
#pragma once

#include <cstdint>

#include "core/pooling/window.h"

namespace poolglass {

// x: rows.input x columns.input, y (and indices, which may be null): rows.output x columns.output.
void reference_max(const WindowGeometry& geometry, const float* x, float* y, int64_t* indices);
void reference_average(const WindowGeometry& geometry, const float* x, float* y);

// dx is written whole.
void reference_max_backward(const WindowGeometry& geometry, const float* x, const float* dy, float* dx);
void reference_average_backward(const WindowGeometry& geometry, const float* dy, float* dx);

}  // namespace poolglass
