// Backward passes of 2x2/2 windows without padding, which tile the plane: dx is written once, straight from
// the four taps.
#if defined(POOLGLASS_SIMD_GRADIENT_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_TILES_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_TILES_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_TILES_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/nchw_max-inl.h"
#include "core/pooling/simd/gradient/nhwc_window-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

HWY_INLINE V Quarter(V dy) { return hn::Add(hn::Mul(dy, Set(0.25f)), hn::Zero(D())); }

// Two rows of tiles in NCHW: the first of the windows' positions; gradients; cells, and the number of the
// first.
struct TilesOfRow {
  const PoolTask& task;
  int64_t window;
  const float* dy;
  float *d0, *d1;
  int64_t cell, w;
};

// Rows of at least kN windows: the last vector overlaps the one before it.
template <GradientOf kOf, bool kStream>
HWY_INLINE void TileRow(const TilesOfRow& row, int64_t ow) {
  static_assert(kOf != GradientOf::kMaximum, "nchw-window-max-gradient is as fast");
  const auto store = [](V v, float* p) HWY_ATTR {
    if constexpr (kStream) {
      hn::Stream(v, D(), p);
    } else {
      Store(v, p);
    }
  };
  const auto step = [&](int64_t i) HWY_ATTR {
    TapGradients<2> taps;
    if constexpr (kOf == GradientOf::kAverage) {
      taps = TapGradients<2>::all(Quarter(Load(row.dy + i)));
    } else {
      const VI lanes = hn::Iota(DI(), 0), at = LoadPositions(row.task, row.window + i, kN);
      const VI first = hn::Add(hn::Add(lanes, lanes), hn::Set(DI(), static_cast<int32_t>(row.cell + 2 * i)));
      taps = FindTaps<2>(hn::Sub(at, first), 0, row.w, hn::Add(Load(row.dy + i), hn::Zero(D())));
    }
    V low, high;
    Interleave(taps.at[0][0], taps.at[0][1], low, high);
    store(low, row.d0 + 2 * i);
    store(high, row.d0 + 2 * i + kN);
    Interleave(taps.at[1][0], taps.at[1][1], low, high);
    store(low, row.d1 + 2 * i);
    store(high, row.d1 + 2 * i + kN);
  };
  int64_t i = 0;
  for (; i + kN <= ow; i += kN) step(i);
  if (i < ow) step(ow - kN);
}

// Unit: an output row, with its two rows of dx; the last one of a plane also clears what no window reads.
template <GradientOf kOf>
void TileRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t h = task.input.h, w = task.input.w, oh = task.output.h, ow = task.output.w;
  const bool stream = w % 32 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0 &&
                      IsBeyondCaches(task.input.elements() + task.output.elements());
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t r = unit % oh, at = unit / oh * task.in_plane() + 2 * r * w;
    float* dx = task.y + at;
    const TilesOfRow row{task, unit * ow, task.dy + unit * ow, dx, dx + w, 2 * r * w, w};
    if (stream) {
      TileRow<kOf, true>(row, ow);
    } else {
      TileRow<kOf, false>(row, ow);
    }
    if (2 * ow < w) dx[w - 1] = dx[2 * w - 1] = 0;
    if (r == oh - 1) std::fill_n(dx + 2 * w, (h - 2 * oh) * w, 0.0f);
  }
  if (stream) hwy::FlushStream();
}

// The same in NHWC.
template <GradientOf kOf>
class PixelTiles {
 public:
  explicit PixelTiles(const PoolTask& task) : task_(task), row_(task.in_row()), pixel_(task.pixel) {
    stream_ = pixel_ % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0 &&
              IsBeyondCaches((kMax ? 2 : 1) * task.input.elements() + task.output.elements());
  }

  static constexpr bool kMax = kOf == GradientOf::kMaximum;

  bool stream() const { return stream_; }

  // A window: its first tap (kMaximum), place among all, gradient and cells; the first one's number.
  struct Window {
    const float* x;
    int64_t place;
    const float* dy;
    float* dx;
    int64_t cell, w;
  };

