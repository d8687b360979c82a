// Small windows in NHWC, any stride, padding and dilation, wherever nhwc/walk-inl.h, nhwc/columns-inl.h and
// nhwc/two_by_two-inl.h do not fit: for every output pixel a few vectors of channels at a time, straight
// from the taps. Where windows overlap down the columns, strips of columns are done from top to bottom, so
// that whatever is read twice is still in the first-level cache.
//
// Max goes along the rows first, which is row-major order, so only a NaN needs the exact rule: the row is
// done again with it.
#if defined(POOLGLASS_SIMD_NHWC_PIXELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_PIXELS_INL_H_
#undef POOLGLASS_SIMD_NHWC_PIXELS_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_PIXELS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nhwc/window_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Whether results are stored non-temporally: only whole aligned lines gain by it (nchw/two_by_two-inl.h).
HWY_INLINE bool CanStreamPixels(const PoolTask& task) {
  return task.stream && task.pixel % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0;
}

// f(i, load, store) for every vector of a pixel; the last one overlaps, or is a part of one where the pixel
// is.
template <class Op, class F>
HWY_INLINE void ForPixel(int64_t pixel, const F& f) {
  if (pixel < kN) {
    return f(
        int64_t{0}, [pixel](const float* p) { return LoadFirst(p, pixel, Op::identity()); },
        [pixel](V v, float* p) { StoreFirst(v, p, pixel); });
  }
  const auto load = [](const float* p) { return Load(p); };
  const auto store = [](V v, float* p) { Store(v, p); };
  for (int64_t i = 0; i + kN <= pixel; i += kN) f(i, load, store);
  if (pixel % kN != 0) f(pixel - kN, load, store);
}

// One output row of windows of up to kDirectTaps rows and columns.
template <class Op>
class PixelRow {
 public:
  explicit PixelRow(const PoolTask& task)
      : task_(task),
        columns_(task.geometry.columns),
        pixel_(task.pixel),
        step_(columns_.dilation * task.pixel),
        tall_(task.geometry.rows.kernel),
        wide_(columns_.kernel),
        divisor_(task.row_divisor[0]),
        result_(task, 0) {}

  // Moves on to row r of the plane at x, the row at y.
  HWY_INLINE void start(const float* x, int64_t r, float* y) {
    const Axis& axis = task_.geometry.rows;
    for (int64_t i = 0; i < tall_; ++i) {
      const int64_t at = task_.rows[static_cast<size_t>(r)].start + i * axis.dilation;
      rows_[i] = 0 <= at && at < axis.input ? x + at * task_.in_row() : task_.identity_row.data();
    }
    y_ = y;
    nan_or_negative_zero_ = Special();
    if (divisor_ == task_.row_divisor[static_cast<size_t>(r)]) return;
    divisor_ = task_.row_divisor[static_cast<size_t>(r)];
    result_ = RowResult<Op>(task_, r);
  }

  // Whether there was a NaN, or sums too small for the quick quotient.
  bool nan_or_negative_zero() const { return nan_or_negative_zero_.any(); }

  // Windows [begin, end) with all their columns inside and the inner divisor, a vector behind whose taps and
  // results may be read and written.
  // kTall, kWide: of the window, or 0 for any; kOverlap: a maximum's at stride 1.
  template <int kTall, int kWide, bool kOverlap>
  HWY_NOINLINE void inner(int64_t begin, int64_t end) {
    Special nan_or_negative_zero = nan_or_negative_zero_;
    pixels<kTall, kWide, 0>(begin, begin + 1, nan_or_negative_zero);
    if constexpr (kOverlap) {
      pixels<kTall, kWide, kWide - 1>(begin + 1, end, nan_or_negative_zero);
    } else {
      pixels<kTall, kWide, 0>(begin + 1, end, nan_or_negative_zero);
    }
    nan_or_negative_zero_ = nan_or_negative_zero;
  }

