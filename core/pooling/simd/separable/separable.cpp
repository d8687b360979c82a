// Windows of any size in bands of rows, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/separable/separable.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/separable/separable-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseBands(const PoolTask&) { return {}; }
#else
KernelChoice ChooseBands(const PoolTask& task) {
  if (!IsSeparable(task)) return {};
  const bool max = task.params.reduction == Reduction::kMax;
  const int64_t band = max ? BandShape<Maximum>(task).scratch() : BandShape<Sum>(task).scratch();
  const int64_t scratch = band + RowReducer<Sum>::scratch(task);
  return max ? KernelChoice{"max by rows", &SeparableRows<Maximum>, task.out_rows(), scratch}
             : KernelChoice{"average by rows", &SeparableRows<Sum>, task.out_rows(), scratch};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseBands);

KernelChoice choose_bands(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseBands)(task); }

}  // namespace poolglass
#endif
