// NHWC windows that overlap, along the rows, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nhwc/walk.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nhwc/walk-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChoosePixelWalks(const PoolTask&) { return {}; }
#else
KernelChoice ChoosePixelWalks(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (const RangeKernel run = max ? ChoosePixelWalk<Maximum>(task) : ChoosePixelWalk<Sum>(task)) {
    return {max ? "max along pixels" : "average along pixels", run, task.out_rows(), 0};
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

HWY_EXPORT(ChoosePixelWalks);

KernelChoice choose_pixel_walk(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChoosePixelWalks)(task); }

}  // namespace poolglass
#endif