  // A window whatever its columns; kShort: of pixels of less than a vector.
  template <int kTall, int kWide, bool kShort>
  HWY_NOINLINE void edge(int64_t c) {
    const int64_t start = task_.columns[static_cast<size_t>(c)].start;
    const float* outside[kDirectTaps];
    for (int64_t t = 0; t < tall_; ++t) outside[t] = task_.identity_row.data();
    const float* const* rows[kDirectTaps];
    int64_t columns[kDirectTaps];
    for (int64_t j = 0; j < wide_; ++j) {
      const int64_t column = start + j * columns_.dilation;
      const bool inside = 0 <= column && column < columns_.input;
      rows[j] = inside ? rows_ : outside;
      columns[j] = inside ? column * pixel_ : 0;
    }
    const auto taps = [&](int64_t at) POOLGLASS_INLINE_LAMBDA {
      return [&, at](int64_t t, int64_t j) POOLGLASS_INLINE_LAMBDA { return rows[j][t] + columns[j] + at; };
    };
    Special nan_or_negative_zero = nan_or_negative_zero_;
    float* y = y_ + c * pixel_;
    if constexpr (kShort) {
      several<kTall, kWide, 0, 1, true>(
          taps(0), 0, nan_or_negative_zero,
          [&](int64_t, V v) POOLGLASS_INLINE_LAMBDA { StoreFirst(result_(c * pixel_, v), y, pixel_); });
    } else if constexpr (Op::kIsMax) {
      channels<kTall, kWide, 0>(taps, nan_or_negative_zero, y, [](V v) POOLGLASS_INLINE_LAMBDA { return v; });
    } else {
      const Divider divider(divisor_ * task_.column_divisor[static_cast<size_t>(c * pixel_)]);
      channels<kTall, kWide, 0>(taps, nan_or_negative_zero, y, [&](V v) POOLGLASS_INLINE_LAMBDA {
        nan_or_negative_zero.look(v);
        return divider.quick(v);
      });
    }
    nan_or_negative_zero_ = nan_or_negative_zero;
  }

  // Windows [begin, end), a vector of channels at a time, whatever the values are.
  HWY_NOINLINE void any(int64_t begin, int64_t end) const {
    for (int64_t c = begin; c < end; ++c) {
      const AxisWindow& window = task_.columns[static_cast<size_t>(c)];
      const int64_t start = window.first * pixel_;
      const int64_t skipped = window.count > 0 ? (window.first - window.start) / window.step : 0;
      ForPixel<Op>(pixel_, [&](int64_t i, const auto& load, const auto& store) {
        V v = Op::identity();
        if constexpr (Op::kIsMax) {
          for (int64_t t = 0; t < tall_; ++t) {
            const float* tap = rows_[t] + start + i;
            for (int64_t j = 0; j < window.count; ++j, tap += step_) v = MaxExact(v, load(tap));
          }
        } else {
          HWY_ALIGN float columns[kDirectTaps * kN];
          for (int64_t j = 0; j < wide_; ++j) Store(v, columns + j * kN);
          WithTaps(tall_, [&](auto taps) {
            for (int64_t j = 0; j < window.count; ++j) {
              const V sum =
                  WindowOf<Op, taps()>([&](int64_t t) { return load(rows_[t] + start + j * step_ + i); });
              Store(sum, columns + (skipped + j) * kN);
            }
          });
          WithTaps(wide_, [&](auto taps) {
            v = WindowOf<Op, taps()>([&](int64_t j) { return Load(columns + j * kN); });
          });
        }
        store(result_(c * pixel_ + i, v), y_ + c * pixel_ + i);
      });
    }
  }

 private:
  // NaN.
  class NotOrdered {
   public:
    HWY_INLINE NotOrdered() : nan_(hn::FirstN(D(), 0)) {}
    HWY_INLINE void look(V a, V b) { nan_ = hn::Or(nan_, EitherNaN(a, b)); }
    HWY_INLINE bool any() const { return !hn::AllFalse(D(), nan_); }

   private:
    M nan_;
  };
  using Special = std::conditional_t<Op::kIsMax, NotOrdered, SmallSums>;

