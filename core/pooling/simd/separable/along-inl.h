// Windows along one row, at stride 1, with the runs of every length up to a vector's kept in registers: run
// 2m of a vector is its run m and that of the same vector slid by m. Runs of two may come from two loads:
// there is more room for these than for slides.
#if defined(POOLGLASS_SIMD_SEPARABLE_ALONG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_SEPARABLE_ALONG_INL_H_
#undef POOLGLASS_SIMD_SEPARABLE_ALONG_INL_H_
#else
#define POOLGLASS_SIMD_SEPARABLE_ALONG_INL_H_
#endif

#include <array>
#include <bit>
#include <utility>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/lanes-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// A step takes the next vector of the row; the runs of level l (2^l floats) it completes are those that begin
// l vectors before it, l - 1 where pairs are loaded.
template <class Op, int kTaps, bool kLoadPairs>
class RunsAlong {
  static_assert(1 < kTaps && kTaps < 2 * kN);

 public:
  static constexpr int kLevels = std::bit_width(static_cast<unsigned>(kTaps)) - 1;
  static constexpr int kLag = kLevels + (kLoadPairs ? 0 : 1);  // of window(), in vectors

  HWY_INLINE RunsAlong() {
    for (int l = 0; l <= kLevels; ++l) run_[l] = part_[l] = Op::identity();
  }

  HWY_INLINE void step(const RunsAlong& before, const float* next) {
    run_[0] = InRegister(Load(next));
    if constexpr (kLoadPairs) run_[1] = Op::apply(run_[0], Load(next + 1));
    if constexpr (kTaps % 2 == 1) part_[0] = kLoadPairs ? run_[0] : before.run_[0];
    level<1>(before);
  }

  // Whole windows, kLag vectors back.
  HWY_INLINE V window(const RunsAlong& before) const {
    if constexpr (Op::kIsMax) {
      constexpr int kRest = kTaps - (1 << kLevels);
      return Op::apply(before.run_[kLevels], Slide<kRest>(before.run_[kLevels], run_[kLevels]));
    } else {
      return part_[kLevels];
    }
  }

  // The longest runs, and what of the window comes before them: kLag - 1 vectors back.
  HWY_INLINE V longest() const { return run_[kLevels]; }
  HWY_INLINE V rest() const { return part_[kLevels - 1]; }

 private:
  template <int l>
  HWY_INLINE void level(const RunsAlong& before) {
    if constexpr (l <= kLevels) {
      if constexpr (l > 1 || !kLoadPairs)
        run_[l] = Op::apply(before.run_[l - 1], Slide<(1 << l) / 2>(before.run_[l - 1], run_[l - 1]));
      if constexpr (!Op::kIsMax) {
        constexpr int kDone = kTaps % (1 << l);
        if constexpr ((kTaps >> l & 1) == 0) {
          part_[l] = before.part_[l - 1];
        } else if constexpr (kDone == 0) {
          part_[l] = before.run_[l];
        } else {
          part_[l] = Op::apply(before.part_[l - 1], Slide<kDone>(before.run_[l], run_[l]));
        }
      }
      level<l + 1>(before);
    }
  }

  V run_[kLevels + 1];
  V part_[kLevels + 1];  // sums: the window's runs up to level l
};

// Steps over a row; put(i, now, before) for its vectors i = 0, kN, ... < n, each kLag vectors after it has
// been loaded. Reads kLag + 2 vectors behind `n`. Two sets of runs take turns: no copies.
template <int kLag, class Runs, class Put>
HWY_INLINE void StepAlong(const float* from, int64_t n, Runs& before, Runs& now, const Put& put) {
  if constexpr (kLag > 0) {
    now.step(before, from);
    StepAlong<kLag - 1>(from + kN, n, now, before, put);
  } else {
    for (int64_t i = 0; i < n; i += 2 * kN) {
      now.step(before, from + i);
      put(i, now, before);
      if (i + kN >= n) return;
      before.step(now, from + i + kN);
      put(i + kN, before, now);
    }
  }
}

// Takes the vectors of output row r; whether they are right in the end: maxima of bits may be negative.
template <class Op>
class ResultsAlong {
 public:
  HWY_INLINE ResultsAlong(const PoolTask& task, int64_t r, int64_t n, float* y)
      : result_(task, r), n_(n), y_(y), signs_(hn::Zero(D())) {}

  HWY_INLINE void put(int64_t i, V v) {
    v = result_(i, v);
    const int64_t left = n_ - i;
    StoreUpTo(v, y_ + i, left);
    if constexpr (kOnBits<Op>) {
      if (HWY_UNLIKELY(left < kN)) v = hn::IfThenElseZero(hn::FirstN(D(), static_cast<size_t>(left)), v);
      signs_ = hn::Or(signs_, v);
    }
  }

  HWY_INLINE bool right() const { return !kOnBits<Op> || !AnyNegative(signs_); }

 private:
  const RowResult<Op> result_;
  const int64_t n_;
  float* const y_;
  V signs_;
};

