// NHWC, channel by channel, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nhwc/pixels.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nhwc/pixels-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChoosePixels(const PoolTask&) { return {}; }
#else
KernelChoice ChoosePixels(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (const RangeKernel run = max ? ChoosePixelWindows<Maximum>(task) : ChoosePixelWindows<Sum>(task)) {
    return {max ? "max by pixels" : "average by pixels", run, task.out_rows(), 0};
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

HWY_EXPORT(ChoosePixels);

KernelChoice choose_pixels(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChoosePixels)(task); }

}  // namespace poolglass
#endif