  // kLook: columns from which on nobody has looked at the taps.
  template <int kTall, int kWide, int kLook>
  HWY_INLINE void pixels(int64_t begin, int64_t end, Special& nan_or_negative_zero) const {
    const int64_t pixel = pixel_, distance = columns_.stride * pixel;
    const RowResult<Op> result = result_;
    int64_t from = begin * distance - columns_.pad_begin * pixel;
    float* y = y_ + begin * pixel;
    const auto taps = [&](int64_t at) POOLGLASS_INLINE_LAMBDA {
      return [this, at, step = step_](int64_t t, int64_t j)
                 POOLGLASS_INLINE_LAMBDA { return rows_[t] + at + j * step; };
    };
    for (int64_t c = begin; c < end; ++c, from += distance, y += pixel) {
      channels<kTall, kWide, kLook>([&](int64_t i) POOLGLASS_INLINE_LAMBDA { return taps(from + i); },
                                    nan_or_negative_zero, y,
                                    [&](V v) POOLGLASS_INLINE_LAMBDA {
                                      if constexpr (Op::kIsMax) {
                                        return v;
                                      } else {
                                        nan_or_negative_zero.look(v);
                                        return result.quick_inner(v);
                                      }
                                    });
    }
  }

  // One window's channels: taps(i) gives the taps from channel i on, finish(v) the result of what is reduced.
  template <int kTall, int kWide, int kLook, class T, class Finish>
  HWY_INLINE void channels(const T& taps, Special& nan_or_negative_zero, float* y,
                           const Finish& finish) const {
    const auto put = [&](float* to) POOLGLASS_INLINE_LAMBDA {
      return [&finish, to](int64_t at, V v) POOLGLASS_INLINE_LAMBDA { Store(finish(v), to + at); };
    };
    const int64_t pixel = pixel_;
    int64_t i = 0;
    for (; i + 4 * kN <= pixel; i += 4 * kN)
      several<kTall, kWide, kLook, 4>(taps(i), 3 * kN, nan_or_negative_zero, put(y + i));
    for (; i + kN < pixel; i += 2 * kN)
      several<kTall, kWide, kLook, 2>(taps(i), HWY_MIN(pixel - i - kN, kN), nan_or_negative_zero, put(y + i));
    // What a shorter pixel writes behind its end is overwritten by those that follow.
    const int64_t rest = HWY_MAX(pixel - kN, 0);
    if (i < pixel) several<kTall, kWide, kLook, 1>(taps(rest), 0, nan_or_negative_zero, put(y + rest));
  }

