// From sums to averages: + 0 (so that no sum is -0), then a correctly rounded quotient, as the definition
// wants.
//
// A vector division takes 10 to 16 cycles, more than all else in a small window. Where multiply-add is fused
// the quotient of a sum s by an integer d known beforehand takes two of them instead:
//   q = s h + (s l),  h = 1 / d rounded down, l = (1 / d - h) rounded,  s l rounded
// (Brisebarre and Muller, "Correctly rounded multiplication by arbitrary precision constants", IEEE Trans.
// Comput. 57, 2008). Before its one rounding s h + s l is within (1/d - h) d (2^-23 + 2^-48) < 2^-45 of s /
// d, relatively, for l and s l are off by at most 2^-24 of themselves. A quotient of a float by an integer is
// never half-way between two floats: with s = S 2^i and the half-way point M 2^j, M odd and 2^24 < M < 2^25,
// |s / d - M 2^j| >= 2^j / d, more than 2^-25 / d of the quotient. So up to d = 2^20 both lie on the same
// side of every half-way point, and round alike. l > 0 also gives infinities their due. Sums below 2^-60,
// where s l may underflow, take the division, but not 0: s l + 0 makes its sign right.
#if defined(POOLGLASS_SIMD_BASE_AVERAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_AVERAGE_INL_H_
#undef POOLGLASS_SIMD_BASE_AVERAGE_INL_H_
#else
#define POOLGLASS_SIMD_BASE_AVERAGE_INL_H_
#endif

#include <bit>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Sums too small for the quick quotient, collected over many.
class SmallSums {
 public:
#if POOLGLASS_FUSED
  HWY_INLINE SmallSums() : least_(hn::Set(DI(), kFarEnd)) {}
  // Twice the bits, to lose the sign, in an order that has 0 at the far end.
  HWY_INLINE void look(V sum) {
    const auto bits = hn::BitCast(DI(), sum);
    least_ = hn::Min(least_, hn::Add(hn::Add(bits, bits), hn::Set(DI(), kFarEnd)));
  }
  HWY_INLINE bool any() const {
    constexpr uint32_t kTwice = uint32_t{127 - 60} << 24;  // of 2^-60
    const auto limit = hn::Set(DI(), static_cast<int32_t>(kTwice + uint32_t{kFarEnd}));
    return !hn::AllFalse(DI(), hn::Lt(least_, limit));
  }

 private:
  static constexpr int32_t kFarEnd = std::numeric_limits<int32_t>::max();
  hn::Vec<DI> least_;
#else
  HWY_INLINE void look(V /*sum*/) {}
  HWY_INLINE bool any() const { return false; }
#endif
};

// Division of sums by positive integers; -0 counts as +0.
class Divider {
 public:
  Divider() = default;
  HWY_INLINE explicit Divider(float divisor) : Divider(Set(divisor)) {
    exact_ = (std::bit_cast<uint32_t>(divisor) & 0x7fffffu) == 0;
  }

  // By one positive integer per lane.
  HWY_INLINE explicit Divider(V divisors) : divisor_(divisors) {
    const V one = Set(1.0f);
    high_ = hn::Div(one, divisor_);
#if POOLGLASS_FUSED
    const DI di;
    const V below = hn::BitCast(D(), hn::Sub(hn::BitCast(di, high_), hn::Set(di, 1)));
    // 1 - h d is exact.
    high_ = hn::IfThenElse(hn::Gt(hn::NegMulAdd(high_, divisor_, one), hn::Zero(D())), high_, below);
    low_ = hn::Div(hn::NegMulAdd(high_, divisor_, one), divisor_);
    large_ = !hn::AllTrue(D(), hn::Le(divisor_, Set(0x1p20f)));
#endif
  }

  HWY_INLINE V operator()(V sum) const {
    SmallSums small;
    small.look(sum);
    if (HWY_LIKELY(!small.any())) return quick(sum);
    return hn::Div(hn::Add(sum, hn::Zero(D())), divisor_);
  }

  // For sums that are not small.
  HWY_INLINE V quick(V sum) const {
#if POOLGLASS_FUSED
    if (HWY_LIKELY(!large_)) return hn::MulAdd(sum, high_, hn::MulAdd(sum, low_, hn::Zero(D())));
#else
    if (exact_) return hn::Mul(hn::Add(sum, hn::Zero(D())), high_);  // a power of two
#endif
    return hn::Div(hn::Add(sum, hn::Zero(D())), divisor_);
  }

 private:
  V divisor_, high_, low_;
  bool exact_ = false, large_ = false;
};

// The averages of one output row. Away from the plane's edges all windows have the same divisor.
class RowAverage {
 public:
  HWY_INLINE RowAverage(const PoolTask& task, int64_t row)
      : columns_(task.column_divisor.data()),
        inner_begin_(task.inner_begin),
        inner_end_(task.inner_end - kN),
        row_divisor_(Set(task.row_divisor[static_cast<size_t>(row)])),
        inner_(task.row_divisor[static_cast<size_t>(row)] * task.inner_divisor) {}

  // sum: of floats i ... i + kN - 1 of the row.
  HWY_INLINE V operator()(int64_t i, V sum) const {
    if (HWY_LIKELY(inner_begin_ <= i && i <= inner_end_)) return inner_(sum);
    return hn::Div(hn::Add(sum, hn::Zero(D())), hn::Mul(row_divisor_, Load(columns_ + i)));
  }

  // The same where all lanes are known to be away from the edges, and SmallSums sees to the small ones.
  HWY_INLINE V quick_inner(V sum) const { return inner_.quick(sum); }

 private:
  const float* columns_;
  int64_t inner_begin_, inner_end_;
  V row_divisor_;
  Divider inner_;
};

// What the windows of an output row give to each of their taps: out_row() floats from dy to `shares`.
HWY_INLINE void SharesOfRow(const PoolTask& task, int64_t row, const float* dy, float* shares) {
  const RowAverage share(task, row);
  const int64_t n = task.out_row();
  int64_t i = 0;
  for (; i + kN <= n; i += kN) Store(share(i, Load(dy + i)), shares + i);
  if (i < n) StoreUpTo(share(i, LoadFirst(dy + i, n - i, Set(0))), shares + i, n - i);
}

// What becomes of a row's reduced vectors: RowAverage for sums, nothing for maxima.
struct RowMaximum {
  HWY_INLINE RowMaximum(const PoolTask& /*task*/, int64_t /*row*/) {}
  HWY_INLINE V operator()(int64_t /*i*/, V v) const { return v; }
};
template <class Op>
using RowResult = std::conditional_t<Op::kIsMax, RowMaximum, RowAverage>;

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
