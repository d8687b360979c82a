// Backward passes of averages at strides above 1, in both layouts. Between two beginnings of windows all
// cells are read by the same windows, or by all of these but the first: the sums of their shares are found
// once, on grids of as many cells as there are windows, and the cells of dx are copies. Sums in order are
// taken share by share; those that add up as a tree (reference.h) are a forward pass over the shares, which
// takes hardly more steps for larger windows.
#if defined(POOLGLASS_SIMD_GRADIENT_SHARE_GRIDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_SHARE_GRIDS_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_SHARE_GRIDS_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_SHARE_GRIDS_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

class ShareGridKernel {
 public:
  static int64_t units(const PoolTask& task) { return task.planes * task.share_grids->rows.cells; }

  static int64_t scratch(const PoolTask& task) {
    return kernel_scratch(task) + share_floats(task) + 4 * kind_floats(task) + index_floats(task);
  }

  ShareGridKernel(const PoolTask& task, float* scratch)
      : task_(task),
        grids_(*task.share_grids),
        band_(band(task)),
        row_(grids_.columns.cells * task.pixel),
        kind_(kind_floats(task)),
        left_(left(task)),
        pitch_(pitch(task)),
        scratch_(scratch),
        shares_(scratch + kernel_scratch(task)),
        sums_(shares_ + share_floats(task)),
        index_(reinterpret_cast<int32_t*>(sums_ + 4 * kind_)) {
    std::fill_n(sums_, 4 * kind_, 0.0f);  // cells that no window reads
    std::fill_n(index_, index_floats(task), 0);
    if (!grids_.tree) std::fill_n(shares_, share_floats(task), kNothing);
    fill_index();
  }

