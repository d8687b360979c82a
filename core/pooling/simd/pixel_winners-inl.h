// Maxima and their positions for the common windows (2x2 and 3x3 with stride 1 or 2) in NHWC: a vector of
// channels at a time, all taps of a window unrolled.
//
// The winner of each row of a window comes first, then the winner of its rows: that is row-major order, so
// the first of equals wins. A tap outside the plane is replaced by the nearest one inside, with its position:
// the copy loses to it or is the same winner. A NaN needs the rule in full: the row is done again. A tap is
// looked at once, by the first window that holds it.
#if defined(POOLGLASS_SIMD_PIXEL_WINNERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_PIXEL_WINNERS_INL_H_
#undef POOLGLASS_SIMD_PIXEL_WINNERS_INL_H_
#else
#define POOLGLASS_SIMD_PIXEL_WINNERS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/winners-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kStream: whole aligned lines only, which go past the caches.
template <int kSize, int kStride, class Index, bool kStream>
class PixelWinners {
 public:
  PixelWinners(const PoolTask& task, Index* indices)
      : task_(task),
        indices_(indices),
        x_end_(task.x + task.planes * task.in_plane()),
        pixel_(task.pixel),
        pad_(task.geometry.columns.pad_begin),
        inner_begin_((pad_ + kStride - 1) / kStride),
        inner_end_(HWY_MIN((task.input.w + pad_ - kSize + kStride) / kStride, task.output.w)) {}

