// 2x2 windows with stride 2 on rows of fewer outputs than a vector has lanes (two_by_two-inl.h has the
// others).
#if defined(POOLGLASS_SIMD_TWO_BY_TWO_SHORT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_TWO_BY_TWO_SHORT_INL_H_
#undef POOLGLASS_SIMD_TWO_BY_TWO_SHORT_INL_H_
#else
#define POOLGLASS_SIMD_TWO_BY_TWO_SHORT_INL_H_
#endif

#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/two_by_two-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Rows of fewer outputs than a vector has lanes. More than half of it: from two overlapping vectors of each
// input row. Fewer would leave lanes empty: two rows make up a vector, or many rows are done together.
template <class Op>
class ShortTwoByTwo {
 public:
  ShortTwoByTwo(const PoolTask& task, float* scratch)
      : task_(task),
        joined_(scratch),
        end_(task.x + task.planes * task.in_plane()),
        w_(task.input.w),
        n_(task.output.w),
        even_(w_ == 2 * n_) {}

  // Rows fit the first-level cache.
  static constexpr int64_t kChunk = 2048;
  static constexpr int64_t kScratch = kChunk + 2 * kVectorSlack;

  void run(int64_t begin, int64_t end) {
    float *const y = task_.y + begin * n_, *const y_end = task_.y + end * n_;
    if (2 * n_ > kN) return overlapping(begin, end, y);
    int64_t unit = begin;
    if (4 * n_ > kN) {
      unit += two_rows(begin, end, y, y_end);
    } else {
      for_each_run(begin, end, [&](const float* x, int64_t rows) {
        // What one run of rows leaves over can only be completed by the next one in the buffer.
        if (unit == begin && rows == end - begin) unit += whole_vectors(x, rows, y);
      });
    }
    for (int64_t rows; unit < end; unit += rows) {
      rows = HWY_MIN(end - unit, kChunk / (2 * n_));
      chunk(unit, unit + rows, task_.y + unit * n_, y_end);
    }
  }

 private:
  // More than kN / 2 outputs: the halves of their vector lie side by side, or overlap.
  void overlapping(int64_t begin, int64_t end, float* y) const {
    const int64_t second = 2 * n_ - kN, second_half = n_ - kN / 2;
    for_each_run(begin, end, [&](const float* x, int64_t rows) {
      for (int64_t r = 0; r < rows; ++r, x += 2 * w_, y += n_) {
        if (task_.fetch) FetchInOrder(x, 2 * w_);
        const float* bottom = x + w_;
        const V v = TwoByTwo<Op>(Load(x), Load(x + second), Load(bottom), Load(bottom + second));
        StoreLowHalf(v, y);
        StoreHighHalf(v, y + second_half);
      }
    });
  }

