// Small windows at any stride, NCHW, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/strided.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/strided-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseStrided(const PoolTask&) { return {}; }
#else
KernelChoice ChooseStrided(const PoolTask& task) {
  return task.params.reduction == Reduction::kMax ? ChooseStrided<Maximum>(task) : ChooseStrided<Sum>(task);
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseStrided);

KernelChoice choose_strided(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseStrided)(task); }

}  // namespace poolglass
#endif
