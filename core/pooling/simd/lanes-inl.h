// Any lanes of two vectors, for kernels that have tables of them.
#if defined(POOLGLASS_SIMD_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_LANES_INL_H_
#undef POOLGLASS_SIMD_LANES_INL_H_
#else
#define POOLGLASS_SIMD_LANES_INL_H_
#endif

#include "core/pooling/simd/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Any lanes of two vectors side by side.
class LanesOfTwo {
 public:
  // Numbers below 2 kN.
  HWY_INLINE explicit LanesOfTwo(hn::Vec<DI> lanes)
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
      : lanes_(lanes){}
#else
      : lanes_(hn::IndicesFromVec(D(), hn::And(lanes, hn::Set(DI(), kLast)))),
        high_(hn::RebindMask(D(), hn::Gt(lanes, hn::Set(DI(), kLast)))) {
  }
#endif

        HWY_INLINE V
        operator()(V low, V high) const {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    return V{_mm512_permutex2var_ps(low.raw, lanes_.raw, high.raw)};
#else
    return hn::IfThenElse(high_, hn::TableLookupLanes(high, lanes_), hn::TableLookupLanes(low, lanes_));
#endif
  }

 private:
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  hn::Vec<DI> lanes_;
#else
  static constexpr int32_t kLast = static_cast<int32_t>(kN) - 1;
  decltype(hn::IndicesFromVec(D(), hn::Zero(DI()))) lanes_;
  M high_;
#endif
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
