// Backward passes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/gradient/gradient.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/gradient/any_window-inl.h"
#include "core/pooling/simd/gradient/argmax_scatter-inl.h"
#include "core/pooling/simd/gradient/nchw_average-inl.h"
#include "core/pooling/simd/gradient/nchw_bands-inl.h"
#include "core/pooling/simd/gradient/nchw_max-inl.h"
#include "core/pooling/simd/gradient/nchw_short_tiles-inl.h"
#include "core/pooling/simd/gradient/nhwc_gather-inl.h"
#include "core/pooling/simd/gradient/nhwc_window-inl.h"
#include "core/pooling/simd/gradient/scatter-inl.h"
#include "core/pooling/simd/gradient/share_sums-inl.h"
#include "core/pooling/simd/gradient/tiles-inl.h"
#include "core/pooling/simd/nchw/two_by_two-inl.h"
#include "core/pooling/simd/separable/separable-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseBackward(const PoolTask&) { return {}; }
KernelChoice ChooseBackwardFromIndices(const PoolTask&) { return {}; }
#else
// Kernels with the window unrolled, in NCHW.
template <GradientOf kOf, int kSize, int kStride>
KernelChoice PlaneBackward(const PoolTask& task, const char* name) {
  if constexpr (kOf == GradientOf::kMaximum) {
    using One = PlaneGradients<kSize, kStride, 1>;
    if constexpr (kStride == 2) {
      if (One::fits_twice(task)) {
        return {name, &PlaneGradientPairs<kSize, kStride>, (task.planes + 1) / 2, One::scratch(task)};
      }
    }
    return {name, &PlaneGradientRows<kSize, kStride>, task.out_rows(), One::scratch(task)};
  } else {
    // Short rows, or short vectors, cost more than adding window by window; divisions more than anything.
    constexpr int64_t kLeastRow = kN > 8 ? kN * 5 / 8 : 2 * kN;
    if (kOf == GradientOf::kPositions && (kN < 8 || task.output.w < kLeastRow)) return {};
    if (kOf == GradientOf::kAverage && !POOLGLASS_FUSED && kStride == 1 && kSize > 2) return {};
    const auto choice = [&](auto phase) -> KernelChoice {
      using Bands = GradientBands<kOf, kSize, kStride, decltype(phase)::value>;
      return {name, &GradientBandRows<kOf, kSize, kStride, decltype(phase)::value>, task.out_rows(),
              Bands::scratch(task)};
    };
    if constexpr (kStride == 2) {
      if (task.geometry.columns.pad_begin % 2 == 1) return choice(std::integral_constant<int, 1>());
    }
    return choice(std::integral_constant<int, 0>());
  }
}

// Kernels that gather what each pixel receives, in NHWC.
template <GradientOf kOf>
KernelChoice ChoosePixelGathers(const PoolTask& task) {
  const PoolParams& p = task.params;
  if (task.pixel == 1 || !HasSmallPlanes(task) || !IsSeparable(task) || !PixelGathers<kOf, 0>::fits(task))
    return {};
  if (kN < 8 && kOf == GradientOf::kAverage) return {};  // no faster than adding window by window
  const int64_t units = task.planes * task.input.h, scratch = PixelGathers<kOf, 0>::scratch(task);
  const bool plain = !p.adaptive_output && p.dilation == Size2{1, 1};
  if (plain && p.kernel == Size2{3, 3} && p.stride == Size2{1, 1})
    return {"backward 3x3", &PixelGatherRows<kOf, 3>, units, scratch};
  if (plain && p.kernel == Size2{3, 3} && p.stride == Size2{2, 2} && task.output.w >= 8) return {};
  return {"backward by pixels", &PixelGatherRows<kOf, 0>, units, scratch};
}