  // Unit: a row of grid cells of a plane.
  void run(int64_t begin, int64_t end) {
    const int64_t cells = grids_.rows.cells;
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / cells, first = unit % cells, last = HWY_MIN(cells, first + end - unit);
      find_shares(plane, first, last);
      for (int64_t row = first; row < last; row += band_) {
        const int64_t rows = HWY_MIN(band_, last - row);
        sum_up(row, rows);
        for (int64_t i = 0; i < rows; ++i) copy(plane, row + i, sums_ + i * row_);
      }
      unit += last - first;
    }
  }

 private:
  static constexpr float kNothing = -0.0f;  // added, it changes nothing

  // Floats before a row of shares, and from row to row: in order, there are windows that give nothing around
  // the real ones.
  static int64_t left(const PoolTask& task) {
    const ShareGrids& grids = *task.share_grids;
    return grids.tree ? 0 : whole_lines((grids.columns.taps[0] - 1) * task.pixel);
  }
  static int64_t pitch(const PoolTask& task) {
    const ShareGrids& grids = *task.share_grids;
    if (grids.tree) return task.out_row();
    const int64_t cells = HWY_MAX(grids.columns.cells + grids.columns.shift, task.output.w);
    return left(task) + whole_lines(cells * task.pixel + kSideBySide * kN);
  }
  static int64_t share_floats(const PoolTask& task) { return whole_lines(task.output.h * pitch(task)); }

  static constexpr int kSideBySide = 4;  // vectors

  static int64_t whole_lines(int64_t floats) { return (floats + 15) / 16 * 16; }

  static int64_t kernel_scratch(const PoolTask& task) {
    int64_t most = 0;
    for (const auto& row : task.share_grids->grid)
      for (const ShareGrids::Grid& grid : row) most = HWY_MAX(most, grid.kernel.scratch);
    return whole_lines(most);
  }

  // Grid rows at a time: so many that those which two bands need count little.
  static int64_t band(const PoolTask& task) {
    const ShareGrids::OfAxis& rows = task.share_grids->rows;
    return HWY_MIN(task.share_grids->tree ? HWY_MAX(4 * rows.taps[0], 64) : 4, rows.cells);
  }
  static int64_t kind_floats(const PoolTask& task) {
    return whole_lines(band(task) * task.share_grids->columns.cells * task.pixel + kSideBySide * kN);
  }
  static int64_t index_floats(const PoolTask& task) { return whole_lines(task.input.w + kN); }

  // Where columns of dx come from, from a row of the first of two kinds of columns on.
  void fill_index() const {
    const ShareGrids::OfAxis& columns = grids_.columns;
    int64_t phase = columns.pad_begin % columns.stride,
            cell = columns.pad_begin / columns.stride * task_.pixel;
    for (int64_t x = 0; x < task_.input.w; ++x) {
      index_[x] = static_cast<int32_t>(cell + (phase < columns.high_phases ? 0 : kind_));
      if (++phase < columns.stride) continue;
      phase = 0;
      cell += task_.pixel;
    }
  }

  // Shares of the windows that rows first ... last - 1 of the grids need, in their places of the plane.
  void find_shares(int64_t plane, int64_t first, int64_t last) const {
    const int64_t n = task_.out_row(), low = HWY_MAX(first_reader(first), 0);
    const int64_t high = HWY_MIN(last + grids_.rows.shift, task_.output.h);
    const float* dy = task_.dy + plane * task_.out_plane() + low * n;
    for (int64_t r = low; r < high; ++r, dy += n) SharesOfRow(task_, r, dy, shares_ + r * pitch_ + left_);
  }

  // The first row of windows that may read what a row of the grids stands for.
  int64_t first_reader(int64_t row) const {
    const Axis& rows = task_.geometry.rows;
    return row + grids_.rows.shift - (grids_.rows.taps[0] - 1) * rows.dilation;
  }

  void sum_up(int64_t row, int64_t rows) const {
    for (int r = 0; r < grids_.rows.kinds(); ++r) {
      for (int c = 0; c < grids_.columns.kinds(); ++c) {
        const ShareGrids::Grid& grid = grids_.grid[r][c];
        if (grids_.rows.taps[r] == 0 || grids_.columns.taps[c] == 0) continue;
        float* const to = sums_ + (2 * r + c) * kind_;
        if (!grids_.tree) {
          for (int64_t i = 0; i < rows; ++i)
            in_order(row + i, grids_.rows.taps[r], grids_.columns.taps[c], to + i * row_);
          continue;
        }
        PoolTask call = grid.task;
        call.x = shares_;
        call.y = to - row * row_;
        grid.kernel.run(call, row, row + rows, scratch_);
      }
    }
  }

  // A row of a grid, in whole vectors.
  void in_order(int64_t row, int64_t tall, int64_t wide, float* to) const {
    const int64_t last = row + grids_.rows.shift, first = HWY_MAX(last - tall + 1, 0);
    const int64_t behind = HWY_MIN(last + 1, task_.output.h), pixel = task_.pixel;
    const float* const from = shares_ + left_ + (grids_.columns.shift - wide + 1) * pixel;
    for (int64_t i = 0; i < row_; i += kSideBySide * kN) {
      V sums[kSideBySide];
      Unroll<kSideBySide>([&](auto v) POOLGLASS_INLINE_LAMBDA { sums[v] = Set(0); });
      for (int64_t r = first; r < behind; ++r) {
        const float* shares = from + r * pitch_ + i;
        for (int64_t c = 0; c < wide; ++c, shares += pixel) {
          Unroll<kSideBySide>(
              [&](auto v) POOLGLASS_INLINE_LAMBDA { sums[v] = hn::Add(sums[v], Load(shares + v * kN)); });
        }
      }
      Unroll<kSideBySide>([&](auto v) POOLGLASS_INLINE_LAMBDA { Store(sums[v], to + i + v * kN); });
    }
  }

  // The rows of dx that a row of the grids stands for. sums: its first kind.
  void copy(int64_t plane, int64_t row, const float* sums) const {
    const ShareGrids::OfAxis& rows = grids_.rows;
    const int64_t n = task_.in_row();
    float* const dx = task_.y + plane * task_.in_plane();
    const float* same[2] = {};  // rows of dx that are there already
    for (int64_t phase = 0; phase < rows.stride; ++phase) {
      const int64_t y = row * rows.stride + phase - rows.pad_begin;
      if (y < 0 || y >= task_.input.h) continue;
      const int kind = phase < rows.high_phases ? 0 : 1;
      float* const to = dx + y * n;
      if (same[kind] != nullptr) {
        std::copy_n(same[kind], n, to);
      } else {
        spread(sums + 2 * kind * kind_, to);
      }
      same[kind] = to;
    }
  }

  void spread(const float* sums, float* to) const {
    const int64_t w = task_.input.w, pixel = task_.pixel;
    if (pixel > 1) {
      for (int64_t x = 0; x < w; ++x) std::copy_n(sums + index_[x], pixel, to + x * pixel);
      return;
    }
    for (int64_t x = 0; x < w; x += kN)
      StoreUpTo(hn::GatherIndex(D(), sums, hn::LoadU(DI(), index_ + x)), to + x, w - x);
  }

  const PoolTask& task_;
  const ShareGrids& grids_;
  const int64_t band_, row_, kind_;  // rows of grids at a time; floats of one; floats of a kind
  const int64_t left_, pitch_;       // of rows of shares
  float *const scratch_, *const shares_;
  float* const sums_;  // bands of the grids, by kind
  int32_t* const index_;
};

inline void ShareGridRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  ShareGridKernel(task, scratch).run(begin, end);
}

struct AverageGradientByGrids {
  static bool can(const PoolTask& task) {
    return task.share_grids != nullptr && ShareGridKernel::scratch(task) < int64_t{1} << 30;
  }
  // Small planes and windows are too little to set grids up for.
  static bool expected_to_win(const PoolTask& task) {
    return task.input.h * task.input.w >= 256 && task.params.kernel.w >= (task.pixel > 1 ? 3 : 6);
  }
  static KernelWork work(const PoolTask& task) {
    return {&ShareGridRows, ShareGridKernel::units(task), ShareGridKernel::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
