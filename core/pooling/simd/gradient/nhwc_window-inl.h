// Backward passes of maxima over 2x2 and 3x3 windows with stride 1 or 2 in NHWC, from x.
//
// Along a row of windows a vector of channels stays in registers: a window hands on what it adds to the
// columns that the next one reads too. Rows that the next windows read as well are written to dx and added to
// there. Gradients of a cell are added in the order of the windows, as defined.
#if defined(POOLGLASS_SIMD_GRADIENT_NHWC_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NHWC_WINDOW_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NHWC_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NHWC_WINDOW_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The lanes of a vector of channels: all, or the first n.
struct AllLanes {
  HWY_INLINE int64_t count() const { return kN; }
  HWY_INLINE V load(const float* p) const { return Load(p); }
  HWY_INLINE void store(V v, float* p) const { Store(v, p); }
};
// Non-temporal stores to whole aligned vectors.
struct StreamLanes {
  HWY_INLINE int64_t count() const { return kN; }
  HWY_INLINE V load(const float* p) const { return Load(p); }
  HWY_INLINE void store(V v, float* p) const { hn::Stream(v, D(), p); }
};
struct FirstLanes {
  int64_t n;
  HWY_INLINE int64_t count() const { return n; }
  HWY_INLINE V load(const float* p) const { return LoadFirst(p, n, hn::Zero(D())); }
  HWY_INLINE void store(V v, float* p) const { StoreFirst(v, p, n); }
};

template <int kSize, int kStride>
class PixelGradients {
 public:
  explicit PixelGradients(const PoolTask& task)
      : task_(task), pixel_(task.pixel), pad_(task.geometry.columns.pad_begin) {}

