// Backward passes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/backward.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/backward-inl.h"
#include "core/pooling/simd/pixel_gradients-inl.h"
#include "core/pooling/simd/plane_gradients-inl.h"
#include "core/pooling/simd/separable-inl.h"
#include "core/pooling/simd/tile_gradients-inl.h"
#include "core/pooling/simd/two_by_two-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseBackward(const PoolTask&) { return {}; }
KernelChoice ChooseBackwardFromIndices(const PoolTask&) { return {}; }
#else
template <GradientOf kOf, int kSize, int kStride>
KernelChoice PlaneBackward(const PoolTask& task, const char* name) {
  using One = PlaneGradients<kOf, kSize, kStride, 1>;
  if constexpr (kStride == 2) {
    if (One::fits_twice(task)) {
      return {name, &PlaneGradientPairs<kOf, kSize, kStride>, (task.planes + 1) / 2, One::scratch(task)};
    }
  }
  return {name, &PlaneGradientRows<kOf, kSize, kStride>, task.out_rows(), One::scratch(task)};
}

// Kernels with the window unrolled.
template <GradientOf kOf>
KernelChoice ChooseWindowBackward(const PoolTask& task) {
  const PoolParams& p = task.params;
  const int64_t units = task.out_rows();
  if (IsTwoByTwo(task) && task.pixel > 1) return {"backward 2x2/2", &TilePixels<kOf>, units, 0};
  if (p.adaptive_output || p.dilation != Size2{1, 1} || !HasSmallPlanes(task)) return {};
  const auto is = [&](int64_t kernel, int64_t stride) {
    return p.kernel == Size2{kernel, kernel} && p.stride == Size2{stride, stride};
  };
  if (task.pixel == 1) {
    if (is(2, 2)) return PlaneBackward<kOf, 2, 2>(task, "backward 2x2/2");
    if (is(2, 1)) return PlaneBackward<kOf, 2, 1>(task, "backward 2x2");
    if (is(3, 2)) return PlaneBackward<kOf, 3, 2>(task, "backward 3x3/2");
    if (is(3, 1)) return PlaneBackward<kOf, 3, 1>(task, "backward 3x3");
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
  const KernelChoice window = max ? ChooseWindowBackward<GradientOf::kMaximum>(task)
                                  : ChooseWindowBackward<GradientOf::kAverage>(task);
  if (window.run != nullptr) return window;
  if (!HasSmallPlanes(task) || !IsSeparable(task)) return {};
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
  // Rows of a vector or two cost more than adding window by window.
  if (task.pixel == 1 && task.input.w <= 2 * kN) return {};
  return ChooseWindowBackward<GradientOf::kPositions>(task);
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