  // A few vectors of channels; the last one lies `last` floats from the first. tap(t, j): where the first
  // one of a tap is.
  template <int kTall, int kWide, int kLook, int kVectors, bool kShort = false, class T, class Put>
  HWY_INLINE void several(const T& tap, int64_t last, Special& nan_or_negative_zero, const Put& put) const {
    const auto place = [=](int v) POOLGLASS_INLINE_LAMBDA { return v + 1 == kVectors ? last : v * kN; };
    const auto read = [&](const float* from) POOLGLASS_INLINE_LAMBDA {
      if constexpr (kShort) return LoadFirst(from, pixel_, Op::identity());
      return Load(from);
    };
    V reduced[kVectors];
    if constexpr (Op::kIsMax) {
      const auto take = [&](const float* from, auto first, auto look) POOLGLASS_INLINE_LAMBDA {
        V taps[kVectors];
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          taps[v] = InRegister(read(from + place(v)));
          if constexpr (first) {
            reduced[v] = taps[v];
          } else {
            reduced[v] = Op::apply(reduced[v], taps[v]);
          }
          if constexpr (look && v % 2 == 1) nan_or_negative_zero.look(taps[v - 1], taps[v]);
        });
        if constexpr (look && kVectors == 1) nan_or_negative_zero.look(taps[0], taps[0]);
      };
      if constexpr (kTall > 0) {
        Unroll<kTall>([&](auto t) POOLGLASS_INLINE_LAMBDA {
          Unroll<kWide>([&](auto j) POOLGLASS_INLINE_LAMBDA {
            take(tap(t, j), Constant < t == 0 && j == 0 > (), Constant<(j >= kLook)>());
          });
        });
      } else {
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { reduced[v] = Op::identity(); });
        for (int64_t t = 0; t < tall_; ++t) {
          for (int64_t j = 0; j < wide_; ++j) take(tap(t, j), Constant<false>(), Constant<true>());
        }
      }
    } else {
      const auto load = [&](int64_t t, int64_t j, V(&loaded)[kVectors]) POOLGLASS_INLINE_LAMBDA {
        const float* from = tap(t, j);
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { loaded[v] = read(from + place(v)); });
      };
      if constexpr (kTall > 0) {
        WindowsOf<Op, kWide>(
            [&](int64_t j, V(&column)[kVectors]) POOLGLASS_INLINE_LAMBDA {
              WindowsOf<Op, kTall>([&](int64_t t, V(&loaded)[kVectors])
                                       POOLGLASS_INLINE_LAMBDA { load(t, j, loaded); },
                                   column);
            },
            reduced);
      } else {
        WindowsOf<Op>(
            wide_,
            [&](int64_t j, V(&column)[kVectors]) POOLGLASS_INLINE_LAMBDA {
              WindowsOf<Op>(
                  tall_, [&](int64_t t, V(&loaded)[kVectors]) POOLGLASS_INLINE_LAMBDA { load(t, j, loaded); },
                  column);
            },
            reduced);
      }
    }
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { put(place(v), reduced[v]); });
  }

  template <bool kValue>
  using Constant = std::integral_constant<bool, kValue>;

  const PoolTask& task_;
  const Axis& columns_;
  const int64_t pixel_, step_, tall_, wide_;
  float divisor_;
  RowResult<Op> result_;
  float* y_ = nullptr;
  const float* rows_[kDirectTaps];
  Special nan_or_negative_zero_;
};

// kTall, kWide: the window, or 0 for any of up to kDirectTaps rows and columns; kOverlap: a maximum's at
// stride 1.
template <class Op, int kTall, int kWide, bool kOverlap>
void PixelRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  constexpr int64_t kStrip = 1024;                         // floats of an input row
  constexpr int kEdge = kTall == 3 && kWide == 3 ? 3 : 0;  // few windows of others are at an edge
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  const int64_t pixel = task.pixel;
  // Windows with all their columns inside and the inner divisor.
  int64_t inner_begin = 0, inner_end = 0;
  const int64_t room = columns.input + columns.pad_begin - (columns.kernel - 1) * columns.dilation - 1;
  if (task.in_row() >= kN && task.out_row() >= kN && room >= 0) {
    inner_begin =
        HWY_MAX((columns.pad_begin + columns.stride - 1) / columns.stride, task.inner_begin / pixel);
    inner_end = HWY_MIN(HWY_MIN(room / columns.stride + 1, columns.output), task.inner_end / pixel);
  }
  const bool overlap = rows.stride <= (rows.kernel - 1) * rows.dilation;
  int64_t strip = columns.output;
  if (overlap && pixel >= kN && task.in_row() > 2 * kStrip &&
      kStrip >= 2 * columns.kernel * columns.stride * pixel)
    strip = kStrip / (columns.stride * pixel);
  PixelRow<Op> row(task);
  for (int64_t unit = begin, count; unit < end; unit += count) {
    const int64_t first = unit % rows.output;
    count = HWY_MIN(rows.output - first, end - unit);
    const float* x = task.x + unit / rows.output * task.in_plane();
    for (int64_t from = 0; from < columns.output; from += strip) {
      const int64_t to = HWY_MIN(from + strip, columns.output);
      const int64_t inner_from = HWY_MAX(from, inner_begin);
      float* y = task.y + unit * task.out_row();
      for (int64_t r = first; r < first + count; ++r, y += task.out_row()) {
        row.start(x, r, y);
        int64_t inner_to = HWY_MIN(to, inner_end);
        // Nothing is read or written behind the arrays' last pixels.
        const AxisWindow& window = task.rows[static_cast<size_t>(r)];
        const bool last = window.first + (window.count - 1) * window.step + 1 >= rows.input;
        if (pixel < kN && (last || r + 1 == first + count)) inner_to -= kN / pixel + 1;
        for (int64_t c = from; c < to; ++c) {
          if (c == inner_from && c < inner_to) {
            row.template inner<kTall, kWide, kOverlap>(c, inner_to);
            c = inner_to - 1;
          } else if (pixel < kN) {
            row.template edge<kEdge, kEdge, true>(c);
          } else {
            row.template edge<kEdge, kEdge, false>(c);
          }
        }
        if (HWY_UNLIKELY(row.nan_or_negative_zero())) row.any(from, to);
      }
    }
  }
}

