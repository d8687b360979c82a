// The argmaxes of an output row: maxima and their positions in the plane, by the rule itself, taps in
// row-major order. Vectors of outputs in NCHW, vectors of channels in NHWC.
#if defined(POOLGLASS_SIMD_ARGMAX_ARGMAX_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_ARGMAX_ROWS_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_ARGMAX_ROWS_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_ARGMAX_ROWS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

using VI = hn::Vec<DI>;

// Where v replaces the argmax so far. Unless kExact, there must be no NaN.
template <bool kExact>
HWY_INLINE M Wins(V v, V argmax) {
  if constexpr (!kExact) return hn::Gt(v, argmax);
  return hn::Or(hn::Gt(v, argmax), hn::IsNaN(v));
}

// A vector of argmaxes so far.
struct Argmax {
  V value;
  VI index;

  HWY_INLINE void replace(M wins, V v, VI i) {
    value = hn::IfThenElse(wins, v, value);
    index = hn::IfThenElse(hn::RebindMask(DI(), wins), i, index);
  }

  template <bool kExact>
  HWY_INLINE void challenge_by(V v, VI i) {
    const M wins = Wins<kExact>(v, value);
    value = kExact ? hn::IfThenElse(wins, v, value) : MaxOrdered(value, v);
    index = hn::IfThenElse(hn::RebindMask(DI(), wins), i, index);
  }
  HWY_INLINE void challenge(V v, VI i) { challenge_by<true>(v, i); }

  // In some lanes only; index is -1 until the first of them.
  HWY_INLINE void challenge_where(hn::Mask<DI> lanes, V v, VI i) {
    const DI di;
    const M better = hn::Or(hn::Gt(v, value), hn::IsNaN(v));
    const auto first = hn::Lt(index, hn::Zero(di));
    const auto wins = hn::And(lanes, hn::Or(first, hn::RebindMask(di, better)));
    value = hn::IfThenElse(hn::RebindMask(D(), wins), v, value);
    index = hn::IfThenElse(wins, i, index);
  }
};

// The first n (1 <= n <= kN) lanes.
HWY_INLINE void StoreIndices(VI index, int32_t* to, int64_t n) {
  StoreUpTo(hn::BitCast(D(), index), reinterpret_cast<float*>(to), n);
}

// So many floats in all arrays together are more than the caches hold on to: results go past them.
HWY_INLINE bool IsBeyondCaches(int64_t floats) {
  return floats > kStreamBytes / static_cast<int64_t>(sizeof(float));
}

class ArgmaxRows {
 public:
  explicit ArgmaxRows(const PoolTask& task) : task_(task) {
    // Outputs whose taps all lie inside the columns.
    const std::span<const AxisWindow> columns = task.columns;
    while (last_ < task.output.w && !whole(columns[static_cast<size_t>(last_)])) ++last_;
    first_ = last_;
    while (last_ < task.output.w && whole(columns[static_cast<size_t>(last_)])) ++last_;
  }

  // x: the plane. values, indices: rows of out_row(); a window without taps gives -inf, -1.
  void row(int64_t r, const float* x, float* values, int32_t* indices) const {
    if (task_.pixel > 1) {
      for (int64_t c = 0; c < task_.output.w; ++c) channels(r, c, x, values, indices);
    } else if (task_.geometry.columns.adaptive || rows_of(r).count == 0) {
      for (int64_t c = 0; c < task_.output.w; ++c) one(r, c, x, values, indices);
    } else if (last_ - first_ < kN) {
      edges(r, 0, task_.output.w, x, values, indices);
    } else {
      edges(r, 0, first_, x, values, indices);
      edges(r, last_, task_.output.w, x, values, indices);
      int64_t c = first_;
      for (; c + kN <= last_; c += kN) several(r, c, x, values, indices);
      if (c < last_) several(r, last_ - kN, x, values, indices);
    }
  }

 private:
  static bool whole(const AxisWindow& w) { return w.count == w.taps; }
  const AxisWindow& rows_of(int64_t r) const { return task_.rows[static_cast<size_t>(r)]; }
  const AxisWindow& columns_of(int64_t c) const { return task_.columns[static_cast<size_t>(c)]; }

