// Planes that fit in registers or in the first-level cache, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/planes.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/dense-inl.h"
#include "core/pooling/simd/flat-inl.h"
#include "core/pooling/simd/narrow-inl.h"
#include "core/pooling/simd/small_planes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChoosePlanes(const PoolTask&) { return {}; }
#else
// 5x5 and 7x7 by flat planes, unless rows fill the registers of the kernels behind them well: those are quick
// with maxima, and as quick with 7x7 sums.
template <class Op>
KernelChoice ChooseFlatWindows(const PoolTask& task) {
  const int64_t w = task.input.w, lanes = (w + kN - 1) / kN * kN;
  const bool small = Op::kIsMax && w <= 2 * kN;
  if (!small || 5 * w < 4 * lanes) {
    if (const KernelChoice flat = ChooseFlat<Op, 2>(task); flat.run != nullptr) return flat;
  }
  if (!small && (Op::kIsMax || w != lanes)) return ChooseFlat<Op, 3>(task);
  return {};
}

KernelChoice ChoosePlanes(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (const KernelChoice flat = max ? ChooseFlatWindows<Maximum>(task) : ChooseFlatWindows<Sum>(task);
      flat.run != nullptr) {
    return flat;
  }
  if (const KernelChoice small = max ? ChooseSmallPlanes<Maximum>(task) : ChooseSmallPlanes<Sum>(task);
      small.run != nullptr) {
    return small;
  }
  if (const RangeKernel run = max ? ChooseNarrow<Maximum>(task) : ChooseNarrow<Sum>(task)) {
    return {max ? "max of narrow planes" : "average of narrow planes", run, task.planes, 0};
  }
  // Rows longer than a vector or two: large windows in bands beat a copy of the plane.
  const bool bands = task.params.kernel.h > 4 && task.params.dilation == Size2{1, 1} && task.input.w > 32;
  if (!bands && IsDense(task)) {
    const int64_t scratch = DenseScratch(task);
    return max ? KernelChoice{"max by planes", &DensePlanes<Maximum>, task.planes, scratch}
               : KernelChoice{"average by planes", &DensePlanes<Sum>, task.planes, scratch};
  }
  return {};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChoosePlanes);

KernelChoice choose_planes(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChoosePlanes)(task); }

}  // namespace poolglass
#endif
