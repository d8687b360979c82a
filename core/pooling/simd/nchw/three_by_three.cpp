// 3x3 of NCHW planes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/three_by_three.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/flat-inl.h"
#include "core/pooling/simd/nchw/three_by_three_down-inl.h"
#include "core/pooling/simd/nchw/three_by_three_short-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseThreeByThree(const PoolTask&) { return {}; }
#else
KernelChoice ChooseThreeByThree(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  // Rows in registers are as fast where they fill them.
  const int64_t w = task.input.w;
  if (w % kN != 0 && w <= kN + kN / 2) {
    const KernelChoice flat = max ? ChooseFlat<Maximum, 1>(task) : ChooseFlat<Sum, 1>(task);
    if (flat.run != nullptr) return flat;
  }
  if (const RangeKernel run =
          max ? ChooseThreeByThreeShort<Maximum>(task) : ChooseThreeByThreeShort<Sum>(task)) {
    return {max ? "max 3x3/2 of short rows" : "average 3x3/2 of short rows", run, task.planes, 0};
  }
  if (const RangeKernel run =
          max ? ChooseThreeByThreeRows<Maximum>(task) : ChooseThreeByThreeRows<Sum>(task)) {
    return {max ? "max 3x3" : "average 3x3", run, task.out_rows(), 0};
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

HWY_EXPORT(ChooseThreeByThree);

KernelChoice choose_three_by_three(const PoolTask& task) {
  return HWY_DYNAMIC_DISPATCH(ChooseThreeByThree)(task);
}

}  // namespace poolglass
#endif
