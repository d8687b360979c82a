// Backward passes. Each cell of dx belongs to one thread.
//
// Any window: dx is cleared and gradients are added window by window, as defined: to the argmax's position
// for max, tap by tap for average.
#if defined(POOLGLASS_SIMD_GRADIENT_ANY_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_ANY_WINDOW_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_ANY_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_ANY_WINDOW_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/argmax/blocks-inl.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Unit: a plane. Scratch: a row of values and one of positions.
inline void ScatterPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  const ArgmaxRows argmaxes(task);
  const int64_t n = task.out_row(), pixel = task.pixel;
  int32_t* positions = reinterpret_cast<int32_t*>(scratch + n + kVectorSlack);
  for (int64_t plane = begin; plane < end; ++plane) {
    float* dx = task.y + plane * task.in_plane();
    std::fill_n(dx, task.in_plane(), 0.0f);
    for (int64_t r = 0; r < task.output.h; ++r) {
      argmaxes.row(r, task.x + plane * task.in_plane(), scratch, positions);
      const float* dy = task.dy + plane * task.out_plane() + r * n;
      if (task.rows[static_cast<size_t>(r)].count == 0) continue;
      if (pixel == 1) {
        for (int64_t i = 0; i < n; ++i) {
          if (positions[i] >= 0) dx[positions[i]] += dy[i];
        }
        continue;
      }
      for (int64_t c = 0; c < task.output.w; ++c) {
        if (task.columns[static_cast<size_t>(c)].count == 0) continue;
        for (int64_t i = 0; i < pixel; ++i) dx[positions[c * pixel + i] * pixel + i] += dy[c * pixel + i];
      }
    }
  }
}

// NHWC: the argmaxes of a vector of channels, then every tap of the window receives dy in the lanes it won.
// Bands of dx are independent, so that one image occupies several threads: windows across two bands are
// looked at for each. (Strips of channels instead read and write memory in pieces, and took 1.8 times as
// long.)
class ScatterBands {
 public:
  explicit ScatterBands(const PoolTask& task) : task_(task) {}

  static int64_t bands(const PoolTask& task) { return (task.input.h + kRows - 1) / kRows; }

  // Unit: a band of an image.
  void run(int64_t begin, int64_t end) {
    const int64_t bands = ScatterBands::bands(task_), n = task_.in_row();
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t image = unit / bands;
      band_begin_ = unit % bands * kRows;
      band_end_ = HWY_MIN(band_begin_ + kRows, task_.input.h);
      const float* x = task_.x + image * task_.in_plane();
      float* dx = task_.y + image * task_.in_plane();
      std::fill_n(dx + band_begin_ * n, (band_end_ - band_begin_) * n, 0.0f);
      const float* dy = task_.dy + image * task_.out_plane();
      for (const AxisWindow& rows : task_.rows) {
        const int64_t last = rows.first + (rows.count - 1) * rows.step;
        if (rows.count > 0 && rows.first < band_end_ && last >= band_begin_) row(rows, x, dy, dx);
        dy += task_.out_row();
      }
    }
  }

 private:
  static constexpr int64_t kRows = 32;

  void row(const AxisWindow& rows, const float* x, const float* dy, float* dx) const {
    const int64_t pixel = task_.pixel;
    const auto store = [](V v, float* p) { Store(v, p); };
    for (const AxisWindow& columns : task_.columns) {
      const int64_t at = (rows.first * task_.input.w + columns.first) * pixel;
      if (columns.count > 0) {
        int64_t i = 0;
        for (; i + kN <= pixel; i += kN) {
          window(
              rows, columns, x + at + i, dy + i, dx + at + i, [](const float* p) { return Load(p); }, store);
        }
        const int64_t left = pixel - i;
        if (left > 0) {
          window(
              rows, columns, x + at + i, dy + i, dx + at + i,
              [left](const float* p) { return LoadFirst(p, left, Set(0)); },
              [left](V v, float* p) { StoreFirst(v, p, left); });
        }
      }
      dy += pixel;
    }
  }

  // x, dx: at the window's first tap.
  template <class L, class S>
  HWY_INLINE void window(const AxisWindow& rows, const AxisWindow& columns, const float* x, const float* dy,
                         float* dx, const L& load, const S& store) const {
    const DI di;
    const int64_t down = rows.step * task_.input.w * task_.pixel, along = columns.step * task_.pixel;
    const int64_t tall = rows.count, wide = columns.count;
    const VI one = hn::Set(di, 1);
    Argmax argmaxes{load(x), hn::Zero(di)};
    VI tap = hn::Zero(di);
    for (int64_t i = 0; i < tall; ++i) {
      for (int64_t j = 0; j < wide; ++j, tap = hn::Add(tap, one)) {
        if (i + j > 0) argmaxes.challenge(load(x + i * down + j * along), tap);
      }
    }
    const V gradient = load(dy);
    tap = hn::Zero(di);
    for (int64_t i = 0; i < tall; ++i) {
      const int64_t r = rows.first + i * rows.step;
      if (r < band_begin_ || r >= band_end_) {
        tap = hn::Add(tap, hn::Set(di, static_cast<int32_t>(wide)));
        continue;
      }
      for (int64_t j = 0; j < wide; ++j, tap = hn::Add(tap, one)) {
        float* to = dx + i * down + j * along;
        const M won = hn::RebindMask(D(), hn::Eq(argmaxes.index, tap));
        const V before = load(to);
        store(hn::IfThenElse(won, hn::Add(before, gradient), before), to);
      }
    }
  }

  const PoolTask& task_;
  int64_t band_begin_ = 0, band_end_ = 0;  // input rows
};

