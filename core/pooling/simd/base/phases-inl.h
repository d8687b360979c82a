// Windows along one row of cells, kStride cells apart, a vector of results at a time: kStride vectors of
// cells are split by their places modulo kStride, so that every tap of the results is a vector, or lies
// across two of them.
//
// Even windows at even strides are windows of pairs: adding neighbours first halves both, and is the order
// of a sum as well. What is left at an odd stride takes one permutation a phase, since the cells of a phase
// lie in different lanes of their vectors.
#if defined(POOLGLASS_SIMD_BASE_PHASES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_PHASES_INL_H_
#undef POOLGLASS_SIMD_BASE_PHASES_INL_H_
#else
#define POOLGLASS_SIMD_BASE_PHASES_INL_H_
#endif

#include <array>

#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Lanes l with l % kStride == place, as bits.
template <int kStride>
constexpr std::array<uint8_t, 8> BitsOfPhase(int place) {
  std::array<uint8_t, 8> bits{};
  for (int64_t l = place; l < kN; l += kStride)
    bits[static_cast<size_t>(l / 8)] = static_cast<uint8_t>(bits[static_cast<size_t>(l / 8)] | 1 << l % 8);
  return bits;
}
template <int kStride>
constexpr std::array<int32_t, static_cast<size_t>(kN)> LanesOfPhase(int phase) {
  std::array<int32_t, static_cast<size_t>(kN)> lanes{};
  for (int64_t i = 0; i < kN; ++i)
    lanes[static_cast<size_t>(i)] = static_cast<int32_t>((phase + kStride * i) % kN);
  return lanes;
}

// kStride vectors side by side into vectors of every kStride-th cell.
template <int kStride>
class Phases {
 public:
  HWY_INLINE Phases() {
    if constexpr (kStride % 2 == 1 && kStride > 1) {
      Unroll<kStride>([&](auto p) HWY_ATTR {
        static constexpr auto kBits = BitsOfPhase<kStride>(p());
        alignas(64) static constexpr auto kLanes = LanesOfPhase<kStride>(p());
        places_[p] = hn::LoadMaskBits(D(), kBits.data());
        lanes_[p] = hn::SetTableIndices(D(), kLanes.data());
      });
    }
  }

  HWY_INLINE void split(const V* v, V* phase) const {
    if constexpr (kStride == 1) {
      phase[0] = v[0];
    } else if constexpr (kStride % 2 == 0) {
      constexpr int kHalf = kStride / 2;
      V even[kHalf], odd[kHalf], even_phase[kHalf], odd_phase[kHalf];
      Unroll<kHalf>([&](auto i) HWY_ATTR {
        even[i] = Even(v[2 * i], v[2 * i + 1]);
        odd[i] = Odd(v[2 * i], v[2 * i + 1]);
      });
      half_.split(even, even_phase);
      half_.split(odd, odd_phase);
      Unroll<kHalf>([&](auto i) HWY_ATTR {
        phase[2 * i] = even_phase[i];
        phase[2 * i + 1] = odd_phase[i];
      });
    } else {
      Unroll<kStride>([&](auto p) HWY_ATTR {
        V all = v[0];
        Unroll<kStride, 1>([&](auto i) HWY_ATTR {
          constexpr int kPlace = static_cast<int>(((p() - i() * kN) % kStride + kStride) % kStride);
          all = hn::IfThenElse(places_[kPlace], v[i], all);
        });
        phase[p] = hn::TableLookupLanes(all, lanes_[p]);
      });
    }
  }

 private:
  struct Nothing {
    HWY_INLINE void split(const V*, V*) const {}
  };
  static constexpr bool kOdd = kStride % 2 == 1;
  using Lanes = decltype(hn::IndicesFromVec(D(), hn::Zero(DI())));
  std::conditional_t<kOdd, Nothing, Phases<kOdd ? 1 : kStride / 2>> half_;
  M places_[kOdd ? kStride : 1];
  Lanes lanes_[kOdd ? kStride : 1];
};
template <>
class Phases<1> {
 public:
  HWY_INLINE void split(const V* v, V* phase) const { phase[0] = v[0]; }
};

// Taps of kStride phases, of results and of the ones behind them, reduced.
template <class Op, int kTaps, int kStride>
HWY_INLINE V ReducePhases(const V* here, const V* next) {
  V tap[kTaps];
  Unroll<kTaps>([&](auto j)
                    HWY_ATTR { tap[j] = Slide<j() / kStride>(here[j() % kStride], next[j() % kStride]); });
  return WindowOf<Op, kTaps>([&](int64_t j) HWY_ATTR { return tap[j]; });
}

// Pairs of neighbours reduced, kHalvings times over: from kVectors vectors side by side.
template <class Op, int kHalvings, int kVectors>
HWY_INLINE void ReducePairs(V* v) {
  if constexpr (kHalvings > 0) {
    Unroll<kVectors / 2>([&](auto i) HWY_ATTR {
      v[i] = Op::apply(Even(v[2 * i], v[2 * i + 1]), Odd(v[2 * i], v[2 * i + 1]));
    });
    ReducePairs<Op, kHalvings - 1, kVectors / 2>(v);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
