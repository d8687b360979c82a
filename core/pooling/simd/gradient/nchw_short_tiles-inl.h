// Backward passes of 2x2/2 windows without padding whose rows are at most half a vector, in NCHW, of
// maxima from kept positions and of averages: as many rows of windows as fit in a vector are routed at once,
// and each row of dx is permuted out of them. AVX-512 only: others lack permutations of two vectors.
#if defined(POOLGLASS_SIMD_GRADIENT_NCHW_SHORT_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NCHW_SHORT_TILES_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NCHW_SHORT_TILES_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NCHW_SHORT_TILES_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/tiles-inl.h"

#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <GradientOf kOf>
class ShortTiles {
 public:
  ShortTiles(const PoolTask& task, float* scratch)
      : task_(task),
        w_(task.input.w),
        oh_(task.output.h),
        ow_(task.output.w),
        starts_(reinterpret_cast<int32_t*>(scratch)) {
    if constexpr (kOf == GradientOf::kPositions) {
      for (int64_t r = 0; r < oh_; ++r)
        for (int64_t lane = 0; lane < kN; ++lane)
          starts_[r * kN + lane] = static_cast<int32_t>(2 * ((r + lane / ow_) % oh_ * w_ + lane % ow_));
    }
  }

  static int64_t scratch(const PoolTask& task) {
    return kOf == GradientOf::kPositions ? task.output.h * kN : 0;
  }

  // Unit: an output row, with its two rows of dx; the last one of a plane also clears what no window reads.
  void run(int64_t begin, int64_t end) const {
    const DI di;
    const int64_t together = kN / ow_, left_over = (task_.input.h - 2 * oh_) * w_, w = w_, ow = ow_;
    const M row = hn::FirstN(D(), static_cast<size_t>(HWY_MIN(w, kN)));
    const M pairs = hn::FirstN(D(), static_cast<size_t>(2 * ow));
    const VI lane = hn::Iota(di, 0), tile = hn::ShiftRight<1>(lane), odd = hn::And(lane, hn::Set(di, 1));
    // Lane numbers of two vectors side by side.
    const VI first = hn::Add(tile, hn::Mul(odd, hn::Set(di, kN)));
    const VI next = hn::Set(di, static_cast<int32_t>(ow));
    int64_t r = begin % oh_;
    float* dx = task_.y + begin / oh_ * task_.in_plane() + 2 * r * w;
    for (int64_t unit = begin; unit < end;) {
      const int64_t rows = HWY_MIN(together, end - unit), at = unit * ow;
      TapGradients<2> taps;
      const V dy = rows * ow == kN ? Load(task_.dy + at) : LoadFirst(task_.dy + at, rows * ow, Set(0));
      if constexpr (kOf == GradientOf::kPositions) {
        const VI positions = LoadPositions(task_, at, rows * ow);
        taps =
            FindTaps<2>(hn::Sub(positions, hn::Load(di, starts_ + r * kN)), 0, w, hn::Add(dy, hn::Zero(D())));
      } else {
        taps = TapGradients<2>::all(Quarter(dy));
      }
      VI lanes = first;
      for (int64_t k = 0; k < rows; ++k, lanes = hn::Add(lanes, next)) {
        for (int i = 0; i < 2; ++i, dx += w) {
          const __m512 cells =
              _mm512_maskz_permutex2var_ps(pairs.raw, taps.at[i][0].raw, lanes.raw, taps.at[i][1].raw);
          hn::BlendedStore(V{cells}, row, D(), dx);
          if (w > kN) dx[kN] = 0;
        }
        if (++r == oh_) {
          r = 0;
          std::fill_n(dx, left_over, 0.0f);
          dx += left_over;
        }
      }
      unit += rows;
    }
  }

 private:
  const PoolTask& task_;
  const int64_t w_, oh_, ow_;
  int32_t* const starts_;  // first cells of the windows in a vector that begins with row r, for each
};

template <GradientOf kOf>
void ShortTileRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  ShortTiles<kOf>(task, scratch).run(begin, end);
}

template <GradientOf kOf>
struct NchwShortTileGradient {
  static bool can(const PoolTask& task) {
    return IsTwoByTwo(task) && IsGradientOf<kOf>(task) && task.output.w <= kN / 2;
  }
  // Positions are found from tables, made for each call: `gradient-from-indices` wins on few planes
  // (16x14x14 1.3 times, one 8x8 7 times) and on narrow ones (256x9x9 1.4).
  static bool expected_to_win(const PoolTask& task) {
    return kOf == GradientOf::kAverage || (task.output.w >= 5 && task.planes >= 64);
  }
  static KernelWork work(const PoolTask& task) {
    return {&ShortTileRows<kOf>, task.out_rows(), ShortTiles<kOf>::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif  // POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3

#endif
