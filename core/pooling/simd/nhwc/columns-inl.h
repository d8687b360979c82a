// Windows in NHWC that overlap along the rows, of any shape up to kDirectTaps rows and columns: a row's
// columns are reduced once, into a buffer that stays in the first-level cache, and the windows from there. Of
// long pixels a strip of channels is done at a time. A result takes (rows x stride + columns) loads instead
// of rows x columns.
//
// A maximum reduced columns first is the row-major one unless a NaN takes part, or -0 is the maximum of a
// column. Rows with such values, and averages of sums too small for the quick quotient, are done again.
#if defined(POOLGLASS_SIMD_NHWC_COLUMNS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_COLUMNS_INL_H_
#undef POOLGLASS_SIMD_NHWC_COLUMNS_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_COLUMNS_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nhwc/pixels-inl.h"
#include "core/pooling/simd/nhwc/window_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <class Op>
class PixelColumns {
 public:
  static constexpr int64_t kBuffer = 4096;  // floats
  static constexpr int64_t kStrip = 256;    // of a long pixel
  static constexpr int64_t kScratch = kBuffer + 2 * kVectorSlack;

  PixelColumns(const PoolTask& task, float* scratch)
      : task_(task), axis_(task.geometry.columns), pixel_(task.pixel), buffer_(scratch) {}

  // Output row r of a plane to y; y_end: behind what may be written. Whether it has to be done again.
  bool row(const float* x, int64_t r, float* y, const float* y_end) const {
    const Axis& rows = task_.geometry.rows;
    const float* in[kDirectTaps];
    for (int64_t t = 0; t < rows.kernel; ++t) {
      const int64_t at = task_.rows[static_cast<size_t>(r)].start + t * rows.dilation;
      in[t] = 0 <= at && at < rows.input ? x + at * task_.in_row() : task_.identity_row.data();
    }
    const int64_t strips = (pixel_ + kStrip - 1) / kStrip;
    const int64_t width = (pixel_ / strips + kN - 1) / kN * kN;
    Special nan_or_negative_zero;
    for (int64_t i = 0, n; i < pixel_; i += n) {
      n = pixel_ - i < width + kN ? pixel_ - i : width;  // nothing shorter than a vector is left
      strip(in, i, n, r, y, y_end, nan_or_negative_zero);
    }
    return nan_or_negative_zero.any();
  }

 private:
  using Special = std::conditional_t<Op::kIsMax, NanOrNegativeZero, SmallSums>;

  // Channels i ... i + n - 1.
  void strip(const float* const* rows, int64_t i, int64_t n, int64_t r, float* y, const float* y_end,
             Special& nan_or_negative_zero) const {
    const int64_t wide = axis_.kernel, stride = axis_.stride, held = wide - stride;
    const int64_t most = (kBuffer / n - wide) / stride + 1;  // windows at a time
    const float row_divisor = task_.row_divisor[static_cast<size_t>(r)];
    const Divider inner(row_divisor * task_.inner_divisor);
    for (int64_t c = 0, count; c < axis_.output; c += count) {
      count = HWY_MIN(most, axis_.output - c);
      const int64_t old = c == 0 ? 0 : held;
      if (c > 0) std::copy_n(buffer_ + most * stride * n, held * n, buffer_);
      columns(rows, i, n, c * stride - axis_.pad_begin + old, (count - 1) * stride + wide - old,
              buffer_ + old * n, nan_or_negative_zero);
      for (int64_t k = 0, some; k < count; k += some) {
        const int64_t at = (c + k) * pixel_;
        const float* from = buffer_ + k * stride * n;
        float* to = y + at + i;
        // As many as have the same divisor.
        const bool is_inner = Op::kIsMax || (task_.inner_begin <= at && at < task_.inner_end);
        some = is_inner ? count - k : 1;
        if (!Op::kIsMax && is_inner) some = HWY_MIN(some, task_.inner_end / pixel_ - c - k);
        // What is written behind a short pixel is overwritten by those that follow, as far as there are any.
        if (pixel_ < kN) some = y_end - to < kN ? 1 : HWY_MIN(some, (y_end - to - kN) / pixel_ + 1);
        const Divider divider =
            is_inner ? inner : Divider(row_divisor * task_.column_divisor[static_cast<size_t>(at)]);
        const int64_t left = y_end - to;
        WithTaps(wide, [&](auto taps) {
          Along<taps()>(from, stride * n, n, some, divider, pixel_, left, to, nan_or_negative_zero);
        });
      }
    }
  }

