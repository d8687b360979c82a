// Backward passes of averages whose gradients add up as a tree (reference.h), in both layouts: the windows'
// shares go to a buffer, of which a cell is a window like those of a forward pass, and are summed by the
// forward pass's kernel. Larger windows take hardly more steps.
#if defined(POOLGLASS_SIMD_GRADIENT_SHARE_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_SHARE_SUMS_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_SHARE_SUMS_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_SHARE_SUMS_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

class ShareSumKernel {
 public:
  ShareSumKernel(const PoolTask& task, float* scratch)
      : task_(task), sums_(*task.share_sums), call_(sums_.task), scratch_(scratch) {
    call_.x = shares_ = scratch + kernel_scratch(task);
  }

  static int64_t scratch(const PoolTask& task) {
    return kernel_scratch(task) + task.share_sums->task.input.elements();
  }

  // Unit: a row of dx.
  void run(int64_t begin, int64_t end) {
    const int64_t h = task_.input.h, together = call_.planes;
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / h, first = unit % h;
      int64_t rows;
      if (!sums_.whole_planes) {
        rows = HWY_MIN(HWY_MIN(h - first, end - unit), call_.output.h);
        part_of_plane(plane, first, rows);
      } else if (first == 0 && end - unit >= h) {
        const int64_t planes = HWY_MIN((end - unit) / h, together);
        rows = planes * h;
        for (int64_t i = 0; i < planes; ++i)
          find_shares(plane + i, 0, task_.output.h, shares_ + i * task_.out_plane());
        sum_up(plane * task_.in_plane(), 0, rows);
      } else {
        rows = HWY_MIN(h - first, end - unit);
        const int64_t top = first - call_.geometry.rows.pad_begin;
        const int64_t low = HWY_MAX(top, 0), high = HWY_MIN(top + rows - 1 + reach(), task_.output.h);
        find_shares(plane, low, high, shares_ + low * task_.out_row());
        sum_up(plane * task_.in_plane(), first, first + rows);
      }
      unit += rows;
    }
  }

 private:
  // In whole cache lines.
  static int64_t kernel_scratch(const PoolTask& task) {
    return (task.share_sums->kernel.scratch + 15) / 16 * 16;
  }

  // Windows, one below the other, that the first and the last are of which a cell is the sum.
  int64_t reach() const {
    const Axis& rows = task_.geometry.rows;
    return (rows.kernel - 1) * rows.dilation + 1;
  }

  // Rows first ... first + rows - 1 of dx. The buffer begins with the first row of windows that they need, as
  // if there were such windows all around the plane.
  void part_of_plane(int64_t plane, int64_t first, int64_t rows) {
    const int64_t top = first + task_.geometry.rows.pad_begin - (reach() - 1), n = task_.out_row();
    const int64_t behind = top + rows - 1 + reach();
    const int64_t low = HWY_MIN(HWY_MAX(top, 0), behind),
                  high = HWY_MAX(HWY_MIN(behind, task_.output.h), low);
    std::fill_n(shares_, (low - top) * n, kNothing);
    find_shares(plane, low, high, shares_ + (low - top) * n);
    std::fill_n(shares_ + (high - top) * n, (behind - high) * n, kNothing);
    sum_up((plane * task_.input.h + first) * task_.in_row(), 0, rows);
  }

  // What rows begin ... end - 1 of a plane's windows give to each of their taps.
  void find_shares(int64_t plane, int64_t begin, int64_t end, float* to) const {
    const int64_t n = task_.out_row();
    const float* dy = task_.dy + plane * task_.out_plane() + begin * n;
    for (int64_t r = begin; r < end; ++r, dy += n, to += n) SharesOfRow(task_, r, dy, to);
  }

  // Units begin ... end - 1 of the forward kernel, to float `at` of dx on.
  void sum_up(int64_t at, int64_t begin, int64_t end) {
    call_.y = task_.y + at;
    sums_.kernel.run(call_, begin, end, scratch_);
  }

  static constexpr float kNothing = -0.0f;  // added, it changes nothing

  const PoolTask& task_;
  const ShareSums& sums_;
  PoolTask call_;
  float* const scratch_;
  float* shares_;
};

inline void ShareSumRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  ShareSumKernel(task, scratch).run(begin, end);
}

struct AverageGradientByForwardPass : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return task.share_sums != nullptr; }
  static KernelWork work(const PoolTask& task) {
    return {&ShareSumRows, task.planes * task.input.h, ShareSumKernel::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
