// Vector helpers shared by the kernels of every SIMD target; the few operations Highway 1.0 lacks.
#if defined(POOLGLASS_SIMD_BASE_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_VECTORS_INL_H_
#undef POOLGLASS_SIMD_BASE_VECTORS_INL_H_
#else
#define POOLGLASS_SIMD_BASE_VECTORS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#undef POOLGLASS_X86_VECTORS
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
#define POOLGLASS_X86_VECTORS 1
#else
#define POOLGLASS_X86_VECTORS 0
#endif
// Whether MulAdd rounds once.
#undef POOLGLASS_FUSED
#if HWY_ARCH_ARM_A64 || (POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX2 && !defined(HWY_DISABLE_BMI2_FMA))
#define POOLGLASS_FUSED 1
#else
#define POOLGLASS_FUSED 0
#endif
// Masked loads that touch no memory outside the mask (below AVX2 Highway loads the whole vector).
#undef POOLGLASS_MASKED_MEMORY
#define POOLGLASS_MASKED_MEMORY (POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX2)
// Vectors of eight floats and more.
#undef POOLGLASS_LONG_VECTORS
#define POOLGLASS_LONG_VECTORS (POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX2)
// Between a lambda's parameters and its body: so that arrays of vectors it works on can stay in registers.
#undef POOLGLASS_INLINE_LAMBDA
#if HWY_COMPILER_MSVC
#define POOLGLASS_INLINE_LAMBDA
#else
#define POOLGLASS_INLINE_LAMBDA HWY_ATTR __attribute__((always_inline))
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;

constexpr int64_t kN = static_cast<int64_t>(hn::MaxLanes(D()));  // lanes; fixed-size targets only

HWY_INLINE V Set(float v) { return hn::Set(D(), v); }
HWY_INLINE V Load(const float* p) { return hn::LoadU(D(), p); }
HWY_INLINE void Store(V v, float* p) { hn::StoreU(v, D(), p); }

// The first n (1 <= n <= kN) lanes from memory, the others `fill`. Reads nothing behind p + n.
HWY_INLINE V LoadFirst(const float* p, int64_t n, V fill) {
  const D d;
#if POOLGLASS_MASKED_MEMORY
  const M mask = hn::FirstN(d, static_cast<size_t>(n));
  return hn::IfThenElse(mask, hn::MaskedLoad(mask, d, p), fill);
#else
  HWY_ALIGN float lanes[kN];
  hn::Store(fill, d, lanes);
  std::memcpy(lanes, p, static_cast<size_t>(n) * sizeof(float));
  return hn::Load(d, lanes);
#endif
}

// Stores the first n (0 <= n <= kN) lanes. Touches nothing behind p + n.
HWY_INLINE void StoreFirst(V v, float* p, int64_t n) {
  const D d;
#if POOLGLASS_MASKED_MEMORY
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(n)), d, p);
#else
  HWY_ALIGN float lanes[kN];
  hn::Store(v, d, lanes);
  std::memcpy(p, lanes, static_cast<size_t>(n) * sizeof(float));
#endif
}

// f(std::integral_constant<int, v>) for v = 0 ... kCount - 1. Compilers keep arrays of more than two vectors
// in registers only where every index is a constant, and nothing copies an array as a whole.
template <int kCount, int kFirst = 0, class F>
HWY_INLINE void Unroll(const F& f) {
  if constexpr (kFirst < kCount) {
    f(std::integral_constant<int, kFirst>());
    Unroll<kCount, kFirst + 1>(f);
  }
}

// v, not loaded anew for each use: GCC 12 would rather make it an operand in memory of all of them, and loads
// that cross cache lines are what many loops wait for (3x3/2 with indices took 1.3 times as long).
HWY_INLINE V InRegister(V v) {
#if POOLGLASS_X86_VECTORS && HWY_COMPILER_GCC_ACTUAL
  asm("" : "+v"(v.raw));
#endif
  return v;
}

// As many lanes as are left, all of them in the common case.
HWY_INLINE void StoreUpTo(V v, float* p, int64_t left) {
  if (HWY_LIKELY(left >= kN)) {
    Store(v, p);
  } else {
    StoreFirst(v, p, left);
  }
}

