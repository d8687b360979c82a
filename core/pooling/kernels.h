// What a plan knows about its work, and the kernels it may choose from. Internal to core/pooling.
//
// A kernel works on a range of units (output rows of all planes in one list, or planes), so that any split of
// the range among threads gives the same bits. It may read the arrays only where they exist.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pooling/params.h"
#include "core/pooling/window.h"
#include "core/tensor.h"

namespace poolglass {

// One planned pooling, and the arrays of the call that is running.
struct PoolTask {
  PoolParams params;
  Shape input, output;
  Layout layout = Layout::kNchw;
  WindowGeometry geometry;
  std::vector<AxisWindow> rows;       // geometry.rows, every window
  std::vector<float> column_divisor;  // geometry.columns' divisors, with a vector of ones behind them
  float uniform_divisor = 0;          // the divisor, if every window has the same one; else 0
  std::vector<float> identity_row;    // a row of cells that change no result: -inf for max, -0 for average

  const float* x = nullptr;
  float* y = nullptr;

  int64_t in_plane() const { return input.h * input.w; }
  int64_t out_plane() const { return output.h * output.w; }
};

using RangeKernel = void (*)(const PoolTask& task, int64_t begin, int64_t end);

struct KernelChoice {
  const char* name = nullptr;  // e.g. "max 2x2/2"; null: no kernel for this task
  RangeKernel run = nullptr;
  int64_t units = 0;
};

// The forward kernel of the active SIMD target for an NCHW task.
KernelChoice choose_forward(const PoolTask& task);

// Floats a kernel may read behind `column_divisor` and `identity_row`: the widest vector, twice.
inline constexpr int64_t kVectorSlack = 32;

}  // namespace poolglass