  // `count` columns from `first` on, reduced.
  void columns(const float* const* rows, int64_t i, int64_t n, int64_t first, int64_t count, float* to,
               Special& nan_or_negative_zero) const {
    const auto outside = [&](int64_t some) {
      for (int64_t k = 0; k < some * n; k += kN) Store(Op::identity(), to + k);
      to += some * n;
      first += some;
      count -= some;
    };
    if (first < 0) outside(HWY_MIN(-first, count));
    const int64_t inside = HWY_MAX(HWY_MIN(count, axis_.input - first), 0);
    // Whole pixels lie side by side.
    const int64_t pieces = n == pixel_ ? 1 : inside, length = n == pixel_ ? inside * n : n;
    if (inside > 0) {
      WithTaps(task_.geometry.rows.kernel, [&](auto taps) {
        Down<taps()>(rows, first * pixel_ + i, pixel_, pieces, length, to, nan_or_negative_zero);
      });
      to += inside * n;
      first += inside;
      count -= inside;
    }
    outside(count);
    Store(Op::identity(), to);  // windows of short pixels read so far
  }

  // n floats of all rows reduced, `pieces` times.
  template <int kTall>
  static HWY_NOINLINE void Down(const float* const* rows, int64_t from, int64_t distance, int64_t pieces,
                                int64_t n, float* to, Special& collected) {
    const float* in[kTall];
    for (int t = 0; t < kTall; ++t) in[t] = rows[t];
    Special nan_or_negative_zero = collected;
    for (int64_t piece = 0; piece < pieces; ++piece, from += distance, to += n) {
      const auto at = [&](int64_t i, auto vectors, const auto& read) POOLGLASS_INLINE_LAMBDA {
        constexpr int kVectors = decltype(vectors)::value;
        V reduced[kVectors];
        const auto load = [&](int64_t t, V(&taps)[kVectors]) POOLGLASS_INLINE_LAMBDA {
          Unroll<kVectors>([&](auto v)
                               POOLGLASS_INLINE_LAMBDA { taps[v] = read(in[t] + from + i + v * kN); });
        };
        if constexpr (Op::kIsMax) {
          constexpr int kFirst = 2 - kTall % 2;  // the others in pairs
          load(0, reduced);
          if constexpr (kFirst == 2) {
            V b[kVectors];
            load(1, b);
            Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
              nan_or_negative_zero.look_for_nan(reduced[v], b[v]);
              reduced[v] = Op::apply(reduced[v], b[v]);
            });
          } else {
            Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
              nan_or_negative_zero.look_for_nan(reduced[v], reduced[v]);
            });
          }
          Unroll<(kTall - kFirst) / 2>([&](auto pair) POOLGLASS_INLINE_LAMBDA {
            V a[kVectors], b[kVectors];
            load(kFirst + 2 * pair, a);
            load(kFirst + 2 * pair + 1, b);
            Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
              nan_or_negative_zero.look_for_nan(a[v], b[v]);
              reduced[v] = Op::apply(reduced[v], Op::apply(a[v], b[v]));
            });
          });
          Unroll<kVectors>([&](auto v)
                               POOLGLASS_INLINE_LAMBDA { nan_or_negative_zero.look_for_zero(reduced[v]); });
        } else {
          WindowsOf<Op, kTall>(load, reduced);
        }
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { Store(reduced[v], to + i + v * kN); });
      };
      constexpr std::integral_constant<int, 4> kSeveral;
      constexpr std::integral_constant<int, 1> kOne;
      const auto whole = [](const float* p) POOLGLASS_INLINE_LAMBDA { return Load(p); };
      int64_t i = 0;
      for (; i + 4 * kN <= n; i += 4 * kN) at(i, kSeveral, whole);
      for (; i + kN <= n; i += kN) at(i, kOne, whole);
      if (i < n && n >= kN) {
        at(n - kN, kOne, whole);
      } else if (i < n) {
        at(0, kOne, [n](const float* p) POOLGLASS_INLINE_LAMBDA { return LoadFirst(p, n, Op::identity()); });
      }
    }
    collected = nan_or_negative_zero;
  }

  // `windows` windows of n channels, `step` floats apart. left: floats that may be written.
  template <int kWide>
  static HWY_NOINLINE void Along(const float* from, int64_t step, int64_t n, int64_t windows,
                                 const Divider& division, int64_t pixel, int64_t left, float* to,
                                 Special& collected) {
    const Divider divider = division;
    Special nan_or_negative_zero = collected;
    const auto at = [&](int64_t i, auto vectors, const auto& put) POOLGLASS_INLINE_LAMBDA {
      constexpr int kVectors = decltype(vectors)::value;
      V reduced[kVectors];
      WindowsOf<Op, kWide>(
          [&](int64_t j, V(&taps)[kVectors]) POOLGLASS_INLINE_LAMBDA {
            Unroll<kVectors>([&](auto v)
                                 POOLGLASS_INLINE_LAMBDA { taps[v] = Load(from + j * n + i + v * kN); });
          },
          reduced);
      Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
        if constexpr (Op::kIsMax) {
          put(reduced[v], to + i + v * kN);
        } else {
          nan_or_negative_zero.look(reduced[v]);
          put(divider.quick(reduced[v]), to + i + v * kN);
        }
      });
    };
    constexpr std::integral_constant<int, 4> kSeveral;
    constexpr std::integral_constant<int, 1> kOne;
    const auto whole = [](V v, float* p) POOLGLASS_INLINE_LAMBDA { Store(v, p); };
    if (left < kN) at(0, kOne, [n](V v, float* p) POOLGLASS_INLINE_LAMBDA { StoreFirst(v, p, n); });
    for (int64_t k = left < kN ? 1 : 0; k < windows; ++k, from += step, to += pixel) {
      int64_t i = 0;
      for (; i + 4 * kN <= n; i += 4 * kN) at(i, kSeveral, whole);
      for (; i + kN <= n; i += kN) at(i, kOne, whole);
      if (i < n) at(HWY_MAX(n - kN, 0), kOne, whole);
    }
    collected = nan_or_negative_zero;
  }

  const PoolTask& task_;
  const Axis& axis_;
  const int64_t pixel_;
  float* const buffer_;
};

