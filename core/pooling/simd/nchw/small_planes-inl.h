// Odd windows of 5 to 17 columns at stride 1, padded to the size of the plane, on NCHW planes of one or two
// vectors a row. Four vectors side by side, from as many planes, are reduced down into a buffer; then every
// row is reduced along in registers, with the identity slid in where the plane ends.
//
// Whole vectors are read and written in order: what a row reads behind its end is replaced by the identity,
// what it writes there is overwritten by the next row. The last ones of a plane write no more than
// themselves.
#if defined(POOLGLASS_SIMD_NCHW_SMALL_PLANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_SMALL_PLANES_INL_H_
#undef POOLGLASS_SIMD_NCHW_SMALL_PLANES_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_SMALL_PLANES_INL_H_
#endif

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/separable/down-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// A row of kVectors vectors, every float reduced with kHalf floats on either side.
template <class Op, int kVectors, int kHalf>
class SameRow {
  static_assert(kHalf < kN);

 public:
  static HWY_INLINE void reduce(V* row) {
    if constexpr (Op::kIsMax) {
      V before[kVectors];
      for (int i = 0; i < kVectors; ++i) before[i] = row[i];
      look_ahead<1>(row);
      look_back<1>(before);
      for (int i = 0; i < kVectors; ++i) row[i] = Op::apply(before[i], row[i]);
    } else {
      V line[kVectors + 1];
      line[0] = Slide<kN - kHalf>(Op::identity(), row[0]);
      for (int i = 1; i < kVectors; ++i) line[i] = Slide<kN - kHalf>(row[i - 1], row[i]);
      line[kVectors] = Slide<kN - kHalf>(row[kVectors - 1], Op::identity());
      add_runs<1>(line, row);
    }
  }

 private:
  // Maxima of kHave floats from each on, extended to kHalf + 1; and up to each.
  template <int kHave>
  static HWY_INLINE void look_ahead(V* v) {
    if constexpr (constexpr int kStep = HWY_MIN(kHave, kHalf + 1 - kHave); kStep > 0) {
      for (int i = 0; i < kVectors; ++i)
        v[i] = Op::apply(v[i], Slide<kStep>(v[i], i + 1 < kVectors ? v[i + 1] : Op::identity()));
      look_ahead<kHave + kStep>(v);
    }
  }
  template <int kHave>
  static HWY_INLINE void look_back(V* v) {
    if constexpr (constexpr int kStep = HWY_MIN(kHave, kHalf + 1 - kHave); kStep > 0) {
      for (int i = kVectors - 1; i >= 0; --i)
        v[i] = Op::apply(v[i], Slide<kN - kStep>(i > 0 ? v[i - 1] : Op::identity(), v[i]));
      look_back<kHave + kStep>(v);
    }
  }

  // line: runs of kRun floats. sum: the window's smaller runs.
  template <int kRun>
  static HWY_INLINE void add_runs(V* line, V* sum) {
    constexpr int kTaps = 2 * kHalf + 1, kDone = kTaps % kRun;
    if constexpr ((kTaps & kRun) != 0) {
      for (int i = 0; i < kVectors; ++i) {
        const V run = Slide<kDone>(line[i], line[i + 1]);
        sum[i] = kDone == 0 ? run : Op::apply(sum[i], run);
      }
    }
    if constexpr (2 * kRun <= kTaps) {
      for (int i = 0; i <= kVectors; ++i)
        line[i] = Op::apply(line[i], Slide<kRun>(line[i], i < kVectors ? line[i + 1] : Op::identity()));
      add_runs<2 * kRun>(line, sum);
    }
  }
};

// kVectors: of a row.
template <class Op, int kVectors, int kHalf>
class SmallPlanesKernel {
 public:
  static int64_t scratch(const PoolTask& task) {
    const int64_t sums = Op::kIsMax ? 0 : SumsDown::scratch(task.geometry.rows.kernel);
    return task.output.h * kWidth + copied(task) + sums;
  }

