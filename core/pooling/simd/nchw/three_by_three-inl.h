// 3x3 windows with stride 1 or 2 and up to one cell of padding on the left, NCHW. Two output rows at a time:
// the four or five input rows under them are reduced in registers into two vectors of column results, and
// neighbouring vectors slide over each other: every input vector is loaded once per two output rows and
// nothing is stored and read back (a load across two fresh stores stalls).
//
// Max reduces columns first, which is not row-major order. The two orders differ only where there is a NaN or
// a -0; such planes are done again by the definition.
#if defined(POOLGLASS_SIMD_NCHW_THREE_BY_THREE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_INL_H_
#undef POOLGLASS_SIMD_NCHW_THREE_BY_THREE_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_THREE_BY_THREE_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Three parts in order; a sum's runs are 1 + 2.
template <class Op>
HWY_INLINE V Reduce3(V a, V b, V c) {
  return Op::kIsMax ? Op::apply(Op::apply(a, b), c) : Op::apply(a, Op::apply(b, c));
}

// Output rows first ... first + rows - 1 of a plane by the definition. x: the plane, y: the first of the
// rows.
template <class Op>
HWY_NOINLINE void RowsByDefinition(const PoolTask& task, const float* x, int64_t first, int64_t rows,
                                   float* y) {
  for (int64_t r = first; r < first + rows; ++r, y += task.output.w) {
    if constexpr (Op::kIsMax) {
      reference_max_row(task.geometry, r, 1, x, y, nullptr);
    } else {
      reference_average_row(task.geometry, r, 1, x, y);
    }
  }
}

// One vector of each of two output rows.
struct VectorPair {
  V first, second;
};

// f of the vectors of both output rows.
template <class F>
HWY_INLINE VectorPair ForBoth(const F& f, const VectorPair& a, const VectorPair& b) {
  return {f(a.first, b.first), f(a.second, b.second)};
}
template <class Op>
HWY_INLINE VectorPair Reduce3(const VectorPair& a, const VectorPair& b, const VectorPair& c) {
  return {Reduce3<Op>(a.first, b.first, c.first), Reduce3<Op>(a.second, b.second, c.second)};
}
template <int k>
HWY_INLINE VectorPair Slide(const VectorPair& low, const VectorPair& high) {
  return ForBoth([](V a, V b) HWY_ATTR { return Slide<k>(a, b); }, low, high);
}

// Whether to prefetch the lines of a row of results that begins here. A vector that lies across two
// lines waits for both, and where rows alternate an Intel Xeon fetches the second one late: 1024x1024 took
// 670 us there with stride 1, and takes 340 with lines prefetched, or where rows begin with a line; a copy
// takes 335. (Four rows at a time, nchw/square-inl.h, do not gain by it.) AMD Zen 4 does not wait, and loses
// up to a tenth by prefetching.
HWY_INLINE bool WaitsForLines([[maybe_unused]] const float* row) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  static const bool waits = __builtin_cpu_is("intel") != 0;
  return waits && reinterpret_cast<uintptr_t>(row) % 64 != 0;
#else
  return false;
#endif
}

// Prefetches the line after the next, which may lie behind the array.
HWY_INLINE void PrefetchAhead(const float* to) {
  hwy::Prefetch(reinterpret_cast<const float*>(reinterpret_cast<uintptr_t>(to) + 128));
}

// The input rows under two output rows; rows outside the plane are the task's identity row.
template <class Op, int kStride>
class RowsUnderTwo {
 public:
  static constexpr int kRows = 3 + kStride;

  RowsUnderTwo(const PoolTask& task, const float* plane, int64_t start) : width_(task.input.w) {
    for (int i = 0; i < kRows; ++i) {
      const int64_t r = start + i;
      rows_[i] = 0 <= r && r < task.input.h ? plane + r * width_ : task.identity_row.data();
    }
  }

