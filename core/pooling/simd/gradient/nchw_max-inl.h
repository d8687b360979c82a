// Backward passes of maxima over 2x2 and 3x3 windows with stride 1 or 2 in NCHW, which write dx once.
//
// A vector of windows gives the gradients of their taps, tap by tap; a cell adds up those of the windows that
// read it, in row-major order as defined. Windows of one row meet by shifting lanes. What a row of windows
// adds to input rows that the next one reads too waits in scratch memory.
#if defined(POOLGLASS_SIMD_GRADIENT_NCHW_MAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NCHW_MAX_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NCHW_MAX_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NCHW_MAX_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/blocks-inl.h"
#include "core/pooling/simd/argmax/nchw_window-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kParts planes side by side in a vector: 2 for planes at most half a vector wide.
template <int kSize, int kStride, int kParts>
class PlaneGradients {
  static_assert(kParts == 1 || kStride == 2);

 public:
  PlaneGradients(const PoolTask& task, float* scratch)
      : task_(task),
        waiting_(scratch),
        x_end_(task.x + task.planes * task.in_plane()),
        w_(task.input.w),
        ow_(task.output.w),
        pad_(task.geometry.columns.pad_begin),
        windows_(windows(task)),
        lanes_(round_up(windows_)),
        inner_begin_((pad_ + kStride - 1) / kStride),
        inner_end_(HWY_MIN((w_ + pad_ - kSize + kStride) / kStride, ow_)),
        first_columns_(-pad_, kStride, w_, kN / kParts) {
    const bool lines = w_ % 16 == 0 && pad_ == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0;
    stream_ = lines && kParts == 1 && IsBeyondCaches(2 * task.input.elements() + task.output.elements());
  }

  static int64_t scratch(const PoolTask& task) { return kOverlap * kStride * round_up(windows(task)); }

  // Whether two planes fit.
  static bool fits_twice(const PoolTask& task) {
    return kStride == 2 && task.planes > 1 && windows(task) <= kN / 2 && task.output.w + kOverlap <= kN / 2;
  }

  // Unit: an output row, with the rows of dx from its windows' first on that are not the next one's. Or
  // kParts planes.
  void run(int64_t begin, int64_t end) {
    if constexpr (kParts == 2) {
      for (int64_t unit = begin; unit < end; ++unit)
        rows(2 * unit, HWY_MIN(2 * unit + 1, task_.planes - 1), 0, task_.output.h);
    } else {
      const int64_t oh = task_.output.h;
      for (int64_t plane = begin / oh; plane * oh < end; ++plane)
        rows(plane, plane, HWY_MAX(begin - plane * oh, 0), HWY_MIN(end - plane * oh, oh));
    }
    if (stream_) hwy::FlushStream();
  }

 private:
  // Input rows, or columns, that a window shares with the one behind it.
  static constexpr int kOverlap = kSize - kStride;
  static_assert(kOverlap >= 0);

  using Sums = V[kStride];  // of cells kStride apart
  struct Row {
    const float* x[kParts][kSize];
    const float* dy[kParts];
    float* dx[kParts];
    int64_t r, start;  // of windows, of the input
    bool whole;        // all input rows are inside
    bool done;         // dx is to be written
    Inside<kSize> inside;
  };

  static int64_t round_up(int64_t n) { return (n + kN - 1) / kN * kN; }

  // As many windows as it takes to reach every column.
  static int64_t windows(const PoolTask& task) {
    return (task.input.w + task.geometry.columns.pad_begin + kStride - 1) / kStride;
  }

  float* waiting(int i, int e) const { return waiting_ + (i * kStride + e) * lanes_; }

