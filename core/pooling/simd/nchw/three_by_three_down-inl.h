// 3x3 windows with stride 1 or 2 and up to one cell of padding on the left, on NCHW planes up to eight
// vectors wide. Whole rows are held in registers and the kernel walks down the plane, so that every input row
// is loaded once: at these widths rows begin anywhere in a cache line, and nearly every load takes two
// accesses. (With the plane as one long row of lanes, without tails but with three loads a result, 28x28 to
// 56x56 took 1.4 to 1.6 times as long on AMD Zen 4.)
//
// Max reduces columns first, which is not row-major order. The two orders differ only where there is a NaN or
// a -0; such planes are done again by the definition, as are those with sums too small to be divided quickly.
#if defined(POOLGLASS_SIMD_NCHW_THREE_BY_THREE_DOWN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_DOWN_INL_H_
#undef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_DOWN_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_THREE_BY_THREE_DOWN_INL_H_
#endif

#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nchw/three_by_three-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Averages of rows of sums; neighbouring rows mostly share their divisors.
template <int kVectors>
class RowsAverage {
 public:
  HWY_INLINE explicit RowsAverage(const PoolTask& task) : task_(task) {}

  HWY_INLINE void find_row(int64_t row) {
    const float divisor = task_.row_divisor[static_cast<size_t>(row)];
    if (divisor == row_divisor_) return;
    row_divisor_ = divisor;
    const float* const columns = task_.column_divisor.data();
    const int64_t last = task_.output.w - 1;
    // Vectors behind the row divide like its last one.
    Unroll<kVectors>([&](auto v) HWY_ATTR {
      average_[v] = Divider(hn::Mul(Set(divisor), Load(columns + HWY_MIN(v, last / kN) * kN)));
    });
  }
  HWY_INLINE V operator()(int v, V sum) {
    small_.look(sum);
    return average_[v].quick(sum);
  }
  // Whether the rows have to be done again.
  HWY_INLINE bool any_small() const { return small_.any(); }

 private:
  const PoolTask& task_;
  float row_divisor_ = 0;
  Divider average_[kVectors];
  SmallSums small_;
};

template <int kVectors>
struct RowsMaximum {
  HWY_INLINE explicit RowsMaximum(const PoolTask& /*task*/) {}
  HWY_INLINE void find_row(int64_t /*row*/) {}
  HWY_INLINE V operator()(int /*v*/, V v) const { return v; }
  HWY_INLINE bool any_small() const { return false; }
};

template <class Op, int kStride, int kPad, int kVectors>
class ThreeByThreeDown {
 public:
  using Row = V[kVectors];
  static constexpr int kResults = kStride == 1 ? kVectors : (kVectors + 1) / 2;  // vectors of a row
  using Result = std::conditional_t<Op::kIsMax, RowsMaximum<kResults>, RowsAverage<kResults>>;

  // Unit: an output row.
  static void Run(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
    const int64_t oh = task.output.h, ow = task.output.w;
    const float* const y_end = task.y + end * ow;
    for (int64_t unit = begin, rows; unit < end; unit += rows) {
      const int64_t plane = unit / oh, first = unit % oh;
      rows = HWY_MIN(oh - first, end - unit);
      const float* x = task.x + plane * task.in_plane();
      float* y = task.y + unit * ow;
      if (HWY_UNLIKELY(Walk(task, x, first, rows, y, y_end))) RowsByDefinition<Op>(task, x, first, rows, y);
    }
  }

 private:
  // Input rows; those outside the plane are the identity.
  class Input {
   public:
    HWY_INLINE Input(const PoolTask& task, const float* plane)
        : plane_(plane),
          outside_(task.identity_row.data()),
          height_(task.input.h),
          width_(task.input.w),
          left_(width_ - (kVectors - 1) * kN) {}

    HWY_INLINE void load(int64_t r, Row& row) const {
      const float* from = 0 <= r && r < height_ ? plane_ + r * width_ : outside_;
      Unroll<kVectors - 1>([&](auto v) HWY_ATTR { row[v] = Load(from + v * kN); });
      from += (kVectors - 1) * kN;
      row[kVectors - 1] = left_ == kN ? Load(from) : LoadFirst(from, left_, Op::identity());
    }

    // Prefetches rows. They may lie outside the plane, and outside the array: sparing those took 1.3 times as
    // long.
    HWY_INLINE void prefetch(int64_t r, int64_t rows) const {
      const uintptr_t at =
          reinterpret_cast<uintptr_t>(plane_) + static_cast<uintptr_t>(r * width_) * sizeof(float);
      PrefetchInOrder(reinterpret_cast<const float*>(at), rows * width_);
    }

   private:
    const float *plane_, *outside_;
    int64_t height_, width_;
    int64_t left_;  // columns of the last vector
  };

