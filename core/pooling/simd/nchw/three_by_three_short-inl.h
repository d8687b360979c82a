// 3x3 windows with stride 2 and up to one cell of padding above and on the left, on NCHW planes narrower than
// a vector: a row of results takes at most half of one, so two rows are done together. The columns of both
// are reduced, and three permutations of two vectors bring the taps of all results side by side. Cells
// outside the plane are the next ones inside for maxima, to which it makes no difference, and 0 for sums:
// only the last rows of a plane are a case of their own.
//
// Max reduces columns first, which is not row-major order. The two orders differ only where there is a NaN or
// a -0; such planes are done again by the definition, as are those with sums too small to be divided quickly.
#if defined(POOLGLASS_SIMD_NCHW_THREE_BY_THREE_SHORT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_SHORT_INL_H_
#undef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_SHORT_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_THREE_BY_THREE_SHORT_INL_H_
#endif

#include <algorithm>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/lanes-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/nchw/three_by_three-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Averages of two rows of sums, one behind the other. Pairs of rows mostly share their divisors.
class TwoRowsAverage {
 public:
  HWY_INLINE explicit TwoRowsAverage(const PoolTask& task) : task_(task) {
    std::fill_n(columns_, kN, 1.0f);
    std::copy_n(task.column_divisor.data(), task.output.w, columns_);
    std::copy_n(task.column_divisor.data(), task.output.w, columns_ + task.output.w);
  }

  HWY_INLINE void find_rows(int64_t first, int64_t second) {
    const float a = task_.row_divisor[static_cast<size_t>(first)],
                b = task_.row_divisor[static_cast<size_t>(second)];
    // Those of the first and of the last rows differ; planes are many.
    for (now_ = 0; now_ < kKept; ++now_) {
      if (a == first_[now_] && b == second_[now_]) return;
    }
    now_ = next_;
    next_ = (next_ + 1) % kKept;
    first_[now_] = a;
    second_[now_] = b;
    const M row = hn::FirstN(D(), static_cast<size_t>(task_.output.w));
    average_[now_] = Divider(hn::Mul(hn::IfThenElse(row, Set(a), Set(b)), hn::Load(D(), columns_)));
  }
  HWY_INLINE V operator()(V sum) {
    small_.look(sum);
    return average_[now_].quick(sum);
  }
  // Whether a plane has to be done again.
  HWY_INLINE bool any_small() {
    const bool any = small_.any();
    small_ = SmallSums();
    return any;
  }

 private:
  static constexpr int kKept = 3;

  const PoolTask& task_;
  HWY_ALIGN float columns_[kN];
  float first_[kKept] = {}, second_[kKept] = {};
  Divider average_[kKept];
  SmallSums small_;
  int now_ = 0, next_ = 0;
};

struct TwoRowsMaximum {
  HWY_INLINE explicit TwoRowsMaximum(const PoolTask& /*task*/) {}
  HWY_INLINE void find_rows(int64_t /*first*/, int64_t /*second*/) {}
  HWY_INLINE V operator()(V v) const { return v; }
  HWY_INLINE bool any_small() const { return false; }
};

template <class Op>
class ThreeByThreeShort {
 public:
  static bool fits(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    // No window is all padding, and the last lane of a row is none of its cells.
    const auto inside = [](const Axis& axis) {
      return axis.pad_begin <= 1 && 2 * (axis.output - 1) - axis.pad_begin < axis.input;
    };
    return IsThreeByThree(task) && task.params.stride.w == 2 && task.input.w < kN &&
           2 * task.output.w <= kN && inside(rows) && inside(columns);
  }

  // Unit: a plane.
  static void Run(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
    const ThreeByThreeShort kernel(task);
    Result result(task);
    const int64_t in_plane = task.in_plane(), out_plane = task.out_plane();
    const float* x = task.x + begin * in_plane;
    float* y = task.y + begin * out_plane;
    const float* const y_end = task.y + end * out_plane;
    for (int64_t p = begin; p < end; ++p, x += in_plane, y += out_plane) {
      if (HWY_UNLIKELY(kernel.plane(x, result, y, y_end))) RowsByDefinition<Op>(task, x, 0, task.output.h, y);
    }
  }

 private:
  using Result = std::conditional_t<Op::kIsMax, TwoRowsMaximum, TwoRowsAverage>;

