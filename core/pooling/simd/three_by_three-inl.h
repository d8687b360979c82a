// 3x3 windows with stride 1 or 2 and up to one cell of padding on the left, NCHW. Three rows are joined in
// registers into a vector of column results, and neighbouring vectors slide over each other: every input
// vector is loaded once per output row and nothing is stored and read back (a load across two fresh stores
// stalls).
//
// Max joins columns first, which is not row-major order. The two orders differ only where there is a NaN or a
// -0; such planes are done again by the definition.
#if defined(POOLGLASS_SIMD_THREE_BY_THREE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_THREE_BY_THREE_INL_H_
#undef POOLGLASS_SIMD_THREE_BY_THREE_INL_H_
#else
#define POOLGLASS_SIMD_THREE_BY_THREE_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Three parts in order; a sum's runs are 1 + 2.
template <class Op>
HWY_INLINE V Join3(V a, V b, V c) {
  return Op::kIsMax ? Op::apply(Op::apply(a, b), c) : Op::apply(a, Op::apply(b, c));
}

// The three input rows under one output row; rows outside the plane are the task's identity row.
struct ThreeRows {
  const float *top, *middle, *bottom;
  int64_t width;

  ThreeRows(const PoolTask& task, const float* plane, int64_t start) : width(task.input.w) {
    const auto row = [&](int64_t r) {
      return 0 <= r && r < task.input.h ? plane + r * width : task.identity_row.data();
    };
    top = row(start);
    middle = row(start + 1);
    bottom = row(start + 2);
  }

  // Column results of columns [c, c + kN); columns outside the plane are the identity.
  template <class Op>
  HWY_INLINE V columns(int64_t c, SpecialValues& special) const {
    if (HWY_LIKELY(c + kN <= width)) {
      return join<Op>(Load(top + c), Load(middle + c), Load(bottom + c), special);
    }
    const V none = Op::identity();
    if (c >= width) return none;
    const int64_t n = width - c;
    return join<Op>(LoadFirst(top + c, n, none), LoadFirst(middle + c, n, none),
                    LoadFirst(bottom + c, n, none), special);
  }

  // Whether the top row holds a NaN; the rows below are looked at as they are joined.
  HWY_INLINE void look_at_top(SpecialValues& special) const {
    for (int64_t c = 0; c < width; c += kN) {
      const V v = width - c >= kN ? Load(top + c) : LoadFirst(top + c, width - c, Maximum::identity());
      special.look_for_nan(v, v);
    }
  }

  template <class Op>
  static HWY_INLINE V join(V a, V b, V c, SpecialValues& special) {
    const V v = Join3<Op>(a, b, c);
    if constexpr (Op::kIsMax) {
      special.look_for_nan(b, c);  // row a was b or c of an output row above
      special.look_for_zero(v);
    }
    return v;
  }
};

// put(i, v): results i ... of the row.
template <class Op, int kPad, class Put>
HWY_INLINE void ThreeByThreeStride1(const ThreeRows& rows, int64_t n, SpecialValues& special,
                                    const Put& put) {
  V before = Op::identity(), here = rows.columns<Op>(0, special);
  for (int64_t i = 0; i < n; i += kN) {
    const V after = rows.columns<Op>(i + kN, special);
    if constexpr (kPad == 1) {
      put(i, Join3<Op>(Slide<kN - 1>(before, here), here, Slide<1>(here, after)));
    } else {
      put(i, Join3<Op>(here, Slide<1>(here, after), Slide<2>(here, after)));
    }
    before = here;
    here = after;
  }
}

template <class Op, int kPad, class Put>
HWY_INLINE void ThreeByThreeStride2(const ThreeRows& rows, int64_t n, SpecialValues& special,
                                    const Put& put) {
  if constexpr (kPad == 1) {
    V odd_before = Op::identity();
    for (int64_t i = 0; i < n; i += kN) {
      const V low = rows.columns<Op>(2 * i, special), high = rows.columns<Op>(2 * i + kN, special);
      const V even = Even(low, high), odd = Odd(low, high);
      put(i, Join3<Op>(Slide<kN - 1>(odd_before, odd), even, odd));
      odd_before = odd;
    }
  } else {
    V low = rows.columns<Op>(0, special), high = rows.columns<Op>(kN, special);
    for (int64_t i = 0; i < n; i += kN) {
      const V next_low = rows.columns<Op>(2 * i + 2 * kN, special);
      const V next_high = rows.columns<Op>(2 * i + 3 * kN, special);
      const V even = Even(low, high), odd = Odd(low, high);
      put(i, Join3<Op>(even, odd, Slide<1>(even, Even(next_low, next_high))));
      low = next_low;
      high = next_high;
    }
  }
}

template <class Op, int kStride, int kPad>
HWY_INLINE void ThreeByThreeRow(const PoolTask& task, const ThreeRows& rows, int64_t r, float* y,
                                SpecialValues& special) {
  const int64_t n = task.output.w;
  const RowResult<Op> result(task, r);
  const auto put = [&](int64_t i, V v) { StoreUpTo(result(i, v), y + i, n - i); };
  if constexpr (kStride == 1) {
    ThreeByThreeStride1<Op, kPad>(rows, n, special, put);
  } else {
    ThreeByThreeStride2<Op, kPad>(rows, n, special, put);
  }
}

template <class Op, int kStride, int kPad>
void ThreeByThreeRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t oh = task.output.h, ow = task.output.w;
  for (int64_t unit = begin; unit < end;) {
    const int64_t plane = unit / oh, first = unit % oh, last = HWY_MIN(oh, first + end - unit);
    const float* x = task.x + plane * task.in_plane();
    float* y = task.y + plane * task.out_plane();
    SpecialValues special;
    if constexpr (Op::kIsMax)
      ThreeRows(task, x, task.rows[static_cast<size_t>(first)].start).look_at_top(special);
    for (int64_t r = first; r < last; ++r) {
      const AxisWindow& window = task.rows[static_cast<size_t>(r)];
      const ThreeRows rows(task, x, window.start);
      ThreeByThreeRow<Op, kStride, kPad>(task, rows, r, y + r * ow, special);
    }
    if (Op::kIsMax && HWY_UNLIKELY(special.any())) {
      for (int64_t r = first; r < last; ++r) reference_max_row(task.geometry, r, 1, x, y + r * ow, nullptr);
    }
    unit += last - first;
  }
}

template <class Op>
RangeKernel ChooseThreeByThree(const PoolTask& task) {
  const PoolParams& p = task.params;
  const bool fits = task.pixel == 1 && !p.adaptive_output && p.kernel == Size2{3, 3} &&
                    p.dilation == Size2{1, 1} && p.padding.left <= 1 && p.stride.h <= 2;
  if (!fits) return nullptr;
  const bool pad = p.padding.left == 1;
  if (p.stride.w == 1) return pad ? &ThreeByThreeRows<Op, 1, 1> : &ThreeByThreeRows<Op, 1, 0>;
  if (p.stride.w == 2) return pad ? &ThreeByThreeRows<Op, 2, 1> : &ThreeByThreeRows<Op, 2, 0>;
  return nullptr;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
