// The gradient of 2x2/2 maxima in NCHW from the positions that the forward pass has kept: x is not read.
// Windows tile the plane, so each cell of dx compares its number with one position.
#if defined(POOLGLASS_SIMD_INDEX_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_INDEX_TILES_INL_H_
#undef POOLGLASS_SIMD_INDEX_TILES_INL_H_
#else
#define POOLGLASS_SIMD_INDEX_TILES_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/winners-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Rows of at least kN windows. Unit: an output row, with its two rows of dx.
class IndexTiles {
 public:
  explicit IndexTiles(const PoolTask& task)
      : task_(task),
        w_(task.input.w),
        ow_(task.output.w),
        stream_(task.stream && w_ % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0) {}

  void run(int64_t begin, int64_t end) const {
    const int64_t h = task_.input.h, oh = task_.output.h;
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t r = unit % oh;
      float* dx = task_.y + unit / oh * task_.in_plane() + 2 * r * w_;
      const int32_t* positions = task_.short_positions + unit * ow_;
      if (stream_) {
        row<true>(positions, task_.dy + unit * ow_, 2 * r * w_, dx);
      } else {
        row<false>(positions, task_.dy + unit * ow_, 2 * r * w_, dx);
      }
      // What no window reads.
      if (2 * ow_ < w_) dx[w_ - 1] = dx[2 * w_ - 1] = 0;
      if (r == oh - 1) std::fill_n(dx + 2 * w_, (h - 2 * oh) * w_, 0.0f);
    }
    if (stream_) hwy::FlushStream();
  }

 private:
  // The tiles that begin with cell `first` of the plane; the last vector overlaps the one before it.
  template <bool kStream>
  HWY_INLINE void row(const int32_t* positions, const float* dy, int64_t first, float* dx) const {
    const DI di;
    const VI twice = hn::Add(hn::Iota(di, 0), hn::Iota(di, 0)), one = hn::Set(di, 1);
    const VI below = hn::Set(di, static_cast<int32_t>(w_));
    const auto store = [](V v, float* p) HWY_ATTR {
      if constexpr (kStream) {
        hn::Stream(v, D(), p);
      } else {
        Store(v, p);
      }
    };
    const auto step = [&](int64_t i) HWY_ATTR {
      const VI at = hn::LoadU(di, positions + i);
      const V gradient = hn::Add(Load(dy + i), hn::Zero(D()));
      const auto share = [&](VI cell) HWY_ATTR {
        return hn::IfThenElseZero(hn::RebindMask(D(), hn::Eq(at, cell)), gradient);
      };
      const VI cell = hn::Add(twice, hn::Set(di, static_cast<int32_t>(first + 2 * i)));
      V low, high;
      Interleave(share(cell), share(hn::Add(cell, one)), low, high);
      store(low, dx + 2 * i);
      store(high, dx + 2 * i + kN);
      const VI cell_below = hn::Add(cell, below);
      Interleave(share(cell_below), share(hn::Add(cell_below, one)), low, high);
      store(low, dx + w_ + 2 * i);
      store(high, dx + w_ + 2 * i + kN);
    };
    int64_t i = 0;
    for (; i + kN <= ow_; i += kN) step(i);
    if (i < ow_) step(ow_ - kN);
  }

  const PoolTask& task_;
  const int64_t w_, ow_;
  const bool stream_;
};

void IndexTileRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  IndexTiles(task).run(begin, end);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
