// Large windows reduced down the columns of a plane, any stride: a band of output rows at a time.
//
// Maxima by van Herk's and Gil and Werman's algorithm (M. van Herk, "A fast algorithm for local minimum and
// maximum filters on rectangular and octagonal kernels", Pattern Recognition Letters 13, 1992): of the
// windows that begin in one block of k rows each is the end of that block reduced with the beginning of the
// next, three operations per row whatever k is.
//
// Sums have their order (reference.h). Eight rows at a time give the runs of eight, and the runs below eight
// of the window, in registers; a window is then its low runs, and as many runs of eight as it holds.
#if defined(POOLGLASS_SIMD_SEPARABLE_DOWN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_SEPARABLE_DOWN_INL_H_
#undef POOLGLASS_SIMD_SEPARABLE_DOWN_INL_H_
#else
#define POOLGLASS_SIMD_SEPARABLE_DOWN_INL_H_
#endif

#include <bit>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The rows of a plane under the windows of a band; first: the first window's first row, which may lie above
// the plane.
struct RowsBelow {
  const float* plane;
  int64_t first, height, row_floats;
  int64_t kernel, stride;
  const float* identity;

  HWY_INLINE const float* row(int64_t r) const {
    return 0 <= r && r < height ? plane + r * row_floats : identity;
  }
};

// f(first float, vectors as a constant, load) for groups of kVectors vectors of a row of n floats; the last
// one overlaps, or is smaller where the row is. load(p, j) reads vector j of what is left of the row,
// identity behind it.
template <class Op, int kVectors, class F>
HWY_INLINE void ForGroups(int64_t n, const F& f) {
  constexpr std::integral_constant<int, kVectors> kConstant;
  const auto whole = [](const float* p, int j) HWY_ATTR { return Load(p + j * kN); };
  if (n >= kVectors * kN) {
    int64_t c = 0;
    for (; c + kVectors * kN <= n; c += kVectors * kN) f(c, kConstant, whole);
    if (c < n) f(n - kVectors * kN, kConstant, whole);
  } else if constexpr (kVectors > 1) {
    ForGroups<Op, kVectors / 2>(n, f);
  } else {
    f(int64_t{0}, kConstant, [n](const float* p, int) HWY_ATTR { return LoadFirst(p, n, Op::identity()); });
  }
}

// The maxima of `count` windows, all beginning in one block of rows.kernel rows: kVectors vectors of each, to
// out, out + pitch, ... Looks at every row for NaN, at the results for -0: where a column's first zero is +0,
// its maximum is not -0 either.
template <int kVectors, class L>
HWY_INLINE void MaximaOfBlock(const RowsBelow& rows, int64_t top, int64_t count, int64_t c, const L& load,
                              float* out, int64_t pitch, NanOrNegativeZero& nan_or_negative_zero) {
  V best[kVectors];
  const auto reset = [&]() HWY_ATTR {
    for (V& v : best) v = Maximum::identity();
  };
  const auto take = [&](int64_t r, const auto& reduce) HWY_ATTR {
    const float* x = rows.plane + r * rows.row_floats + c;
    V v[kVectors];
    for (int j = 0; j < kVectors; ++j) {
      v[j] = InRegister(load(x, j));
      reduce(best[j], v[j]);
      if (j % 2 == 1 || j + 1 == kVectors) nan_or_negative_zero.look_for_nan(v[j], v[j - j % 2]);
    }
  };
  reset();
  int64_t r = HWY_MIN(top + rows.kernel, rows.height) - 1;
  for (int64_t i = count - 1; i >= 0; --i) {
    for (const int64_t end = HWY_MAX(top + i * rows.stride, 0); r >= end; --r)
      take(r, [](V& b, V v) HWY_ATTR { b = MaxOrdered(v, b); });
    for (int j = 0; j < kVectors; ++j) Store(best[j], out + i * pitch + j * kN);
  }
  reset();
  r = HWY_MAX(top + rows.kernel, 0);
  for (int64_t i = 0; i < count; ++i, out += pitch) {
    for (const int64_t end = HWY_MIN(top + i * rows.stride + rows.kernel, rows.height); r < end; ++r)
      take(r, [](V& b, V v) HWY_ATTR { b = MaxOrdered(b, v); });
    for (int j = 0; j < kVectors; ++j) {
      const V v = MaxOrdered(Load(out + j * kN), best[j]);
      nan_or_negative_zero.look_for_zero(v);
      Store(v, out + j * kN);
    }
  }
}

