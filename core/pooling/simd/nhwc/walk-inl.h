// Small overlapping windows in NHWC: along the row for a few vectors of channels at a time, so that the
// columns which neighbouring windows share are reduced once and stay in registers; two output rows at a time,
// so that the rows they share are loaded once. 3x3 windows of stride 1 then take 2 loads a result instead of
// 9, of stride 2 five; 5x5 windows of stride 2 seven instead of 25.
//
// A maximum reduced columns first is the row-major one unless a NaN takes part, or -0 is the maximum of a
// column. Rows with such values, and averages of sums too small for the quick quotient, are done again.
#if defined(POOLGLASS_SIMD_NHWC_WALK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_WALK_INL_H_
#undef POOLGLASS_SIMD_NHWC_WALK_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_WALK_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nhwc/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kRows output rows and up to kMost vectors of channels at a time; kStride < kSize.
template <class Op, int kSize, int kStride, int kRows, int kMost>
class PixelWalk {
 public:
  PixelWalk(const PoolTask& task, bool stream) : task_(task), stream_(stream) {
    const Axis& axis = task.geometry.columns;
    const int64_t room = task.input.w + axis.pad_begin - kSize;
    const int64_t before = HWY_MAX(axis.pad_begin - kHeld, 0);
    begin_ = HWY_MAX((before + kStride - 1) / kStride, task.inner_begin / task.pixel);
    end_ = room < 0 ? 0 : HWY_MIN(HWY_MIN(room / kStride + 1, axis.output), task.inner_end / task.pixel);
    end_ = HWY_MAX(end_, begin_);
  }

  // Output rows r ... r + kRows - 1 of a plane, the first to y. Whether they have to be done again, as far as
  // can be seen in rows that windows further up do not hold.
  bool rows(const float* x, int64_t r, float* y) const {
    const float* in[kTall];
    for (int i = 0; i < kTall; ++i) {
      const int64_t row = r * kStride - task_.geometry.rows.pad_begin + i;
      in[i] = 0 <= row && row < task_.input.h ? x + row * task_.in_row() : task_.identity_row.data();
    }
    bool nan_or_negative_zero = false;
    for (int64_t i = 0; i < task_.pixel;) {
      const int64_t left = task_.pixel - i;
      if (left >= kMost * kN) {
        constexpr int64_t kLast = (kMost - 1) * kN;
        nan_or_negative_zero |= walk<kMost>(in, r, i, kLast, y, stream_);
        i += kMost * kN;
        continue;
      }
      if constexpr (kMost > 1) {
        if (left > kN) {
          nan_or_negative_zero |= walk<2>(in, r, i, HWY_MIN(left - kN, kN), y, false);
          i += 2 * kN;
          continue;
        }
      }
      nan_or_negative_zero |= walk<1>(in, r, task_.pixel - kN, 0, y, false);
      i += kN;
    }
    return nan_or_negative_zero;
  }

 private:
  static constexpr int kTall = (kRows - 1) * kStride + kSize;  // input rows
  static constexpr int kHeld = kSize - kStride;                // columns shared with the window before
  using Special = std::conditional_t<Op::kIsMax, NanOrNegativeZero, SmallSums>;