// Output row r from a row of column results, windows of kTaps, or for kMany of kTaps and any number of whole
// vectors more. Then `from` is destroyed, and `sums` is as long. Whether the results are right.
template <class Op, int kTaps, bool kMany>
bool WindowsAlong(const PoolTask& task, int64_t r, float* from, float* sums, int64_t n, float* y) {
  // Long rows of maxima, not kept whole, gain nothing by it.
  using Runs = RunsAlong<Op, kTaps, !(Op::kIsMax && kMany)>;
  ResultsAlong<Op> results(task, r, n, y);
  Runs first, second;
  if constexpr (kMany) {
    const int64_t taps = task.geometry.columns.kernel;
    StepAlong<Runs::kLag - 1>(from, n + taps - kN, first, second,
                              [&](int64_t i, const Runs& now, const Runs&) {
                                Store(now.longest(), from + i);
                                if constexpr (!Op::kIsMax && kTaps > kN) Store(now.rest(), sums + i);
                              });
    SlidingWindows<Op>(
        from, sums, n, taps, 1, [&](int64_t i, V v) { results.put(i, v); }, kN);
  } else {
    StepAlong<Runs::kLag>(from, n, first, second, [&](int64_t i, const Runs& now, const Runs& before) {
      results.put(i, now.window(before));
    });
  }
  return results.right();
}

// The same for maxima of kWhole vectors and less than one more: of the runs of a vector's length, so many
// side by side, and the one that ends with the window. For kMany, of any number of vectors more; then `from`
// is destroyed.
template <class Op, int kWhole, bool kMany>
bool WideMaximaAlong(const PoolTask& task, int64_t r, float* from, float* sums, int64_t n, float* y) {
  using Runs = RunsAlong<Op, kN, true>;
  const int64_t taps = task.geometry.columns.kernel;
  const LanesOfTwo rest(hn::Iota(DI(), static_cast<int32_t>(taps % kN)));
  ResultsAlong<Op> results(task, r, n, y);
  V run[kWhole];  // the last ones
  Unroll<kWhole>([&](auto w) POOLGLASS_INLINE_LAMBDA { run[w()] = Op::identity(); });
  // f(i, reduced, last, next): kWhole runs reduced that begin with float i, the last of these and the next
  // one.
  const auto for_runs = [&](int64_t count, const auto& f) POOLGLASS_INLINE_LAMBDA {
    Runs first, second;
    StepAlong<Runs::kLag - 1>(from, count + kWhole * kN, first, second,
                              [&](int64_t i, const Runs& now, const Runs&) POOLGLASS_INLINE_LAMBDA {
                                const V next = now.longest(), last = run[kWhole - 1];
                                V reduced = run[0];
                                Unroll<kWhole, 1>([&](auto w) POOLGLASS_INLINE_LAMBDA {
                                  reduced = Op::apply(reduced, run[w()]);
                                  run[w() - 1] = run[w()];
                                });
                                run[kWhole - 1] = next;
                                if (HWY_LIKELY(i >= kWhole * kN)) f(i - kWhole * kN, reduced, last, next);
                              });
  };
  if constexpr (kMany) {
    for_runs(n + taps - (kWhole + 1) * kN, [&](int64_t i, V reduced, V, V next) POOLGLASS_INLINE_LAMBDA {
      Store(Op::apply(reduced, next), from + i);
    });
    SlidingWindows<Op>(
        from, sums, n, taps, 1, [&](int64_t i, V v) { results.put(i, v); }, (kWhole + 1) * kN);
  } else {
    for_runs(n, [&](int64_t i, V reduced, V last, V next)
                    POOLGLASS_INLINE_LAMBDA { results.put(i, Op::apply(reduced, rest(last, next))); });
  }
  return results.right();
}

using AlongKernel = bool (*)(const PoolTask& task, int64_t r, float* from, float* sums, int64_t n, float* y);

template <class Op, bool kMany, int kFirst, int... kTaps>
constexpr std::array<AlongKernel, sizeof...(kTaps)> AlongKernels(std::integer_sequence<int, kTaps...>) {
  return {&WindowsAlong<Op, kFirst + kTaps, kMany>...};
}

// Reducing wide windows in registers, and maxima of bits, pays where vectors are of 512 bits; narrower ones
// were not tried.
template <class Op>
inline constexpr bool kInWideRegisters = Op::kIsMax&& kN >= 16;

// Taps of the widest windows whose kernels leave `from` as it is.
template <class Op>
inline constexpr int64_t kWidestKept = (kInWideRegisters<Op> ? 4 : 2) * kN - 1;

// For windows of at least two taps side by side. For maxima of bits null where `from` would be destroyed: it
// could not be tried again.
template <class Op>
AlongKernel AlongOf(int64_t taps) {
  static constexpr auto kFew = AlongKernels<Op, false, 2>(std::make_integer_sequence<int, 2 * kN - 2>());
  if (taps < 2 * kN) return kFew[static_cast<size_t>(taps - 2)];
  if constexpr (kInWideRegisters<Op>) {
    if (taps <= kWidestKept<Op>)
      return taps < 3 * kN ? &WideMaximaAlong<Op, 2, false> : &WideMaximaAlong<Op, 3, false>;
  }
  if constexpr (kOnBits<Op>) {
    return nullptr;
  } else if constexpr (kInWideRegisters<Op>) {
    return &WideMaximaAlong<Op, 3, true>;
  } else {
    static constexpr auto kMany = AlongKernels<Op, true, kN>(std::make_integer_sequence<int, kN>());
    return kMany[static_cast<size_t>(taps % kN)];
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
