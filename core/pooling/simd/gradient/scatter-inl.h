// The backward pass of a maximum from kept positions, window by window: whatever the windows are, and fastest
// where they are large or rows of them short.
#if defined(POOLGLASS_SIMD_GRADIENT_SCATTER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_SCATTER_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_SCATTER_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_SCATTER_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kPlanes planes in NCHW at once, in turn: neighbouring windows often have the same argmax, and each addition
// to it waits for the one before.
template <int kPlanes, class Index>
HWY_INLINE void ScatterTogether(const Index* HWY_RESTRICT positions, const float* HWY_RESTRICT dy, int64_t n,
                                float* HWY_RESTRICT dx, int64_t cells) {
  std::fill_n(dx, kPlanes * cells, 0.0f);
  for (int64_t i = 0; i < n; ++i) {
    Unroll<kPlanes>([&](auto plane) POOLGLASS_INLINE_LAMBDA {
      const Index at = positions[plane * n + i];
      if (HWY_LIKELY(at >= 0)) dx[plane * cells + at] += dy[plane * n + i];
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

// Rows begin ... end - 1 of dx in one plane, or several planes from `plane` on, whole.
struct PartOfPlanes {
  int64_t plane, planes, begin, end;
};

// f(part) for units begin ... end - 1, which are rows of dx, up to `together` whole planes at a time.
template <class F>
HWY_INLINE void ForParts(const PoolTask& task, int64_t together, int64_t begin, int64_t end, const F& f) {
  const int64_t h = task.input.h;
  for (int64_t unit = begin; unit < end;) {
    const int64_t row = unit % h;
    PartOfPlanes part{unit / h, 1, row, HWY_MIN(row + end - unit, h)};
    if (row == 0 && end - unit >= h) part.planes = HWY_MIN((end - unit) / h, together);
    f(part);
    unit += (part.end - part.begin) * part.planes;
  }
}

HWY_INLINE void ClearRows(const PoolTask& task, const PartOfPlanes& part) {
  std::fill_n(task.y + (part.plane * task.input.h + part.begin) * task.in_row(),
              (part.end - part.begin) * task.in_row(), 0.0f);
}

// Adds the gradients of window rows r ... r + rows - 1 to part of a plane. positions: theirs.
template <class Index>
HWY_INLINE void ScatterRows(const PoolTask& task, const PartOfPlanes& part, const Index* positions, int64_t r,
                            int64_t rows) {
  const int64_t w = task.input.w, pixel = task.pixel, n = rows * task.out_row();
  const float* dy = task.dy + part.plane * task.out_plane() + r * task.out_row();
  float* dx = task.y + part.plane * task.in_plane();
  const auto first = static_cast<uint64_t>(part.begin * w);
  const auto cells = static_cast<uint64_t>((part.end - part.begin) * w);
  // Unsigned, so that -1 is outside as well.
  const auto inside = [&](int64_t at) { return static_cast<uint64_t>(at) - first < cells; };
  if (pixel == 1) {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = positions[i];
      if (inside(at)) dx[at] += dy[i];
    }
    return;
  }
  for (int64_t i = 0; i < n; i += pixel, positions += pixel, dy += pixel) {
    for (int64_t c = 0; c < pixel; ++c) {
      const int64_t at = positions[c];
      if (inside(at)) dx[at * pixel + c] += dy[c];
    }
  }
}

// f(first window row, the row behind) for stretches of at most `most` window rows, of those that may read
// rows of a part.
template <class F>
HWY_INLINE void ForReadingRows(const PoolTask& task, const PartOfPlanes& part, int64_t most, const F& f) {
  const auto row = [&](int64_t r) -> const AxisWindow& { return task.rows[static_cast<size_t>(r)]; };
  const int64_t oh = task.output.h;
  int64_t r = 0;
  while (r < oh && row(r).last() < part.begin) ++r;
  for (int64_t behind = r; r < oh && row(r).start < part.end; r = behind) {
    while (behind < oh && behind < r + most && row(behind).start < part.end) ++behind;
    f(r, behind);
  }
}

// Unit: a row of dx.
inline void ScatterPositions(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t n = task.out_plane(), cells = task.in_plane();
  const auto scatter = [&](const auto* positions) HWY_ATTR {
    ForParts(task, task.pixel == 1 ? task.planes : 1, begin, end, [&](const PartOfPlanes& part) HWY_ATTR {
      const auto* from = positions + part.plane * n;
      if (task.pixel == 1 && part.end - part.begin == task.input.h) {
        ScatterPlanesOf(from, task.dy + part.plane * n, part.planes, n, task.y + part.plane * cells, cells);
        return;
      }
      ClearRows(task, part);
      ForReadingRows(task, part, task.output.h, [&](int64_t r, int64_t behind) HWY_ATTR {
        ScatterRows(task, part, from + r * task.out_row(), r, behind - r);
      });
    });
  };
  if (task.short_positions != nullptr) {
    scatter(task.short_positions);
  } else {
    scatter(task.positions);
  }
}

struct GradientFromIndices : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsGradientOf<GradientOf::kPositions>(task); }
  static KernelWork work(const PoolTask& task) { return {&ScatterPositions, task.planes * task.input.h, 0}; }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
