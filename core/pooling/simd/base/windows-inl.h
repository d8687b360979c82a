// One vector of window results from vectors of taps, in the order reference.h defines for sums: runs of
// powers of two, the smallest first. Maxima are taken in the same order; they do not care.
#if defined(POOLGLASS_SIMD_BASE_WINDOWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_WINDOWS_INL_H_
#undef POOLGLASS_SIMD_BASE_WINDOWS_INL_H_
#else
#define POOLGLASS_SIMD_BASE_WINDOWS_INL_H_
#endif

#include <type_traits>

#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Taps begin ... begin + kSize - 1, kSize a power of two; load(j) gives tap j.
template <class Op, int kSize, class L>
HWY_INLINE auto RunOf(int64_t begin, const L& load) {
  if constexpr (kSize == 1) {
    return load(begin);
  } else {
    return Op::apply(RunOf<Op, kSize / 2>(begin, load), RunOf<Op, kSize / 2>(begin + kSize / 2, load));
  }
}

template <class Op, int kTaps, int kBegin, class W, class L>
HWY_INLINE W AddRuns(W before, const L& load) {
  if constexpr (kBegin == kTaps) {
    return before;
  } else {
    constexpr int kSize = (kTaps - kBegin) & -(kTaps - kBegin);
    return AddRuns<Op, kTaps, kBegin + kSize>(Op::apply(before, RunOf<Op, kSize>(kBegin, load)), load);
  }
}

// A window of kTaps taps, all of them real (or the identity).
template <class Op, int kTaps, class L>
HWY_INLINE auto WindowOf(const L& load) {
  constexpr int kFirst = kTaps & -kTaps;
  return AddRuns<Op, kTaps, kFirst>(RunOf<Op, kFirst>(0, load), load);
}

// The part of a run of `size` taps from `begin` that lies in [first, end), by binary counting: stack[l] holds
// the sum of a whole run of 2^l taps whose right sibling is still to come.
template <class L>
HWY_INLINE V PartOfRun(int64_t begin, int64_t size, int64_t first, int64_t end, const L& load) {
  constexpr int kGroup = 8, kGroupLevel = 3;
  V stack[64];
  int64_t at = first - begin;
  const int64_t stop = end - begin;
  for (int level = 0; level < 63 && (int64_t{1} << level) <= size; ++level) stack[level] = Sum::identity();
  while (at < stop) {
    const bool group = at % kGroup == 0 && at + kGroup <= stop;
    int level = group ? kGroupLevel : 0;
    V v = group ? RunOf<Sum, kGroup>(begin + at, load) : load(begin + at);
    for (int64_t carry = at >> level; carry & 1; carry >>= 1, ++level) v = hn::Add(stack[level], v);
    stack[level] = v;
    at += group ? kGroup : 1;
  }
  V v = Sum::identity();
  for (int level = 0; level < 63 && (int64_t{1} << level) <= size; ++level) {
    if (at >> level & 1) v = hn::Add(stack[level], v);
  }
  return v;
}

// A window of any length, of which the taps [first, end) exist.
template <class Op, class L>
HWY_INLINE V AnyWindow(int64_t taps, int64_t first, int64_t end, const L& load) {
  V v = Op::identity();
  if constexpr (Op::kIsMax) {
    for (int64_t j = first; j < end; ++j) v = Op::apply(v, load(j));
  } else {
    for (int64_t begin = 0, size; begin < taps; begin += size) {
      size = (taps - begin) & -(taps - begin);
      const int64_t a = HWY_MAX(begin, first), e = HWY_MIN(begin + size, end);
      if (a < e) v = hn::Add(v, PartOfRun(begin, size, a, e, load));
    }
  }
  return v;
}

// f(std::integral_constant<int, taps>) for 1 <= taps <= kDirectTaps: kernels with the window unrolled.
constexpr int kDirectTaps = 8;
template <class F>
HWY_INLINE void WithTaps(int64_t taps, const F& f) {
  switch (taps) {
    case 1:
      return f(std::integral_constant<int, 1>());
    case 2:
      return f(std::integral_constant<int, 2>());
    case 3:
      return f(std::integral_constant<int, 3>());
    case 4:
      return f(std::integral_constant<int, 4>());
    case 5:
      return f(std::integral_constant<int, 5>());
    case 6:
      return f(std::integral_constant<int, 6>());
    case 7:
      return f(std::integral_constant<int, 7>());
    case 8:
      return f(std::integral_constant<int, 8>());
    default:
      return;
  }
}

// Stride-1 windows of `taps` > 1 taps, `step` floats apart, over a long row, each level of runs from the one
// below: S_2m(i) = S_m(i) + S_m(i + m). put(i, v) receives results i ... i + kN - 1 for i = 0, kN, ... < n.
// Destroys `row`, of which n + (taps - 1) * step + 2 kN floats are read; `sums` is as long (not used by max).
// `run`: `row` holds runs of so many taps already, and `sums` the smaller ones that `taps` has.
template <class Op, class Put>
HWY_INLINE void SlidingWindows(float* row, float* sums, int64_t n, int64_t taps, int64_t step, const Put& put,
                               int64_t run = 1) {
  const auto double_runs = [&](int64_t count) {
    for (int64_t i = 0; i < count; i += kN)
      Store(Op::apply(Load(row + i), Load(row + i + run * step)), row + i);
    run *= 2;
  };
  if constexpr (Op::kIsMax) {
    // Windows may overlap: the last run reaches back.
    while (2 * run < taps) double_runs(n + (taps - 2 * run) * step);
    const float* rest = row + (taps - run) * step;
    for (int64_t i = 0; i < n; i += kN) put(i, Op::apply(Load(row + i), Load(rest + i)));
  } else {
    int64_t done = taps & (run - 1);  // taps already in `sums`
    for (;;) {
      if (taps & run) {
        const float* part = row + done * step;
        const bool last = done + run == taps;
        if (last && done == 0) {
          for (int64_t i = 0; i < n; i += kN) put(i, Load(part + i));
        } else if (last) {
          for (int64_t i = 0; i < n; i += kN) put(i, hn::Add(Load(sums + i), Load(part + i)));
        } else if (done == 0) {
          for (int64_t i = 0; i < n; i += kN) Store(Load(part + i), sums + i);
        } else {
          for (int64_t i = 0; i < n; i += kN) Store(hn::Add(Load(sums + i), Load(part + i)), sums + i);
        }
        if (last) return;
        done += run;
      }
      double_runs(n + (taps - 2 * run) * step);
    }
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