  // Column results of columns [c, c + kN); columns outside the plane are the identity.
  HWY_INLINE VectorPair columns(int64_t c, NanOrNegativeZero& nan_or_negative_zero) const {
    const V none = Op::identity();
    if (c >= width_) return {none, none};
    const int64_t n = width_ - c;
    if (HWY_LIKELY(n >= kN))
      return reduce([c](const float* row) HWY_ATTR { return Load(row + c); }, nan_or_negative_zero);
    // Column results of zeros mean nothing.
    const VectorPair v =
        reduce([c, n](const float* row) HWY_ATTR { return LoadFirst(row + c, n, hn::Zero(D())); },
               nan_or_negative_zero);
    const M inside = hn::FirstN(D(), static_cast<size_t>(n));
    return {hn::IfThenElse(inside, v.first, none), hn::IfThenElse(inside, v.second, none)};
  }

  // Looks at the rows that the pair of output rows above would have looked at.
  HWY_INLINE void look_at_top(NanOrNegativeZero& nan_or_negative_zero) const {
    for (int64_t c = 0; c < width_; c += kN) {
      const auto load = [&](const float* row) HWY_ATTR {
        return width_ - c >= kN ? Load(row + c) : LoadFirst(row + c, width_ - c, Maximum::identity());
      };
      nan_or_negative_zero.look_for_nan(load(rows_[0]), load(rows_[kRows - kNew - 1]));
    }
  }

 private:
  static constexpr int kNew = 2 * kStride;  // rows that are not under the pair above

  template <class L>
  HWY_INLINE VectorPair reduce(const L& load, NanOrNegativeZero& nan_or_negative_zero) const {
    V v[kRows];
    for (int i = 0; i < kRows; ++i) v[i] = InRegister(load(rows_[i]));
    VectorPair reduced;
    if constexpr (Op::kIsMax && kStride == 1) {
      const V middle = Op::apply(v[1], v[2]);  // of both
      reduced = {Op::apply(v[0], middle), Op::apply(middle, v[3])};
    } else {
      reduced = {Reduce3<Op>(v[0], v[1], v[2]), Reduce3<Op>(v[kStride], v[kStride + 1], v[kStride + 2])};
    }
    if constexpr (Op::kIsMax) {
      for (int i = kRows - kNew; i < kRows; i += 2) nan_or_negative_zero.look_for_nan(v[i], v[i + 1]);
      nan_or_negative_zero.look_for_zero(reduced.first);
      nan_or_negative_zero.look_for_zero(reduced.second);
    }
    return reduced;
  }

  const float* rows_[kRows];
  int64_t width_;
};

// put(i, v): results i ... of the two rows of n results.
template <int kStride, int kPad, class Op, class Put>
HWY_INLINE void SlideThree(const RowsUnderTwo<Op, kStride>& rows, int64_t n,
                           NanOrNegativeZero& nan_or_negative_zero, const Put& put) {
  const auto even = [](V low, V high) HWY_ATTR { return Even(low, high); };
  const auto odd = [](V low, V high) HWY_ATTR { return Odd(low, high); };
  const VectorPair none{Op::identity(), Op::identity()};
  if constexpr (kStride == 1) {
    VectorPair before = none, here = rows.columns(0, nan_or_negative_zero);
    for (int64_t i = 0; i < n; i += kN) {
      const VectorPair after = rows.columns(i + kN, nan_or_negative_zero);
      if constexpr (kPad == 1) {
        put(i, Reduce3<Op>(Slide<kN - 1>(before, here), here, Slide<1>(here, after)));
      } else {
        put(i, Reduce3<Op>(here, Slide<1>(here, after), Slide<2>(here, after)));
      }
      before = here;
      here = after;
    }
  } else if constexpr (kPad == 1) {
    VectorPair odd_before = none;
    for (int64_t i = 0; i < n; i += kN) {
      const VectorPair low = rows.columns(2 * i, nan_or_negative_zero),
                       high = rows.columns(2 * i + kN, nan_or_negative_zero);
      const VectorPair odds = ForBoth(odd, low, high);
      put(i, Reduce3<Op>(Slide<kN - 1>(odd_before, odds), ForBoth(even, low, high), odds));
      odd_before = odds;
    }
  } else {
    VectorPair low = rows.columns(0, nan_or_negative_zero), high = rows.columns(kN, nan_or_negative_zero);
    VectorPair evens = ForBoth(even, low, high);
    for (int64_t i = 0; i < n; i += kN) {
      const VectorPair odds = ForBoth(odd, low, high);
      low = rows.columns(2 * i + 2 * kN, nan_or_negative_zero);
      high = rows.columns(2 * i + 3 * kN, nan_or_negative_zero);
      const VectorPair next = ForBoth(even, low, high);
      put(i, Reduce3<Op>(evens, odds, Slide<1>(evens, next)));
      evens = next;
    }
  }
}