// Output rows [begin, end), whatever the values are.
template <class Op>
void AnyPixelRows(const PoolTask& task, int64_t begin, int64_t end) {
  PixelRow<Op> row(task);
  for (int64_t unit = begin; unit < end; ++unit) {
    row.start(task.x + unit / task.output.h * task.in_plane(), unit % task.output.h,
              task.y + unit * task.out_row());
    row.any(0, task.output.w);
  }
}

// Whether windows are best taken tap by tap unless they share columns in a buffer: those that overlap much
// are not.
HWY_INLINE bool FewTaps(const PoolTask& task) {
  const PoolParams& p = task.params;
  const bool few =
      task.pixel < HWY_MAX(2, kN / 2) && p.kernel != Size2{1, 1};  // leave most of a vector empty
  if (few || p.kernel.h > kDirectTaps || p.kernel.w > kDirectTaps) return false;
  const int64_t strides = HWY_MIN(p.stride.h, kDirectTaps) * HWY_MIN(p.stride.w, kDirectTaps);
  const int64_t most = task.pixel < kN ? 3 * strides + 5 : IsMax(task) ? 6 * strides + 6 : 3 * strides + 9;
  return p.kernel.h * p.kernel.w <= most;
}

template <class Op>
RangeKernel PixelRowsOf(const PoolTask& task) {
  const PoolParams& p = task.params;
  if (p.kernel == Size2{1, 1}) return &PixelRows<Op, 1, 1, false>;
  if (p.stride.w == 1 && p.dilation.w == 1) {
    if (p.kernel == Size2{1, 2}) return &PixelRows<Op, 1, 2, Op::kIsMax>;
    if (p.kernel == Size2{1, 3}) return &PixelRows<Op, 1, 3, Op::kIsMax>;
    if (p.kernel == Size2{2, 2}) return &PixelRows<Op, 2, 2, Op::kIsMax>;
  }
  if (p.kernel == Size2{1, 2}) return &PixelRows<Op, 1, 2, false>;
  if (p.kernel == Size2{2, 1}) return &PixelRows<Op, 2, 1, false>;
  if (p.kernel == Size2{3, 1}) return &PixelRows<Op, 3, 1, false>;
  if (p.kernel == Size2{2, 2}) return &PixelRows<Op, 2, 2, false>;
  if (p.kernel == Size2{3, 3}) return &PixelRows<Op, 3, 3, false>;
  if constexpr (!Op::kIsMax) {
    if (p.kernel == Size2{4, 4}) return &PixelRows<Op, 4, 4, false>;
  }
  return &PixelRows<Op, 0, 0, false>;
}

struct NhwcTaps {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    return !p.adaptive_output && p.kernel.h <= kDirectTaps && p.kernel.w <= kDirectTaps &&
           (task.pixel >= HWY_MAX(2, kN / 2) || p.kernel == Size2{1, 1});
  }
  static bool expected_to_win(const PoolTask& task) { return FewTaps(task); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? PixelRowsOf<Maximum>(task) : PixelRowsOf<Sum>(task), task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
