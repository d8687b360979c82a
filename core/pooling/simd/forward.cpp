// Compiles the kernels once per SIMD target and picks the active target's.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/forward.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/dense-inl.h"
#include "core/pooling/simd/global-inl.h"
#include "core/pooling/simd/global_pixels-inl.h"
#include "core/pooling/simd/narrow-inl.h"
#include "core/pooling/simd/pixel_walk-inl.h"
#include "core/pooling/simd/pixels-inl.h"
#include "core/pooling/simd/separable-inl.h"
#include "core/pooling/simd/small_planes-inl.h"
#include "core/pooling/simd/three_by_three_down-inl.h"
#include "core/pooling/simd/three_by_three_short-inl.h"
#include "core/pooling/simd/two_by_two_pixels-inl.h"
#include "core/pooling/simd/two_by_two_short-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
// Without vectors the definition is as good as any kernel.
KernelChoice ChooseForward(const PoolTask&) { return {}; }
#else
KernelChoice ChooseForward(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  const int64_t rows = task.out_rows();
  if (task.pixel == 1 && IsTwoByTwo(task)) {
    const int64_t scratch = task.output.w < kN ? ShortTwoByTwo<Sum>::kScratch : 0;
    return max ? KernelChoice{"max 2x2/2", &TwoByTwoRows<Maximum>, rows, scratch}
               : KernelChoice{"average 2x2/2", &TwoByTwoRows<Sum>, rows, scratch};
  }
  if (task.pixel > 1 && IsTwoByTwo(task)) {
    return max ? KernelChoice{"max 2x2/2 by pixels", &TwoByTwoPixels<Maximum>, rows, 0}
               : KernelChoice{"average 2x2/2 by pixels", &TwoByTwoPixels<Sum>, rows, 0};
  }
  if (const KernelChoice global = ChooseGlobal(task); global.run != nullptr) return global;
  if (const KernelChoice global = ChooseGlobalPixels(task); global.run != nullptr) return global;
  if (const RangeKernel run =
          max ? ChooseThreeByThreeShort<Maximum>(task) : ChooseThreeByThreeShort<Sum>(task)) {
    return {max ? "max 3x3/2 of short rows" : "average 3x3/2 of short rows", run, task.planes, 0};
  }
  if (const RangeKernel run = max ? ChooseThreeByThree<Maximum>(task) : ChooseThreeByThree<Sum>(task)) {
    return {max ? "max 3x3" : "average 3x3", run, rows, 0};
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
  if (const RangeKernel run = max ? ChoosePixelWalk<Maximum>(task) : ChoosePixelWalk<Sum>(task)) {
    return {max ? "max along pixels" : "average along pixels", run, rows, 0};
  }
  if (const RangeKernel run = max ? ChoosePixels<Maximum>(task) : ChoosePixels<Sum>(task)) {
    return {max ? "max by pixels" : "average by pixels", run, rows, 0};
  }
  if (IsSeparable(task)) {
    const int64_t band = max ? BandShape<Maximum>(task).scratch() : BandShape<Sum>(task).scratch();
    const int64_t scratch = band + RowJoiner<Sum>::scratch(task);
    return max ? KernelChoice{"max by rows", &SeparableRows<Maximum>, rows, scratch}
               : KernelChoice{"average by rows", &SeparableRows<Sum>, rows, scratch};
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

HWY_EXPORT(ChooseForward);

KernelChoice choose_forward(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseForward)(task); }

}  // namespace poolglass
#endif
