// 2x2 windows with stride 2 on NCHW rows of at most half as many outputs as a vector has lanes. Four vectors
// of input, each beginning with a row, make one of results: two permutations of two of them bring the taps of
// several windows beside each other, halves of windows in two stretches, and two of what those reduce to
// bring the stretches together. Which lanes these are follows from the width alone, and the results of
// several rows stand side by side, across planes as well.
//
// What it waits for are the loads, most of which cross a cache line.
#if defined(POOLGLASS_SIMD_NCHW_TWO_BY_TWO_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_LANES_INL_H_
#undef POOLGLASS_SIMD_NCHW_TWO_BY_TWO_LANES_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_TWO_BY_TWO_LANES_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/lanes-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <class Op>
class TwoByTwoByLanes {
 public:
  explicit TwoByTwoByLanes(const PoolTask& task)
      : w_(task.input.w),
        n_(task.output.w),
        wide_(2 * w_ > kN),
        windows_(wide_ ? n_ : 2 * n_),
        first_(lanes_of_taps()),
        second_(hn::Add(lanes_of_taps(), Int(Op::kIsMax ? 1 : below()))),
        low_(lanes_of_stretches()),
        high_(hn::Add(lanes_of_stretches(), Int(windows_))) {}

  // Output rows begin ... end - 1.
  void run(const PoolTask& task, int64_t begin, int64_t end) const {
    if (wide_)
      return task.prefetch ? rows<true, true>(task, begin, end) : rows<true, false>(task, begin, end);
    return task.prefetch ? rows<false, true>(task, begin, end) : rows<false, false>(task, begin, end);
  }

 private:
  // Without members but for copies, as stores might change those.
  template <bool kWide, bool kPrefetch>
  HWY_NOINLINE void rows(const PoolTask& task, int64_t begin, int64_t end) const {
    const int64_t w = w_, oh = task.output.h, results = 2 * windows_;
    const LanesOfTwo first = first_, second = second_, low = low_, high = high_;
    constexpr int kRows = kWide ? 2 : 4;  // of results, a step
    const int64_t floats = 2 * w, skipped = task.in_plane() - 2 * oh * w;
    const float* x = task.x;
    int64_t left = oh;
    if (begin > 0) {  // divisions take as long as a small call
      x += begin / oh * task.in_plane() + begin % oh * 2 * w;
      left -= begin % oh;
    }
    const auto next = [&]() HWY_ATTR {
      const float* const place = x;
      if constexpr (kPrefetch) PrefetchInOrder(place, floats);
      x += floats;
      if (--left == 0) {
        x += skipped;
        left = oh;
      }
      return place;
    };
    const auto step = [&](const auto& load) POOLGLASS_INLINE_LAMBDA {
      const float *const p0 = next(), *const p1 = kWide ? p0 + w : next(), *const p2 = next(),
                         *const p3 = kWide ? p2 + w : next();
      const V v0 = load(p0), v1 = load(p1), v2 = load(p2), v3 = load(p3);
      const V a = first(v0, v1), b = second(v0, v1), c = first(v2, v3), d = second(v2, v3);
      const auto reduce = [&](auto op) POOLGLASS_INLINE_LAMBDA {
        const V ab = op.apply(a, b), cd = op.apply(c, d);
        return op.apply(low(ab, cd), high(ab, cd));
      };
      if constexpr (!Op::kIsMax) return hn::Mul(hn::Add(reduce(Op()), hn::Zero(D())), Set(0.25f));
      const M nan = hn::Or(EitherNaN(a, b), EitherNaN(c, d));
      return HWY_LIKELY(hn::AllFalse(D(), nan)) ? reduce(Op()) : reduce(ExactMaximum());
    };
    float* y = task.y + begin * n_;
    const float *const x_end = task.x + task.planes * task.in_plane(), *const y_end = task.y + end * n_;
    // As long as whole vectors can be read, behind the beginning of a step's last rows, and written.
    int64_t behind = (task.out_rows() - begin - (kRows - 1)) * floats - (kWide ? w + kN : kN);
    for (; behind >= 0 && y_end - y >= kN; behind -= kRows * floats, y += results)
      Store(step([](const float* p) HWY_ATTR { return Load(p); }), y);
    const auto load = [x_end](const float* p) HWY_ATTR {
      if (x_end - p >= kN) return Load(p);
      return p < x_end ? LoadFirst(p, x_end - p, hn::Zero(D())) : hn::Zero(D());
    };
    for (; y < y_end; y += results) StoreFirst(step(load), y, HWY_MIN(results, y_end - y));
  }

  static HWY_INLINE hn::Vec<DI> Int(int64_t i) { return hn::Set(DI(), static_cast<int32_t>(i)); }
  // From a cell to the one below it, in lanes of two vectors.
  int64_t below() const { return wide_ ? kN : w_; }

  // Taps of the first stretch of windows, then of the second: upper left ones, and those below for maxima,
  // which go along rows first, or those beside for sums.
  hn::Vec<DI> lanes_of_taps() const {
    const DI d;
    const auto lane = hn::Iota(d, 0);
    const auto second = hn::VecFromMask(d, hn::Gt(lane, Int(windows_ - 1)));  // -1 or 0
    const auto window = hn::Add(lane, hn::And(second, Int(-windows_)));
    const auto next = hn::VecFromMask(d, hn::Gt(window, Int(n_ - 1)));  // of the second vector
    const auto cell = hn::Add(hn::Add(window, window), hn::And(next, Int(kN - 2 * n_)));
    return hn::Add(cell, hn::And(second, Int(Op::kIsMax ? below() : 1)));
  }
  hn::Vec<DI> lanes_of_stretches() const {
    const DI d;
    const auto lane = hn::Iota(d, 0);
    return hn::Add(lane, hn::And(hn::VecFromMask(d, hn::Gt(lane, Int(windows_ - 1))), Int(kN - windows_)));
  }

  const int64_t w_, n_;
  const bool wide_;        // whether a pair of input rows takes two vectors
  const int64_t windows_;  // of two vectors
  const LanesOfTwo first_, second_, low_, high_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
