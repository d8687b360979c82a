// Backward passes of maxima over any window but adaptive ones, in both layouts: the positions of a stretch of
// windows are found as in the forward pass (any_winners-inl.h), then gradients are added to them window by
// window. Larger windows take no more steps.
#if defined(POOLGLASS_SIMD_WINNER_GRADIENTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_WINNER_GRADIENTS_INL_H_
#undef POOLGLASS_SIMD_WINNER_GRADIENTS_INL_H_
#else
#define POOLGLASS_SIMD_WINNER_GRADIENTS_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/any_winners-inl.h"
#include "core/pooling/simd/scatter-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

class WinnerGradients {
 public:
  WinnerGradients(const PoolTask& task, float* scratch)
      : task_(task),
        stretch_(stretch(task)),
        positions_(reinterpret_cast<int32_t*>(scratch)),
        winners_scratch_(scratch + stretch_ * task.out_row()) {}

  static int64_t scratch(const PoolTask& task) {
    return stretch(task) * task.out_row() + WinnerBlocks(task).scratch();
  }

  // Unit: a row of dx.
  void run(int64_t begin, int64_t end) {
    const int64_t h = task_.input.h, together = HWY_MAX(stretch_ / task_.output.h, 1);
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / h, first = unit % h;
      const int64_t planes = first == 0 ? HWY_MIN((end - unit) / h, together) : 0;
      if (planes > 0) {
        whole_planes(plane, planes);
        unit += planes * h;
      } else {
        const int64_t rows = HWY_MIN(h - first, end - unit);
        part_of_plane(plane, first, first + rows);
        unit += rows;
      }
    }
  }

 private:
  // Window rows whose positions are kept: enough that those beginning in two stretches' rows hardly count.
  static int64_t stretch(const PoolTask& task) {
    const int64_t least = 4 * WinnerBlocks(task).windows, rows = kPositions / task.out_row();
    if (rows < task.output.h) return HWY_MIN(HWY_MAX(least, rows), task.output.h);
    return HWY_MIN(rows / task.output.h, task.planes) * task.output.h;
  }

  static constexpr int64_t kPositions = 32 * 1024;

  // Of window rows begin ... end - 1, of all planes in one list.
  void find_positions(int64_t begin, int64_t end) const {
    AnyWinners<int32_t>(task_, nullptr, positions_, begin * task_.out_row(), winners_scratch_)
        .run(begin, end);
  }

  void whole_planes(int64_t plane, int64_t planes) const {
    const int64_t oh = task_.output.h;
    float* dx = task_.y + plane * task_.in_plane();
    const float* dy = task_.dy + plane * task_.out_plane();
    if (stretch_ < oh) {
      part_of_plane(plane, 0, task_.input.h);
    } else if (task_.pixel == 1) {
      find_positions(plane * oh, (plane + planes) * oh);
      ScatterPlanesOf(positions_, dy, planes, task_.out_plane(), dx, task_.in_plane());
    } else {
      find_positions(plane * oh, (plane + planes) * oh);
      std::fill_n(dx, planes * task_.in_plane(), 0.0f);
      for (int64_t i = 0; i < planes; ++i) {
        add(positions_ + i * task_.out_plane(), dy + i * task_.out_plane(), oh, dx + i * task_.in_plane(), 0,
            task_.input.h);
      }
    }
  }

  // Rows begin ... end - 1 of dx.
  void part_of_plane(int64_t plane, int64_t begin, int64_t end) const {
    float* dx = task_.y + plane * task_.in_plane();
    std::fill_n(dx + begin * task_.in_row(), (end - begin) * task_.in_row(), 0.0f);
    int64_t r = 0;
    const int64_t oh = task_.output.h;
    while (r < oh && row(r).last() < begin) ++r;
    for (int64_t behind = r; r < oh && row(r).start < end; r = behind) {
      while (behind < oh && behind < r + stretch_ && row(behind).start < end) ++behind;
      find_positions(plane * oh + r, plane * oh + behind);
      add(positions_, task_.dy + plane * task_.out_plane() + r * task_.out_row(), behind - r, dx, begin, end);
    }
  }

  // Gradients of `rows` rows of windows to rows begin ... end - 1 of dx.
  void add(const int32_t* positions, const float* dy, int64_t rows, float* dx, int64_t begin,
           int64_t end) const {
    const int64_t w = task_.input.w, pixel = task_.pixel, n = rows * task_.out_row();
    const bool everywhere = begin == 0 && end == task_.input.h;
    const auto first = static_cast<uint32_t>(begin * w), cells = static_cast<uint32_t>((end - begin) * w);
    const auto inside = [&](int32_t at) { return static_cast<uint32_t>(at) - first < cells; };
    if (pixel == 1 && everywhere) {
      for (int64_t i = 0; i < n; ++i) dx[positions[i]] += dy[i];
    } else if (pixel == 1) {
      for (int64_t i = 0; i < n; ++i) {
        if (inside(positions[i])) dx[positions[i]] += dy[i];
      }
    } else {
      for (int64_t i = 0; i < n; i += pixel, positions += pixel, dy += pixel) {
        for (int64_t c = 0; c < pixel; ++c) {
          if (everywhere || inside(positions[c])) dx[positions[c] * pixel + c] += dy[c];
        }
      }
    }
  }

  const AxisWindow& row(int64_t r) const { return task_.rows[static_cast<size_t>(r)]; }

  const PoolTask& task_;
  const int64_t stretch_;
  int32_t* const positions_;
  float* const winners_scratch_;
};

inline void WinnerGradientRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  WinnerGradients(task, scratch).run(begin, end);
}

// The same windows as ChooseAnyIndices() takes.
inline KernelChoice ChooseWinnerGradients(const PoolTask& task) {
  if (!HasWinnerBlocks(task)) return {};
  return {"backward max", &WinnerGradientRows, task.planes * task.input.h, WinnerGradients::scratch(task)};
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