// Windows that begin in one block.
HWY_INLINE int64_t WindowsOfBlock(int64_t kernel, int64_t stride) { return (kernel + stride - 1) / stride; }

// out + i * pitch: `count` windows reduced, in whole vectors; at most the floats of a row where that has kN.
// kVectors at a time: eight suit a buffer (63x63 of 1024x1024: 314 us, with twelve 352), twelve suit results
// that may lie 4 KiB apart (63x1: 206 us, with eight 243).
template <int kVectors>
HWY_INLINE void MaximaDown(const RowsBelow& rows, int64_t count, float* out, int64_t pitch,
                           NanOrNegativeZero& nan_or_negative_zero) {
  const int64_t most = WindowsOfBlock(rows.kernel, rows.stride);
  NanOrNegativeZero found = nan_or_negative_zero;
  for (int64_t i = 0; i < count; i += most) {
    ForGroups<Maximum, kVectors>(rows.row_floats, [&](int64_t c, auto vectors, const auto& load) HWY_ATTR {
      MaximaOfBlock<vectors()>(rows, rows.first + i * rows.stride, HWY_MIN(most, count - i), c, load,
                               out + i * pitch + c, pitch, found);
    });
  }
  nan_or_negative_zero = found;
}

// Fifteen neighbouring rows of a plane, of which a column of vectors is read at a time.
class FifteenRows {
 public:
  HWY_INLINE FifteenRows(const RowsBelow& rows, int64_t first) : row_floats_(rows.row_floats) {
    for (int64_t j = 0; j < 15; ++j) rows_[j] = rows.row(first + j);
  }
  FifteenRows(const FifteenRows&) = delete;
  FifteenRows& operator=(const FifteenRows&) = delete;

  // Moves on to float c of the rows; a copy with identity behind it where less than a vector is left.
  HWY_INLINE void at(int64_t c) {
    column_ = c;
    const int64_t left = row_floats_ - c;
    if (HWY_LIKELY(left >= kN)) return;
    for (int64_t j = 0; j < 15; ++j) {
      float* copy = copy_ + j * kN;
      Store(LoadFirst(rows_[j] + c, left, Sum::identity()), copy);
      rows_[j] = copy;
    }
    column_ = 0;
  }

  HWY_INLINE V operator[](int64_t j) const { return Load(rows_[j] + column_); }

 private:
  const float* rows_[15];
  int64_t row_floats_, column_ = 0;
  HWY_ALIGN float copy_[15 * kN];
};

// The runs that begin in eight neighbouring rows: of eight rows, and the sums of the first kLow < 8 rows in
// runs of 1, 2 and 4.
template <int kLow, bool kEights>
class RunsOfEightRows {
 public:
  // low(i, sum) and eight(i, sum): what begins in row i < 8.
  template <class PutLow, class PutEight>
  HWY_INLINE void put(const FifteenRows& rows, const PutLow& low, const PutEight& eight) {
    take<0>(rows, low, eight);
  }

 private:
  static constexpr int kReach = kEights ? 15 : 7 + kLow;

  template <int j, class PutLow, class PutEight>
  HWY_INLINE void take(const FifteenRows& rows, const PutLow& low, const PutEight& eight) {
    if constexpr (j < kReach) {
      one_[j] = rows[j];
      if constexpr (j >= 1) two_[j - 1] = hn::Add(one_[j - 1], one_[j]);
      if constexpr (j >= 3) four_[j - 3] = hn::Add(two_[j - 3], two_[j - 1]);
      if constexpr (kEights && j >= 7) eight(j - 7, hn::Add(four_[j - 7], four_[j - 3]));
      if constexpr (constexpr int i = j - kLow + 1; kLow > 0 && 0 <= i && i < 8) low(i, sum_of_low<i>());
      take<j + 1>(rows, low, eight);
    }
  }

