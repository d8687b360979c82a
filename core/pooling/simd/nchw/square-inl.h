// Maxima of square windows from four cells to almost two vectors at stride 1, NCHW: four output rows at a
// time. The input rows under them are reduced down the columns into a vector per output row, and these along
// the rows, all in registers.
//
// Of the rows under four k x k windows most lie under all four: these are taken as quads, the maxima of four
// rows, which are stored once when their rows are first read. With the rows above them (reduced from the
// lowest to the uppermost) and those below (from the uppermost to the lowest) that is 2.5 to 3 maxima per
// result for k up to 16, 4.5 for k = 31. Along the rows log2 k maxima and slides follow, which is what the
// time goes to: as floats both go through three of AMD Zen 4's four pipes.
//
// Where maxima are positive, as those of many values mostly are, they are taken as integers, which other
// pipes than those of the slides compare too. Where one is negative, the four rows and some more are done
// with floats.
//
// Columns first is not row-major order. The two differ only where there is a NaN or a -0; output rows over
// such input rows are done again by the definition.
#if defined(POOLGLASS_SIMD_NCHW_SQUARE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_SQUARE_INL_H_
#undef POOLGLASS_SIMD_NCHW_SQUARE_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_SQUARE_INL_H_
#endif

#include <array>
#include <bit>
#include <utility>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/nan_or_negative_zero_rows-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The maxima of kTaps columns, of which kPad lie before the result's own. Each run reduces two shorter ones,
// one of which slides: back or forth, so that in the end results lie in the lanes of their columns.
template <class Op, int kTaps, int kPad>
class MaximaAlong {
  static constexpr int kLevels = std::bit_width(static_cast<unsigned>(kTaps)) - 1;
  static constexpr int kRest = kTaps - (1 << kLevels);
  static constexpr bool kRestBack = kPad >= 1 << kLevels || kPad == kRest;
  static constexpr int kBack = kRestBack ? kPad - kRest : kPad;  // bit l: runs of 2^l slide back

 public:
  // Of results behind the columns that step() takes, in vectors.
  static constexpr int kLag =
      kLevels - std::popcount(static_cast<unsigned>(kBack)) + (kRest > 0 && !kRestBack ? 1 : 0);

  HWY_INLINE MaximaAlong() {
    for (V& v : run_) v = Maximum::identity();
  }

  HWY_INLINE V step(V next) {
    Unroll<kLevels>([&](auto l) HWY_ATTR {
      const V reduced = reduce<1 << l(), (kBack >> l() & 1) != 0>(run_[l()], next);
      run_[l()] = next;
      next = reduced;
    });
    if constexpr (kRest == 0) return next;
    const V reduced = reduce<kRest, kRestBack>(run_[kLevels], next);
    run_[kLevels] = next;
    return reduced;
  }

 private:
  template <int kShift, bool kSlideBack>
  static HWY_INLINE V reduce(V before, V now) {
    if constexpr (kSlideBack) {
      return Op::apply(Slide<kN - kShift>(before, now), now);
    } else {
      return Op::apply(before, Slide<kShift>(before, now));
    }
  }

  V run_[kLevels + 1];
};

// One more vector than needed: rows a multiple of 4 KiB apart share few sets of the first-level cache.
inline int64_t QuadPitch(const PoolTask& task) { return (task.input.w + 15) / 16 * 16 + 16; }

// Four output rows of a plane, and the input rows under them: the upper four, a number of quads (maxima of
// four rows, made when these were lower ones of output rows above), and up to seven lower ones.
template <int kTaps, int kPad>
class FourRowsOfMaxima {
  static_assert(kTaps >= 4);
  template <class Op>
  using Along = MaximaAlong<Op, kTaps, kPad>;
  static constexpr int64_t kLag = Along<Maximum>::kLag * kN;
  static constexpr int kLow = kTaps == 4 ? 0 : (kTaps - 5) % 4 + 1;  // lower rows of the first output row

 public:
  static constexpr int kQuads = (kTaps - 4 - kLow) / 4;

  // quads: scratch() floats.
  FourRowsOfMaxima(const PoolTask& task, float* quads) : task_(task), quads_(quads), width_(task.input.w) {}

  static int64_t scratch(const PoolTask& task) { return (kQuads + 1) * QuadPitch(task); }

  // Output rows first ... last - 1 of a plane; other results go to `spare`.
  void place(const float* x, float* y, int64_t first, int64_t last, float* spare) {
    plane_ = x;
    top_ = first - task_.geometry.rows.pad_begin;
    for (int i = 0; i < 4; ++i) upper_[i] = row(top_ + i);
    for (int i = 0; i < kLow + 3; ++i) lower_[i] = row(top_ + kTaps - kLow + i);
    for (int i = 0; i < 4; ++i) y_[i] = first + i < last ? y + (first + i) * task_.output.w : spare;
  }