HWY_INLINE void StoreLowHalf(V v, float* p) {
  const hn::Half<D> half;
  hn::StoreU(hn::LowerHalf(half, v), half, p);
}
HWY_INLINE void StoreHighHalf(V v, float* p) {
  const hn::Half<D> half;
  hn::StoreU(hn::UpperHalf(half, v), half, p);
}

// Prefetches n floats in the order they lie in memory. Kernels that go along two or three rows at once read
// lines n, n + 14, n + 1, n + 15, ... of planes 224 wide, which hardware prefetchers make nothing of: from
// memory, 2x2/2 took 2.2 times as long on AMD Zen 4. While the caches hold the arrays it costs up to a third
// instead.
HWY_INLINE void PrefetchInOrder(const float* p, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) hwy::Prefetch(p + i);
}

// Lanes k ... k + kN - 1 of the two vectors side by side.
template <int k>
HWY_INLINE V Slide(V low, V high) {
  static_assert(0 <= k && k <= kN);
  if constexpr (k == 0) {
    return low;
  } else if constexpr (k == kN) {
    return high;
  } else {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    return V{_mm512_castsi512_ps(
        _mm512_alignr_epi32(_mm512_castps_si512(high.raw), _mm512_castps_si512(low.raw), k))};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
    const __m256i lo = _mm256_castps_si256(low.raw), hi = _mm256_castps_si256(high.raw);
    const __m256i middle = _mm256_permute2x128_si256(lo, hi, 0x21);
    if constexpr (k <= 4) {
      return V{_mm256_castsi256_ps(_mm256_alignr_epi8(middle, lo, 4 * k))};
    } else {
      return V{_mm256_castsi256_ps(_mm256_alignr_epi8(hi, middle, 4 * (k - 4)))};
    }
#else
    return hn::CombineShiftRightBytes<4 * k>(D(), high, low);
#endif
  }
}

// The even and the odd lanes of two vectors, and both at less cost: of each block of 128 bits, in an order
// that InOrder() sets right once all else is done. (The lanes in order take two operations each on AVX2, and
// on AVX-512 one that overwrites an operand, so that compilers load it twice.)
HWY_INLINE V Even(V low, V high) { return hn::ConcatEven(D(), high, low); }
HWY_INLINE V Odd(V low, V high) { return hn::ConcatOdd(D(), high, low); }
HWY_INLINE V BlockEven(V low, V high) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return V{_mm512_shuffle_ps(low.raw, high.raw, 0x88)};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
  return V{_mm256_shuffle_ps(low.raw, high.raw, 0x88)};
#else
  return Even(low, high);
#endif
}
HWY_INLINE V BlockOdd(V low, V high) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return V{_mm512_shuffle_ps(low.raw, high.raw, 0xdd)};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
  return V{_mm256_shuffle_ps(low.raw, high.raw, 0xdd)};
#else
  return Odd(low, high);
#endif
}
HWY_INLINE V InOrder(V blocks) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  return V{_mm512_castpd_ps(_mm512_permutexvar_pd(order, _mm512_castps_pd(blocks.raw)))};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
  return V{_mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(blocks.raw), 0xd8))};
#else
  return blocks;
#endif
}

// a0 b0 a1 b1 ...
HWY_INLINE void Interleave(V a, V b, V& low, V& high) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  const __m512i first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  low = V{_mm512_permutex2var_ps(a.raw, first, b.raw)};
  high = V{_mm512_permutex2var_ps(a.raw, _mm512_add_epi32(first, _mm512_set1_epi32(8)), b.raw)};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
  const D d;
  const V even_blocks = hn::InterleaveLower(d, a, b), odd_blocks = hn::InterleaveUpper(d, a, b);
  low = hn::ConcatLowerLower(d, odd_blocks, even_blocks);
  high = hn::ConcatUpperUpper(d, odd_blocks, even_blocks);
#else
  static_assert(kN == 4);
  low = hn::InterleaveLower(D(), a, b);
  high = hn::InterleaveUpper(D(), a, b);
#endif
}

// Lanes in which a or b is NaN.
HWY_INLINE M EitherNaN(V a, V b) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return M{_mm512_cmp_ps_mask(a.raw, b.raw, _CMP_UNORD_Q)};
#elif POOLGLASS_X86_VECTORS && HWY_TARGET == HWY_AVX2
  return M{_mm256_cmp_ps(a.raw, b.raw, _CMP_UNORD_Q)};