  // Unit: an output row.
  void run(int64_t begin, int64_t end) {
    const int64_t oh = task_.output.h;
    y_end_ = task_.y + end * task_.out_row();
    bool look_at_all = true;
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t r = unit % oh;
      find_rows(task_.x + unit / oh * task_.in_plane(), r);
      const bool nan = look_at_all || r == 0 ? row<false, 0>(unit) : row<false, kSize - kStep>(unit);
      if (HWY_UNLIKELY(nan)) row<true, kSize>(unit);
      look_at_all = nan;  // the next row may hold it too
    }
  }

 private:
  // Rows and columns of a window that are not in the window before.
  static constexpr int kStep = HWY_MIN(kStride, kSize);

  // Positions of a window's taps.
  struct Positions {
    VI at[kSize][kSize];

    // f(i, j): of tap j in row i.
    template <class F>
    HWY_INLINE explicit Positions(const F& f) {
      for (int i = 0; i < kSize; ++i)
        for (int j = 0; j < kSize; ++j) at[i][j] = hn::Set(DI(), static_cast<int32_t>(f(i, j)));
    }
  };

  void find_rows(const float* plane, int64_t r) {
    const int64_t start = r * kStride - task_.geometry.rows.pad_begin;
    for (int i = 0; i < kSize; ++i) {
      row_[i] = HWY_MIN(HWY_MAX(start + i, 0), task_.input.h - 1);
      x_[i] = plane + row_[i] * task_.in_row();
    }
    whole_ = row_[kSize - 1] - row_[0] == kSize - 1;
  }

  // One output row. Whether there is a NaN in the windows' rows from kLook on; kExact takes no notice.
  template <bool kExact, int kLook>
  HWY_NOINLINE bool row(int64_t unit) const {
    const int64_t ow = task_.output.w;
    float* y = task_.y + unit * task_.out_row();
    Index* indices = indices_ + unit * task_.out_row();
    M nan = hn::FirstN(D(), 0);
    const Positions inner([&](int i, int j) { return i * task_.input.w + j; });
    for (int64_t c = 0; c < ow; ++c, y += pixel_, indices += pixel_) {
      const int64_t column = c * kStride - pad_;
      if (HWY_LIKELY(whole_ && inner_begin_ <= c && c < inner_end_)) {
        const float* taps[kSize];
        for (int i = 0; i < kSize; ++i) taps[i] = x_[i] + column * pixel_;
        const auto tap = [&](int i, int j) HWY_ATTR { return taps[i] + j * pixel_; };
        const int32_t at = static_cast<int32_t>(row_[0] * task_.input.w + column);
        if (c == inner_begin_) {
          cell<kExact, kLook, 0>(tap, inner, at, y, indices, nan);
        } else {
          cell<kExact, kLook, kSize - kStep>(tap, inner, at, y, indices, nan);
        }
      } else {
        int64_t nearest[kSize];
        for (int j = 0; j < kSize; ++j) nearest[j] = HWY_MIN(HWY_MAX(column + j, 0), task_.input.w - 1);
        const Positions positions([&](int i, int j) { return row_[i] * task_.input.w + nearest[j]; });
        const auto tap = [&](int i, int j) HWY_ATTR { return x_[i] + nearest[j] * pixel_; };
        cell<kExact, kLook, 0>(tap, positions, 0, y, indices, nan);
      }
    }
    return !hn::AllFalse(D(), nan);
  }

  // One output pixel, whose taps' positions count from `at`; looks for NaN in the rows from kLook and the
  // columns from kLookColumn on.
  template <bool kExact, int kLook, int kLookColumn, class T>
  HWY_INLINE void cell(const T& tap, const Positions& positions, int32_t at, float* y, Index* indices,
                       M& nan) const {
    const auto one = [&](int64_t i, int64_t n, const auto& load) HWY_ATTR {
      const Winners best = join<kExact, kLook, kLookColumn>(
          [&](int row, int column) HWY_ATTR { return load(tap(row, column) + i); }, positions, nan);
      const VI index = hn::Add(best.index, hn::Set(DI(), at));
      if constexpr (kStream) {
        hn::Stream(best.value, D(), y + i);
        StreamIndices(index, indices + i);
      } else {
        StoreUpTo(best.value, y + i, n);
        StoreIndices(index, indices + i, n);
      }
    };
    const auto load = [](const float* p) HWY_ATTR { return InRegister(Load(p)); };
    int64_t i = 0;
    for (; i + kN <= pixel_; i += kN) one(i, kN, load);
    if (i == pixel_) return;
    if (pixel_ >= kN) {
      one(pixel_ - kN, kN, load);  // overlaps the vector before
    } else if (x_end_ - tap(kSize - 1, kSize - 1) >= kN && y_end_ - y >= kN) {
      one(0, kN, load);  // the lanes left over are overwritten by the pixel that follows
    } else {
      one(0, pixel_, [&](const float* p) HWY_ATTR { return LoadFirst(p, pixel_, hn::Zero(D())); });
    }
  }

  template <bool kExact, int kLook, int kLookColumn, class L>
  static HWY_INLINE Winners join(const L& load, const Positions& positions, M& nan) {
    const DI di;
    Winners best{hn::Zero(D()), hn::Zero(di)};
    V odd_one = best.value;
    bool odd = false;
    for (int i = 0; i < kSize; ++i) {
      Winners row = best;
      for (int j = 0; j < kSize; ++j) {
        const V v = load(i, j);
        const VI at = positions.at[i][j];
        if (j == 0) {
          row = {v, at};
        } else {
          row.template challenge_by<kExact>(v, at);
        }
        if (kExact || i < kLook || j < kLookColumn) continue;
        if (odd) nan = hn::Or(nan, EitherNaN(odd_one, v));  // two at a time
        odd_one = v;
        odd = !odd;
      }
      if (i == 0) {
        best = row;
      } else {
        best.template challenge_by<kExact>(row.value, row.index);
      }
    }
    if (odd) nan = hn::Or(nan, EitherNaN(odd_one, odd_one));
    return best;
  }

  const PoolTask& task_;
  Index* const indices_;
  const float* const x_end_;
  float* y_end_ = nullptr;
  const int64_t pixel_, pad_;
  const int64_t inner_begin_, inner_end_;  // outputs whose taps are all inside the columns
  const float* x_[kSize];
  int64_t row_[kSize];
  bool whole_ = false;  // all of the rows are inside
};

template <int kSize, int kStride, class Index>
void PixelIndexRowsTo(Index* indices, const PoolTask& task, int64_t begin, int64_t end) {
  const auto aligned = [](const void* p) { return reinterpret_cast<uintptr_t>(p) % 64 == 0; };
  const bool lines = task.pixel % 16 == 0 && aligned(task.y) && aligned(indices);
  if (lines && IsBeyondCaches(task.input.elements() + 2 * task.output.elements())) {
    PixelWinners<kSize, kStride, Index, true>(task, indices).run(begin, end);
    hwy::FlushStream();
  } else {
    PixelWinners<kSize, kStride, Index, false>(task, indices).run(begin, end);
  }
}

template <int kSize, int kStride>
void PixelIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  if (task.short_indices != nullptr) {
    PixelIndexRowsTo<kSize, kStride>(task.short_indices, task, begin, end);
  } else {
    PixelIndexRowsTo<kSize, kStride>(task.indices, task, begin, end);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