  // Unit: an output row, with the rows of dx from its windows' first on that are not the next one's.
  void run(int64_t begin, int64_t end) {
    const int64_t oh = task_.output.h, h = task_.input.h;
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / oh, behind = HWY_MIN(end - plane * oh, oh);
      const int64_t first = HWY_MAX(unit - plane * oh, 0);
      // Rows of dx that are this range's.
      const int64_t own_begin = HWY_MAX(start(first), 0);
      const int64_t own_end = behind == oh ? h : HWY_MIN(start(behind), h);
      // Windows before `first` only for what they add to those.
      const int64_t from = HWY_MAX(first - (kSize - 1) / kStride, 0);
      float* dx = task_.y + plane * task_.in_plane();
      const int64_t added = HWY_MIN(HWY_MAX(start(from) + kOverlap, own_begin), own_end);
      std::fill(dx + own_begin * task_.in_row(), dx + added * task_.in_row(), 0.0f);
      for (int64_t r = from; r < behind; ++r) row(plane, r, own_begin, own_end);
      const int64_t read = HWY_MIN(start(behind - 1) + kSize, h);
      if (behind == oh) std::fill(dx + read * task_.in_row(), dx + h * task_.in_row(), 0.0f);
      unit = plane * oh + behind;
    }
  }

 private:
  static constexpr int kOverlap = kSize - kStride;
  static_assert(kOverlap >= 0);

  // Columns that the next window reads too, row by row.
  static constexpr int kHandedOn = kSize * HWY_MAX(kOverlap, 1);

  struct Row {
    const float* x[kSize];
    const float* dy;
    float* dx[kSize];
    bool write[kSize];
    bool whole;  // all rows are inside and written
    Inside<kSize> inside;
  };

  int64_t start(int64_t r) const { return r * kStride - task_.geometry.rows.pad_begin; }

  void row(int64_t plane, int64_t r, int64_t own_begin, int64_t own_end) const {
    Row row;
    const int64_t h = task_.input.h, w = task_.input.w;
    row.whole = true;
    for (int i = 0; i < kSize; ++i) {
      const int64_t at = start(r) + i, inside = HWY_MIN(HWY_MAX(at, 0), h - 1);
      row.x[i] = task_.x + plane * task_.in_plane() + inside * task_.in_row();
      row.dx[i] = task_.y + plane * task_.in_plane() + inside * task_.in_row();
      row.write[i] = own_begin <= at && at < own_end;
      row.whole = row.whole && at == inside && row.write[i];
    }
    row.dy = task_.dy + plane * task_.out_plane() + r * task_.out_row();
    row.inside = Inside<kSize>(start(r), 0, h);
    int64_t channel = 0;
    for (; channel + kN <= pixel_; channel += kN) columns(row, channel, AllLanes());
    if (channel < pixel_) columns(row, channel, FirstLanes{pixel_ - channel});
    // Columns that no window reads.
    const int64_t read = (task_.output.w - 1) * kStride - pad_ + kSize;
    for (int i = kOverlap; i < kSize && read < w; ++i)
      if (row.write[i]) std::fill(row.dx[i] + read * pixel_, row.dx[i] + w * pixel_, 0.0f);
  }

  template <class Lanes>
  HWY_NOINLINE void columns(const Row& row, int64_t channel, const Lanes& lanes) const {
    const int64_t ow = task_.output.w, w = task_.input.w;
    const int64_t inner_end = HWY_MIN((w + pad_ - kSize) / kStride + 1, ow);
    HWY_ALIGN float handed_on[kHandedOn * kN] = {};
    int64_t c = 0;
    edge(row, c++, channel, lanes, handed_on);
    while (c < inner_end) {
      c = row.whole ? inner<true>(row, c, inner_end, channel, lanes, handed_on)
                    : inner<false>(row, c, inner_end, channel, lanes, handed_on);
      if (c < inner_end) edge(row, c++, channel, lanes, handed_on);  // there is a NaN
    }
    for (; c < ow; ++c) edge(row, c, channel, lanes, handed_on);
    const int64_t column = ow * kStride - pad_;
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kOverlap; ++j) {
        if (row.write[i] && column + j < w)
          lanes.store(hn::Load(D(), handed_on + (i * kOverlap + j) * kN),
                      row.dx[i] + (column + j) * pixel_ + channel);
      }
  }

  // Windows c ... end - 1, all of whose taps are inside, as far as there is no NaN; where it stopped.
  template <bool kWhole, class Lanes>
  HWY_INLINE int64_t inner(const Row& row, int64_t c, int64_t end, int64_t channel, const Lanes& lanes,
                           float* handed_on) const {
    const D d;
    const int64_t pixel = pixel_, step = kStride * pixel;
    const float *x[kSize], *dy = row.dy + c * pixel + channel;
    float* dx[kSize];
    V sums[kSize][kSize];
    for (int i = 0; i < kSize; ++i) {
      const int64_t at = (c * kStride - pad_) * pixel + channel;
      x[i] = row.x[i] + at;
      dx[i] = row.dx[i] + at;
      for (int j = 0; j < kOverlap; ++j) sums[i][j] = hn::Load(d, handed_on + (i * kOverlap + j) * kN);
    }
    for (; c < end; ++c) {
      TapGradients<kSize> taps;
      V v[kSize][kSize];
      M nan = hn::FirstN(d, 0);
      for (int i = 0; i < kSize; ++i)
        for (int j = 0; j < kSize; ++j) v[i][j] = lanes.load(x[i] + j * pixel);
      for (int i = 0; i < kSize; ++i) {
        nan = hn::Or(nan, EitherNaN(v[i][0], v[i][kSize - 1]));
        if (kSize == 3 && i > 0) nan = hn::Or(nan, EitherNaN(v[i - 1][1], v[i][1]));
      }
      if (HWY_UNLIKELY(!hn::AllFalse(d, nan))) break;
      const auto tap = [&](int i, int j) HWY_ATTR { return v[i][j]; };
      const V gradient = hn::Add(lanes.load(dy), hn::Zero(d));
      if constexpr (kWhole) {
        taps = Route<kSize, false>(tap, AllInside(), AllInside(), gradient);
      } else {
        taps = Route<kSize, false>(tap, row.inside, AllInside(), gradient);
      }
      for (int i = 0; i < kSize; ++i) {
        for (int j = 0; j < kSize; ++j) {
          V& sum = sums[i][j];
          if (j < kOverlap) {
            sum = hn::Add(sum, taps.at[i][j]);
          } else {
            sum = taps.at[i][j];
            if (i < kOverlap && (kWhole || row.write[i])) sum = hn::Add(lanes.load(dx[i] + j * pixel), sum);
          }
        }
        for (int j = 0; j < kStride && (kWhole || row.write[i]); ++j)
          lanes.store(sums[i][j], dx[i] + j * pixel);
        for (int j = 0; j < kOverlap; ++j) sums[i][j] = sums[i][j + kStride];
        x[i] += step;
        dx[i] += step;
      }
      dy += pixel;
    }
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kOverlap; ++j) hn::Store(sums[i][j], d, handed_on + (i * kOverlap + j) * kN);
    return c;
  }

  // Window c, by the rule in full, wherever its taps are.
  template <class Lanes>
  HWY_NOINLINE void edge(const Row& row, int64_t c, int64_t channel, const Lanes& lanes,
                         float* handed_on) const {
    const D d;
    const int64_t w = task_.input.w, column = c * kStride - pad_;
    const V gradient = lanes.load(row.dy + c * pixel_ + channel);
    V v[kSize][kSize];
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j) {
        const int64_t nearest = HWY_MIN(HWY_MAX(column + j, 0), w - 1);
        v[i][j] = lanes.load(row.x[i] + nearest * pixel_ + channel);
      }
    const auto tap = [&](int i, int j) HWY_ATTR { return v[i][j]; };
    const Inside<kSize> columns(column, 0, w);
    TapGradients<kSize> taps = Route<kSize, true>(tap, row.inside, columns, hn::Add(gradient, hn::Zero(d)));
    for (int i = 0; i < kSize; ++i) {
      for (int j = 0; j < kSize; ++j) {
        const bool write = row.write[i] && 0 <= column + j && column + j < w;
        float* dx = row.dx[i] + (column + j) * pixel_ + channel;
        V sum = taps.at[i][j];
        if (j < kOverlap && c > 0) {
          sum = hn::Add(hn::Load(d, handed_on + (i * kOverlap + j) * kN), sum);
        } else if (i < kOverlap && write) {
          sum = hn::Add(lanes.load(dx), sum);
        }
        if (j < kStride) {
          if (write) lanes.store(sum, dx);
        }
        taps.at[i][j] = sum;
      }
    }
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kOverlap; ++j)
        hn::Store(taps.at[i][j + kStride], d, handed_on + (i * kOverlap + j) * kN);
  }

  const PoolTask& task_;
  const int64_t pixel_, pad_;
};

template <int kSize, int kStride>
void PixelGradientRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  PixelGradients<kSize, kStride>(task).run(begin, end);
}

struct NhwcWindowMaxGradient {
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kMaximum>(task) &&
           (IsSquare(task, 2, 2) || IsSquare(task, 2, 1) || IsSquare(task, 3, 2) || IsSquare(task, 3, 1));
  }
  // Few channels leave most of a vector empty; the ends of short rows cost more than scattering does; and
  // pixels at the same place of a page compete for the same few lines of the first-level cache.
  static bool expected_to_win(const PoolTask& task) {
    const bool compete = task.pixel % 512 == 0 && task.params.kernel.h == 3;
    return task.pixel >= kN / 2 && task.output.w >= 4 && !compete;
  }
  static KernelWork work(const PoolTask& task) {
    const RangeKernel run = IsSquare(task, 2, 2)   ? &PixelGradientRows<2, 2>
                            : IsSquare(task, 2, 1) ? &PixelGradientRows<2, 1>
                            : IsSquare(task, 3, 2) ? &PixelGradientRows<3, 2>
                                                   : &PixelGradientRows<3, 1>;
    return {run, task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