  // At most kN / 2 outputs: two rows at a time, half a vector each. What stands behind a row in its half
  // belongs to the rows that follow and is overwritten by them; the last rows, which nothing follows, are
  // left. How many were done.
  int64_t two_rows(int64_t begin, int64_t end, float* y, const float* y_end) const {
    const float *const y_begin = y, *const last = end_ - kN - w_, *const y_last = y_end - n_ - kN / 2;
    const bool full = 2 * n_ == kN;
    for_each_run(begin, end, [&](const float* x, int64_t rows) {
      for (; rows > 0 && x + 2 * w_ <= last && y <= y_last; rows -= 2, x += 4 * w_) {
        const bool two = rows > 1;
        const float* const second = two ? x + 2 * w_ : x;
        if (task_.fetch) FetchInOrder(x, 4 * w_);
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

  // As many rows as fill whole vectors exactly, without a buffer; how many.
  int64_t whole_vectors(const float* x, int64_t rows, float* y) const {
    if constexpr (kN >= 8) {
      if (4 * n_ == kN) return four_rows(x, rows, y);
    }
    if (n_ == 1 && even_) return tiny<1>(x, rows, y);
    if (n_ == 2 && even_) return tiny<2>(x, rows, y);
    return 0;
  }

  // Four output rows make up a vector, two input rows as well.
  int64_t four_rows(const float* x, int64_t rows, float* y) const {
    const auto load = [&](const float* row) {
      const hn::Half<D> half;
      return hn::Combine(D(), hn::LoadU(half, row + 2 * w_), hn::LoadU(half, row));
    };
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4, x += 8 * w_) {
      const float* second = x + 4 * w_;
      Store(TwoByTwo<Op>(load(x), load(second), load(x + w_), load(second + w_)), y + r * n_);
    }
    return r;
  }

  // Even rows one or two pairs wide: the four taps of a window lie in one or two vectors.
  template <int kPairs>
  int64_t tiny(const float* x, int64_t rows, float* y) const {
    // Of a row's results, kPairs side by side in one lane.
    using Lane = std::conditional_t<kPairs == 1, uint32_t, uint64_t>;
    const hn::Repartition<Lane, D> d;
    const auto even_rows = [&](V low, V high) {
      return hn::BitCast(D(), hn::ConcatEven(d, hn::BitCast(d, high), hn::BitCast(d, low)));
    };
    const auto odd_rows = [&](V low, V high) {
      return hn::BitCast(D(), hn::ConcatOdd(d, hn::BitCast(d, high), hn::BitCast(d, low)));
    };
    int64_t r = 0;
    for (; r + kN / kPairs <= rows; r += kN / kPairs, x += 4 * kN) {
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

  // Any rows, in two passes by way of a buffer.
  void chunk(int64_t begin, int64_t end, float* y, float* y_end) const {
    if constexpr (Op::kIsMax) {
      if (HWY_UNLIKELY(along<Maximum>(begin, end))) {
        along<ExactMaximum>(begin, end);
        down<ExactMaximum>(end - begin, y, y_end);
      } else {
        down<Maximum>(end - begin, y, y_end);
      }
    } else {
      add_rows(begin, end);
      add_columns((end - begin) * n_, y);
    }
  }

  // Max: pairs of columns of all input rows. Whether there is a NaN among them or behind them.
  template <class Max>
  bool along(int64_t begin, int64_t end) const {
    M nan = hn::FirstN(D(), 0);
    float* to = joined_;
    HWY_ALIGN int32_t columns[2][kN];
    if (!even_ && w_ <= kN) find_columns(columns);
    for_each_run(begin, end, [&](const float* x, int64_t rows) {
      if (even_) {
        nan = hn::Or(nan, flat_pairs<Max>(x, 2 * rows * n_, to));
      } else if (w_ > kN) {
        for (int64_t r = 0; r < 2 * rows; ++r)
          nan = hn::Or(nan, flat_pairs<Max>(x + r * w_, n_, to + r * n_));
      } else {
        nan = hn::Or(nan, odd_pairs<Max>(x, 2 * rows, columns, to));
      }
      to += 2 * rows * n_;
    });
    return !hn::AllFalse(D(), nan);
  }

  template <class Max>
  static HWY_INLINE M pairs(V even, V odd, float* to) {
    Store(Max::apply(even, odd), to);
    return EitherNaN(even, odd);
  }

  // n pairs side by side; where there is a NaN.
  template <class Max>
  HWY_INLINE M flat_pairs(const float* from, int64_t n, float* to) const {
    M nan = hn::FirstN(D(), 0);
    int64_t i = 0;
    for (; i + kN <= n; i += kN, from += 2 * kN) {
      const V low = Load(from), high = Load(from + kN);
      nan = hn::Or(nan, pairs<Max>(Even(low, high), Odd(low, high), to + i));
    }
    if (i == n) return nan;
    const V low = load(from), high = load(from + kN);
    return hn::Or(nan, pairs<Max>(Even(low, high), Odd(low, high), to + i));
  }

  // Odd rows, as many together as fit a vector.
  template <class Max>
  HWY_INLINE M odd_pairs(const float* from, int64_t rows, const int32_t (&columns)[2][kN], float* to) const {
    M nan = hn::FirstN(D(), 0);
    const auto even = hn::SetTableIndices(D(), columns[0]), odd = hn::SetTableIndices(D(), columns[1]);
    const int64_t together = kN / w_;
    for (int64_t r = 0; r < rows; r += together) {
      const V v = load(from + r * w_);
      const V first = hn::TableLookupLanes(v, even), second = hn::TableLookupLanes(v, odd);
      nan = hn::Or(nan, pairs<Max>(first, second, to + r * n_));
    }
    return nan;
  }

  template <class Max>
  void down(int64_t rows, float* y, float* y_end) const {
    if (2 * n_ <= kN) return down_by<hn::Half<D>, Max>(rows, y, y_end);
    down_by<D, Max>(rows, y, y_end);
  }

  // Half vectors cross half as many cache lines.
  template <class Tag, class Max>
  HWY_INLINE void down_by(int64_t rows, float* y, float* y_end) const {
    const Tag tag;
    constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));
    const float* from = joined_;
    const auto row = [&] { return Max::apply(hn::LoadU(tag, from), hn::LoadU(tag, from + n_)); };
    // What is written behind a row is overwritten by the rows that follow.
    for (; rows > 0 && y_end - y >= kLanes; --rows, from += 2 * n_, y += n_) hn::StoreU(row(), tag, y);
    for (; rows > 0; --rows, from += 2 * n_, y += n_) {
      HWY_ALIGN float last[kLanes];
      hn::Store(row(), tag, last);
      std::memcpy(y, last, static_cast<size_t>(n_) * sizeof(float));
    }
  }

  // Average: the two rows of each output row, without the column left over.
  void add_rows(int64_t begin, int64_t end) const {
    float* to = joined_;
    for_each_run(begin, end, [&](const float* x, int64_t rows) {
      for (int64_t r = 0; r < rows; ++r, x += 2 * w_, to += 2 * n_) {
        for (int64_t i = 0; i < 2 * n_; i += kN) {
          Store(hn::Add(load(x + i), load(x + i + w_)), to + i);
        }
      }
    });
  }

  void add_columns(int64_t n, float* y) const {
    for (int64_t i = 0; i < n; i += kN) {
      StoreUpTo(QuarterOf(Load(joined_ + 2 * i), Load(joined_ + 2 * i + kN)), y + i, n - i);
    }
  }

  // A vector, as far as the input goes.
  HWY_INLINE V load(const float* p) const {
    if (HWY_LIKELY(end_ - p >= kN)) return Load(p);
    const V zero = hn::Zero(D());
    return p < end_ ? LoadFirst(p, end_ - p, zero) : zero;
  }

  // Where in a vector of several odd rows the first and second column of each window are.
  void find_columns(int32_t (&columns)[2][kN]) const {
    int64_t i = 0;
    for (int64_t row = 0; i < kN; row += w_) {
      for (int64_t c = 0; c < n_ && i < kN; ++c, ++i) {
        columns[0][i] = static_cast<int32_t>(HWY_MIN(row + 2 * c, kN - 1));
        columns[1][i] = static_cast<int32_t>(HWY_MIN(row + 2 * c + 1, kN - 1));
      }
    }
  }

  const PoolTask& task_;
  float* const joined_;
  const float* const end_;
  const int64_t w_, n_;
  const bool even_;
};

template <class Op>
void TwoByTwoRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  if (task.output.w < kN) return ShortTwoByTwo<Op>(task, scratch).run(begin, end);
  LongTwoByTwo<Op>(task, begin, end);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
