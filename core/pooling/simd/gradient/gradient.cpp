// Kernels for gradients. Compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/gradient/gradient.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/gradient/any_window-inl.h"
#include "core/pooling/simd/gradient/nchw_average-inl.h"
#include "core/pooling/simd/gradient/nchw_bands-inl.h"
#include "core/pooling/simd/gradient/nchw_max-inl.h"
#include "core/pooling/simd/gradient/nchw_short_tiles-inl.h"
#include "core/pooling/simd/gradient/nhwc_gather-inl.h"
#include "core/pooling/simd/gradient/nhwc_window-inl.h"
#include "core/pooling/simd/gradient/scatter-inl.h"
#include "core/pooling/simd/gradient/share_grids-inl.h"
#include "core/pooling/simd/gradient/share_sums-inl.h"
#include "core/pooling/simd/gradient/tiles-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> GradientKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
    // Of averages.
    kernel_row<NchwTileGradient<GradientOf::kAverage>>("nchw-2x2/2-average-gradient", Pass::kBackward,
                                                       Layouts::kNchw),
    kernel_row<NchwGlobalAverageGradient>("nchw-global-average-gradient", Pass::kBackward, Layouts::kNchw),
    kernel_row<AverageGradientByForwardPass>("average-gradient-by-forward-pass", Pass::kBackward,
                                             Layouts::kBoth),
    kernel_row<NhwcTileGradient<GradientOf::kAverage>>("nhwc-2x2/2-average-gradient", Pass::kBackward,
                                                       Layouts::kNhwc),
#if POOLGLASS_LONG_VECTORS
    kernel_row<NhwcGatherGradient<GradientOf::kAverage>>("nhwc-gather-average-gradient", Pass::kBackward,
                                                         Layouts::kNhwc),
#endif
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    kernel_row<NchwShortTileGradient<GradientOf::kAverage>>("nchw-2x2/2-short-average-gradient",
                                                            Pass::kBackward, Layouts::kNchw),
#endif
    kernel_row<NchwWindowGradient<GradientOf::kAverage>>("nchw-window-average-gradient", Pass::kBackward,
                                                         Layouts::kNchw),
    kernel_row<NchwAverageGradient>("nchw-average-gradient", Pass::kBackward, Layouts::kNchw),
    kernel_row<AverageGradientByGrids>("average-gradient-by-grids", Pass::kBackward, Layouts::kBoth),
    kernel_row<AverageGradient>("average-gradient", Pass::kBackward, Layouts::kBoth),
    // Of maxima, from x.
    kernel_row<NhwcTileGradient<GradientOf::kMaximum>>("nhwc-2x2/2-max-gradient", Pass::kBackward,
                                                       Layouts::kNhwc),
    kernel_row<NchwWindowMaxGradient>("nchw-window-max-gradient", Pass::kBackward, Layouts::kNchw),
    kernel_row<NhwcWindowMaxGradient>("nhwc-window-max-gradient", Pass::kBackward, Layouts::kNhwc),
    kernel_row<NhwcMaxGradient>("nhwc-max-gradient", Pass::kBackward, Layouts::kNhwc),
    // Of maxima, from indices.
    kernel_row<NchwTileGradient<GradientOf::kPositions>>("nchw-2x2/2-gradient-from-indices",
                                                         Pass::kBackwardFromIndices, Layouts::kNchw),
    kernel_row<NhwcTileGradient<GradientOf::kPositions>>("nhwc-2x2/2-gradient-from-indices",
                                                         Pass::kBackwardFromIndices, Layouts::kNhwc),
    kernel_row<NhwcGatherGradient<GradientOf::kPositions>>("nhwc-gather-gradient-from-indices",
                                                           Pass::kBackwardFromIndices, Layouts::kNhwc),
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    kernel_row<NchwShortTileGradient<GradientOf::kPositions>>("nchw-2x2/2-short-gradient-from-indices",
                                                              Pass::kBackwardFromIndices, Layouts::kNchw),
#endif
#if POOLGLASS_LONG_VECTORS
    kernel_row<NchwWindowGradient<GradientOf::kPositions>>("nchw-window-gradient-from-indices",
                                                           Pass::kBackwardFromIndices, Layouts::kNchw),
#endif
    kernel_row<GradientFromIndices>("gradient-from-indices", Pass::kBackwardFromIndices, Layouts::kBoth),
  };
  return kKernels;
#endif
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(GradientKernels);

std::span<const Kernel> gradient_kernels() { return HWY_DYNAMIC_DISPATCH(GradientKernels)(); }

}  // namespace poolglass
#endif