  // f(index of the tap) for the taps inside the plane, in row-major order.
  template <class F>
  HWY_INLINE void for_each_tap(const AxisWindow& rows, const AxisWindow& columns, const F& f) const {
    for (int64_t i = 0; i < rows.count; ++i) {
      const int64_t row = (rows.first + i * rows.step) * task_.input.w;
      for (int64_t j = 0; j < columns.count; ++j) f(row + columns.first + j * columns.step);
    }
  }

  void one(int64_t r, int64_t c, const float* x, float* values, int32_t* indices) const {
    float value = -std::numeric_limits<float>::infinity();
    int64_t index = -1;
    for_each_tap(rows_of(r), columns_of(c), [&](int64_t tap) {
      if (index >= 0 && !(x[tap] > value) && x[tap] == x[tap]) return;
      value = x[tap];
      index = tap;
    });
    values[c] = value;
    indices[c] = static_cast<int32_t>(index);
  }

  // Outputs begin ... end - 1, some of whose taps may lie outside the columns.
  HWY_INLINE void edges(int64_t r, int64_t begin, int64_t end, const float* x, float* values,
                        int32_t* indices) const {
    if (end - begin < 3) {
      for (int64_t c = begin; c < end; ++c) one(r, c, x, values, indices);
      return;
    }
    for (int64_t c = begin; c < end; c += kN) gathered(r, c, HWY_MIN(kN, end - c), x, values, indices);
  }