  explicit ThreeByThreeShort(const PoolTask& task)
      : width_(task.input.w),
        height_(task.input.h),
        n_(task.output.w),
        rows_(task.output.h),
        pad_(task.geometry.rows.pad_begin),
        columns_(hn::FirstN(D(), static_cast<size_t>(width_))),
        left_(lanes_of_tap(task, 0)),
        middle_(lanes_of_tap(task, 1)),
        right_(lanes_of_tap(task, 2)) {
    const int64_t last = height_ - 1, start = (rows_ - 1) / 2 * 4 - pad_;
    for (int64_t i = 0; i < 4; ++i) {
      inside_[i] = start + 1 + i <= last;
      last_[i] = HWY_MIN(start + 1 + i, last) * width_;
    }
  }

  // Columns 2 i + tap - padding of both rows' vectors, one row behind the other.
  static hn::Vec<DI> lanes_of_tap(const PoolTask& task, int tap) {
    const DI d;
    const auto set = [d](int64_t i) HWY_ATTR { return hn::Set(d, static_cast<int32_t>(i)); };
    const int64_t n = task.output.w, pad = task.geometry.columns.pad_begin;
    const auto lane = hn::Iota(d, 0), first = set(0), last = set(task.input.w - 1);
    const auto second = hn::Gt(lane, set(n - 1));  // row
    const auto i = hn::Sub(lane, hn::IfThenElseZero(second, set(n)));
    const auto column = hn::Add(hn::Add(i, i), set(tap - pad));
    const auto inside = hn::Max(first, hn::Min(column, last));
    const auto cell = Op::kIsMax ? inside : hn::IfThenElse(hn::Eq(column, inside), column, set(kN - 1));
    return hn::Add(cell, hn::IfThenElseZero(second, set(kN)));
  }

  // Other lanes are 0.
  static HWY_INLINE V LoadRow(M columns, const float* from, int64_t width) {
#if POOLGLASS_MASKED_MEMORY
    static_cast<void>(width);
    return hn::MaskedLoad(columns, D(), from);
#else
    static_cast<void>(columns);
    return LoadFirst(from, width, hn::Zero(D()));
#endif
  }

  // Whether its order matters.
  HWY_INLINE bool plane(const float* x, Result& result, float* y, const float* y_end) const {
    const int64_t w = width_, n = n_;
    const M columns = columns_;
    const LanesOfTwo left = left_, middle = middle_, right = right_;
    NanOrNegativeZero nan_or_negative_zero;
    const auto step = [&](int64_t row, V top, V v1, V v2, V v3, V v4) POOLGLASS_INLINE_LAMBDA {
      const V first = Reduce3<Op>(top, v1, v2), second = Reduce3<Op>(v2, v3, v4);
      if constexpr (Op::kIsMax) {
        nan_or_negative_zero.look_for_nan(v1, v2);
        nan_or_negative_zero.look_for_nan(v3, v4);
        nan_or_negative_zero.look_for_zero(first);
        nan_or_negative_zero.look_for_zero(second);
      }
      result.find_rows(row, HWY_MIN(row + 1, rows_ - 1));
      const V v = result(Reduce3<Op>(left(first, second), middle(first, second), right(first, second)));
      // What stands behind the results is overwritten by the rows that follow, where some do.
      if (HWY_LIKELY(y_end - y >= kN)) {
        Store(v, y);
      } else {
        StoreFirst(v, y, y_end - y);
      }
      y += 2 * n;
    };
    V top = pad_ > 0 ? Op::identity() : LoadRow(columns, x, w);
    if constexpr (Op::kIsMax) nan_or_negative_zero.look_for_nan(top, top);
    const float* from = x + (1 - pad_) * w;
    int64_t row = 0;
    for (; row + 2 < rows_; row += 2, from += 4 * w) {
      const V v1 = LoadRow(columns, from, w), v2 = LoadRow(columns, from + w, w),
              v3 = LoadRow(columns, from + 2 * w, w), v4 = LoadRow(columns, from + 3 * w, w);
      step(row, top, v1, v2, v3, v4);
      top = v4;
    }
    V v[4];
    Unroll<4>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      v[i] = Op::kIsMax || inside_[i] ? LoadRow(columns, x + last_[i], w) : hn::Zero(D());
    });
    step(row, top, v[0], v[1], v[2], v[3]);
    return result.any_small() || (Op::kIsMax && nan_or_negative_zero.any());
  }

  const int64_t width_, height_, n_, rows_, pad_;
  const M columns_;
  const LanesOfTwo left_, middle_, right_;
  // Of the last pair of output rows: floats up to each input row but the first, and whether there is such.
  int64_t last_[4];
  bool inside_[4];
};

struct NchwThreeByThreeShort : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return ThreeByThreeShort<Maximum>::fits(task); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &ThreeByThreeShort<Maximum>::Run : &ThreeByThreeShort<Sum>::Run, task.planes, 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
