// NHWC windows that share columns with their neighbours, through a buffer; compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nhwc/columns.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nhwc/columns-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseColumnsOfPixels(const PoolTask&) { return {}; }
#else
KernelChoice ChooseColumnsOfPixels(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (const RangeKernel run = max ? ChoosePixelColumns<Maximum>(task) : ChoosePixelColumns<Sum>(task)) {
    return {max ? "max by columns of pixels" : "average by columns of pixels", run, task.out_rows(),
            PixelColumns<Sum>::kScratch};
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

HWY_EXPORT(ChooseColumnsOfPixels);

KernelChoice choose_pixel_columns(const PoolTask& task) {
  return HWY_DYNAMIC_DISPATCH(ChooseColumnsOfPixels)(task);
}

}  // namespace poolglass
#endif
