// NCHW windows whose columns follow no simple pattern: adaptive ones, dilated ones, strides without a kernel
// of their own. As many planes as a vector has lanes go together: they are transposed, so that a vector holds
// one cell of all the planes; windows are reduced, a vector of results each, wherever their taps lie; and the
// results are transposed back.
//
// A transposition takes log2(lanes) shuffles a vector, about as many cycles as there are lanes for each
// vector of results if windows do not overlap. Gathering taps takes more for each tap; picking results out
// one by one took 14 to 74 copies of the arrays' bytes (AMD Zen 4).
//
// A maximum reduced columns first is the row-major one unless a NaN or -0 takes part; output rows over such
// input rows are done by the definition.
#if defined(POOLGLASS_SIMD_NCHW_TRANSPOSED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_TRANSPOSED_INL_H_
#undef POOLGLASS_SIMD_NCHW_TRANSPOSED_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_TRANSPOSED_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kN vectors as the rows of a matrix become its columns: one perfect shuffle of all elements for each bit of
// a lane's number.
HWY_INLINE void Transpose(V (&v)[kN]) {
  constexpr int kHalf = static_cast<int>(kN / 2);
  for (int64_t bit = 1; bit < kN; bit *= 2) {
    V next[kN];
    Unroll<kHalf>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      Interleave(v[i()], v[i() + kHalf], next[2 * i()], next[2 * i() + 1]);
    });
    Unroll<2 * kHalf>([&](auto i) POOLGLASS_INLINE_LAMBDA { v[i()] = next[i()]; });
  }
}

template <class Op>
class TransposedPlanes {
 public:
  TransposedPlanes(const PoolTask& task, float* scratch)
      : task_(task),
        band_(band_rows(task)),
        width_(task.input.w),
        cells_(scratch),
        columns_(cells_ + kN * whole_vectors(reach(task, band_) * width_)),
        results_(columns_ + kN * width_) {}

  static int64_t units(const PoolTask& task) { return (task.planes + kN - 1) / kN; }
  static int64_t scratch(const PoolTask& task) {
    const int64_t band = band_rows(task), width = task.input.w;
    return kN * (whole_vectors(reach(task, band) * width) + width + whole_vectors(band * task.output.w));
  }
  static bool fits(const PoolTask& task) { return reach(task, 1) * task.input.w <= kMostCells; }

