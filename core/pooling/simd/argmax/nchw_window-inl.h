// Maxima and their positions for the common windows (2x2 and 3x3 with stride 1 or 2) in NCHW: a vector of
// outputs at a time, all taps of a window unrolled.
//
// The argmax of each row of a window comes first, then the argmax of its rows: that is row-major order, so
// the first of equals wins; and windows which share a row share its argmax. Rows outside the plane are
// replaced by the nearest row inside: its copy loses to it, or has the same argmax. A NaN needs the rule in
// full: the vector is done again.
#if defined(POOLGLASS_SIMD_ARGMAX_NCHW_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_NCHW_WINDOW_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_NCHW_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_NCHW_WINDOW_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The taps of kN windows in one row of the input.
template <int kSize, int kStride>
struct RowTaps {
  static_assert(kStride == 1 || (kStride == 2 && kSize <= 3));
  // With stride 2, the last lane of the third tap is behind two whole vectors.
  static constexpr bool kLastApart = kStride == 2 && kSize == 3;

  V tap[kSize];
  V last;  // if kLastApart
  M nan;   // where there is a NaN among the taps (in some lane), `last` aside

  RowTaps() = default;

  template <class L>
  HWY_INLINE RowTaps(const float* p, const L& load) {
    if constexpr (kStride == 1) {
      for (int j = 0; j < kSize; ++j) tap[j] = load(p + j);
      nan = EitherNaN(tap[0], tap[kSize - 1]);
    } else {
      split(load(p), load(p + kN), kLastApart ? load.one(p + 2 * kN) : hn::Zero(D()));
    }
  }

  // The lower half of the windows in another row than the upper half; the last window of each must not count.
  template <class L>
  HWY_INLINE RowTaps(const float* p, const float* upper, const L& load) {
    split(load(p), load(upper), hn::Zero(D()));
  }

 private:
  HWY_INLINE void split(V low, V high, V behind) {
    tap[0] = Even(low, high);
    tap[1] = Odd(low, high);
    nan = EitherNaN(low, high);
    if constexpr (kLastApart) {
      last = behind;
      tap[2] = Slide<1>(tap[0], last);
    }
  }
};

struct LoadAll {
  HWY_INLINE V operator()(const float* p) const { return InRegister(Load(p)); }
  HWY_INLINE V one(const float* p) const { return Set(*p); }
};

// What lies outside of [begin, end) is not looked at.
struct LoadInside {
  const float *begin, *end;

  HWY_INLINE V operator()(const float* p) const {
    if (HWY_LIKELY(p >= begin && end - p >= kN)) return Load(p);
    return part(p);
  }
  HWY_INLINE V one(const float* p) const { return Set(p >= begin && p < end ? *p : 0.0f); }

 private:
  HWY_NOINLINE V part(const float* p) const {
    HWY_ALIGN float lanes[kN] = {};
    const int64_t first = HWY_MAX(begin - p, 0), behind = HWY_MIN(end - p, kN);
    if (first < behind)
      std::memcpy(lanes + first, p + first, static_cast<size_t>(behind - first) * sizeof(float));
    return hn::Load(D(), lanes);
  }
};

template <int kSize, int kStride>
class WindowArgmax {
 public:
  explicit WindowArgmax(const PoolTask& task)
      : task_(task),
        indices_(task.short_indices),
        stream_(streams(task)),
        x_end_(task.x + task.planes * task.in_plane()),
        ow_(task.output.w),
        pad_(task.geometry.columns.pad_begin),
        inner_begin_((pad_ + kStride - 1) / kStride),
        inner_end_(HWY_MIN((task.input.w + pad_ - kSize + kStride) / kStride, ow_)) {}

  // Unit: an output row.
  void run(int64_t begin, int64_t end) {
    const int64_t oh = task_.output.h;
    y_end_ = task_.y + end * ow_;
    int64_t plane = begin / oh, r = begin - plane * oh;
    const float* x = task_.x + plane * task_.in_plane();
    for (int64_t unit = begin; unit < end; r = 0, x += task_.in_plane()) {
      const int64_t behind = HWY_MIN(oh, r + end - unit);
      for (; r + kTogether <= behind; r += kTogether, unit += kTogether) rows<kTogether>(x, r, unit);
      if constexpr (kTogether > 2) {
        for (; r + 2 <= behind; r += 2, unit += 2) rows<2>(x, r, unit);
      }
      for (; r < behind; ++r, ++unit) rows<1>(x, r, unit);
    }
    if (stream_) hwy::FlushStream();
  }