  // Channels from i on; the last vector of them lies `last` floats from the first.
  template <int kVectors>
  HWY_NOINLINE bool walk(const float* const (&rows)[kTall], int64_t r, int64_t i, int64_t last, float* y,
                         bool stream) const {
    const int64_t pixel = task_.pixel, width = task_.input.w, windows = task_.output.w;
    const int64_t begin = begin_, end = end_, start = -task_.geometry.columns.pad_begin;
    const float* in[kTall];
    for (int t = 0; t < kTall; ++t) in[t] = rows[t] + i;
    float* out[kRows];
    for (int k = 0; k < kRows; ++k) out[k] = y + k * task_.out_row() + i;
    const auto place = [=](int v) POOLGLASS_INLINE_LAMBDA { return v + 1 == kVectors ? last : v * kN; };
    const Results results(task_, r);
    Special nan_or_negative_zero;
    V columns[kSize][kRows][kVectors];
    const auto reduce = [&](int64_t at, auto j) POOLGLASS_INLINE_LAMBDA {
      Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
        V taps[kTall];
        Unroll<kTall>([&](auto t) POOLGLASS_INLINE_LAMBDA { taps[t] = Load(in[t] + at + place(v)); });
        Unroll<kRows>([&](auto k) POOLGLASS_INLINE_LAMBDA {
          columns[j][k][v] =
              WindowOf<Op, kSize>([&](int64_t t) POOLGLASS_INLINE_LAMBDA { return taps[k * kStride + t]; });
          if constexpr (Op::kIsMax) nan_or_negative_zero.look_for_zero(columns[j][k][v]);
        });
        if constexpr (Op::kIsMax) look_for_nan(taps, nan_or_negative_zero);
      });
    };
    const auto put = [&](int64_t at, const auto& result) POOLGLASS_INLINE_LAMBDA {
      Unroll<kRows>([&](auto k) POOLGLASS_INLINE_LAMBDA {
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          const V reduced =
              WindowOf<Op, kSize>([&](int64_t j) POOLGLASS_INLINE_LAMBDA { return columns[j][k][v]; });
          const int64_t to = at + place(v);
          if (stream) {
            hn::Stream(result(k, to + i, reduced), D(), out[k] + to);
          } else {
            Store(result(k, to + i, reduced), out[k] + to);
          }
        });
      });
    };
    const auto move_on = [&]() POOLGLASS_INLINE_LAMBDA {
      Unroll<kHeld>([&](auto j) POOLGLASS_INLINE_LAMBDA {
        Unroll<kRows>([&](auto k) POOLGLASS_INLINE_LAMBDA {
          Unroll<kVectors>([&](auto v)
                               POOLGLASS_INLINE_LAMBDA { columns[j][k][v] = columns[j + kStride][k][v]; });
        });
      });
    };
    // Windows before the first one fill the columns it shares with them.
    for (int64_t c = -((kHeld + kStride - 1) / kStride); c < windows; ++c) {
      if (c == begin) {
        int64_t from = (start + begin * kStride + kHeld) * pixel;
        for (int64_t at = begin * pixel; at < end * pixel; at += pixel, from += kStride * pixel) {
          Unroll<kStride>([&](auto j)
                              POOLGLASS_INLINE_LAMBDA { reduce(from + j * pixel, Constant<kHeld + j>()); });
          put(at, [&](auto k, int64_t, V v)
                      POOLGLASS_INLINE_LAMBDA { return results.inner(k, v, nan_or_negative_zero); });
          move_on();
        }
        c = end;
        if (c == windows) break;
      }
      Unroll<kStride>([&](auto j) POOLGLASS_INLINE_LAMBDA {
        const int64_t column = start + c * kStride + kHeld + j;
        if (0 <= column && column < width) return reduce(column * pixel, Constant<kHeld + j>());
        Unroll<kRows>([&](auto k) POOLGLASS_INLINE_LAMBDA {
          Unroll<kVectors>([&](auto v)
                               POOLGLASS_INLINE_LAMBDA { columns[kHeld + j][k][v] = Op::identity(); });
        });
      });
      if (c >= 0)
        put(c * pixel, [&](auto k, int64_t at, V v) POOLGLASS_INLINE_LAMBDA { return results(k, at, v); });
      move_on();
    }
    return nan_or_negative_zero.any();
  }

  template <int i>
  using Constant = std::integral_constant<int, i>;

  // In the rows that windows further up do not hold.
  static HWY_INLINE void look_for_nan(const V (&taps)[kTall], NanOrNegativeZero& nan_or_negative_zero) {
    constexpr int kNew = kRows * kStride < kTall ? kRows * kStride : kTall, kFrom = kTall - kNew;
    Unroll<kNew / 2>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      nan_or_negative_zero.look_for_nan(taps[kFrom + 2 * i], taps[kFrom + 2 * i + 1]);
    });
    if constexpr (kNew % 2 == 1) nan_or_negative_zero.look_for_nan(taps[kTall - 1], taps[kTall - 1]);
  }

  // RowResult for each row.
  class Results {
   public:
    HWY_INLINE Results(const PoolTask& task, int64_t r) : first_(task, r), last_(task, r + kRows - 1) {}
    template <class K>
    HWY_INLINE V operator()(K k, int64_t at, V v) const {
      return row(k)(at, v);
    }
    template <class K>
    HWY_INLINE V inner(K k, V v, Special& nan_or_negative_zero) const {
      if constexpr (Op::kIsMax) {
        return v;
      } else {
        nan_or_negative_zero.look(v);
        return row(k).quick_inner(v);
      }
    }

   private:
    static_assert(kRows <= 2);
    template <class K>
    HWY_INLINE const RowResult<Op>& row(K) const {
      if constexpr (K::value == 0) return first_;
      if constexpr (K::value == 1) return last_;
    }
    const RowResult<Op> first_, last_;
  };

  const PoolTask& task_;
  const bool stream_;
  int64_t begin_, end_;  // windows with the inner divisor, whose new columns are inside
};

