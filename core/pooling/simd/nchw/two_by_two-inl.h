// 2x2 windows with stride 2 and no padding, NCHW. Two input rows become one output row: split even and odd
// columns, reduce them, reduce the rows.
//
// Max goes along the rows first, which is row-major order, so ties need no care; a NaN sends its vector (in
// short rows: its chunk of rows) through the exact rule once more. Average adds the rows first, as defined;
// dividing by 4 is multiplying by 0.25.
#if defined(POOLGLASS_SIMD_NCHW_TWO_BY_TWO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_INL_H_
#undef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_TWO_BY_TWO_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Results from the taps of their windows in row-major order.
template <class Op>
HWY_INLINE V FourTaps(V v00, V v01, V v10, V v11) {
  if constexpr (Op::kIsMax) {
    const M nan = hn::Or(EitherNaN(v00, v01), EitherNaN(v10, v11));
    if (HWY_UNLIKELY(!hn::AllFalse(D(), nan))) return MaxExact(MaxExact(MaxExact(v00, v01), v10), v11);
    return MaxOrdered(MaxOrdered(v00, v01), MaxOrdered(v10, v11));
  } else {
    const V sum = hn::Add(hn::Add(v00, v10), hn::Add(v01, v11));
    return hn::Mul(hn::Add(sum, hn::Zero(D())), Set(0.25f));
  }
}

// Averages from sums of two rows.
HWY_INLINE V QuarterOf(V low, V high) {
  const V sum = hn::Add(hn::Add(BlockEven(low, high), BlockOdd(low, high)), hn::Zero(D()));
  return InOrder(hn::Mul(sum, Set(0.25f)));
}

// One vector of results from two vectors (2 kN columns) of each row.
template <class Op>
HWY_INLINE V TwoByTwo(V top0, V top1, V bottom0, V bottom1) {
  if constexpr (Op::kIsMax) {
    top0 = InRegister(top0);
    top1 = InRegister(top1);
    bottom0 = InRegister(bottom0);
    bottom1 = InRegister(bottom1);
    return InOrder(FourTaps<Op>(BlockEven(top0, top1), BlockOdd(top0, top1), BlockEven(bottom0, bottom1),
                                BlockOdd(bottom0, bottom1)));
  } else {
    return QuarterOf(hn::Add(top0, bottom0), hn::Add(top1, bottom1));
  }
}

// What is left of a row behind its whole vectors: results that overlap the vector before them, so that
// nothing is stored in pieces.
enum class RowTail { kNone, kHalf, kWhole };

// Output rows of at least kN results, from input rows that follow each other: `rows` of n results.
template <class Op, RowTail kTail, bool kPrefetch, bool kStream>
HWY_INLINE void TwoByTwoRun(const float* x, int64_t w, float* y, int64_t n, int64_t rows) {
  const int64_t whole = n / kN * kN;
  for (; rows > 0; --rows, x += 2 * w, y += n) {
    if constexpr (kPrefetch) PrefetchInOrder(x, 2 * w);
    const float* const bottom = x + w;
    const auto step = [&](int64_t i) HWY_ATTR {
      return TwoByTwo<Op>(Load(x + 2 * i), Load(x + 2 * i + kN), Load(bottom + 2 * i),
                          Load(bottom + 2 * i + kN));
    };
    for (int64_t i = 0; i < whole; i += kN) {
      if constexpr (kStream) {
        hn::Stream(step(i), D(), y + i);
      } else {
        Store(step(i), y + i);
      }
    }
    if constexpr (kTail == RowTail::kWhole) Store(step(n - kN), y + n - kN);
    if constexpr (kTail == RowTail::kHalf) {
      const V last_top = Load(x + 2 * n - kN), last_bottom = Load(bottom + 2 * n - kN);
      StoreLowHalf(TwoByTwo<Op>(last_top, last_top, last_bottom, last_bottom), y + n - kN / 2);
    }
  }
}

// Output rows begin ... end - 1 of at least kN results.
template <class Op, RowTail kTail, bool kPrefetch, bool kStream = false>
HWY_INLINE void LongTwoByTwo(const PoolTask& task, int64_t begin, int64_t end) {
  const int64_t h = task.input.h, w = task.input.w, oh = task.output.h, ow = task.output.w;
  float* y = task.y + begin * ow;
  if (h == 2 * oh)
    return TwoByTwoRun<Op, kTail, kPrefetch, kStream>(task.x + 2 * begin * w, w, y, ow, end - begin);
  for (int64_t unit = begin, rows; unit < end; unit += rows, y += rows * ow) {
    const int64_t row = unit % oh;
    rows = HWY_MIN(end - unit, oh - row);
    TwoByTwoRun<Op, kTail, kPrefetch, kStream>(task.x + (unit / oh * h + 2 * row) * w, w, y, ow, rows);
  }
}

template <class Op, bool kPrefetch>
HWY_INLINE void LongTwoByTwo(const PoolTask& task, int64_t begin, int64_t end) {
  const int64_t left = task.output.w % kN;
  if (left == 0) {
    LongTwoByTwo<Op, RowTail::kNone, kPrefetch>(task, begin, end);
  } else if (left <= kN / 2) {
    LongTwoByTwo<Op, RowTail::kHalf, kPrefetch>(task, begin, end);
  } else {
    LongTwoByTwo<Op, RowTail::kWhole, kPrefetch>(task, begin, end);
  }
}

template <class Op>
HWY_INLINE void LongTwoByTwo(const PoolTask& task, int64_t begin, int64_t end) {
  // Only rows of whole aligned lines: streaming beside ordinary stores to one line (rows of 56 floats)
  // took 1.5 times as long as not streaming at all; on rows of 2048 it went from 1.8 times a copy to 1.15.
  if (task.stream && task.output.w % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0) {
    if (task.prefetches_rows()) {
      LongTwoByTwo<Op, RowTail::kNone, true, true>(task, begin, end);
    } else {
      LongTwoByTwo<Op, RowTail::kNone, false, true>(task, begin, end);
    }
    return hwy::FlushStream();
  }
  if (task.prefetches_rows()) return LongTwoByTwo<Op, true>(task, begin, end);
  LongTwoByTwo<Op, false>(task, begin, end);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