  template <int i>
  HWY_INLINE V sum_of_low() const {
    constexpr int kAtFour = i + kLow % 4, kAtTwo = i + kLow % 2;
    if constexpr (kLow == 1) return one_[i];
    if constexpr (kLow == 2) return two_[i];
    if constexpr (kLow == 3) return hn::Add(one_[i], two_[kAtTwo]);
    if constexpr (kLow == 4) return four_[i];
    if constexpr (kLow == 5) return hn::Add(one_[i], four_[kAtFour]);
    if constexpr (kLow == 6) return hn::Add(two_[i], four_[kAtFour]);
    if constexpr (kLow == 7) return hn::Add(hn::Add(one_[i], two_[kAtTwo]), four_[kAtFour]);
  }

  V one_[15], two_[14], four_[12];
};

// Sums of windows down strips of a few columns. The runs of a strip live in two rings of rows, which the
// first-level cache holds; those of the largest windows, in a copy of the strip in which runs double in size.
class SumsDown {
 public:
  static int64_t scratch(int64_t kernel) {
    return HWY_MAX(2 * ring_rows(kernel), kernel + 2 * doubled_rows(kernel)) * kWidth + 2 * kN;
  }

  // Whether windows are so large that runs double in size.
  static bool doubles(int64_t kernel, int64_t stride) { return kernel > 8 * kDirectTaps * stride; }

  // out + i * pitch: `count` windows reduced, in whole vectors.
  SumsDown(const RowsBelow& rows, int64_t count, float* out, int64_t pitch, float* scratch)
      : rows_(rows),
        count_(count),
        out_(out),
        pitch_(pitch),
        low_(rows.kernel % 8),
        ring_(ring_rows(rows.kernel) - 1),
        eights_(scratch),
        lows_(scratch + ring_rows(rows.kernel) * kWidth) {}

  void run() const {
    const int64_t n = rows_.row_floats;
    for (int64_t c = 0; c < n; c += kWidth) {
      const int64_t width = HWY_MIN(kWidth, (n - c + kN - 1) / kN * kN);
      if (rows_.kernel < 8) {
        WithTaps(low_, [&](auto low) {
          if constexpr (low() < 8) only_low<low()>(c, width);
        });
      } else if (doubles(rows_.kernel, rows_.stride)) {
        doubled(c, width);
      } else {
        strip(c, width);
      }
    }
  }

 private:
  static constexpr int64_t kVectors = 4;
  static constexpr int64_t kWidth = kVectors * kN;

