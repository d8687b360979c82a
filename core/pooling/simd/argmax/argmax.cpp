// Kernels for maxima with their indices, and for gradients that find them. Compiled once per SIMD target.
#include <cstring>

#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/argmax/argmax.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/argmax/any_window-inl.h"
#include "core/pooling/simd/argmax/nchw_global-inl.h"
#include "core/pooling/simd/argmax/nchw_short_rows-inl.h"
#include "core/pooling/simd/argmax/nchw_wide_window-inl.h"
#include "core/pooling/simd/argmax/nchw_window-inl.h"
#include "core/pooling/simd/argmax/nhwc_window-inl.h"
#include "core/pooling/simd/gradient/any_window-inl.h"
#include "core/pooling/simd/gradient/argmax_scatter-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> ArgmaxKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    kernel_row<NchwShortRowsArgmax>("nchw-short-rows-argmax", Pass::kForwardWithIndices, Layouts::kNchw),
#endif
    kernel_row<NchwWindowArgmax>("nchw-window-argmax", Pass::kForwardWithIndices, Layouts::kNchw),
    kernel_row<NhwcWindowArgmax>("nhwc-window-argmax", Pass::kForwardWithIndices, Layouts::kNhwc),
    kernel_row<NchwGlobalArgmax>("nchw-global-argmax", Pass::kForwardWithIndices, Layouts::kNchw),
    kernel_row<NchwWideWindowArgmax>("nchw-wide-window-argmax", Pass::kForwardWithIndices, Layouts::kNchw),
    kernel_row<SeparableArgmax>("separable-argmax", Pass::kForwardWithIndices, Layouts::kBoth),
    kernel_row<ArgmaxByTaps>("argmax-by-taps", Pass::kForwardWithIndices, Layouts::kBoth),
    kernel_row<NchwWideWindowMaxGradient>("nchw-wide-window-max-gradient", Pass::kBackward, Layouts::kNchw),
    kernel_row<MaxGradient>("max-gradient", Pass::kBackward, Layouts::kBoth),
    kernel_row<MaxGradientByArgmax>("max-gradient-by-argmax", Pass::kBackward, Layouts::kBoth),
  };
  return kKernels;
#endif
}

void WidenIndices(const int32_t* from, int64_t n, int64_t* to) {
  int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  // What is written lies in front of what is still to be read.
  const hn::RepartitionToWide<DI> wide;
  const hn::Half<DI> half;
  for (; i + kN / 2 <= n; i += kN / 2)
    hn::StoreU(hn::PromoteTo(wide, hn::LoadU(half, from + i)), wide, to + i);
#endif
  for (; i < n; ++i) {
    const int64_t index = from[i];
    std::memcpy(to + i, &index, sizeof index);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ArgmaxKernels);
HWY_EXPORT(WidenIndices);

std::span<const Kernel> argmax_kernels() { return HWY_DYNAMIC_DISPATCH(ArgmaxKernels)(); }

void widen_indices(const int32_t* from, int64_t n, int64_t* to) {
  HWY_DYNAMIC_DISPATCH(WidenIndices)(from, n, to);
}

}  // namespace poolglass
#endif
