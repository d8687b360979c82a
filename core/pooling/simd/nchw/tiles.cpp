// 2x2/2 in both layouts, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/tiles.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/two_by_two_short-inl.h"
#include "core/pooling/simd/nhwc/two_by_two-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseTiles(const PoolTask&) { return {}; }
#else
KernelChoice ChooseTiles(const PoolTask& task) {
  if (!IsTwoByTwo(task)) return {};
  const bool max = task.params.reduction == Reduction::kMax;
  const int64_t rows = task.out_rows();
  if (task.pixel == 1) {
    return max ? KernelChoice{"max 2x2/2", &TwoByTwoRows<Maximum>, rows, 0}
               : KernelChoice{"average 2x2/2", &TwoByTwoRows<Sum>, rows, 0};
  }
  return max ? KernelChoice{"max 2x2/2 by pixels", &TwoByTwoPixels<Maximum>, rows, 0}
             : KernelChoice{"average 2x2/2 by pixels", &TwoByTwoPixels<Sum>, rows, 0};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseTiles);

KernelChoice choose_tiles(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseTiles)(task); }

}  // namespace poolglass
#endif