  // Rows begin ... end - 1 of windows of one plane or two.
  void rows(int64_t plane0, int64_t plane1, int64_t begin, int64_t end) {
    const int64_t planes[] = {plane0, plane1}, h = task_.input.h, oh = task_.output.h;
    std::fill_n(waiting_, kOverlap * kStride * lanes_, 0.0f);
    const Inside<kSize> whole(0, 0, kSize);
    Row row{};
    // Rows before `begin` only for what they leave waiting.
    for (int64_t r = HWY_MAX(begin - (kSize - 1) / kStride, 0); r < end; ++r) {
      row.r = r;
      row.start = r * kStride - task_.geometry.rows.pad_begin;
      row.whole = row.start >= 0 && row.start + kSize <= h;
      row.done = r >= begin;
      row.inside = row.whole ? whole : Inside<kSize>(row.start, 0, h);
      for (int part = 0; part < kParts; ++part) {
        const int64_t plane = planes[part];
        for (int i = 0; i < kSize; ++i)
          row.x[part][i] =
              task_.x + plane * task_.in_plane() + HWY_MIN(HWY_MAX(row.start + i, 0), h - 1) * w_;
        row.dy[part] = task_.dy + plane * task_.out_plane() + r * ow_;
        row.dx[part] = task_.y + plane * task_.in_plane() + row.start * w_;
      }
      columns(row);
    }
    if (end == oh) finish(row);
  }

  // The rows behind the last windows' own.
  void finish(const Row& row) const {
    for (int64_t i = kStride; row.start + i < task_.input.h; ++i) {
      for (int64_t c = 0; c < lanes_; c += kN) {
        Sums sums;
        for (int e = 0; e < kStride; ++e)
          sums[e] = i < kSize ? Load(waiting(HWY_MIN(static_cast<int>(i), kSize - 1) - kStride, e) + c)
                              : hn::Zero(D());
        store(row, i, c, sums);
      }
    }
  }

  HWY_NOINLINE void columns(const Row& row) const {
    const int64_t windows = windows_;
    TapGradients<kSize> before = TapGradients<kSize>::all(hn::Zero(D()));
    for (int64_t c = 0; c < windows; c += kN) {
      const V dy = load_dy(row, c);
      // Each way goes on by itself: reduced, their gradients would pass through memory.
      const int64_t column = c * kStride - pad_;
      prefetch(row, column);
      const float *lowest = row.x[0][0] + column, *behind = row.x[kParts - 1][kSize - 1] + column + kReach;
      if (HWY_LIKELY(lowest >= task_.x && behind <= x_end_)) {
        RowTaps<kSize, kStride> taps[kSize];
        const M nan = load_taps(row, column, LoadAll(), taps);
        const auto tap = [&](int i, int j) HWY_ATTR { return taps[i].tap[j]; };
        if (HWY_LIKELY(hn::AllFalse(D(), nan))) {
          if (HWY_LIKELY(row.whole && inner_begin_ <= c && HWY_MIN(c + kN / kParts, ow_) <= inner_end_)) {
            add(row, c, Route<kSize, false>(tap, AllInside(), AllInside(), dy), before);
          } else {
            add(row, c, Route<kSize, false>(tap, row.inside, columns_inside(c), dy), before);
          }
          continue;
        }
      }
      HWY_ALIGN float exact[kSize * kSize * kN];
      careful(row, c, dy, exact);
      TapGradients<kSize> taps;
      for (int i = 0; i < kSize; ++i)
        for (int j = 0; j < kSize; ++j) taps.at[i][j] = hn::Load(D(), exact + (i * kSize + j) * kN);
      add(row, c, taps, before);
    }
  }

