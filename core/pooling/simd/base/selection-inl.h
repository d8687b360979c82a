// What rows of the table of kernels (core/pooling/kernels.h) say in the same words.
#if defined(POOLGLASS_SIMD_BASE_SELECTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_SELECTION_INL_H_
#undef POOLGLASS_SIMD_BASE_SELECTION_INL_H_
#else
#define POOLGLASS_SIMD_BASE_SELECTION_INL_H_
#endif

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/pooling/kernels.h"
#include "core/pooling/reference.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Of a kernel that is faster than those after it wherever it can be used.
struct ExpectedEverywhere {
  static bool expected_to_win(const PoolTask&) { return true; }
};

HWY_INLINE bool IsMax(const PoolTask& task) { return task.params.reduction == Reduction::kMax; }

// f(Maximum()) or f(Sum()).
template <class F>
HWY_INLINE KernelWork ForReduction(const PoolTask& task, const F& f) {
  return IsMax(task) ? f(Maximum()) : f(Sum());
}

HWY_INLINE bool IsSquare(const PoolTask& task, int64_t kernel, int64_t stride) {
  const PoolParams& p = task.params;
  return !p.adaptive_output && p.dilation == Size2{1, 1} && p.kernel == Size2{kernel, kernel} &&
         p.stride == Size2{stride, stride};
}

// 2x2 windows that tile the plane.
HWY_INLINE bool IsTwoByTwo(const PoolTask& task) {
  const bool fits = 2 * task.output.h <= task.input.h && 2 * task.output.w <= task.input.w;
  return IsSquare(task, 2, 2) && task.params.padding == Padding{} && fits;
}

// Whether the one window is the whole plane. A maximum does not mind taps outside.
HWY_INLINE bool IsGlobal(const PoolTask& task) {
  const auto covers = [max = IsMax(task)](const AxisWindow& window, int64_t input) {
    return window.count == input && (max || window.taps == input);
  };
  return task.output.h == 1 && task.output.w == 1 && covers(task.rows[0], task.input.h) &&
         covers(task.columns[0], task.input.w);
}

// Indices are 32-bit inside the kernels.
HWY_INLINE bool HasSmallPlanes(const PoolTask& task) {
  return task.input.h * task.input.w < std::numeric_limits<int32_t>::max() &&
         task.geometry.columns.stride < (1 << 20);
}

// Buffers of a window far larger than the plane would hold little else than identity.
HWY_INLINE bool IsSeparable(const PoolTask& task) {
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  if (rows.adaptive) return true;
  const auto near = [](const Axis& axis) {
    return (axis.kernel - 1) * axis.dilation <= 4 * axis.input + 64 && axis.stride <= 2 * axis.input;
  };
  return near(rows) && near(columns);
}

// What a kernel finds gradients of: maxima from x, maxima from their indices, averages.
enum class GradientOf { kMaximum, kPositions, kAverage };

// Averages whose gradients add up as a tree are a forward pass (gradient/share_sums-inl.h).
template <GradientOf kOf>
HWY_INLINE bool IsGradientOf(const PoolTask& task) {
  if (kOf == GradientOf::kAverage) return !IsMax(task) && !gradients_are_tree_sums(task.geometry);
  return IsMax(task) && HasSmallPlanes(task);
}

// How many windows read a cell: along each axis those a multiple of the dilation apart, as far as there are
// any.
inline double WindowsOfACell(const PoolTask& task) {
  double windows = 1;
  for (const Axis* axis : {&task.geometry.rows, &task.geometry.columns}) {
    const auto alike = static_cast<double>(std::gcd(axis->stride, axis->dilation));
    const double there = static_cast<double>(axis->output) * alike / static_cast<double>(axis->dilation);
    const double taps = static_cast<double>(axis->kernel) * alike / static_cast<double>(axis->stride);
    windows *= std::max(std::min(there, taps), 1.0);
  }
  return windows;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