  // Units are groups of planes.
  void run(int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end; ++unit) {
      first_plane_ = unit * kN;
      planes_ = HWY_MIN(kN, task_.planes - first_plane_);
      for (int64_t r = 0; r < task_.output.h; r += band_) run_band(r, HWY_MIN(r + band_, task_.output.h));
    }
  }

 private:
  // Of a plane, transposed at a time: on the widest vectors half the second-level cache.
  static constexpr int64_t kMostCells = 8192;

  static int64_t whole_vectors(int64_t floats) { return (floats + kN - 1) / kN * kN; }

  // The most input rows that `band` output rows read.
  static int64_t reach(const PoolTask& task, int64_t band) {
    const Axis& rows = task.geometry.rows;
    if (!rows.adaptive)
      return HWY_MIN((band - 1) * rows.stride + (rows.kernel - 1) * rows.dilation + 1, rows.input);
    // Windows i ... i + band - 1 end before ceil((i + band) input / output), and begin at floor(i input /
    // output).
    return HWY_MIN((band * rows.input + rows.output - 1) / rows.output + 1, rows.input);
  }
  static int64_t band_rows(const PoolTask& task) {
    int64_t band = 1;
    while (band < task.output.h && reach(task, band + 1) * task.input.w <= kMostCells / 2) ++band;
    return band;
  }

  const float* input(int64_t plane) const { return task_.x + (first_plane_ + plane) * task_.in_plane(); }
  float* output(int64_t plane) const { return task_.y + (first_plane_ + plane) * task_.out_plane(); }

  void run_band(int64_t first, int64_t last) {
    // The input rows between the first and the last tap; none where all windows lie outside.
    top_ = task_.input.h;
    int64_t bottom = 0;
    for (int64_t r = first; r < last; ++r) {
      const AxisWindow& window = task_.rows[static_cast<size_t>(r)];
      if (window.count == 0) continue;
      top_ = HWY_MIN(top_, window.first);
      bottom = HWY_MAX(bottom, window.first + (window.count - 1) * window.step + 1);
    }
    const bool nan_or_negative_zero = transpose_in(top_ * width_, (bottom - top_) * width_);
    for (int64_t r = first; r < last; ++r) {
      reduce_down(task_.rows[static_cast<size_t>(r)]);
      reduce_along(r, results_ + (r - first) * task_.output.w * kN);
    }
    transpose_out(first * task_.output.w, (last - first) * task_.output.w);
    if (Op::kIsMax && HWY_UNLIKELY(nan_or_negative_zero)) redo_nan_or_negative_zero(first, last);
  }

  // n floats from `from` of every plane; whether a maximum has to mind their order.
  bool transpose_in(int64_t from, int64_t n) {
    const D d;
    const float* planes[kN];  // a last group that is not full has its last plane several times
    for (int64_t p = 0; p < kN; ++p) planes[p] = input(HWY_MIN(p, planes_ - 1)) + from;
    NanOrNegativeZero nan_or_negative_zero;
    for (int64_t i = 0; i < n; i += kN) {
      V v[kN];
      if (HWY_LIKELY(n - i >= kN)) {
        Unroll<kN>([&](auto p) POOLGLASS_INLINE_LAMBDA { v[p()] = Load(planes[p()] + i); });
      } else {
        Unroll<kN>([&](auto p) POOLGLASS_INLINE_LAMBDA {
          v[p()] = LoadFirst(planes[p()] + i, n - i, Op::identity());
        });
      }
      if constexpr (Op::kIsMax) {
        Unroll<kN / 2>(
            [&](auto p) POOLGLASS_INLINE_LAMBDA { nan_or_negative_zero.look(v[2 * p()], v[2 * p() + 1]); });
      }
      Transpose(v);
      Unroll<kN>([&](auto p) POOLGLASS_INLINE_LAMBDA { hn::Store(v[p()], d, cells_ + (i + p()) * kN); });
    }
    return nan_or_negative_zero.any();
  }

  // Floats from ... from + n - 1 of every plane's results.
  void transpose_out(int64_t from, int64_t n) {
    const D d;
    for (int64_t i = 0; i < n; i += kN) {
      V v[kN];
      Unroll<kN>([&](auto p) POOLGLASS_INLINE_LAMBDA { v[p()] = hn::Load(d, results_ + (i + p()) * kN); });
      Transpose(v);
      Unroll<kN>([&](auto p) POOLGLASS_INLINE_LAMBDA {
        if (p() < planes_) StoreUpTo(v[p()], output(p()) + from + i, n - i);
      });
    }
  }

  // f(reduce), where reduce(p) gives the results of a window of which the first tap inside lies at p, the
  // others `step` vectors apart.
  template <class F>
  static HWY_INLINE void with_window(const AxisWindow& window, int64_t step, const F& f) {
    const D d;
    const int64_t distance = step * kN;
    if (HWY_LIKELY(window.taps <= kDirectTaps && window.count == window.taps)) {
      WithTaps(window.taps, [&](auto taps) {
        f([&](const float* p) POOLGLASS_INLINE_LAMBDA {
          return WindowOf<Op, decltype(taps)::value>(
              [&](int64_t j) { return hn::Load(d, p + j * distance); });
        });
      });
    } else if (window.count > 0) {
      const int64_t skipped = (window.first - window.start) / window.step;
      f([&](const float* p) POOLGLASS_INLINE_LAMBDA {
        return AnyWindow<Op>(window.taps, skipped, skipped + window.count,
                             [&](int64_t j) { return hn::Load(d, p + (j - skipped) * distance); });
      });
    } else {
      f([](const float*) POOLGLASS_INLINE_LAMBDA { return Op::identity(); });
    }
  }

  void reduce_down(const AxisWindow& window) {
    const float* cells = cells_ + (window.count > 0 ? window.first - top_ : 0) * width_ * kN;
    with_window(window, window.step * width_, [&](const auto& reduce) {
      for (int64_t i = 0; i < width_ * kN; i += kN) hn::Store(reduce(cells + i), D(), columns_ + i);
    });
  }

  void reduce_along(int64_t r, float* to) const {
    for (int64_t c = 0; c < task_.output.w; ++c) {
      const AxisWindow& window = task_.columns[static_cast<size_t>(c)];
      const float* cells = columns_ + (window.count > 0 ? window.first : 0) * kN;
      V v;
      with_window(window, window.step,
                  [&](const auto& reduce) POOLGLASS_INLINE_LAMBDA { v = reduce(cells); });
      if constexpr (!Op::kIsMax) {
        const float divisor =
            task_.row_divisor[static_cast<size_t>(r)] * task_.column_divisor[static_cast<size_t>(c)];
        v = hn::Div(hn::Add(v, hn::Zero(D())), Set(divisor));
      }
      hn::Store(v, D(), to + c * kN);
    }
  }

  // By the definition: output rows over a NaN or -0.
  void redo_nan_or_negative_zero(int64_t first, int64_t last) {
    for (int64_t plane = 0; plane < planes_; ++plane) {
      const float* x = input(plane);
      for (int64_t r = first; r < last; ++r) {
        const AxisWindow& window = task_.rows[static_cast<size_t>(r)];
        bool nan_or_negative_zero = false;
        for (int64_t i = 0; i < window.count; ++i) {
          nan_or_negative_zero |= HasNanOrNegativeZero(x + (window.first + i * window.step) * width_, width_);
        }
        if (nan_or_negative_zero) {
          reference_max_row(task_.geometry, r, 1, x, output(plane) + r * task_.output.w, nullptr);
        }
      }
    }
  }

  const PoolTask& task_;
  const int64_t band_;
  const int64_t width_;
  float* const cells_;    // of a band, a vector each
  float* const columns_;  // reduced down
  float* const results_;  // of a band
  int64_t first_plane_ = 0, planes_ = 0;
  int64_t top_ = 0;  // input row of the first cells
};

template <class Op>
void TransposedGroups(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  TransposedPlanes<Op>(task, scratch).run(begin, end);
}

struct NchwTransposedPlanes {
  static bool can(const PoolTask& task) { return TransposedPlanes<Maximum>::fits(task); }
  // Planes too few to fill a vector, or too large for the caches, and windows of which neighbours share most
  // are better off in bands (separable/separable-inl.h).
  static bool expected_to_win(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    if (rows.adaptive) return task.planes >= kN / 8;
    if (task.planes < kN / 2) return false;
    if (HWY_MAX(rows.kernel, columns.kernel) <= kDirectTaps)
      return columns.stride > 1 || (columns.dilation > 1 && task.in_plane() <= 64 * 64);
    const int64_t widest = IsMax(task) ? 56 : 32;
    return task.planes >= kN && rows.stride * columns.stride >= 3 && columns.input <= widest &&
           task.in_plane() <= 64 * 64;
  }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      using Planes = TransposedPlanes<decltype(op)>;
      return {&TransposedGroups<decltype(op)>, Planes::units(task), Planes::scratch(task)};
    });
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