  // By the rule in full, wherever the taps are.
  HWY_NOINLINE void careful(const Row& row, int64_t c, V dy, float* exact) const {
    const int64_t column = c * kStride - pad_;
    RowTaps<kSize, kStride> taps[kSize];
    load_taps(row, column, LoadInside{task_.x, x_end_}, taps);
    const auto tap = [&](int i, int j) HWY_ATTR { return taps[i].tap[j]; };
    const TapGradients<kSize> result = Route<kSize, true>(tap, row.inside, columns_inside(c), dy);
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j) hn::Store(result.at[i][j], D(), exact + (i * kSize + j) * kN);
  }

  // The gradients of windows c ... c + kN - 1, to dx or to what waits.
  HWY_INLINE void add(const Row& row, int64_t c, const TapGradients<kSize>& taps,
                      TapGradients<kSize>& before) const {
    float* const waiting = waiting_ + c;
    const int64_t lanes = lanes_;
    Sums sums[kSize];
    for (int i = 0; i < kSize; ++i) {
      for (int e = 0; e < kStride; ++e) {
        if (i < kOverlap) {
          sums[i][e] = add_windows(e, before.at[i], taps.at[i], Load(waiting + (i * kStride + e) * lanes));
        } else {
          sums[i][e] = add_windows(e, before.at[i], taps.at[i]);
        }
      }
    }
    for (int i = kStride; i < kSize; ++i)
      for (int e = 0; e < kStride; ++e) Store(sums[i][e], waiting + ((i - kStride) * kStride + e) * lanes);
    for (int i = 0; i < kSize; ++i)
      for (int j = kStride; j < kSize; ++j) before.at[i][j] = taps.at[i][j];
    if (HWY_LIKELY(row.whole && row.done)) {
      for (int i = 0; i < kStride; ++i) store(row, i, c, sums[i]);
    } else if (row.done) {
      for (int i = 0; i < kStride; ++i)
        if (row.start + i >= 0 && row.start + i < task_.input.h) store(row, i, c, sums[i]);
    }
  }

  // What the windows of a row add to cells e of each, e + kStride of the window before, ..., behind `first`.
  template <class... First>
  static HWY_INLINE V add_windows(int e, const V (&before)[kSize], const V (&taps)[kSize], First... first) {
    if constexpr (kOverlap == 2) {
      return total(first..., Slide<kN - 2>(before[2], taps[2]), Slide<kN - 1>(before[1], taps[1]), taps[0]);
    } else if constexpr (kOverlap == 1) {
      if (e == 0) return total(first..., Slide<kN - 1>(before[kStride], taps[kStride]), taps[0]);
    }
    return total(first..., taps[e]);
  }
  static HWY_INLINE V total(V a) { return a; }
  template <class... Rest>
  static HWY_INLINE V total(V a, V b, Rest... rest) {
    return total(hn::Add(a, b), rest...);
  }

  // Where there is a NaN.
  template <class L>
  static HWY_INLINE M load_taps(const Row& row, int64_t column, const L& load,
                                RowTaps<kSize, kStride> (&taps)[kSize]) {
    M nan = hn::FirstN(D(), 0);
    for (int i = 0; i < kSize; ++i) {
      if constexpr (kParts == 2) {
        taps[i] = RowTaps<kSize, kStride>(row.x[0][i] + column, row.x[1][i] + column, load);
      } else {
        taps[i] = RowTaps<kSize, kStride>(row.x[0][i] + column, load);
      }
      nan = hn::Or(nan, taps[i].nan);
    }
    if constexpr (RowTaps<kSize, kStride>::kLastApart)
      for (int i = 0; i < kSize; i += 2)
        nan = hn::Or(nan, EitherNaN(taps[i].last, taps[HWY_MIN(i + 1, kSize - 1)].last));
    return nan;
  }

  HWY_INLINE Inside<kSize> columns_inside(int64_t c) const {
    return c == 0 ? first_columns_ : Inside<kSize>(c * kStride - pad_, kStride, w_);
  }

  // +0 is added as to every sum, so that none is -0.
  HWY_INLINE V load_dy(const Row& row, int64_t c) const { return hn::Add(load(row.dy, c), hn::Zero(D())); }

  // What there is for each of windows c ... c + kN - 1, 0 behind the last one.
  HWY_INLINE V load(const float* const (&from)[kParts], int64_t c) const {
    const D d;
    const V zero = hn::Zero(d);
    if constexpr (kParts == 2) {
      return hn::ConcatLowerLower(d, LoadFirst(from[1], ow_, zero), LoadFirst(from[0], ow_, zero));
    }
    if (HWY_LIKELY(ow_ - c >= kN)) return Load(from[0] + c);
    return ow_ > c ? LoadFirst(from[0] + c, ow_ - c, zero) : zero;
  }

  // The input rows that the next windows add.
  HWY_INLINE void prefetch(const Row& row, int64_t column) const {
    for (int part = 0; part < kParts; ++part)
      for (int i = kOverlap; i < kSize; ++i) {
        const float* ahead = row.x[part][i] + kStride * w_ + column;
        for (int64_t j = 0; j < kStride * kN / kParts; j += 16) hwy::Prefetch(ahead + j);
      }
  }

  // Row start + i of dx, the cells of windows c ... c + kN - 1.
  HWY_INLINE void store(const Row& row, int64_t i, int64_t c, const Sums& sums) const {
    const int64_t at = c * kStride - pad_;
    float* dx = row.dx[0] + i * w_ + at;
    V v[kStride];
    if constexpr (kStride == 1) {
      v[0] = sums[0];
    } else {
      Interleave(sums[0], sums[1], v[0], v[1]);
    }
    if (HWY_UNLIKELY(kParts == 2 || at < 0 || w_ - at < kStride * kN)) {
      return store_edge(dx, kParts == 2 ? row.dx[1] + i * w_ + at : nullptr, at, v);
    }
    for (int e = 0; e < kStride; ++e) {
      if (stream_) {
        hn::Stream(v[e], D(), dx + e * kN);
      } else {
        Store(v[e], dx + e * kN);
      }
    }
  }

  // Where cells lie outside of the row: before it at most the first, which is cut off.
  HWY_INLINE void store_edge(float* dx, float* second, int64_t at, V (&v)[kStride]) const {
    const V zero = hn::Zero(D());
    const bool cut = at < 0;
    int64_t n = w_ - HWY_MAX(at, 0);
    if (cut) ++dx;
    if constexpr (kParts == 2) {
      StoreUpTo(cut ? Slide<1>(v[0], zero) : v[0], dx, n);
      StoreUpTo(cut ? Slide<1>(v[1], zero) : v[1], second + cut, n);
    } else {
      for (int e = 0; e < kStride && n > 0; ++e, dx += kN, n -= kN) {
        // What is too much is stored over by the next vector.
        StoreUpTo(cut ? Slide<1>(v[e], e + 1 < kStride ? v[HWY_MIN(e + 1, kStride - 1)] : zero) : v[e], dx,
                  n);
      }
    }
  }

  static constexpr int64_t kReach = kStride * kN + (kStride == 1 ? kSize - 1 : kSize == 3);

  const PoolTask& task_;
  float* const waiting_;  // kOverlap rows of kStride rows of sums
  const float* const x_end_;
  const int64_t w_, ow_, pad_;
  const int64_t windows_, lanes_;
  const int64_t inner_begin_, inner_end_;  // windows whose taps are all inside the columns
  const Inside<kSize> first_columns_;      // those of windows 0 ... kN - 1
  bool stream_ = false;
};