  SmallPlanesKernel(const PoolTask& task, float* scratch)
      : task_(task),
        rows_(task.geometry.rows),
        reduced_(scratch),
        copy_(scratch + task.output.h * kWidth),
        sums_(copy_ + copied(task)),
        width_(task.input.w) {
    if constexpr (!Op::kIsMax) {
      for (int64_t i = 0; i < copied(task); i += kN) Store(Op::identity(), copy_ + i);
    }
  }

  // Unit: a plane.
  void run(int64_t begin, int64_t end) const {
    for (int64_t first = begin; first < end; first += kPlanes) {
      const int64_t count = HWY_MIN(kPlanes, end - first);
      const bool nan_or_negative_zero = reduce_down(first, count);
      reduce_along(first, count);
      if (HWY_UNLIKELY(nan_or_negative_zero)) repair(first, count);
    }
  }

 private:
  static constexpr int64_t kPlanes = 4 / kVectors;
  static constexpr int64_t kWidth = 4 * kN;

  // Planes at the end of the array; for sums all of them, with rows of padding.
  static int64_t copied(const PoolTask& task) {
    if (Op::kIsMax) return (kPlanes * task.in_plane() + 3 * kVectorSlack) / 16 * 16;
    const Axis& rows = task.geometry.rows;
    return (HWY_MAX(rows.output + rows.kernel, rows.pad_begin + rows.input) + 16) * kWidth;
  }

  bool reduce_down(int64_t first, int64_t count) const {
    const float* x = task_.x + first * task_.in_plane();
    if constexpr (Op::kIsMax) {
      const int64_t plane = task_.in_plane();
      const bool inside = (first + kPlanes) * plane - width_ + kVectors * kN <= task_.planes * plane;
      if (HWY_UNLIKELY(!inside)) {
        std::fill_n(copy_, copied(task_), -std::numeric_limits<float>::infinity());
        x = std::copy_n(x, count * plane, copy_) - count * plane;
      }
      const RowsBelow rows{x, -rows_.pad_begin, rows_.input, width_, rows_.kernel, 1, nullptr};
      const auto load = [plane](const float* p, int j)
                            HWY_ATTR { return Load(p + j / kVectors * plane + j % kVectors * kN); };
      NanOrNegativeZero nan_or_negative_zero;
      for (int64_t i = 0; i < rows_.output; i += rows_.kernel) {
        MaximaOfBlock<4>(rows, rows.first + i, HWY_MIN(rows_.kernel, rows_.output - i), 0, load,
                         reduced_ + i * kWidth, kWidth, nan_or_negative_zero);
      }
      return nan_or_negative_zero.any();
    } else {
      copy_in(x, count, (task_.planes - first) * task_.in_plane());
      const RowsBelow rows{copy_, 0, copied(task_) / kWidth, kWidth, rows_.kernel, 1, nullptr};
      SumsDown(rows, rows_.output, reduced_, kWidth, sums_).run();
      return false;
    }
  }

  // left: floats of the array from x on.
  HWY_INLINE void copy_in(const float* x, int64_t count, int64_t left) const {
    const V none = Op::identity();
    const int64_t last = width_ - (kVectors - 1) * kN;
    const M mask = hn::FirstN(D(), static_cast<size_t>(last));
    for (int64_t p = 0; p < count; ++p) {
      float* to = copy_ + rows_.pad_begin * kWidth + p * kVectors * kN;
      for (int64_t r = 0; r < rows_.input; ++r, x += width_, left -= width_, to += kWidth) {
        for (int i = 0; i + 1 < kVectors; ++i) Store(Load(x + i * kN), to + i * kN);
        const float* end = x + (kVectors - 1) * kN;
        const V v = HWY_LIKELY(left >= kVectors * kN) ? hn::IfThenElse(mask, Load(end), none)
                                                      : LoadFirst(end, last, none);
        Store(v, to + (kVectors - 1) * kN);
      }
    }
  }

