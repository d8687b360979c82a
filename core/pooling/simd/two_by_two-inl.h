// 2x2 windows with stride 2 and no padding, NCHW. Two input rows become one output row: split even and odd
// columns, join them, join the rows.
//
// Max goes along the rows first, which is row-major order, so ties need no care; a NaN sends the vector
// through the exact rule once more. Average adds the rows first, as defined; dividing by 4 is multiplying by
// 0.25.
#if defined(POOLGLASS_SIMD_TWO_BY_TWO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_TWO_BY_TWO_INL_H_
#undef POOLGLASS_SIMD_TWO_BY_TWO_INL_H_
#else
#define POOLGLASS_SIMD_TWO_BY_TWO_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// One vector of results from two vectors (2 kN columns) of each row.
template <class Op>
HWY_INLINE V TwoByTwo(V top0, V top1, V bottom0, V bottom1) {
  if constexpr (Op::kIsMax) {
    const V top_even = Even(top0, top1), top_odd = Odd(top0, top1);
    const V bottom_even = Even(bottom0, bottom1), bottom_odd = Odd(bottom0, bottom1);
    const M nan = hn::Or(EitherNaN(top_even, top_odd), EitherNaN(bottom_even, bottom_odd));
    if (HWY_UNLIKELY(!hn::AllFalse(D(), nan))) {
      return MaxExact(MaxExact(MaxExact(top_even, top_odd), bottom_even), bottom_odd);
    }
    return MaxOrdered(MaxOrdered(top_even, top_odd), MaxOrdered(bottom_even, bottom_odd));
  } else {
    const V left = hn::Add(top0, bottom0), right = hn::Add(top1, bottom1);
    const V sum = hn::Add(hn::Add(Even(left, right), Odd(left, right)), hn::Zero(D()));
    return hn::Mul(sum, Set(0.25f));
  }
}

// Rows of at least kN outputs: the last vector overlaps the one before it, so nothing is left over.
template <class Op, bool kStream>
HWY_INLINE void TwoByTwoRow(const float* top, const float* bottom, float* y, int64_t n) {
  const auto step = [&](int64_t i) {
    return TwoByTwo<Op>(Load(top + 2 * i), Load(top + 2 * i + kN), Load(bottom + 2 * i),
                        Load(bottom + 2 * i + kN));
  };
  int64_t i = 0;
  for (; i + kN <= n; i += kN) {
    if constexpr (kStream) {
      hn::Stream(step(i), D(), y + i);
    } else {
      Store(step(i), y + i);
    }
  }
  if (i < n) Store(step(n - kN), y + n - kN);
}

// Shorter rows: 2 n columns fit two vectors, loaded in part.
template <class Op>
HWY_INLINE void TwoByTwoShortRow(const float* top, const float* bottom, float* y, int64_t n) {
  const V zero = hn::Zero(D());
  const auto low = [&](const float* row) { return LoadFirst(row, HWY_MIN(2 * n, kN), zero); };
  const auto high = [&](const float* row) {
    return 2 * n > kN ? LoadFirst(row + kN, 2 * n - kN, zero) : zero;
  };
  StoreFirst(TwoByTwo<Op>(low(top), high(top), low(bottom), high(bottom)), y, n);
}

template <class Op>
void TwoByTwoRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t h = task.input.h, w = task.input.w, oh = task.output.h, ow = task.output.w;
  // Only rows of whole aligned lines: streaming beside ordinary stores to one line (rows of 56 floats)
  // took 1.5 times as long as not streaming at all; on rows of 2048 it went from 1.8 times a copy to 1.15.
  const bool stream = task.stream && ow % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0;
  int64_t row = begin % oh;
  const float* x = task.x + begin / oh * h * w + 2 * row * w;
  float* y = task.y + begin * ow;
  for (int64_t unit = begin; unit < end; ++unit, y += ow) {
    if (stream) {
      TwoByTwoRow<Op, true>(x, x + w, y, ow);
    } else if (ow >= kN) {
      TwoByTwoRow<Op, false>(x, x + w, y, ow);
    } else {
      TwoByTwoShortRow<Op>(x, x + w, y, ow);
    }
    x += 2 * w;
    if (++row == oh) {
      row = 0;
      x += (h - 2 * oh) * w;
    }
  }
  if (stream) hwy::FlushStream();
}

HWY_INLINE bool IsTwoByTwo(const PoolTask& task) {
  const PoolParams& p = task.params;
  const bool fits = 2 * task.output.h <= task.input.h && 2 * task.output.w <= task.input.w;
  return !p.adaptive_output && p.kernel == Size2{2, 2} && p.stride == Size2{2, 2} &&
         p.dilation == Size2{1, 1} && p.padding == Padding{} && fits;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