template <int kSize, int kStride>
void PlaneGradientRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  PlaneGradients<kSize, kStride, 1>(task, scratch).run(begin, end);
}

template <int kSize, int kStride>
void PlaneGradientPairs(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  PlaneGradients<kSize, kStride, 2>(task, scratch).run(begin, end);
}

struct NchwWindowMaxGradient {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) &&
           (IsSquare(task, 2, 2) || IsSquare(task, 2, 1) || IsSquare(task, 3, 2) || IsSquare(task, 3, 1));
  }
  // While the first cache holds dx, adding gradients to found indices beats looking for each tap's.
  static bool expected_to_win(const PoolTask& task) {
    return kN < 8 || !IsSquare(task, 3, 1) || task.in_plane() > 4096 || !HasArgmaxBlocks(task);
  }
  static KernelWork work(const PoolTask& task) {
    if (IsSquare(task, 2, 2)) return of<2, 2>(task);
    if (IsSquare(task, 2, 1)) return of<2, 1>(task);
    return IsSquare(task, 3, 2) ? of<3, 2>(task) : of<3, 1>(task);
  }

 private:
  template <int kSize, int kStride>
  static KernelWork of(const PoolTask& task) {
    using Rows = PlaneGradients<kSize, kStride, 1>;
    if constexpr (kStride == 2) {
      if (Rows::fits_twice(task))
        return {&PlaneGradientPairs<kSize, kStride>, (task.planes + 1) / 2, Rows::scratch(task)};
    }
    return {&PlaneGradientRows<kSize, kStride>, task.out_rows(), Rows::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