inline void ScatterPixels(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  ScatterBands(task).run(begin, end);
}

// Unit: a plane. Scratch: a row of shares, spread out by the stride in NCHW, with room around it.
class SharePlanes {
 public:
  SharePlanes(const PoolTask& task, float* scratch)
      : task_(task), columns_(task.geometry.columns), shares_(scratch) {}

  static int64_t scratch(const PoolTask& task) {
    const Axis& columns = task.geometry.columns;
    return task.out_row() + 4 * kVectorSlack +
           (task.pixel == 1 && !columns.adaptive ? spread(task) + task.input.w : 0);
  }

  void run(int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; ++plane) {
      float* dx = task_.y + plane * task_.in_plane();
      std::fill_n(dx, task_.in_plane(), 0.0f);
      for (int64_t r = 0; r < task_.output.h; ++r) {
        const AxisWindow& rows = task_.rows[static_cast<size_t>(r)];
        if (rows.count == 0) continue;
        find_shares(r, task_.dy + plane * task_.out_plane() + r * task_.out_row());
        for (int64_t i = 0; i < rows.count; ++i) {
          float* row = dx + (rows.first + i * rows.step) * task_.in_row();
          if (task_.pixel == 1 && !columns_.adaptive) {
            add_spread(row);
          } else {
            add_pixels(row);
          }
        }
      }
    }
  }

 private:
  // Floats from the first window's start to the end of the last one.
  static int64_t spread(const PoolTask& task) {
    const Axis& columns = task.geometry.columns;
    return (columns.output - 1) * columns.stride + 2 * (columns.kernel - 1) * columns.dilation + 1;
  }

  void find_shares(int64_t r, const float* dy) {
    SharesOfRow(task_, r, dy, shares_);
    if (task_.pixel > 1 || columns_.adaptive) return;
    // Window c's share stands at c * stride behind `lead` zeros; a cell adds up the shares of the windows
    // that may read it, and zeros change nothing.
    float* to = spread_row();
    const int64_t lead = (columns_.kernel - 1) * columns_.dilation;
    std::fill_n(to, spread(task_) + task_.input.w, 0.0f);
    for (int64_t c = 0; c < columns_.output; ++c) to[lead + c * columns_.stride] = shares_[c];
  }

  float* spread_row() { return shares_ + task_.out_row() + kVectorSlack; }

  void add_spread(float* row) {
    // Cell x is tap j of the window at x + pad - j * dilation; windows ascend as j descends.
    const float* last_tap = spread_row() + columns_.pad_begin;
    const int64_t n = task_.input.w;
    for (int64_t x = 0; x < n; x += kN) {
      V v = n - x >= kN ? Load(row + x) : LoadFirst(row + x, n - x, Set(0));
      for (int64_t j = 0; j < columns_.kernel; ++j)
        v = hn::Add(v, Load(last_tap + x + j * columns_.dilation));
      StoreUpTo(v, row + x, n - x);
    }
  }

  void add_pixels(float* row) {
    const int64_t pixel = task_.pixel;
    for (int64_t c = 0; c < task_.output.w; ++c) {
      const AxisWindow& window = task_.columns[static_cast<size_t>(c)];
      for (int64_t j = 0; j < window.count; ++j) {
        float* to = row + (window.first + j * window.step) * pixel;
        const float* share = shares_ + c * pixel;
        int64_t i = 0;
        for (; i + kN <= pixel; i += kN) Store(hn::Add(Load(to + i), Load(share + i)), to + i);
        for (; i < pixel; ++i) to[i] += share[i];
      }
    }
  }

  const PoolTask& task_;
  const Axis& columns_;
  float* const shares_;
};

inline void AddShares(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  SharePlanes(task, scratch).run(begin, end);
}

struct NhwcMaxGradient {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) && IsSeparable(task);
  }
  static bool expected_to_win(const PoolTask& task) {
    if (task.geometry.rows.adaptive)  // bins of a few cells (tests/bench: draw_cases.py --irregular)
      return task.pixel >= kN && 6 * task.in_plane() < kN * task.out_plane();
    const int64_t taps = task.geometry.rows.kernel * task.geometry.columns.kernel;
    if (HasArgmaxBlocks(task)) return taps <= 6 && task.pixel >= HWY_MAX(2, kN / 2);
    return taps <= 9 && task.pixel >= kN;
  }
  static KernelWork work(const PoolTask& task) {
    return {&ScatterPixels, task.planes * ScatterBands::bands(task), 0};
  }
};

// Where max-gradient-by-argmax (argmax/argmax.cpp) can be used it takes fewer steps; but it goes over more
// memory, and is slower where pixels at the same place of a page compete for the same lines of the
// first-level cache. Of planes too wide for that (63x600000 k63 s31) nchw-wide-window-max-gradient takes a
// third of the time of this, whose row stands behind it for that.
struct MaxGradient {
  static bool expected_to_win(const PoolTask& task) {
    const bool waits = task.pixel > 1 && (task.input.elements() > (1 << 20) || task.pixel % 512 == 0);
    if (!HasArgmaxBlocks(task)) return true;
    if (task.params.dilation != Size2{1, 1}) return !SharesDilatedCells(task);
    return waits && task.geometry.rows.kernel <= 5;
  }
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) && IsSeparable(task);
  }
  static KernelWork work(const PoolTask& task) {
    return {&ScatterPlanes, task.planes, 2 * (task.out_row() + kVectorSlack)};
  }
};

struct AverageGradient : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kAverage>(task) && HasSmallPlanes(task) && IsSeparable(task);
  }
  static KernelWork work(const PoolTask& task) {
    return {&AddShares, task.planes, SharePlanes::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