  // Rows of one divisor at a time.
  HWY_INLINE void reduce_along(int64_t first, int64_t count) const {
    const std::span<const float> divisor = task_.row_divisor;
    float* y = task_.y + first * task_.out_plane();
    for (int64_t begin = 0, end; begin < rows_.output; begin = end) {
      end = Op::kIsMax ? rows_.output : begin + 1;
      while (end < rows_.output && divisor[static_cast<size_t>(end)] == divisor[static_cast<size_t>(begin)])
        ++end;
      const RowResult<Op> result(task_, begin);
      for (int64_t p = 0; p < count; ++p)
        reduce_rows(result, begin, end, reduced_ + p * kVectors * kN, y + p * task_.out_plane());
    }
  }

  HWY_INLINE void reduce_rows(const RowResult<Op>& result, int64_t begin, int64_t end, const float* from,
                              float* y) const {
    const int64_t last = width_ - (kVectors - 1) * kN;
    const M mask = hn::FirstN(D(), static_cast<size_t>(last));
    const float* whole_until = y + task_.out_plane() - kVectors * kN;
    from += begin * kWidth;
    y += begin * width_;
    for (int64_t r = begin; r < end; ++r, from += kWidth, y += width_) {
      V row[kVectors];
      for (int i = 0; i < kVectors; ++i) row[i] = Load(from + i * kN);
      if constexpr (Op::kIsMax) row[kVectors - 1] = hn::IfThenElse(mask, row[kVectors - 1], Op::identity());
      SameRow<Op, kVectors, kHalf>::reduce(row);
      for (int i = 0; i < kVectors; ++i) row[i] = result(i * kN, row[i]);
      for (int i = 0; i + 1 < kVectors; ++i) Store(row[i], y + i * kN);
      StoreUpTo(row[kVectors - 1], y + (kVectors - 1) * kN, HWY_LIKELY(y <= whole_until) ? kN : last);
    }
  }

  // Planes whose order matters.
  void repair(int64_t first, int64_t count) const {
    for (int64_t p = first; p < first + count; ++p) {
      const float* x = task_.x + p * task_.in_plane();
      if (!HasNanOrNegativeZero(x, task_.in_plane())) continue;
      float* y = task_.y + p * task_.out_plane();
      for (int64_t r = 0; r < rows_.output; ++r)
        reference_max_row(task_.geometry, r, 1, x, y + r * width_, nullptr);
    }
  }

  const PoolTask& task_;
  const Axis& rows_;
  float *const reduced_, *const copy_, *const sums_;
  const int64_t width_;
};

template <class Op, int kVectors, int kHalf>
void SmallPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  SmallPlanesKernel<Op, kVectors, kHalf>(task, scratch).run(begin, end);
}

template <class Op, int kVectors, int... kMore>
KernelWork SmallPlanesOf(const PoolTask& task, std::integer_sequence<int, kMore...>) {
  static constexpr std::array<RangeKernel, sizeof...(kMore)> kKernels = {
      &SmallPlanes<Op, kVectors, kMore + 2>...};
  const int64_t half = task.params.kernel.w / 2;
  return {kKernels[static_cast<size_t>(half - 2)], task.planes,
          SmallPlanesKernel<Op, kVectors, 2>::scratch(task)};
}

struct NchwPlanesInRegisters : ExpectedEverywhere {
  static constexpr int kMostHalf = HWY_MIN(8, static_cast<int>(kN) - 1);

  static bool can(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    const int64_t half = columns.kernel / 2, w = columns.input;
    return !rows.adaptive && task.params.stride == Size2{1, 1} && task.params.dilation == Size2{1, 1} &&
           columns.kernel % 2 == 1 && 2 <= half && half <= kMostHalf && columns.pad_begin == half &&
           columns.output == w && w <= 2 * kN && rows.kernel > 1 && rows.kernel < 72 && rows.input <= 64 &&
           task.in_plane() >= 2 * kN;
  }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      constexpr std::make_integer_sequence<int, kMostHalf - 1> kHalves;
      return task.input.w <= kN ? SmallPlanesOf<decltype(op), 1>(task, kHalves)
                                : SmallPlanesOf<decltype(op), 2>(task, kHalves);
    });
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