  // Makes the quads that no rows above have made. Whether there is a NaN or -0 that these would have seen.
  bool start() {
    ring_ = 0;
    for (int q = 0; q < kQuads; ++q) {
      const float* rows[4];
      for (int i = 0; i < 4; ++i) rows[i] = row(top_ + 4 * (q + 1) + i);
      ReduceRows<Maximum, 4>(rows, width_, quad(q));
    }
    for (int64_t r = HWY_MAX(top_, 0); r < HWY_MIN(top_ + kTaps - 1, task_.input.h); ++r) {
      if (HasNanOrNegativeZero(plane_ + r * width_, width_)) return true;
    }
    return false;
  }

  // Whether integers gave all results: there is no NaN or -0 in the last four rows, no maximum is negative.
  bool run_on_bits() {
    if (run_with<MaximumOfBits>()) return false;
    next_quad();
    return true;
  }

  // Looks for NaN and -0 as it goes: for NaN in the last four rows.
  bool run() {
    const bool nan_or_negative_zero = run_with<Maximum>();
    next_quad();
    return nan_or_negative_zero;
  }

 private:
  float* quad(int64_t q) const { return quads_ + (ring_ + q) % (kQuads + 1) * QuadPitch(task_); }
  void next_quad() { ring_ = ring_ == kQuads ? 0 : ring_ + 1; }
  const float* row(int64_t r) const {
    return 0 <= r && r < task_.input.h ? plane_ + r * width_ : task_.identity_row.data();
  }

  template <class Op>
  HWY_INLINE bool run_with() const {
    const float* middle[kQuads + 1];
    for (int q = 0; q < kQuads; ++q) middle[q] = quad(q);
    float* next = quad(kQuads);
    NanOrNegativeZero nan_or_negative_zero;
    V signs = hn::Zero(D());
    Along<Op> along[4];
    const int64_t results = task_.output.w;
    for (int64_t c = 0; c < results + kLag; c += kN) {
      V v[4];
      reduce_columns<Op>(c, v, middle, next, nan_or_negative_zero);
      Unroll<4>([&](auto i) HWY_ATTR { v[i()] = along[i()].step(v[i()]); });
      const int64_t at = c - kLag;
      if (HWY_UNLIKELY(at < 0)) continue;
      Unroll<4>([&](auto i) HWY_ATTR { StoreUpTo(v[i()], y_[i()] + at, results - at); });
      if constexpr (kOnBits<Op>) {
        V any = hn::Or(hn::Or(v[0], v[1]), hn::Or(v[2], v[3]));
        if (HWY_UNLIKELY(results - at < kN))
          any = hn::IfThenElseZero(hn::FirstN(D(), static_cast<size_t>(results - at)), any);
        signs = hn::Or(signs, any);
      }
    }
    return (kOnBits<Op> && AnyNegative(signs)) || nan_or_negative_zero.any();
  }

  template <class Op>
  HWY_INLINE void reduce_columns(int64_t c, V* v, const float* const* middle, float* next,
                                 NanOrNegativeZero& nan_or_negative_zero) const {
    if (HWY_LIKELY(c + kN <= width_)) {
      const auto load = [c](const float* row) HWY_ATTR { return InRegister(Load(row + c)); };
      reduce<Op>(load, v, c, middle, next, nan_or_negative_zero);
    } else if (c < width_) {
      const auto load = [=, n = width_ - c](const float* row)
                            HWY_ATTR { return LoadFirst(row + c, n, Maximum::identity()); };
      reduce<Op>(load, v, c, middle, next, nan_or_negative_zero);
    } else {
      Unroll<4>([&](auto i) HWY_ATTR { v[i()] = Maximum::identity(); });
    }
  }

  // v[i]: rows i ... i + kTaps - 1. Quads are maxima of floats, whatever Op is: both can go on with them.
  template <class Op, class L>
  HWY_INLINE void reduce(const L& load, V* v, int64_t c, const float* const* middle, float* next,
                         NanOrNegativeZero& nan_or_negative_zero) const {
    V low = load(upper_[3]);
    v[3] = low;
    if constexpr (kQuads > 0) {
      V quads = Load(middle[0] + c);
      Unroll<kQuads, 1>([&](auto q) HWY_ATTR { quads = Op::apply(quads, Load(middle[q()] + c)); });
      v[3] = Op::apply(v[3], quads);
    }
    Unroll<3>([&](auto i) HWY_ATTR { v[2 - i()] = Op::apply(load(upper_[2 - i()]), v[3 - i()]); });
    V before = low;
    Unroll<kLow + 3>([&](auto j) HWY_ATTR {
      const V x = load(lower_[j()]);
      if constexpr (j() == 0) {
        low = x;
      } else if constexpr (kQuads > 0 && j() <= 3) {
        low = MaxOrdered(low, x);
      } else {
        low = Op::apply(low, x);
      }
      if constexpr (kQuads > 0 && j() == 3) Store(low, next + c);
      if constexpr (j() + 1 >= kLow) v[j() + 1 - kLow] = Op::apply(v[j() + 1 - kLow], low);
      if constexpr ((kLow + 2 - j()) % 2 == 0 && j() + 1 >= kLow)
        nan_or_negative_zero.look_for_nan(before, x);
      if constexpr (kOnBits<Op> && j() >= kLow - 1) nan_or_negative_zero.look_for_zero(x);
      before = x;
    });
    if constexpr (!kOnBits<Op>)
      Unroll<4>([&](auto i) HWY_ATTR { nan_or_negative_zero.look_for_zero(v[i()]); });
  }

