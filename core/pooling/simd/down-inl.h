// Large windows joined down the columns of a plane, any stride: a band of output rows at a time.
//
// Maxima by van Herk's and Gil and Werman's algorithm (M. van Herk, "A fast algorithm for local minimum and
// maximum filters on rectangular and octagonal kernels", Pattern Recognition Letters 13, 1992): of the
// windows that begin in one block of k rows each is the end of that block joined with the beginning of the
// next, three operations per row whatever k is.
//
// Sums have their order (reference.h). Eight rows at a time give the runs of eight, and the runs below eight
// of the window, in registers; a window is then its low runs, and as many runs of eight as it holds.
#if defined(POOLGLASS_SIMD_DOWN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_DOWN_INL_H_
#undef POOLGLASS_SIMD_DOWN_INL_H_
#else
#define POOLGLASS_SIMD_DOWN_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/windows-inl.h"

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

// f(first float, vectors as a constant, load) for groups of kVectors vectors of a row of n floats, then
// single vectors; load(p) reads what is left of the row, identity behind it.
template <class Op, int kVectors, class F>
HWY_INLINE void ForGroups(int64_t n, const F& f) {
  const auto whole = [](const float* p) HWY_ATTR { return Load(p); };
  int64_t c = 0;
  for (; c + kVectors * kN <= n; c += kVectors * kN) f(c, std::integral_constant<int, kVectors>(), whole);
  for (; c + kN <= n; c += kN) f(c, std::integral_constant<int, 1>(), whole);
  if (c == n) return;
  f(c, std::integral_constant<int, 1>(),
    [left = n - c](const float* p) HWY_ATTR { return LoadFirst(p, left, Op::identity()); });
}

// The maxima of `count` windows, all beginning in one block of rows.kernel rows: kVectors vectors of each, to
// out, out + pitch, ... Looks at every row for NaN, at the results for -0: where a column's first zero is +0,
// its maximum is not -0 either.
template <int kVectors, class L>
HWY_INLINE void MaximaOfBlock(const RowsBelow& rows, int64_t top, int64_t count, int64_t c, const L& load,
                              float* out, int64_t pitch, SpecialValues& special) {
  V best[kVectors];
  const auto reset = [&]() HWY_ATTR {
    for (V& v : best) v = Maximum::identity();
  };
  const auto take = [&](int64_t r, const auto& join) HWY_ATTR {
    const float* x = rows.plane + r * rows.row_floats + c;
    V v[kVectors];
    for (int j = 0; j < kVectors; ++j) {
      v[j] = load(x + j * kN);
      join(best[j], v[j]);
      if (j % 2 == 1 || j + 1 == kVectors) special.look_for_nan(v[j], v[j - j % 2]);
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
      special.look_for_zero(v);
      Store(v, out + j * kN);
    }
  }
}

// Windows that begin in one block.
HWY_INLINE int64_t WindowsOfBlock(int64_t kernel, int64_t stride) { return (kernel + stride - 1) / stride; }

// out + i * pitch: `count` windows joined, in whole vectors.
HWY_INLINE void MaximaDown(const RowsBelow& rows, int64_t count, float* out, int64_t pitch,
                           SpecialValues& special) {
  const int64_t most = WindowsOfBlock(rows.kernel, rows.stride);
  SpecialValues found = special;
  for (int64_t i = 0; i < count; i += most) {
    ForGroups<Maximum, 8>(rows.row_floats, [&](int64_t c, auto vectors, const auto& load) HWY_ATTR {
      MaximaOfBlock<vectors()>(rows, rows.first + i * rows.stride, HWY_MIN(most, count - i), c, load,
                               out + i * pitch + c, pitch, found);
    });
  }
  special = found;
}

// The runs that begin in eight neighbouring rows: of eight rows, and the sums of the first kLow < 8 rows in
// runs of 1, 2 and 4.
template <int kLow, bool kEights>
class RunsOfEightRows {
 public:
  // row(j): row j; low(i, sum) and eight(i, sum): what begins in row i < 8.
  template <class Row, class PutLow, class PutEight>
  HWY_INLINE void put(const Row& row, const PutLow& low, const PutEight& eight) {
    take<0>(row, low, eight);
  }

 private:
  static constexpr int kReach = kEights ? 15 : 7 + kLow;