  // A window of rows, for it is done as soon as its last run is there.
  static int64_t ring_rows(int64_t kernel) {
    return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(HWY_MAX(kernel, 8))));
  }

  // Windows of fewer than eight rows; stride 1.
  template <int kLow>
  HWY_NOINLINE void only_low(int64_t c, int64_t width) const {
    float* out = out_ + c;
    for (int64_t s = 0; s < count_; s += 8, out += 8 * pitch_) {
      FifteenRows rows(rows_, rows_.first + s);
      for (int64_t v = 0; v < width; v += kN) {
        rows.at(c + v);
        const auto put = [to = out + v, pitch = pitch_, end = count_ - s](int64_t i, V sum) HWY_ATTR {
          if (HWY_LIKELY(i < end)) Store(sum, to + i * pitch);
        };
        RunsOfEightRows<kLow, false>().put(rows, put, [](int64_t, V) {});
      }
    }
  }

  void strip(int64_t c, int64_t width) const {
    const int64_t eights = rows_.kernel / 8;
    int64_t done = 0;  // rows whose runs are there
    for (int64_t i = 0, row = 0; i < count_; ++i, row += rows_.stride) {
      for (; done < row + rows_.kernel - 7; done += 8) {
        if (low_ == 0) runs<0>(done, c, width);
        WithTaps(low_, [&](auto low) {
          if constexpr (low() < 8) runs<low()>(done, c, width);
        });
      }
      float* const out = out_ + i * pitch_ + c;
      if (eights > kDirectTaps) {
        window<0>(row, width, out);
      } else {
        WithTaps(eights, [&](auto taps) { window<taps()>(row, width, out); });
      }
    }
  }

  // Input rows in which the windows begin that are done together.
  static int64_t doubled_rows(int64_t kernel) { return HWY_MIN(kernel, 512); }

  // Windows of many rows, whose number counts by its logarithm only.
  HWY_NOINLINE void doubled(int64_t c, int64_t width) const {
    const int64_t together = (doubled_rows(rows_.kernel) - 1) / rows_.stride + 1, left = rows_.row_floats - c;
    float* const strip = eights_;
    float* const sums = strip + (rows_.kernel + doubled_rows(rows_.kernel)) * kWidth + 2 * kN;
    for (int64_t i = 0, n; i < count_; i += n) {
      n = HWY_MIN(together, count_ - i);
      const int64_t starts = (n - 1) * rows_.stride + 1, first = rows_.first + i * rows_.stride;
      for (int64_t r = 0; r < starts + rows_.kernel - 1; ++r) {
        const float* const from = rows_.row(first + r) + c;
        float* const to = strip + r * width;
        for (int64_t v = 0; v < width; v += kN)
          Store(left - v >= kN ? Load(from + v) : LoadFirst(from + v, left - v, Sum::identity()), to + v);
      }
      int64_t row = 0, column = 0;
      SlidingWindows<Sum>(strip, sums, starts * width, rows_.kernel, width, [&](int64_t, V v) HWY_ATTR {
        if (row % rows_.stride == 0) Store(v, out_ + (i + row / rows_.stride) * pitch_ + c + column);
        column += kN;
        if (column == width) {
          column = 0;
          ++row;
        }
      });
    }
  }

  // The runs that begin in rows s ... s + 7.
  template <int kLow>
  HWY_NOINLINE void runs(int64_t s, int64_t c, int64_t width) const {
    float *low = lows_ + (s & ring_) * kWidth, *eight = eights_ + (s & ring_) * kWidth;
    FifteenRows rows(rows_, rows_.first + s);
    for (int64_t v = 0; v < width; v += kN, low += kN, eight += kN) {
      rows.at(c + v);
      RunsOfEightRows<kLow, true>().put(
          rows, [low](int64_t i, V sum) HWY_ATTR { Store(sum, low + i * kWidth); },
          [eight](int64_t i, V sum) HWY_ATTR { Store(sum, eight + i * kWidth); });
    }
  }

  // The window that begins in row s; kEights 0: any number.
  template <int kEights>
  HWY_NOINLINE void window(int64_t s, int64_t width, float* out) const {
    const float* low = lows_ + (s & ring_) * kWidth;
    for (int64_t v = 0; v < width; v += kN) {
      const auto run = [eights = eights_ + v, ring = ring_, at = s + low_](int64_t j)
                           HWY_ATTR { return Load(eights + ((at + 8 * j) & ring) * kWidth); };
      if constexpr (kEights == 0) {
        Store(add_many(low_ == 0 ? Sum::identity() : Load(low + v), rows_.kernel / 8, run), out + v);
      } else {
        Store(low_ == 0 ? WindowOf<Sum, kEights>(run) : AddRuns<Sum, kEights, 0>(Load(low + v), run),
              out + v);
      }
    }
  }

  template <class Run>
  static HWY_INLINE V add_many(V sum, int64_t taps, const Run& run) {
    for (int64_t begin = 0, size; begin < taps; begin += size) {
      size = (taps - begin) & -(taps - begin);
      sum = hn::Add(sum, PartOfRun(begin, size, begin, begin + size, run));
    }
    return sum;
  }

  const RowsBelow& rows_;
  const int64_t count_;
  float* const out_;
  const int64_t pitch_;
  const int64_t low_;  // rows of a window beside its runs of eight
  const int64_t ring_;
  float *const eights_, *const lows_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