 private:
  static bool streams(const PoolTask& task) {
    const auto aligned = [](const void* p) { return reinterpret_cast<uintptr_t>(p) % 64 == 0; };
    return task.output.w % 16 == 0 && aligned(task.y) && aligned(task.short_indices) &&
           IsBeyondCaches(task.input.elements() + 2 * task.output.elements());
  }

  // Floats of a row that kN windows read.
  static constexpr int64_t kReach = kStride * kN + (kStride == 1 ? kSize - 1 : kSize == 3);

  // Output rows done together, because they share the argmaxes of input rows.
  static constexpr int kTogether = kStride == 1 ? 4 : 2;

  // kRows output rows and the input rows under them.
  template <int kRows>
  struct Block {
    static constexpr int kIn = (kRows - 1) * kStride + kSize;
    const float* x[kIn];
    int32_t position[kIn];  // of the first column
    float* y;
    int32_t* indices;
  };

  template <int kRows>
  HWY_INLINE void rows(const float* plane, int64_t r, int64_t unit) const {
    Block<kRows> block;
    const int64_t start = r * kStride - task_.geometry.rows.pad_begin, last = task_.input.h - 1;
    int64_t position = HWY_MAX(start, 0) * task_.input.w;
    for (int i = 0; i < Block<kRows>::kIn; ++i) {
      block.x[i] = plane + position;
      block.position[i] = static_cast<int32_t>(position);
      if (0 <= start + i && start + i < last) position += task_.input.w;
    }
    block.y = task_.y + unit * ow_;
    block.indices = indices_ + unit * ow_;
    columns(block);
  }

  // Not inlined, so that the block lies in memory and its positions are operands of their additions.
  template <int kRows>
  HWY_NOINLINE void columns(const Block<kRows>& block) const {
    const int64_t ow = ow_;
    int64_t c = 0;
    for (; c + kN <= ow; c += kN) outputs(block, c);
    if (c < ow) outputs(block, HWY_MAX(ow - kN, 0));
  }

  // Outputs c ... c + kN - 1 of each row.
  template <int kRows>
  HWY_INLINE void outputs(const Block<kRows>& block, int64_t c) const {
    const int64_t column = c * kStride - pad_;
    prefetch(block, column);
    const float *lowest = block.x[0] + column, *behind = block.x[Block<kRows>::kIn - 1] + column + kReach;
    if (HWY_UNLIKELY(lowest < task_.x || behind > x_end_)) return careful(block, c);
    if (HWY_LIKELY(inner_begin_ <= c && HWY_MIN(c + kN, ow_) <= inner_end_)) {
      if (HWY_UNLIKELY(inner(block, c))) careful(block, c);
    } else {
      const Inside<kSize> lanes(column, kStride, task_.input.w);
      if (HWY_UNLIKELY(edge<false>(block, c, lanes, LoadAll()))) careful(block, c);
    }
  }

  // The input rows that the next block adds. Left alone, the hardware runs from one of the block's rows on
  // into the next one, which is read already: where the caches end (64 planes of 224x224, 2x2/2), this took
  // 2.2 times as long.
  template <int kRows>
  HWY_INLINE void prefetch(const Block<kRows>& block, int64_t column) const {
    constexpr int kIn = Block<kRows>::kIn, kNew = kRows * kStride;
    for (int i = HWY_MAX(kIn - kNew, 0); i < kIn; ++i) {
      const float* ahead = block.x[i] + kNew * task_.input.w + column;
      for (int64_t j = 0; j < kStride * kN; j += 16) hwy::Prefetch(ahead + j);
    }
  }

  // By the rule in full, wherever the taps are. Not inlined: sharing its loads with the fast way leaves too
  // few registers to that.
  template <int kRows>
  HWY_NOINLINE void careful(const Block<kRows>& block, int64_t c) const {
    edge<true>(block, c, Inside<kSize>(c * kStride - pad_, kStride, task_.input.w),
               LoadInside{task_.x, x_end_});
  }

  template <int kRows>
  HWY_INLINE bool inner(const Block<kRows>& block, int64_t c) const {
    return reduce<false>(block, c, LoadAll(), [](const RowTaps<kSize, kStride>& taps) {
      Argmax argmaxes{taps.tap[0], tap_number(0)};
      for (int j = 1; j < kSize; ++j) argmaxes.challenge_by<false>(taps.tap[j], tap_number(j));
      return argmaxes;
    });
  }

