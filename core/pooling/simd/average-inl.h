// From sums to averages: + 0 (so that no sum is -0), then a correctly rounded quotient, as the definition
// wants.
//
// A vector division takes 10 to 16 cycles, more than all else in a small window. Where multiply-add is fused
// the quotient by a divisor d known beforehand is made of multiplications instead, from r = the rounded 1 /
// d:
//   q = s r;  q += (s - q d) r;  q += (s - q d) r
// The first correction makes q faithful, the second correctly rounded (Markstein, "Computation of elementary
// functions on the IBM RISC System/6000 processor", IBM J. Res. Dev. 34, 1990, theorem 8), provided nothing
// under- or overflows: sums outside 2^-60 ... 2^100 that are not 0 take the division.
#if defined(POOLGLASS_SIMD_AVERAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_AVERAGE_INL_H_
#undef POOLGLASS_SIMD_AVERAGE_INL_H_
#else
#define POOLGLASS_SIMD_AVERAGE_INL_H_
#endif

#include <bit>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Division by positive integers.
class Divider {
 public:
  Divider() = default;
  HWY_INLINE explicit Divider(float divisor)
      : divisor_(Set(divisor)),
        reciprocal_(Set(1.0f / divisor)),
        exact_((std::bit_cast<uint32_t>(divisor) & 0x7fffffu) == 0) {}

  // By one positive integer per lane.
  HWY_INLINE explicit Divider(V divisors)
      : divisor_(divisors), reciprocal_(hn::Div(Set(1.0f), divisors)), exact_(false) {}

  // sum is not -0.
  HWY_INLINE V operator()(V sum) const {
    if (exact_) return hn::Mul(sum, reciprocal_);  // a power of two
#if POOLGLASS_FUSED
    const hn::RebindToUnsigned<D> du;
    const auto bits = hn::ShiftLeft<1>(hn::BitCast(du, sum));
    const auto low = hn::Set(du, exponent_bits(-60)),
               range = hn::Set(du, exponent_bits(100) - exponent_bits(-60));
    const auto outside = hn::Gt(hn::Sub(bits, low), range);
    if (HWY_UNLIKELY(!hn::AllFalse(du, outside))) {
      if (!hn::AllFalse(du, hn::AndNot(hn::Eq(bits, hn::Zero(du)), outside))) return hn::Div(sum, divisor_);
    }
    V q = hn::Mul(sum, reciprocal_);
    q = hn::MulAdd(hn::NegMulAdd(q, divisor_, sum), reciprocal_, q);
    return hn::MulAdd(hn::NegMulAdd(q, divisor_, sum), reciprocal_, q);
#else
    return hn::Div(sum, divisor_);
#endif
  }

 private:
  // The bits of 2^exponent without the sign, as the sums are compared.
  static constexpr uint32_t exponent_bits(int exponent) {
    return static_cast<uint32_t>(exponent + 127) << 24;
  }

  V divisor_, reciprocal_;
  bool exact_;
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
    sum = hn::Add(sum, hn::Zero(D()));
    if (HWY_LIKELY(inner_begin_ <= i && i <= inner_end_)) return inner_(sum);
    return hn::Div(sum, hn::Mul(row_divisor_, Load(columns_ + i)));
  }

 private:
  const float* columns_;
  int64_t inner_begin_, inner_end_;
  V row_divisor_;
  Divider inner_;
};

// What becomes of a row's joined vectors: RowAverage for sums, nothing for maxima.
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
