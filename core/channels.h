// Where an array's channels are: before its rows and columns, as in (C, H, W), or after them, as in (H, W,
// C).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/tensor.h"

namespace poolglass {

// The feature map that an array of these dimensions is, of rank 2 (H, W; NCHW only), 3 or 4; missing leading
// ones are 1.
Shape shape_of(const std::vector<int64_t>& dimensions, Layout layout);

// Whether the last dimension is more likely the channels than the width: (H, W, 1), (H, W, 3), (H, W, 4) and
// the same of a batch, where no side is as short; and batches of square planes whose other dimension is a
// multiple of 8, as (N, 28, 28, 64), but not of single cells. A guess: ask, or say it.
bool channels_look_last(const std::vector<int64_t>& dimensions);

// Elements [first, first + count) of an array in NHWC to their places in the planes of an NCHW array of the
// same shape.
void to_planes(const float* values, int64_t first, int64_t count, const Shape& shape, float* planes);

// The array that was taken in layout `from`, taken in layout `to`; its dimensions must suit both.
Tensor retaken(const Tensor& tensor, const std::vector<int64_t>& dimensions, Layout from, Layout to);

}  // namespace poolglass
