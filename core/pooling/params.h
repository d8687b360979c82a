// What a pooling computes: parameters, their rules, and the size of the result.
// Semantics are PyTorch's (torch.nn.functional.max_pool2d, avg_pool2d, adaptive_*_pool2d).
#pragma once

#include <optional>
#include <string>

#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

enum class Reduction { kMax, kAverage };

// Cells added around the plane. They never win a maximum; an average may count them in its divisor.
struct Padding {
  int64_t top = 0;
  int64_t left = 0;
  int64_t bottom = 0;
  int64_t right = 0;
  friend bool operator==(const Padding&, const Padding&) = default;
};

struct PoolParams {
  Reduction reduction = Reduction::kMax;
  Size2 kernel{2, 2};
  Size2 stride{2, 2};
  Padding padding;
  Size2 dilation{1, 1};
  bool ceil_mode = false;
  // Average only: divide by the taps inside input plus declared padding (true) or inside the input (false).
  bool count_include_pad = true;
  // When set, adaptive pooling to this output size; every window field above is ignored. {1,1} is global.
  std::optional<Size2> adaptive_output;
  friend bool operator==(const PoolParams&, const PoolParams&) = default;
};

PoolParams window_pool(Reduction reduction, Size2 kernel);  // stride = kernel
PoolParams adaptive_pool(Reduction reduction, Size2 output);
PoolParams global_pool(Reduction reduction);

// The rules that need no input: kernel, stride, dilation >= 1, padding >= 0, padding <= kernel / 2 (PyTorch's
// rule, per side; dilation does not widen it), every figure small enough for exact 64-bit geometry.
Status validate(const PoolParams& params);

// Plane size of the result for a plane of size `input`. Validates the parameters and the input first.
//   floor((n + p0 + p1 - d*(k-1) - 1) / s) + 1; ceil mode rounds up, then drops the last window
//   if it would start at or beyond n + p0.
Result<Size2> output_size(const PoolParams& params, Size2 input);

}  // namespace poolglass