  // All its channels.
  HWY_INLINE void window(const Window& window) const {
    int64_t i = 0;
    if (stream_) {
      for (; i < pixel_; i += kN) lanes(window, i, StreamLanes());
      return;
    }
    for (; i + kN <= pixel_; i += kN) lanes(window, i, AllLanes());
    if (i == pixel_) return;
    if (pixel_ >= kN) {
      lanes(window, pixel_ - kN, AllLanes());  // overlaps the vector before
    } else {
      lanes(window, 0, FirstLanes{pixel_});
    }
  }

 private:
  template <class Lanes>
  HWY_INLINE void lanes(const Window& window, int64_t channel, const Lanes& lanes) const {
    const float* dy = window.dy + channel;
    float* dx = window.dx + channel;
    TapGradients<2> taps;
    if constexpr (kOf == GradientOf::kPositions) {
      taps = FindTaps<2>(LoadPositions(task_, window.place + channel, lanes.count()), window.cell, window.w,
                         hn::Add(lanes.load(dy), hn::Zero(D())));
    } else if constexpr (kMax) {
      const float* x = window.x + channel;
      const V v[2][2] = {{lanes.load(x), lanes.load(x + pixel_)},
                         {lanes.load(x + row_), lanes.load(x + row_ + pixel_)}};
      const auto tap = [&](int i, int j) HWY_ATTR { return v[i][j]; };
      const V gradient = hn::Add(lanes.load(dy), hn::Zero(D()));
      const M nan = hn::Or(EitherNaN(v[0][0], v[0][1]), EitherNaN(v[1][0], v[1][1]));
      if (HWY_LIKELY(hn::AllFalse(D(), nan))) {
        taps = Route<2, false>(tap, AllInside(), AllInside(), gradient);
      } else {
        taps = Route<2, true>(tap, AllInside(), AllInside(), gradient);
      }
    } else {
      taps = TapGradients<2>::all(Quarter(lanes.load(dy)));
    }
    lanes.store(taps.at[0][0], dx);
    lanes.store(taps.at[0][1], dx + pixel_);
    lanes.store(taps.at[1][0], dx + row_);
    lanes.store(taps.at[1][1], dx + row_ + pixel_);
  }

  const PoolTask& task_;
  const int64_t row_, pixel_;
  bool stream_;
};

template <GradientOf kOf>
void TilePixels(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  using Tiles = PixelTiles<kOf>;
  const int64_t row = task.in_row(), pixel = task.pixel, w = task.input.w, oh = task.output.h,
                ow = task.output.w;
  const Tiles tiles(task);
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t r = unit % oh, at = unit / oh * task.in_plane() + 2 * r * row, windows = unit * ow * pixel;
    float* d0 = task.y + at;
    typename Tiles::Window window{
        Tiles::kMax ? task.x + at : nullptr, windows, task.dy + windows, d0, 2 * r * w, w};
    for (int64_t c = 0; c < ow; ++c) {
      tiles.window(window);
      if (Tiles::kMax) window.x += 2 * pixel;
      window.place += pixel;
      window.dy += pixel;
      window.dx += 2 * pixel;
      window.cell += 2;
    }
    if (2 * ow < w) {
      std::fill_n(d0 + 2 * ow * pixel, pixel, 0.0f);
      std::fill_n(d0 + row + 2 * ow * pixel, pixel, 0.0f);
    }
    if (r == oh - 1) std::fill_n(d0 + 2 * row, (task.input.h - 2 * oh) * row, 0.0f);
  }
  if (tiles.stream()) hwy::FlushStream();
}

template <GradientOf kOf>
struct NchwTileGradient : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsTwoByTwo(task) && IsGradientOf<kOf>(task) && task.output.w >= kN;
  }
  static KernelWork work(const PoolTask& task) { return {&TileRows<kOf>, task.out_rows(), 0}; }
};

template <GradientOf kOf>
struct NhwcTileGradient : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsTwoByTwo(task) && IsGradientOf<kOf>(task); }
  static KernelWork work(const PoolTask& task) { return {&TilePixels<kOf>, task.out_rows(), 0}; }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