// Whether `count` input rows from `first` on, as far as they exist, hold a NaN or -0.
HWY_INLINE bool HasRowsWithNanOrNegativeZero(const PoolTask& task, const float* plane, int64_t first,
                                             int64_t count) {
  const int64_t begin = HWY_MAX(first, 0), end = HWY_MIN(first + count, task.input.h);
  return begin < end && HasNanOrNegativeZero(plane + begin * task.in_row(), (end - begin) * task.in_row());
}

template <class Op, int kSize, int kStride, int kRows, int kMost>
void PixelWalkRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const bool stream = CanStreamPixels(task) && kMost * kN % 16 == 0;
  const PixelWalk<Op, kSize, kStride, kRows, kMost> several(task, stream);
  const PixelWalk<Op, kSize, kStride, 1, kMost> single(task, stream);
  bool look_above = true;
  for (int64_t unit = begin, rows; unit < end; unit += rows) {
    const int64_t r = unit % task.output.h;
    const float* x = task.x + unit / task.output.h * task.in_plane();
    float* y = task.y + unit * task.out_row();
    rows = HWY_MIN(kRows, HWY_MIN(task.output.h - r, end - unit));
    bool nan_or_negative_zero = rows == kRows ? several.rows(x, r, y) : single.rows(x, r, y);
    if (rows < kRows) rows = 1;
    if constexpr (Op::kIsMax) {
      // Nobody has looked at the rows shared with windows further up, or something is there.
      const int64_t first = r * kStride - task.geometry.rows.pad_begin;
      if (look_above || r == 0)
        nan_or_negative_zero |= HasRowsWithNanOrNegativeZero(task, x, first, kSize - kStride);
    }
    if (HWY_UNLIKELY(nan_or_negative_zero)) AnyPixelRows<Op>(task, unit, unit + rows);
    look_above = nan_or_negative_zero;
  }
  if (stream) hwy::FlushStream();
}

template <class Op>
RangeKernel PixelWalkOf(const PoolTask& task) {
  constexpr bool kMany = kN == 16;  // registers
  constexpr int kMost = kMany ? 4 : 2, kFew = kMany ? 2 : 1;
  const int64_t size = task.params.kernel.h, stride = task.params.stride.h;
  if (size == 3 && stride == 1) return &PixelWalkRows<Op, 3, 1, 2, kMost>;
  if (size == 3) {
    // Beyond the caches, and where pixels are long, long stretches of a line of memory count more than loads
    // saved.
    if (CanStreamPixels(task)) return &PixelWalkRows<Op, 3, 2, 1, kMost>;
    return task.pixel % 256 == 0 ? &PixelWalkRows<Op, 3, 2, 2, kMost> : &PixelWalkRows<Op, 3, 2, 2, 2>;
  }
  if (size == 2) return &PixelWalkRows<Op, 2, 1, 2, kMost>;
  if (size == 4) return &PixelWalkRows<Op, 4, 2, kFew, kFew>;
  return stride == 2 ? &PixelWalkRows<Op, 5, 2, kFew, kFew> : &PixelWalkRows<Op, 5, 3, 1, kFew>;
}

struct NhwcOverlapInRegisters {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    const int64_t size = p.kernel.h, stride = p.stride.h;
    const bool shape = (size == 2 && stride == 1) || (size == 3 && stride <= 2) ||
                       (size == 4 && stride == 2) || (size == 5 && (stride == 2 || stride == 3));
    return !p.adaptive_output && p.dilation == Size2{1, 1} && size == p.kernel.w && stride == p.stride.w &&
           shape && task.pixel >= kN;
  }
  static bool expected_to_win(const PoolTask& task) {
    const PoolParams& p = task.params;
    if (p.kernel.h == 3 && p.stride.h == 2 && task.pixel >= 4 * kN) {
      // Long pixels leave few loads to be saved, and taps that lie side by side come sooner: maxima without
      // padding took up to 1.4 times as long, 3x128 and 128x3 1.5, 64x112x112, which the second-level cache
      // cannot hold, 1.2.
      const bool few = HWY_MIN(task.output.h, task.output.w) <= 2;
      const bool far = task.planes * task.in_plane() > (3 << 17) && !task.stream;
      if (few || far || (IsMax(task) && p.padding.left == 0)) return false;
    }
    // Pixels at the same place of a page compete for the same few lines of the first-level cache.
    const bool dense = p.kernel.h == 3 && p.stride.h == 1;
    return task.pixel % (dense ? 1024 : 512) != 0;
  }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? PixelWalkOf<Maximum>(task) : PixelWalkOf<Sum>(task), task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