  // `rows` output rows from `first` on; whole vectors are stored before y_end, what stands behind a row is
  // overwritten by the next. Whether their order matters. A function of its own, without members:
  // stores might change those, for all the compiler knows.
  static HWY_NOINLINE bool Walk(const PoolTask& task, const float* x, int64_t first, int64_t rows, float* y,
                                const float* y_end) {
    const int64_t n = task.output.w;
    const Input input(task, x);
    Result result(task);
    NanOrNegativeZero nan_or_negative_zero;
    int64_t next = first * kStride - task.geometry.rows.pad_begin;  // row to be loaded
    Row top, middle, bottom, reduced;
    input.load(next++, top);
    if constexpr (kStride == 1) input.load(next++, middle);
    Look(top, kStride == 1 ? middle : top, nan_or_negative_zero);
    for (int64_t r = first; r < first + rows; ++r, y += n) {
      if (task.prefetch) input.prefetch(next, kStride);
      if constexpr (kStride == 2) input.load(next++, middle);
      input.load(next++, bottom);
      Unroll<kVectors>([&](auto v) HWY_ATTR {
        reduced[v] = Reduce3<Op>(top[v], middle[v], bottom[v]);
        if constexpr (Op::kIsMax) nan_or_negative_zero.look_for_zero(reduced[v]);
      });
      if constexpr (kStride == 2) {
        Look(middle, bottom, nan_or_negative_zero);
      } else {
        LookAlong(bottom, nan_or_negative_zero);
      }
      result.find_row(r);
      Unroll<kResults>([&](auto v) HWY_ATTR {
        if (v > 0 && v * kN >= n) return;
        Put(result(v, Slide3<v()>(reduced)), y + v * kN, n - v * kN, y_end - y - v * kN);
      });
      Unroll<kVectors>([&](auto v) HWY_ATTR {
        top[v] = kStride == 1 ? middle[v] : bottom[v];
        middle[v] = bottom[v];
      });
    }
    return result.any_small() || (Op::kIsMax && nan_or_negative_zero.any());
  }

  // A vector with results left of a row, where there is room before the end.
  static HWY_INLINE void Put(V v, float* y, int64_t left, int64_t room) {
    if (HWY_LIKELY(left >= kN || room >= kN)) {
      Store(v, y);
    } else {
      StoreFirst(v, y, left);
    }
  }

  static HWY_INLINE void Look(const Row& a, const Row& b, NanOrNegativeZero& nan_or_negative_zero) {
    if constexpr (!Op::kIsMax) return;
    Unroll<kVectors>([&](auto v) HWY_ATTR { nan_or_negative_zero.look_for_nan(a[v], b[v]); });
  }
  static HWY_INLINE void LookAlong(const Row& a, NanOrNegativeZero& nan_or_negative_zero) {
    if constexpr (!Op::kIsMax) return;
    Unroll<(kVectors + 1) / 2>([&](auto v) HWY_ATTR {
      nan_or_negative_zero.look_for_nan(a[2 * v], a[HWY_MIN(2 * v + 1, kVectors - 1)]);
    });
  }

  // Vector v of the row's reduced columns; identity beside them.
  template <int v>
  static HWY_INLINE V At(const Row& row) {
    if constexpr (0 <= v && v < kVectors) return row[v];
    return Op::identity();
  }

  // Results v * kN ... from the columns.
  template <int v>
  static HWY_INLINE V Slide3(const Row& row) {
    if constexpr (kStride == 1) {
      const V here = At<v>(row), after = At<v + 1>(row);
      if constexpr (kPad == 1)
        return Reduce3<Op>(Slide<kN - 1>(At<v - 1>(row), here), here, Slide<1>(here, after));
      return Reduce3<Op>(here, Slide<1>(here, after), Slide<2>(here, after));
    } else {
      const V low = At<2 * v>(row), high = At<2 * v + 1>(row), even = Even(low, high), odd = Odd(low, high);
      if constexpr (kPad == 1) {
        return Reduce3<Op>(Slide<kN - 1>(Odd(At<2 * v - 2>(row), At<2 * v - 1>(row)), odd), even, odd);
      }
      return Reduce3<Op>(even, odd, Slide<1>(even, Even(At<2 * v + 2>(row), At<2 * v + 3>(row))));
    }
  }
};

// Vectors of a row. Where there are 16 registers, maxima of longer ones at stride 1 are faster two rows at a
// time: on SSE4 20 to 32 columns took 1.3 times as long.
template <class Op, int kStride>
constexpr int64_t kVectorsDown = kN == 16 || kStride > 1 || !Op::kIsMax ? kDirectTaps : 4;

template <class Op, int kStride, int kPad>
RangeKernel ThreeByThreeDownOf(int64_t vectors) {
  RangeKernel run = nullptr;
  WithTaps(vectors, [&](auto n) {
    if constexpr (n() <= kVectorsDown<Op, kStride>) run = &ThreeByThreeDown<Op, kStride, kPad, n()>::Run;
  });
  return run;
}

// Rows that do not fit registers go two results at a time.
template <class Op>
RangeKernel ThreeByThreeRowsOf(const PoolTask& task) {
  const int64_t vectors = (task.input.w + kN - 1) / kN;
  // A row of results is no longer than the columns it is made from, unless there is much padding behind them.
  const int64_t results = (task.params.stride.w == 1 ? vectors : (vectors + 1) / 2) * kN;
  const int64_t most = task.params.stride.w == 1 ? kVectorsDown<Op, 1> : kVectorsDown<Op, 2>;
  if (vectors > most || task.output.w > results) return ThreeByThreeAlongOf<Op>(task);
  const bool pad = task.params.padding.left == 1;
  if (task.params.stride.w == 1) {
    return pad ? ThreeByThreeDownOf<Op, 1, 1>(vectors) : ThreeByThreeDownOf<Op, 1, 0>(vectors);
  }
  return pad ? ThreeByThreeDownOf<Op, 2, 1>(vectors) : ThreeByThreeDownOf<Op, 2, 0>(vectors);
}

struct NchwThreeByThree : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsThreeByThree(task); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? ThreeByThreeRowsOf<Maximum>(task) : ThreeByThreeRowsOf<Sum>(task), task.out_rows(),
            0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