template <class Op>
void PixelColumnRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  const PixelColumns<Op> columns(task, scratch);
  const float* y_end = task.y + end * task.out_row();
  for (int64_t unit = begin; unit < end; ++unit) {
    const float* x = task.x + unit / task.output.h * task.in_plane();
    if (HWY_UNLIKELY(columns.row(x, unit % task.output.h, task.y + unit * task.out_row(), y_end)))
      AnyPixelRows<Op>(task, unit, unit + 1);
  }
}

struct NhwcOverlapInCache {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    return !p.adaptive_output && p.kernel.h <= kDirectTaps && p.stride.w < p.kernel.w &&
           p.kernel.w <= kDirectTaps && p.dilation.w == 1;
  }
  static bool expected_to_win(const PoolTask& task) {
    const PoolParams& p = task.params;
    const int64_t tall = p.kernel.h, wide = p.kernel.w, stride = p.stride.w, pixel = task.pixel;
    const bool max = IsMax(task);
    if (max && task.prefetch) return false;  // from memory they took up to 1.3 times as long
    if (!FewTaps(task)) {
      // In bands of rows otherwise, where tall windows that overlap a lot share more, and where at stride 1
      // short pixels fill whole vectors.
      const bool tall_overlap = tall > 5 && tall >= 4 * p.stride.h && p.dilation.h == 1;
      return !tall_overlap && (stride > 1 ? 6 * pixel >= kN : pixel >= 2 * kN);
    }
    // Beyond the second-level cache, taps that lie side by side come sooner.
    if (max && stride > 1 && task.planes * task.in_plane() > (1 << 19)) return false;
    // Straight from the taps otherwise; whether the loads saved make up for the buffer. They must be more
    // where pixels are long, or where those kernels are unrolled.
    const int64_t direct = tall * wide, shared = tall * stride + wide;
    const bool unrolled = p.kernel == Size2{2, 2} || p.kernel == Size2{3, 3};
    if (pixel >= 4 * kN || (unrolled && pixel >= kN)) return 3 * direct >= 4 * shared;
    return max && pixel >= kN ? direct >= shared : 6 * direct >= 5 * shared;
  }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &PixelColumnRows<Maximum> : &PixelColumnRows<Sum>, task.out_rows(),
            PixelColumns<Sum>::kScratch};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
