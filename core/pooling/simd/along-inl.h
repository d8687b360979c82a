// Windows along one row, at stride 1, with the runs of every length up to a vector's kept in registers: run
// 2m of a vector is its run m and that of the same vector slid by m. Runs of two may come from two loads:
// there is more room for these than for slides.
#if defined(POOLGLASS_SIMD_ALONG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ALONG_INL_H_
#undef POOLGLASS_SIMD_ALONG_INL_H_
#else
#define POOLGLASS_SIMD_ALONG_INL_H_
#endif

#include <array>
#include <bit>
#include <utility>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/windows-inl.h"

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

// Output row r from a row of column results, windows of kTaps, or for kMany of kTaps and any number of whole
// vectors more. Then `from` is destroyed, and `sums` is as long.
template <class Op, int kTaps, bool kMany>
void WindowsAlong(const PoolTask& task, int64_t r, float* from, float* sums, int64_t n, float* y) {
  // Long rows of maxima, not kept whole, gain nothing by it.
  using Runs = RunsAlong<Op, kTaps, !(Op::kIsMax && kMany)>;
  const RowResult<Op> result(task, r);
  Runs first, second;
  if constexpr (kMany) {
    const int64_t taps = task.geometry.columns.kernel;
    StepAlong<Runs::kLag - 1>(from, n + taps - kN, first, second,
                              [&](int64_t i, const Runs& now, const Runs&) {
                                Store(now.longest(), from + i);
                                if constexpr (!Op::kIsMax && kTaps > kN) Store(now.rest(), sums + i);
                              });
    SlidingWindows<Op>(
        from, sums, n, taps, 1, [&](int64_t i, V v) { StoreUpTo(result(i, v), y + i, n - i); }, kN);
  } else {
    StepAlong<Runs::kLag>(from, n, first, second, [&](int64_t i, const Runs& now, const Runs& before) {
      StoreUpTo(result(i, now.window(before)), y + i, n - i);
    });
  }
}

using AlongKernel = void (*)(const PoolTask& task, int64_t r, float* from, float* sums, int64_t n, float* y);

template <class Op, bool kMany, int kFirst, int... kTaps>
constexpr std::array<AlongKernel, sizeof...(kTaps)> AlongKernels(std::integer_sequence<int, kTaps...>) {
  return {&WindowsAlong<Op, kFirst + kTaps, kMany>...};
}

// For windows of at least two taps side by side.
template <class Op>
AlongKernel ChooseAlong(int64_t taps) {
  static constexpr auto kFew = AlongKernels<Op, false, 2>(std::make_integer_sequence<int, 2 * kN - 2>());
  static constexpr auto kMany = AlongKernels<Op, true, kN>(std::make_integer_sequence<int, kN>());
  return taps < 2 * kN ? kFew[static_cast<size_t>(taps - 2)] : kMany[static_cast<size_t>(taps % kN)];
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
