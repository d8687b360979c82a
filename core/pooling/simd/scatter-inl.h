// The backward pass of a maximum from kept positions, window by window: whatever the windows are, and fastest
// where they are large or rows of them short.
#if defined(POOLGLASS_SIMD_SCATTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_SCATTER_INL_H_
#undef POOLGLASS_SIMD_SCATTER_INL_H_
#else
#define POOLGLASS_SIMD_SCATTER_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kPlanes planes in NCHW at once, in turn: neighbouring windows often have the same winner, and each addition
// to it waits for the one before.
template <int kPlanes, class Index>
HWY_INLINE void ScatterTogether(const Index* HWY_RESTRICT positions, const float* HWY_RESTRICT dy, int64_t n,
                                float* HWY_RESTRICT dx, int64_t cells) {
  std::fill_n(dx, kPlanes * cells, 0.0f);
  for (int64_t i = 0; i < n; ++i) {
    Unroll<kPlanes>([&](auto plane) POOLGLASS_INLINE_LAMBDA {
      dx[plane * cells + positions[plane * n + i]] += dy[plane * n + i];
    });
  }
}

// Planes of n windows and `cells` cells.
template <class Index>
void ScatterPlanesOf(const Index* positions, const float* dy, int64_t planes, int64_t n, float* dx,
                     int64_t cells) {
  int64_t plane = 0;
  const auto several = [&](auto together) HWY_ATTR {
    for (; plane + together <= planes; plane += together)
      ScatterTogether<together>(positions + plane * n, dy + plane * n, n, dx + plane * cells, cells);
  };
  // Together as long as the first cache holds them.
  if (cells <= 2048) several(std::integral_constant<int, 4>());
  if (cells <= 4096) several(std::integral_constant<int, 2>());
  several(std::integral_constant<int, 1>());
}

// Unit: a plane. Every window has a winner.
inline void ScatterPositions(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t n = task.out_plane(), cells = task.in_plane();
  const auto scatter = [&](const auto* positions) HWY_ATTR {
    ScatterPlanesOf(positions + begin * n, task.dy + begin * n, end - begin, n, task.y + begin * cells,
                    cells);
  };
  if (task.short_positions != nullptr) {
    scatter(task.short_positions);
  } else {
    scatter(task.positions);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
