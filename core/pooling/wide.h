// Pooling of elements that float32 cannot hold (float64, int32, int64, uint32, uint64): maxima are decided in
// the elements' own type, averages and gradients are summed in double, and each result is rounded to float32
// once. Semantics otherwise as in pooling.h. For data on their way in; float32 has the fast engine.
//
// Sums add the taps inside the input as a tree, first along the row and then down the column, each run of a
// power of two taps as the sum of its halves and the smallest run first. A window costs O(log k) per output
// and no window lets an infinity or a NaN into another.
#pragma once

#include <cstdint>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"
#include "core/work_done.h"

namespace poolglass {

struct WideRun {
  PoolParams params;
  Shape input;
  Layout layout = Layout::kNchw;  // of all arrays
  int threads = 0;                // 0: every core
  WorkDone* progress = nullptr;   // may be null
};

// What float32, or a sum on its way, could not hold.
struct WideLosses {
  int64_t beyond_range = 0;  // finite results that are infinite in float32
  int64_t overflowed = 0;    // sums of finite values that left double's range
};

// Memory of a run besides its arrays, in bytes. Fails like output_size().
Result<int64_t> wide_scratch_bytes(const WideRun& run);

// x: run.input; y, and indices (maxima only, may be null): the output's shape. T: float, double, int32_t,
// int64_t, uint32_t or uint64_t.
template <class T>
Result<WideLosses> wide_forward(const WideRun& run, const T* x, float* y, int64_t* indices);

// dx (input shape) from dy (output shape); x is not read for averages and may be null.
template <class T>
Result<WideLosses> wide_backward(const WideRun& run, const T* x, const double* dy, float* dx);

// Means of float32 that became infinite or NaN on the way though no tap of their window is and the true mean
// is a float32: how many of the results `y` of a forward average of x.
Result<int64_t> overflowed_means(const WideRun& run, const float* x, const float* y);

}  // namespace poolglass
