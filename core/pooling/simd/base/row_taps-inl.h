// The taps that a vector of windows has in a row of an NCHW plane, neighbouring columns at strides 1 to 4:
// vectors straight from the input, with -inf outside the row.
#if defined(POOLGLASS_SIMD_BASE_ROW_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_ROW_TAPS_INL_H_
#undef POOLGLASS_SIMD_BASE_ROW_TAPS_INL_H_
#else
#define POOLGLASS_SIMD_BASE_ROW_TAPS_INL_H_
#endif

#include <cstring>

#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// A vector of a row from column c on, -inf where that is outside the row.
class RowPart {
 public:
  RowPart() = default;
  HWY_INLINE RowPart(int64_t c, int64_t w)
      : skip_(HWY_MIN(HWY_MAX(-c, 0), kN)), end_(HWY_MIN(HWY_MAX(w - c, 0), kN)) {
    const D d;
    mask_ = hn::AndNot(hn::FirstN(d, static_cast<size_t>(skip_)), hn::FirstN(d, static_cast<size_t>(end_)));
  }
  HWY_INLINE V operator()(const float* p) const {
    if (HWY_LIKELY(end_ - skip_ == kN)) return InRegister(Load(p));
    const V none = Maximum::identity();
    if (end_ <= skip_) return none;
#if POOLGLASS_MASKED_MEMORY
    return hn::IfThenElse(mask_, hn::MaskedLoad(mask_, D(), p), none);
#else
    HWY_ALIGN float lanes[kN];
    Store(none, lanes);
    std::memcpy(lanes + skip_, p + skip_, static_cast<size_t>(end_ - skip_) * sizeof(float));
    return hn::Load(D(), lanes);
#endif
  }

 private:
  int64_t skip_, end_;
  M mask_;
};

// The taps of a vector of windows in a row, neighbouring columns, straight from the input.
template <int kTaps, int kStride>
class TapsOfRow {
 public:
  HWY_INLINE TapsOfRow(int64_t column, int64_t w) {
    for (int i = 0; i < kParts; ++i) part_[i] = RowPart(column + offset(i), w);
  }

  HWY_INLINE void load(const float* x, V* tap, M& nan) const {
    V v[kParts];
    Unroll<kParts>([&](auto i) HWY_ATTR { v[i()] = part_[i()](x + offset(i())); });
    Unroll<(kParts + 1) / 2>([&](auto i) HWY_ATTR {
      nan = hn::Or(nan, EitherNaN(v[2 * i()], v[HWY_MIN(2 * i() + 1, kParts - 1)]));
    });
    if constexpr (kStride == 1) {
      Unroll<kTaps>([&](auto j) HWY_ATTR { tap[j()] = Slide<j()>(v[0], v[kParts - 1]); });
    } else if constexpr (kStride == 2) {
      Unroll<kTaps>([&](auto j) HWY_ATTR {
        constexpr int i = j() / 2 * 2;
        tap[j()] = j() % 2 == 0 ? Even(v[i], v[i + 1]) : Odd(v[i], v[i + 1]);
      });
    } else if constexpr (kStride == 3) {
      HWY_ALIGN float lanes[3 * kN];
      Unroll<3>([&](auto i) HWY_ATTR { Store(v[i()], lanes + i() * kN); });
      V last;
      hn::LoadInterleaved3(D(), lanes, tap[0], tap[1], kTaps > 2 ? tap[kTaps - 1] : last);
    } else {
      const V even[2] = {Even(v[0], v[1]), Even(v[2], v[3])}, odd[2] = {Odd(v[0], v[1]), Odd(v[2], v[3])};
      Unroll<kTaps>([&](auto j) HWY_ATTR {
        const V* const from = j() % 2 == 0 ? even : odd;
        tap[j()] = j() < 2 ? Even(from[0], from[1]) : Odd(from[0], from[1]);
      });
    }
  }

 private:
  static_assert(kStride <= 2 || (2 <= kTaps && kTaps <= kStride && kStride <= 4));
  static constexpr int kParts = kStride == 1 ? 1 + (kTaps > 1) : kStride == 2 ? kTaps + kTaps % 2 : kStride;
  static constexpr int64_t offset(int i) { return kStride == 2 ? i / 2 * 2 + i % 2 * kN : i * kN; }

  RowPart part_[kParts];
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
