// 2x2 windows with stride 2 on rows of fewer outputs than a vector has lanes (nchw/two_by_two-inl.h has the
// others).
#if defined(POOLGLASS_SIMD_NCHW_TWO_BY_TWO_SHORT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_SHORT_INL_H_
#undef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_SHORT_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_TWO_BY_TWO_SHORT_INL_H_
#endif

#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/nchw/two_by_two-inl.h"
#include "core/pooling/simd/nchw/two_by_two_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Rows of fewer outputs than a vector has lanes: from two overlapping vectors of each input row; or two rows
// make up a vector, or as many as fit one (nchw/two_by_two_lanes-inl.h).
template <class Op>
class ShortTwoByTwo {
 public:
  explicit ShortTwoByTwo(const PoolTask& task)
      : task_(task), end_(task.x + task.planes * task.in_plane()), w_(task.input.w), n_(task.output.w) {}

  void run(int64_t begin, int64_t end) {
    if (2 * n_ > kN) return long_rows(begin, end);
    // All in one list, without tables, which take as long as a small call.
    if (task_.input.h == 2 * task_.output.h && w_ == 2 * n_ && n_ <= 2)
      begin += n_ == 1 ? tiny<1>(begin, end) : tiny<2>(begin, end);
    // Lanes of two vectors take one operation on AVX-512, and three elsewhere.
    if (kN < 16 && 4 * n_ > kN) begin += two_rows(begin, end);
    if (begin < end) TwoByTwoByLanes<Op>(task_).run(task_, begin, end);
  }

 private:
  // More than kN / 2 outputs. What stands behind them in their vector is overwritten by the next row; of the
  // last row, the halves of the vector lie side by side, or overlap.
  void long_rows(int64_t begin, int64_t end) const {
    const int64_t last = end - 1;
    if (2 * n_ <= kN + kN / 2) {
      whole_vectors<true>(begin, last);
    } else {
      whole_vectors<false>(begin, last);
    }
    const int64_t second = 2 * n_ - kN, h = task_.input.h, oh = task_.output.h;
    const float *const x = task_.x + (last / oh * h + last % oh * 2) * w_, *const bottom = x + w_;
    const V v = TwoByTwo<Op>(Load(x), Load(x + second), Load(bottom), Load(bottom + second));
    float* const y = task_.y + last * n_;
    StoreLowHalf(v, y);
    StoreHighHalf(v, y + n_ - kN / 2);
  }

  // kHalf: whether half a vector is left of a row behind the first.
  template <bool kHalf>
  void whole_vectors(int64_t begin, int64_t end) const {
    const auto rest = [](const float* p) HWY_ATTR {
      const hn::Half<D> half;
      return kHalf ? hn::ZeroExtendVector(D(), hn::LoadU(half, p)) : Load(p);
    };
    const int64_t w = w_, n = n_;
    const bool prefetch = task_.prefetch;
    float* y = task_.y + begin * n;
    for_each_run(begin, end, [&](const float* x, int64_t rows) HWY_ATTR {
      for (; rows > 0; --rows, x += 2 * w, y += n) {
        if (prefetch) PrefetchInOrder(x, 2 * w);
        const float* const bottom = x + w;
        Store(TwoByTwo<Op>(Load(x), rest(x + kN), Load(bottom), rest(bottom + kN)), y);
      }
    });
  }

  // At most kN / 2 outputs: two rows at a time, half a vector each. What stands behind a row in its half
  // belongs to the rows that follow and is overwritten by them; the last rows, which nothing follows, are
  // left. How many were done.
  int64_t two_rows(int64_t begin, int64_t end) const {
    float* y = task_.y + begin * n_;
    const float *const y_begin = y, *const last = end_ - kN - w_,
                       *const y_last = task_.y + end * n_ - n_ - kN / 2;
    const bool full = 2 * n_ == kN;
    for_each_run(begin, end, [&](const float* x, int64_t rows) {
      for (; rows > 0 && x + 2 * w_ <= last && y <= y_last; rows -= 2, x += 4 * w_) {
        const bool two = rows > 1;
        const float* const second = two ? x + 2 * w_ : x;
        if (task_.prefetch) PrefetchInOrder(x, 4 * w_);
        const V v = TwoByTwo<Op>(Load(x), Load(second), Load(x + w_), Load(second + w_));
        if (full && two) {
          Store(v, y);
        } else {
          StoreLowHalf(v, y);
          if (two) StoreHighHalf(v, y + n_);
        }
        y += two ? 2 * n_ : n_;
      }
    });
    return (y - y_begin) / n_;
  }

  // Even rows one or two pairs wide: the four taps of a window lie in one or two vectors. How many were done.
  template <int kPairs>
  int64_t tiny(int64_t begin, int64_t end) const {
    // Of a row's results, kPairs side by side in one lane.
    using Lane = std::conditional_t<kPairs == 1, uint32_t, uint64_t>;
    const hn::Repartition<Lane, D> d;
    const auto even_rows = [&](V low, V high) {
      return hn::BitCast(D(), hn::ConcatEven(d, hn::BitCast(d, high), hn::BitCast(d, low)));
    };
    const auto odd_rows = [&](V low, V high) {
      return hn::BitCast(D(), hn::ConcatOdd(d, hn::BitCast(d, high), hn::BitCast(d, low)));
    };
    const float* x = task_.x + begin * 4 * kPairs;
    float* const y = task_.y + begin * kPairs;
    int64_t r = 0;
    for (; r + kN / kPairs <= end - begin; r += kN / kPairs, x += 4 * kN) {
      const V v0 = Load(x), v1 = Load(x + kN), v2 = Load(x + 2 * kN), v3 = Load(x + 3 * kN);
      const V left0 = Even(v0, v1), right0 = Odd(v0, v1), left1 = Even(v2, v3), right1 = Odd(v2, v3);
      Store(FourTaps<Op>(even_rows(left0, left1), even_rows(right0, right1), odd_rows(left0, left1),
                         odd_rows(right0, right1)),
            y + r * kPairs);
    }
    return r;
  }

  // f(first input row, how many output rows) for output rows that follow each other in memory: those of a
  // plane, or all of them.
  template <class F>
  HWY_INLINE void for_each_run(int64_t begin, int64_t end, const F& f) const {
    const int64_t h = task_.input.h, oh = task_.output.h, plane = begin / oh;
    const float* x = task_.x + plane * h * w_;
    if (h == 2 * oh) return f(x + 2 * (begin - plane * oh) * w_, end - begin);
    int64_t row = begin - plane * oh;
    for (int64_t left = end - begin; left > 0; x += h * w_, row = 0) {
      const int64_t rows = HWY_MIN(left, oh - row);
      f(x + 2 * row * w_, rows);
      left -= rows;
    }
  }

  const PoolTask& task_;
  const float* const end_;
  const int64_t w_, n_;
};

template <class Op>
void TwoByTwoRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  if (task.output.w < kN) return ShortTwoByTwo<Op>(task).run(begin, end);
  LongTwoByTwo<Op>(task, begin, end);
}

struct NchwTwoByTwo : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsTwoByTwo(task); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &TwoByTwoRows<Maximum> : &TwoByTwoRows<Sum>, task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