template <class Op, int kStride, int kPad>
class ThreeByThreeKernel {
 public:
  explicit ThreeByThreeKernel(const PoolTask& task) : task_(task), prefetch_(task.prefetches_rows()) {}

  // Unit: an output row.
  void run(int64_t begin, int64_t end) const {
    const int64_t oh = task_.output.h;
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / oh, first = unit % oh, last = HWY_MIN(oh, first + end - unit);
      const float* x = task_.x + plane * task_.in_plane();
      float* y = task_.y + plane * task_.out_plane();
      if (HWY_UNLIKELY(rows(first, last, x, y))) {
        RowsByDefinition<Op>(task_, x, first, last - first, y + first * task_.output.w);
      }
      unit += last - first;
    }
  }

 private:
  // Output rows first ... last - 1 of a plane. Whether their order matters.
  HWY_INLINE bool rows(int64_t first, int64_t last, const float* x, float* y) const {
    const int64_t n = task_.output.w;
    NanOrNegativeZero nan_or_negative_zero;
    for (int64_t r = first; r < last; r += 2) {
      const int64_t start = r * kStride - task_.geometry.rows.pad_begin;
      const RowsUnderTwo<Op, kStride> under(task_, x, start);
      if (prefetch_) prefetch(x, start);
      if (Op::kIsMax && r == first) under.look_at_top(nan_or_negative_zero);
      const bool two = r + 1 < last;
      const RowResult<Op> result(task_, r), second_result(task_, two ? r + 1 : r);
      float* const to = y + r * n;
      const bool prefetch_ahead = WaitsForLines(to) || WaitsForLines(to + n);
      SlideThree<kStride, kPad, Op>(under, n, nan_or_negative_zero,
                                    [&](int64_t i, const VectorPair& v) HWY_ATTR {
                                      if (prefetch_ahead) {
                                        PrefetchAhead(to + i);
                                        PrefetchAhead(to + n + i);
                                      }
                                      StoreUpTo(result(i, v.first), to + i, n - i);
                                      if (two) StoreUpTo(second_result(i, v.second), to + n + i, n - i);
                                    });
    }
    return Op::kIsMax && nan_or_negative_zero.any();
  }

  // Prefetches the rows that are new under the pair of output rows.
  void prefetch(const float* x, int64_t start) const {
    const int64_t w = task_.input.w, end = HWY_MIN(start + 3 + kStride, task_.input.h);
    const int64_t begin = HWY_MAX(0, end - 2 * kStride);
    PrefetchInOrder(x + begin * w, (end - begin) * w);
  }

  const PoolTask& task_;
  const bool prefetch_;
};

template <class Op, int kStride, int kPad>
void ThreeByThreeRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  ThreeByThreeKernel<Op, kStride, kPad>(task).run(begin, end);
}

HWY_INLINE bool IsThreeByThree(const PoolTask& task) {
  const PoolParams& p = task.params;
  return !p.adaptive_output && p.kernel == Size2{3, 3} && p.dilation == Size2{1, 1} && p.padding.left <= 1 &&
         (p.stride == Size2{1, 1} || p.stride == Size2{2, 2});
}

template <class Op>
RangeKernel ThreeByThreeAlongOf(const PoolTask& task) {
  const bool pad = task.params.padding.left == 1;
  if (task.params.stride.w == 1) return pad ? &ThreeByThreeRows<Op, 1, 1> : &ThreeByThreeRows<Op, 1, 0>;
  return pad ? &ThreeByThreeRows<Op, 2, 1> : &ThreeByThreeRows<Op, 2, 0>;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