  template <bool kExact, int kRows, class L>
  HWY_INLINE bool edge(const Block<kRows>& block, int64_t c, const Inside<kSize>& lanes,
                       const L& load) const {
    return reduce<kExact>(block, c, load, [&](const RowTaps<kSize, kStride>& taps) {
      Argmax argmaxes{taps.tap[0], tap_number(0)};
      for (int j = 1; j < kSize; ++j) {
        const M wins = lanes.wins(j, Wins<kExact>(taps.tap[j], argmaxes.value));
        argmaxes.replace(wins, taps.tap[j], tap_number(j));
      }
      return argmaxes;
    });
  }

  // Tap j of each window, counted from the first tap of the first one.
  static HWY_INLINE VI tap_number(int j) {
    const DI di;
    return hn::Add(hn::Mul(hn::Iota(di, 0), hn::Set(di, kStride)), hn::Set(di, j));
  }

  // The argmaxes of windows from those of their rows, which row_argmaxes(taps) gives with column numbers
  // counted from the first tap of all. Whether a NaN was seen; then nothing was stored, unless kExact.
  template <bool kExact, int kRows, class L, class F>
  HWY_INLINE bool reduce(const Block<kRows>& block, int64_t c, const L& load, const F& row_argmaxes) const {
    const DI di;
    constexpr int kIn = Block<kRows>::kIn;
    const int64_t column = c * kStride - pad_;
    Argmax argmaxes[kIn];
    V last[kIn];
    M nan = hn::FirstN(D(), 0);
    for (int i = 0; i < kIn; ++i) {
      const RowTaps<kSize, kStride> taps(block.x[i] + column, load);
      nan = hn::Or(nan, taps.nan);
      if constexpr (taps.kLastApart) last[i] = taps.last;
      argmaxes[i] = row_argmaxes(taps);
      argmaxes[i].index = hn::Add(argmaxes[i].index, hn::Set(di, block.position[i]));
    }
    if constexpr (!kExact) {
      if constexpr (RowTaps<kSize, kStride>::kLastApart) {
        for (int i = 0; i < kIn; i += 2) nan = hn::Or(nan, EitherNaN(last[i], last[HWY_MIN(i + 1, kIn - 1)]));
      }
      if (HWY_UNLIKELY(!hn::AllFalse(D(), nan))) return true;
    }
    const VI first = hn::Set(di, static_cast<int32_t>(column));
    for (int row = 0; row < kRows; ++row) {
      Argmax best = argmaxes[row * kStride];
      for (int i = 1; i < kSize; ++i) {
        const Argmax& next = argmaxes[row * kStride + i];
        best.template challenge_by<kExact>(next.value, next.index);
      }
      store(best.value, hn::Add(best.index, first), block.y + row * ow_ + c, block.indices + row * ow_ + c);
    }
    return false;
  }

  HWY_INLINE void store(V value, VI index, float* y, int32_t* indices) const {
    if (stream_) {
      hn::Stream(value, D(), y);
      hn::Stream(index, DI(), indices);
      return;
    }
    // Lanes behind a row are overwritten by the row that follows.
    const int64_t n = HWY_LIKELY(y_end_ - y >= kN) ? kN : HWY_MIN(y_end_ - y, kN);
    StoreUpTo(value, y, n);
    StoreIndices(index, indices, n);
  }

  const PoolTask& task_;
  int32_t* const indices_;
  const bool stream_;  // whole aligned lines, which are stored non-temporally
  const float* const x_end_;
  float* y_end_ = nullptr;
  const int64_t ow_, pad_;
  const int64_t inner_begin_, inner_end_;  // outputs whose taps are all inside the columns
};

template <int kSize, int kStride>
void WindowIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  WindowArgmax<kSize, kStride>(task).run(begin, end);
}

struct NchwWindowArgmax : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsMax(task) && HasSmallPlanes(task) &&
           (IsSquare(task, 2, 2) || IsSquare(task, 2, 1) || IsSquare(task, 3, 2) || IsSquare(task, 3, 1));
  }
  static KernelWork work(const PoolTask& task) {
    const RangeKernel run = IsSquare(task, 2, 2)   ? &WindowIndexRows<2, 2>
                            : IsSquare(task, 2, 1) ? &WindowIndexRows<2, 1>
                            : IsSquare(task, 3, 2) ? &WindowIndexRows<3, 2>
                                                   : &WindowIndexRows<3, 1>;
    return {run, task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
