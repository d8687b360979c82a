// The windows of base/windows-inl.h for a few vectors at a time: what lies side by side in memory is then
// read side by side, even where taps lie at the same place of their pages and drive each other out of the
// first-level cache. One vector after the other took 2.3 times as long there (7x7/7, 512
// channels).
#if defined(POOLGLASS_SIMD_NHWC_WINDOW_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_WINDOW_SUMS_INL_H_
#undef POOLGLASS_SIMD_NHWC_WINDOW_SUMS_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_WINDOW_SUMS_INL_H_
#endif

#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

HWY_INLINE hn::Vec<hn::Half<D>> InRegister(hn::Vec<hn::Half<D>> v) {
#if POOLGLASS_X86_VECTORS && HWY_COMPILER_GCC_ACTUAL
  asm("" : "+v"(v.raw));
#endif
  return v;
}

// load(j, v) sets the vectors to tap j's. Every sum goes through a register, or GCC 12 puts all loads before
// the first addition, and most of them on the stack.
template <class Op, int kSize, int kVectors, class W, class L>
HWY_INLINE void RunsOf(int64_t begin, const L& load, W (&run)[kVectors]) {
  if constexpr (kSize == 1) {
    load(begin, run);
  } else {
    RunsOf<Op, kSize / 2>(begin, load, run);
    W rest[kVectors];
    RunsOf<Op, kSize / 2>(begin + kSize / 2, load, rest);
    Unroll<kVectors>([&](auto v)
                         POOLGLASS_INLINE_LAMBDA { run[v] = InRegister(Op::apply(run[v], rest[v])); });
  }
}
template <class Op, int kSize, int kVectors, class W, class L>
HWY_INLINE void AddRun(int64_t begin, const L& load, W (&reduced)[kVectors]) {
  W run[kVectors];
  RunsOf<Op, kSize>(begin, load, run);
  Unroll<kVectors>([&](auto v)
                       POOLGLASS_INLINE_LAMBDA { reduced[v] = InRegister(Op::apply(reduced[v], run[v])); });
}
template <class Op, int kTaps, int kBegin = 0, int kVectors, class W, class L>
HWY_INLINE void WindowsOf(const L& load, W (&reduced)[kVectors]) {
  if constexpr (kBegin < kTaps) {
    constexpr int kSize = (kTaps - kBegin) & -(kTaps - kBegin);
    if constexpr (kBegin == 0) {
      RunsOf<Op, kSize>(kBegin, load, reduced);
    } else {
      AddRun<Op, kSize>(kBegin, load, reduced);
    }
    WindowsOf<Op, kTaps, kBegin + kSize>(load, reduced);
  }
}
// The same for windows of 1 <= taps <= kDirectTaps.
template <class Op, int kVectors, class L>
HWY_INLINE void WindowsOf(int64_t taps, const L& load, V (&reduced)[kVectors]) {
  static_assert(kDirectTaps == 8);
  Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { reduced[v] = Op::identity(); });
  if (taps & 1) AddRun<Op, 1>(0, load, reduced);
  if (taps & 2) AddRun<Op, 2>(taps & 1, load, reduced);
  if (taps & 4) AddRun<Op, 4>(taps & 3, load, reduced);
  if (taps & 8) AddRun<Op, 8>(0, load, reduced);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
