// Windows of up to eight rows and columns, up to eight columns apart, padded as they may be, on NCHW planes.
// Batches of output rows that the first-level cache holds: the rows under each are reduced down into a
// buffer, padded with cells that change nothing; then the buffer is reduced along. A pass does not wait for
// what the one before has just stored, and loads of the buffer never cross a line.
//
// Short rows lie in the buffer at a pitch that windows divide, so that all of it is one long row, without
// tails. Where rows of results follow each other there too, they are stored where they belong.
//
// A maximum reduced columns first is the row-major one unless there is a NaN or a -0; output rows over such
// are done again by the definition.
#if defined(POOLGLASS_SIMD_NCHW_STRIDED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_STRIDED_INL_H_
#undef POOLGLASS_SIMD_NCHW_STRIDED_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_STRIDED_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/nchw/strided_along-inl.h"
#include "core/pooling/simd/nchw/strided_down-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <class Op>
class StridedKernel {
 public:
  StridedKernel(const PoolTask& task, float* scratch)
      : task_(task),
        shape_(task),
        reduced_(scratch),
        results_(scratch + shape_.reduced),
        down_(ReduceDownOf<Op>(shape_.rows)),
        along_(ReduceAlongOf<Op>(shape_.columns)),
        taps_(shape_.columns.kernel >> Halvings(shape_.columns.kernel, shape_.columns.stride)) {
    for (int64_t i = 0; i < shape_.reduced; i += kN) Store(Op::identity(), reduced_ + i);
  }

  // Unit: an output row.
  void run(int64_t begin, int64_t end) {
    const float* const y_end = task_.y + end * task_.output.w;
    for (int64_t unit = begin, count; unit < end; unit += count) {
      count = HWY_MIN(shape_.batch, end - unit);
      const bool nan_or_negative_zero = down_(task_, shape_, unit, count, reduced_ + shape_.margin);
      along(unit, count, y_end);
      if (HWY_UNLIKELY(nan_or_negative_zero)) repair(unit, count);
    }
  }

 private:
  HWY_INLINE void along(int64_t unit, int64_t count, const float* y_end) {
    const int64_t n = task_.output.w, slots = shape_.slots;
    float* const y = task_.y + unit * n;
    if (shape_.in_place) {
      along_({taps_, reduced_, 0, 1, count * n, average_of(unit), y, 0, y_end});
      return;
    }
    if (shape_.flat) {
      const StridedAverage* average = shape_.one_divisor ? average_of(unit) : nullptr;
      along_({taps_, reduced_, 0, 1, count * slots, average, results_, 0, results_ + count * slots + kN});
      if (average != nullptr || Op::kIsMax)
        return PutRows<Op>({1, results_, slots, count, n, nullptr, y, n, y_end});
    }
    for (int64_t first = 0, rows; first < count; first += rows) {
      rows = of_one_divisor(unit + first, count - first);
      const StridedAverage* average = average_of(unit + first);
      float* const to = y + first * n;
      if (shape_.flat) {
        PutRows<Op>({1, results_ + first * slots, slots, rows, n, average, to, n, y_end});
      } else {
        const float* const from = reduced_ + shape_.margin - shape_.columns.pad_begin + first * shape_.pitch;
        along_({taps_, from, shape_.pitch, rows, n, average, to, n, y_end});
      }
    }
  }

  float divisor(int64_t unit) const { return task_.row_divisor[static_cast<size_t>(unit % task_.output.h)]; }

  // How many of the `most` output rows from `unit` on share its divisor.
  HWY_INLINE int64_t of_one_divisor(int64_t unit, int64_t most) const {
    if (Op::kIsMax || shape_.one_row_divisor) return most;
    const int64_t oh = task_.output.h, first = unit % oh;
    const float* const divisors = task_.row_divisor.data();
    int64_t rows = 1;
    for (int64_t r = first + 1 < oh ? first + 1 : 0; rows < most && divisors[r] == divisors[first]; ++rows)
      r = r + 1 < oh ? r + 1 : 0;
    return rows;
  }

  HWY_INLINE const StridedAverage* average_of(int64_t unit) {
    return Op::kIsMax ? nullptr : averages_.of(task_, divisor(unit));
  }

  // Output rows with NaN or -0 under them.
  HWY_NOINLINE void repair(int64_t unit, int64_t count) const {
    for (const int64_t end = unit + count; unit < end; ++unit) {
      const int64_t plane = unit / task_.output.h, r = unit % task_.output.h;
      const AxisWindow& window = task_.rows[static_cast<size_t>(r)];
      if (window.count == 0) continue;
      const float* const x = task_.x + plane * task_.in_plane();
      const int64_t rows = (window.count - 1) * window.step + 1;
      if (!HasNanOrNegativeZero(x + window.first * task_.input.w, rows * task_.input.w)) continue;
      reference_max_row(task_.geometry, r, 1, x, task_.y + unit * task_.output.w, nullptr);
    }
  }

  const PoolTask& task_;
  const StridedShape shape_;
  float *const reduced_, *const results_;
  const ReduceDownKernel down_;
  const ReduceAlongKernel along_;
  const int64_t taps_;
  StridedAverages averages_;
};

template <class Op>
void StridedRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  StridedKernel<Op>(task, scratch).run(begin, end);
}

// What others do faster: square windows on rows that a register holds, unless results need no moving, or are
// few sums of pairs; and at stride 1 windows that planes in registers are padded for, those that share so
// much that they are best reduced from their parts, and the smallest with the shortest vectors.
HWY_INLINE bool OthersWin(const PoolTask& task, const StridedShape& shape) {
  const Axis &rows = shape.rows, &columns = shape.columns;
  const bool max = task.params.reduction == Reduction::kMax;
  const int64_t w = task.input.w, size = rows.kernel;
  if (w < kN && size == columns.kernel && (size == 2 || size == 3 || size == 5)) {
    if (size == 2) return max || 2 * w > kN || !shape.one_divisor;
    return !shape.in_place || (max && size == 3);
  }
  if (rows.stride > 1 || columns.stride > 1) return false;
  if (w <= 2 * kN && size > 1 && columns.kernel >= 5 && columns.output == w) return true;
  if (kN < 8 && (w <= 16 || size == 2)) return true;
  return max ? (size >= 7 && w > 2 * kN) || (size == 6 && w > 128) : size >= 4 && w > 400;
}

struct NchwSmallWindows {
  static bool can(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    return !rows.adaptive && !columns.adaptive && columns.dilation == 1 && rows.kernel <= kDirectTaps &&
           columns.kernel <= kDirectTaps && columns.stride <= kDirectTaps &&
           (IsMax(task) ? ReduceAlongOf<Maximum>(columns) : ReduceAlongOf<Sum>(columns)) != nullptr;
  }
  static bool expected_to_win(const PoolTask& task) { return !OthersWin(task, StridedShape(task)); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &StridedRows<Maximum> : &StridedRows<Sum>, task.out_rows(),
            StridedShape(task).scratch()};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