// Kernels with the window unrolled.
template <GradientOf kOf>
KernelChoice ChooseWindowBackward(const PoolTask& task) {
  const PoolParams& p = task.params;
  const int64_t units = task.out_rows();
  if (IsTwoByTwo(task) && task.pixel > 1) return {"backward 2x2/2", &TilePixels<kOf>, units, 0};
  if constexpr (kOf != GradientOf::kMaximum) {
    if (const KernelChoice pixels = ChoosePixelGathers<kOf>(task); pixels.run != nullptr) return pixels;
  }
  if (p.adaptive_output || p.dilation != Size2{1, 1} || !HasSmallPlanes(task)) return {};
  const auto is = [&](int64_t kernel, int64_t stride) {
    return p.kernel == Size2{kernel, kernel} && p.stride == Size2{stride, stride};
  };
  if (task.pixel == 1) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    if constexpr (kOf != GradientOf::kMaximum) {
      if (IsTwoByTwo(task) && task.output.w <= kN / 2)
        return {"backward 2x2/2", &ShortTileRows<kOf>, units, ShortTiles<kOf>::scratch(task)};
    }
#endif
    if (is(2, 2)) return PlaneBackward<kOf, 2, 2>(task, "backward 2x2/2");
    if (is(2, 1)) return PlaneBackward<kOf, 2, 1>(task, "backward 2x2");
    if (is(3, 2)) return PlaneBackward<kOf, 3, 2>(task, "backward 3x3/2");
    if constexpr (kOf == GradientOf::kMaximum && kN >= 8) {
      // While the first cache holds dx, adding gradients to positions beats looking for each tap's.
      if (is(3, 1) && task.in_plane() <= 4096 && HasArgmaxBlocks(task)) return ChooseArgmaxGradients(task);
    }
    if (is(3, 1)) return PlaneBackward<kOf, 3, 1>(task, "backward 3x3");
    if constexpr (kOf == GradientOf::kAverage) {
      if (is(4, 2)) return PlaneBackward<kOf, 4, 2>(task, "backward 4x4/2");
      if (is(5, 2)) return PlaneBackward<kOf, 5, 2>(task, "backward 5x5/2");
      if (is(4, 1)) return PlaneBackward<kOf, 4, 1>(task, "backward 4x4");
      if (is(5, 1)) return PlaneBackward<kOf, 5, 1>(task, "backward 5x5");
    }
    return {};
  }
  // Few channels leave most of a vector empty; the ends of short rows cost more than scattering does.
  if (task.pixel < kN / 2 || (kOf == GradientOf::kMaximum && task.output.w < 20)) return {};
  if (is(2, 2)) return {"backward 2x2/2", &PixelGradientRows<kOf, 2, 2>, units, 0};
  if (is(2, 1)) return {"backward 2x2", &PixelGradientRows<kOf, 2, 1>, units, 0};
  if (is(3, 2)) return {"backward 3x3/2", &PixelGradientRows<kOf, 3, 2>, units, 0};
  if (is(3, 1)) return {"backward 3x3", &PixelGradientRows<kOf, 3, 1>, units, 0};
  return {};
}

// Rows of tiles at least a vector wide, in NCHW.
bool HasLongTiles(const PoolTask& task) { return task.pixel == 1 && IsTwoByTwo(task) && task.output.w >= kN; }

KernelChoice ChooseBackward(const PoolTask& task) {
  const bool max = task.params.reduction == Reduction::kMax;
  if (HasLongTiles(task)) {
    return {"backward 2x2/2", max ? &TileRows<GradientOf::kMaximum> : &TileRows<GradientOf::kAverage>,
            task.out_rows(), 0};
  }
  if (!max && task.pixel == 1 && task.output.h * task.output.w == 1 && task.rows[0].count == task.input.h &&
      task.columns[0].count == task.input.w) {
    return {"backward global", &GlobalAverageGradients, task.planes, 0};
  }
  if (!max && gradients_are_tree_sums(task.geometry)) {
    if (task.share_sums == nullptr) return {};
    return {"backward average", &ShareSumRows, task.planes * task.input.h, ShareSumKernel::scratch(task)};
  }
  const KernelChoice window = max ? ChooseWindowBackward<GradientOf::kMaximum>(task)
                                  : ChooseWindowBackward<GradientOf::kAverage>(task);
  if (window.run != nullptr) return window;
  if (!HasSmallPlanes(task)) return {};
  if (max) {
    if (const KernelChoice argmaxes = ChooseArgmaxGradients(task); argmaxes.run != nullptr) return argmaxes;
  }
  if (!IsSeparable(task)) return {};
  if (!max && AverageGradients::fits(task)) {
    return {"backward average", &AverageGradientPlanes, task.planes, AverageGradients::scratch(task)};
  }
  if (max && task.pixel >= HWY_MAX(2, kN / 2)) {
    return {"backward max by pixels", &ScatterPixels, task.planes * ScatterBands::bands(task), 0};
  }
  if (max) return {"backward max", &ScatterPlanes, task.planes, 2 * (task.out_row() + kVectorSlack)};
  return {"backward average", &AddShares, task.planes, SharePlanes::scratch(task)};
}

KernelChoice ChooseBackwardFromIndices(const PoolTask& task) {
  if (!HasSmallPlanes(task)) return {};
  if (HasLongTiles(task))
    return {"backward 2x2/2 from indices", &TileRows<GradientOf::kPositions>, task.out_rows(), 0};
  const KernelChoice window = ChooseWindowBackward<GradientOf::kPositions>(task);
  if (window.run != nullptr) return window;
  return {"backward from indices", &ScatterPositions, task.planes * task.input.h, 0};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseBackward);
HWY_EXPORT(ChooseBackwardFromIndices);

KernelChoice choose_backward(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseBackward)(task); }
KernelChoice choose_backward_from_indices(const PoolTask& task) {
  return HWY_DYNAMIC_DISPATCH(ChooseBackwardFromIndices)(task);
}

}  // namespace poolglass
#endif