  const PoolTask& task_;
  float* const quads_;
  const int64_t width_;
  const float* plane_ = nullptr;
  int64_t top_ = 0, ring_ = 0;
  const float *upper_[4], *lower_[kLow + 3];
  float* y_[4];
};

template <int kTaps, int kPad>
void MaximaOfSquares(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  using Rows = FourRowsOfMaxima<kTaps, kPad>;
  // After four that integers could not give: all over the row that may have been the cause, or more.
  constexpr int kRowsOfFloats = 256;
  const int64_t height = task.output.h;
  Rows rows(task, scratch);
  NanOrNegativeZeroRows nan_or_negative_zero_rows(task);
  int64_t suspect = 0;     // output rows of the plane above this one may have a NaN or -0 under them
  int64_t floats = begin;  // units before this one are maxima of floats
  for (int64_t unit = begin; unit < end;) {
    const int64_t first = unit % height;
    const int64_t last = HWY_MIN(first + HWY_MIN(int64_t{4}, end - unit), height);
    const float* x = task.x + unit / height * task.in_plane();
    float* y = task.y + unit / height * task.out_plane();
    rows.place(x, y, first, last, scratch + Rows::scratch(task));
    if (unit == begin || first == 0) {
      nan_or_negative_zero_rows.start_plane(x);
      suspect = rows.start() ? first + kTaps : 0;
      if (suspect > 0) floats = HWY_MAX(floats, unit + kTaps);
    }
    const bool on_bits = unit >= floats && last - first == 4;
    if (!on_bits || HWY_UNLIKELY(!rows.run_on_bits())) {
      if (on_bits) floats = unit + kRowsOfFloats;
      if (HWY_UNLIKELY(rows.run())) suspect = last + kTaps;
    }
    for (int64_t r = first; r < HWY_MIN(last, suspect); ++r) {
      if (nan_or_negative_zero_rows.under(r))
        reference_max_row(task.geometry, r, 1, x, y + r * task.output.w, nullptr);
    }
    unit += last - first;
  }
}

// Of windows of kLeast, kLeast + 2, ... taps.
template <bool kCentred, int kLeast, int... kMore>
constexpr std::array<RangeKernel, sizeof...(kMore)> SquareKernels(std::integer_sequence<int, kMore...>) {
  return {&MaximaOfSquares < kLeast + 2 * kMore, kCentred ? kLeast / 2 + kMore : 0 > ...};
}

// The runs of four rows take more than 16 registers, and vectors of less than a cache line would find it
// gone, between its parts, where rows lie a multiple of 4 KiB apart.
#if HWY_TARGET <= HWY_AVX3 && POOLGLASS_X86_VECTORS
// Odd windows: those that are used.
struct NchwSquareMaximum {
  static constexpr int kLeast = 5, kMost = 2 * static_cast<int>(kN) - 1, kMostValid = 9;

  static bool can(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    const int64_t taps = columns.kernel, pad = columns.pad_begin;
    const bool dense = !rows.adaptive && rows.stride == 1 && rows.dilation == 1 && columns.stride == 1 &&
                       columns.dilation == 1 && rows.kernel == taps && taps % 2 == 1;
    return IsMax(task) && dense && taps >= kLeast && task.input.w > 2 * kN &&
           ((pad == taps / 2 && taps <= kMost) || (pad == 0 && taps <= kMostValid));
  }
  static bool expected_to_win(const PoolTask& task) {
    // Planes with results for few rows, or for few columns beside the window's, are better off in bands,
    // small windows of short rows in batches (nchw/strided-inl.h).
    const int64_t taps = task.params.kernel.w, w = task.input.w;
    return task.output.h >= 8 && (taps < 16 || w >= 96) && (taps >= 7 || w > 256);
  }
  static KernelWork work(const PoolTask& task) {
    static constexpr auto kCentred =
        SquareKernels<true, kLeast>(std::make_integer_sequence<int, (kMost - kLeast) / 2 + 1>());
    static constexpr auto kValid =
        SquareKernels<false, kLeast>(std::make_integer_sequence<int, (kMostValid - kLeast) / 2 + 1>());
    const int64_t taps = task.params.kernel.w;
    const size_t i = static_cast<size_t>(taps - kLeast) / 2;
    // At most a quad for every four of a window's rows, and a row of results.
    const int64_t scratch = taps / 4 * QuadPitch(task) + task.output.w + kVectorSlack;
    return {task.params.padding.left == 0 ? kValid[i] : kCentred[i], task.out_rows(), scratch};
  }
};
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
