// Planes that fit in registers or in the first-level cache, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/planes.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/dense-inl.h"
#include "core/pooling/simd/nchw/narrow-inl.h"
#include "core/pooling/simd/nchw/small_planes-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChoosePlanes(const PoolTask&) { return {}; }
#else
KernelChoice ChoosePlanes(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
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
