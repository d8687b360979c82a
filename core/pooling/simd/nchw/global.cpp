// Windows that are whole planes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/global.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/global-inl.h"
#include "core/pooling/simd/nhwc/global-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseGlobal(const PoolTask&) { return {}; }
#else
// Whether a window's taps are all of the axis. A maximum does not mind others outside.
bool Covers(const AxisWindow& window, int64_t input, bool max) {
  return window.count == input && (max || window.taps == input);
}

KernelChoice ChooseGlobal(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (task.output.h != 1 || task.output.w != 1 || !Covers(task.rows[0], task.input.h, max) ||
      !Covers(task.columns[0], task.input.w, max)) {
    return {};
  }
  const KernelChoice planes = ChooseGlobalPlanes(task);
  return planes.run != nullptr ? planes : ChooseGlobalPixels(task);
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseGlobal);

KernelChoice choose_global(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseGlobal)(task); }

}  // namespace poolglass
#endif
