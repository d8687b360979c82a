// Any lanes of two vectors, for kernels that do not know them when they are compiled.
#if defined(POOLGLASS_SIMD_BASE_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_LANES_INL_H_
#undef POOLGLASS_SIMD_BASE_LANES_INL_H_
#else
#define POOLGLASS_SIMD_BASE_LANES_INL_H_
#endif

#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Any lanes of two vectors side by side, numbered below 2 kN. One operation on AVX-512, three elsewhere.
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
class LanesOfTwo {
 public:
  HWY_INLINE explicit LanesOfTwo(hn::Vec<DI> lanes) : lanes_(lanes) {}

  HWY_INLINE V operator()(V low, V high) const {
    return V{_mm512_permutex2var_ps(low.raw, lanes_.raw, high.raw)};
  }

 private:
  hn::Vec<DI> lanes_;
};
#else
class LanesOfTwo {
 public:
  HWY_INLINE explicit LanesOfTwo(hn::Vec<DI> lanes)
      : lanes_(hn::IndicesFromVec(D(), hn::And(lanes, hn::Set(DI(), kLast)))),
        high_(hn::RebindMask(D(), hn::Gt(lanes, hn::Set(DI(), kLast)))) {}

  HWY_INLINE V operator()(V low, V high) const {
    return hn::IfThenElse(high_, hn::TableLookupLanes(high, lanes_), hn::TableLookupLanes(low, lanes_));
  }

 private:
  static constexpr int32_t kLast = static_cast<int32_t>(kN) - 1;
  decltype(hn::IndicesFromVec(D(), hn::Zero(DI()))) lanes_;
  M high_;
};
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