  // n outputs from c. Taps outside are read from the nearest column and never win.
  HWY_NOINLINE void gathered(int64_t r, int64_t c, int64_t n, const float* x, float* values,
                             int32_t* indices) const {
    const DI di;
    const Axis& axis = task_.geometry.columns;
    const AxisWindow &rows = rows_of(r), &low = columns_of(c), &high = columns_of(c + n - 1);
    // Lanes behind n still count in 32 bits.
    const bool fits =
        HWY_MAX(-low.start, low.start + kN * axis.stride) + axis.kernel * axis.dilation < 1 << 30;
    if (!fits || low.count == 0 || high.count == 0) {
      for (int64_t i = c; i < c + n; ++i) one(r, i, x, values, indices);
      return;
    }
    // The first tap of the last output that is inside, to behind the last one of the first output.
    const int64_t first = (high.first - high.start) / high.step;
    const int64_t behind = (low.first - low.start) / low.step + low.count;
    const VI none = hn::Set(di, -1), width = hn::Set(di, static_cast<int32_t>(axis.input));
    const VI start = hn::Add(hn::Set(di, static_cast<int32_t>(low.start)),
                             hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(axis.stride))));
    Argmax argmaxes{Maximum::identity(), none};
    for (int64_t i = 0; i < rows.count; ++i) {
      const int64_t row = (rows.first + i * rows.step) * axis.input;
      for (int64_t j = first; j < behind; ++j) {
        const VI column = hn::Add(start, hn::Set(di, static_cast<int32_t>(j * low.step)));
        const auto inside = hn::And(hn::Gt(column, none), hn::Lt(column, width));
        const VI nearest = hn::Min(hn::Max(column, hn::Zero(di)), hn::Add(width, none));
        argmaxes.challenge_where(inside, hn::GatherIndex(D(), x + row, nearest),
                                 hn::Add(column, hn::Set(di, static_cast<int32_t>(row))));
      }
    }
    StoreUpTo(argmaxes.value, values + c, n);
    StoreIndices(argmaxes.index, indices + c, n);
  }

  // Outputs c ... c + kN - 1, every tap inside.
  HWY_INLINE void several(int64_t r, int64_t c, const float* x, float* values, int32_t* indices) const {
    const DI di;
    const int64_t stride = task_.geometry.columns.stride;
    const VI distance = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(stride)));
    const auto load = [&](int64_t tap) {
      if (stride == 1) return Load(x + tap);
      // Two vectors, unless the second would reach beyond the last tap of the last output.
      if (stride == 2) return Even(Load(x + tap), Slide<1>(Load(x + tap + kN - 1), Set(0)));
      return hn::GatherIndex(D(), x + tap, distance);
    };
    const AxisWindow &rows = rows_of(r), &columns = columns_of(c);
    const int64_t start = rows.first * task_.input.w + columns.first, row = rows.step * task_.input.w;
    const VI one = hn::Set(di, static_cast<int32_t>(columns.step));
    Argmax argmaxes{load(start), hn::Add(hn::Set(di, static_cast<int32_t>(start)), distance)};
    for (int64_t i = 0; i < rows.count; ++i) {
      const int64_t begin = start + i * row;
      VI index = hn::Add(hn::Set(di, static_cast<int32_t>(begin)), distance);
      int64_t j = 0;
      if (stride == 2 && columns.step == 1) {  // two taps from two vectors, which end with the second tap
        for (; j + 2 <= columns.count; j += 2, index = hn::Add(index, hn::Add(one, one))) {
          const V low = Load(x + begin + j), high = Load(x + begin + j + kN);
          if (i + j > 0) argmaxes.challenge(Even(low, high), index);
          argmaxes.challenge(Odd(low, high), hn::Add(index, one));
        }
      }
      for (; j < columns.count; ++j, index = hn::Add(index, one)) {
        if (i + j > 0) argmaxes.challenge(load(begin + j * columns.step), index);
      }
    }
    Store(argmaxes.value, values + c);
    StoreIndices(argmaxes.index, indices + c, kN);
  }

  // All channels of output pixel c, four vectors at a time: each argmax waits for the one before.
  HWY_INLINE void channels(int64_t r, int64_t c, const float* x, float* values, int32_t* indices) const {
    const DI di;
    const int64_t pixel = task_.pixel;
    const AxisWindow &rows = rows_of(r), &columns = columns_of(c);
    const bool none = rows.count == 0 || columns.count == 0;
    const int64_t first = none ? -1 : rows.first * task_.input.w + columns.first;
    // Whether a NaN was seen; kExact takes no notice.
    const auto some = [&](auto exact, auto vectors, int64_t i, int64_t n) POOLGLASS_INLINE_LAMBDA {
      constexpr bool kExact = exact;
      Argmax argmaxes[vectors];
      M nan = hn::FirstN(D(), 0);
      const auto load = [&](int64_t tap, int v) POOLGLASS_INLINE_LAMBDA {
        const float* p = x + tap * pixel + i + v * kN;
        return n == kN ? InRegister(Load(p)) : LoadFirst(p, n, Maximum::identity());
      };
      Unroll<vectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
        argmaxes[v] = {none ? Maximum::identity() : load(first, v), hn::Set(di, static_cast<int32_t>(first))};
      });
      for_each_tap(rows, columns, [&](int64_t tap) POOLGLASS_INLINE_LAMBDA {
        const VI index = hn::Set(di, static_cast<int32_t>(tap));
        // The first tap meets itself: that changes nothing.
        Unroll<vectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          const V value = load(tap, v);
          if constexpr (!kExact) nan = hn::Or(nan, hn::IsNaN(value));
          argmaxes[v].template challenge_by<kExact>(value, index);
        });
      });
      if (HWY_UNLIKELY(!hn::AllFalse(D(), nan))) return true;
      Unroll<vectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
        StoreUpTo(argmaxes[v].value, values + c * pixel + i + v * kN, n);
        StoreIndices(argmaxes[v].index, indices + c * pixel + i + v * kN, n);
      });
      return false;
    };
    const auto step = [&](auto vectors, int64_t i, int64_t n) POOLGLASS_INLINE_LAMBDA {
      if (HWY_UNLIKELY(some(std::false_type(), vectors, i, n))) some(std::true_type(), vectors, i, n);
    };
    int64_t i = 0;
    for (; i + 4 * kN <= pixel; i += 4 * kN) step(std::integral_constant<int, 4>(), i, kN);
    for (; i + kN <= pixel; i += kN) step(std::integral_constant<int, 1>(), i, kN);
    if (i < pixel) step(std::integral_constant<int, 1>(), i, pixel - i);
  }

  const PoolTask& task_;
  int64_t first_ = 0, last_ = 0;
};

// Unit: an output row.
inline void IndexRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const ArgmaxRows argmaxes(task);
  const int64_t n = task.out_row();
  for (int64_t unit = begin; unit < end; ++unit) {
    const float* plane = task.x + unit / task.output.h * task.in_plane();
    argmaxes.row(unit % task.output.h, plane, task.y + unit * n, task.short_indices + unit * n);
  }
}

struct ArgmaxByTaps : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsMax(task) && HasSmallPlanes(task); }
  static KernelWork work(const PoolTask& task) { return {&IndexRows, task.out_rows(), 0}; }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
