// 5x5 and 7x7 of small NCHW planes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/flat.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/flat-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseFlatPlanes(const PoolTask&) { return {}; }
#else
// Unless rows fill the registers of the kernels behind them well: those are quick
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

KernelChoice ChooseFlatPlanes(const PoolTask& task) {
  return task.params.reduction == Reduction::kMax ? ChooseFlatWindows<Maximum>(task)
                                                  : ChooseFlatWindows<Sum>(task);
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseFlatPlanes);

KernelChoice choose_flat_planes(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseFlatPlanes)(task); }

}  // namespace poolglass
#endif