  template <int j, class Row, class PutLow, class PutEight>
  HWY_INLINE void take(const Row& row, const PutLow& low, const PutEight& eight) {
    if constexpr (j < kReach) {
      one_[j] = row(j);
      if constexpr (j >= 1) two_[j - 1] = hn::Add(one_[j - 1], one_[j]);
      if constexpr (j >= 3) four_[j - 3] = hn::Add(two_[j - 3], two_[j - 1]);
      if constexpr (kEights && j >= 7) eight(j - 7, hn::Add(four_[j - 7], four_[j - 3]));
      if constexpr (constexpr int i = j - kLow + 1; kLow > 0 && 0 <= i && i < 8) low(i, sum_of_low<i>());
      take<j + 1>(row, low, eight);
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

// Sums of windows down strips of a few columns.
class SumsDown {
 public:
  static constexpr int kVectors = 2;
  static constexpr int64_t kWidth = kVectors * kN;

  // Floats of scratch for bands of `count` windows.
  static int64_t scratch(int64_t kernel, int64_t stride, int64_t count) {
    return 2 * strip_rows(kernel, stride, count) * kWidth;
  }

  // out + i * pitch: `count` windows joined, in whole vectors.
  SumsDown(const RowsBelow& rows, int64_t count, float* out, int64_t pitch, float* scratch)
      : rows_(rows),
        count_(count),
        out_(out),
        pitch_(pitch),
        eights_(scratch),
        lows_(scratch + strip_rows(rows.kernel, rows.stride, count) * kWidth) {}

  void run() const {
    if (rows_.kernel % 8 == 0) return run_with<0>();
    WithTaps(rows_.kernel % 8, [&](auto low) { run_with<low()>(); });
  }

 private:
  static int64_t strip_rows(int64_t kernel, int64_t stride, int64_t count) {
    return ((count - 1) * stride + kernel + 7) / 8 * 8;
  }

  template <int kLow>
  void run_with() const {
    ForGroups<Sum, kVectors>(rows_.row_floats, [&](int64_t c, auto vectors, const auto& load) HWY_ATTR {
      for (int64_t j = 0; j < vectors(); ++j) {
        if (rows_.kernel < 8) {
          only_low<kLow>(c + j * kN, load);
        } else {
          runs<kLow>(c + j * kN, load, j * kN);
        }
      }
      if (rows_.kernel >= 8) windows<kLow>(c, vectors() * kN);
    });
  }

  // Windows of fewer than eight rows; stride 1.
  template <int kLow, class L>
  HWY_INLINE void only_low(int64_t c, const L& load) const {
    for (int64_t s = 0; s < count_; s += 8) {
      RunsOfEightRows<kLow, false>().put([&](int64_t j)
                                             HWY_ATTR { return load(rows_.row(rows_.first + s + j) + c); },
                                         [&](int64_t i, V v) HWY_ATTR {
                                           if (s + i < count_) Store(v, out_ + (s + i) * pitch_ + c);
                                         },
                                         [](int64_t, V) {});
    }
  }

  template <int kLow, class L>
  HWY_INLINE void runs(int64_t c, const L& load, int64_t to) const {
    const int64_t end = (count_ - 1) * rows_.stride + rows_.kernel - 7;
    for (int64_t s = 0; s < end; s += 8) {
      RunsOfEightRows<kLow, true>().put(
          [&](int64_t j) HWY_ATTR { return load(rows_.row(rows_.first + s + j) + c); },
          [&](int64_t i, V v) HWY_ATTR { Store(v, lows_ + (s + i) * kWidth + to); },
          [&](int64_t i, V v) HWY_ATTR { Store(v, eights_ + (s + i) * kWidth + to); });
    }
  }

  template <int kLow>
  HWY_INLINE void windows(int64_t c, int64_t width) const {
    const int64_t eights = rows_.kernel / 8;
    if (eights <= kDirectTaps) {
      WithTaps(eights, [&](auto n) HWY_ATTR {
        for (int64_t i = 0; i < count_; ++i) {
          const float* low = lows_ + i * rows_.stride * kWidth;
          const float* eight = eights_ + (i * rows_.stride + kLow) * kWidth;
          for (int64_t v = 0; v < width; v += kN) {
            const auto run = [&](int64_t j) HWY_ATTR { return Load(eight + v + 8 * j * kWidth); };
            V sum;
            if constexpr (kLow == 0) {
              sum = WindowOf<Sum, n()>(run);
            } else {
              sum = AddRuns<Sum, n(), 0>(Load(low + v), run);
            }
            Store(sum, out_ + i * pitch_ + c + v);
          }
        }
      });
      return;
    }
    // A strip is one long row whose cells lie kWidth floats apart.
    SlidingWindows<Sum>(
        eights_, lows_, ((count_ - 1) * rows_.stride + 1) * kWidth, rows_.kernel, kWidth,
        [&](int64_t i, V v) HWY_ATTR {
          const int64_t row = i / kWidth;
          if (i % kWidth < width && row % rows_.stride == 0)
            Store(v, out_ + row / rows_.stride * pitch_ + c + i % kWidth);
        },
        8);
  }

  const RowsBelow& rows_;
  const int64_t count_;
  float* const out_;
  const int64_t pitch_;
  float *const eights_, *const lows_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
