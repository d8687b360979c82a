// Maxima with their positions, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/argmax/argmax.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/argmax/any_window-inl.h"
#include "core/pooling/simd/argmax/nchw_global-inl.h"
#include "core/pooling/simd/argmax/nchw_short_rows-inl.h"
#include "core/pooling/simd/argmax/nchw_window-inl.h"
#include "core/pooling/simd/argmax/nhwc_window-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseIndices(const PoolTask&) { return {}; }
#else
// Kernels with the window unrolled.
RangeKernel ChooseWindowIndices(const PoolTask& task) {
  const PoolParams& p = task.params;
  if (p.adaptive_output || p.dilation != Size2{1, 1}) return nullptr;
  const auto is = [&](int64_t kernel, int64_t stride) {
    return p.kernel == Size2{kernel, kernel} && p.stride == Size2{stride, stride};
  };
  const bool pixels = task.pixel > 1;
  if (is(2, 2)) return pixels ? &PixelIndexRows<2, 2> : &WindowIndexRows<2, 2>;
  if (is(2, 1)) return pixels ? &PixelIndexRows<2, 1> : &WindowIndexRows<2, 1>;
  if (is(3, 2)) return pixels ? &PixelIndexRows<3, 2> : &WindowIndexRows<3, 2>;
  if (is(3, 3) && pixels) return &PixelIndexRows<3, 3>;
  if (is(3, 1)) return pixels ? &PixelIndexRows<3, 1> : &WindowIndexRows<3, 1>;
  return nullptr;
}

KernelChoice ChooseIndices(const PoolTask& task) {
  if (task.params.reduction != Reduction::kMax || !HasSmallPlanes(task)) return {};
  for (const auto choose : {&ChooseShortIndices, &ChooseWindowIndices, &ChooseGlobalIndices}) {
    if (const RangeKernel run = choose(task)) return {"max with indices", run, task.out_rows(), 0};
  }
  if (const KernelChoice any = ChooseAnyIndices(task); any.run != nullptr) return any;
  return {"max with indices", &IndexRows, task.out_rows(), 0};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseIndices);

KernelChoice choose_indices(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseIndices)(task); }

}  // namespace poolglass
#endif