#elif POOLGLASS_X86_VECTORS
  return M{_mm_cmpunord_ps(a.raw, b.raw)};
#else
  return hn::Or(hn::IsNaN(a), hn::IsNaN(b));
#endif
}

// v where v > argmax, else argmax: the first of equals, of -0 and +0 too. A NaN in v is lost, in argmax
// stays.
template <class W>
HWY_INLINE W MaxOrdered(W argmax, W v) {
#if POOLGLASS_X86_VECTORS
  return hn::Max(v, argmax);  // maxps gives its second operand unless the first is greater
#else
  return hn::IfThenElse(hn::Gt(v, argmax), v, argmax);
#endif
}

// The reference's rule, NaN included.
template <class W>
HWY_INLINE W MaxExact(W argmax, W v) {
  return hn::IfThenElse(hn::IsNaN(v), v, MaxOrdered(argmax, v));
}

// Collects what makes the order of a maximum matter: NaN, and -0 (against +0). Without either, a maximum may
// be taken in any order.
class NanOrNegativeZero {
 public:
  HWY_INLINE NanOrNegativeZero() : nan_(hn::FirstN(D(), 0)), lowest_(hn::Zero(DI())) {}
  HWY_INLINE void look_for_nan(V a, V b) { nan_ = hn::Or(nan_, EitherNaN(a, b)); }
  HWY_INLINE void add_nan(M where) { nan_ = hn::Or(nan_, where); }
  HWY_INLINE void add(const NanOrNegativeZero& other) {
    nan_ = hn::Or(nan_, other.nan_);
    lowest_ = hn::Min(lowest_, other.lowest_);
  }
  HWY_INLINE void look_for_zero(V v) { lowest_ = hn::Min(lowest_, hn::BitCast(DI(), v)); }
  HWY_INLINE void look(V a, V b) {
    const DI di;
    look_for_nan(a, b);
    look_for_zero(hn::BitCast(D(), hn::Min(hn::BitCast(di, a), hn::BitCast(di, b))));
  }
  // -0 is the smallest integer.
  HWY_INLINE bool any() const {
    const DI di;
    const auto minus_zero = hn::Set(di, std::numeric_limits<int32_t>::min());
    return !hn::AllFalse(D(), nan_) || !hn::AllFalse(di, hn::Eq(lowest_, minus_zero));
  }

 private:
  M nan_;
  hn::Vec<DI> lowest_;
};

// The two reductions a kernel is written for. apply() reduces a part with the part behind it.
struct Maximum {
  static constexpr bool kIsMax = true;
  static HWY_INLINE V identity() { return Set(-std::numeric_limits<float>::infinity()); }
  template <class W>
  static HWY_INLINE W apply(W first, W then) {
    return MaxOrdered(first, then);
  }
};
// A maximum of which one is not negative, among others of any sign: of two floats that are not both negative
// the greater one is the greater integer, +0 greater than -0. Any of AMD Zen 4's four pipes compares
// integers, two of them floats.
struct MaximumOfBits {
  static constexpr bool kIsMax = true;
  static HWY_INLINE V identity() { return Maximum::identity(); }
  static HWY_INLINE V apply(V first, V then) {
    const DI di;
    return hn::BitCast(D(), hn::Max(hn::BitCast(di, first), hn::BitCast(di, then)));
  }
};
template <class Op>
inline constexpr bool kOnBits = std::is_same_v<Op, MaximumOfBits>;

HWY_INLINE bool AnyNegative(V v) {
  const DI di;
  return !hn::AllFalse(di, hn::Lt(hn::BitCast(di, v), hn::Zero(di)));
}

// The maximum's rule in full.
struct ExactMaximum {
  static constexpr bool kIsMax = true;
  static HWY_INLINE V identity() { return Maximum::identity(); }
  template <class W>
  static HWY_INLINE W apply(W first, W then) {
    return MaxExact(first, then);
  }
};
struct Sum {
  static constexpr bool kIsMax = false;
  static HWY_INLINE V identity() { return Set(-0.0f); }
  template <class W>
  static HWY_INLINE W apply(W first, W then) {
    return hn::Add(first, then);
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
