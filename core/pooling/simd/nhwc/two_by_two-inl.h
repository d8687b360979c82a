// 2x2 windows with stride 2 and no padding in NHWC: in memory order, a vector of channels of a window at a
// time, or of several windows where pixels are shorter than that: their taps are sorted by a table then.
//
// Max goes along the rows first, which is row-major order, so ties need no care.
#if defined(POOLGLASS_SIMD_NHWC_TWO_BY_TWO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NHWC_TWO_BY_TWO_INL_H_
#undef POOLGLASS_SIMD_NHWC_TWO_BY_TWO_INL_H_
#else
#define POOLGLASS_SIMD_NHWC_TWO_BY_TWO_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"
#include "core/pooling/simd/nchw/two_by_two-inl.h"
#include "core/pooling/simd/nhwc/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Pixels of at least a vector; the last vector of one overlaps the vector before it.
template <class Op, bool kStream>
HWY_INLINE void LongPixels(const float* x, int64_t row, int64_t pixel, int64_t n, float* y) {
  constexpr int64_t kAhead = 2048;  // floats
  for (int64_t c = 0; c < n; ++c, x += 2 * pixel, y += pixel) {
    const float *const right = x + pixel, *const below = x + row, *const last = below + pixel;
    const auto step = [&](int64_t i) HWY_ATTR {
      const V v = FourTaps<Op>(Load(x + i), Load(right + i), Load(below + i), Load(last + i));
      if constexpr (kStream) {
        // The two columns read side by side hide the order in memory from the hardware's prefetching, once
        // they are further apart than its lines: 512x28x28x16 went from 1.43 times a copy to 0.97.
        if (pixel >= 128) {
          for (const float* p : {x, below}) {
            hwy::Prefetch(p + 2 * i + kAhead);
            hwy::Prefetch(p + 2 * i + kAhead + kN);
          }
        }
        hn::Stream(v, D(), y + i);
      } else {
        Store(v, y + i);
      }
    };
    int64_t i = 0;
    for (; i + kN <= pixel; i += kN) step(i);
    if (i < pixel) step(pixel - kN);
  }
}

// Lanes of two vectors side by side, by number.
class TwoVectorTable {
 public:
  explicit TwoVectorTable(const int32_t (&lanes)[kN])
      : lanes_(hn::SetTableIndices(D(), within(lanes).lanes)), numbers_(hn::LoadU(DI(), lanes)) {}

  HWY_INLINE V operator()(V low, V high) const {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    return V{_mm512_permutex2var_ps(low.raw, numbers_.raw, high.raw)};
#else
    const M in_high = hn::RebindMask(D(), hn::Gt(numbers_, hn::Set(DI(), static_cast<int32_t>(kN) - 1)));
    return hn::IfThenElse(in_high, hn::TableLookupLanes(high, lanes_), hn::TableLookupLanes(low, lanes_));
#endif
  }

 private:
  struct Lanes {
    int32_t lanes[kN];
  };
  static Lanes within(const int32_t (&lanes)[kN]) {
    Lanes result;
    for (int64_t i = 0; i < kN; ++i) result.lanes[i] = lanes[i] % static_cast<int32_t>(kN);
    return result;
  }

  decltype(hn::IndicesFromVec(D(), hn::Zero(DI()))) lanes_;
  hn::Vec<DI> numbers_;
};

// Pixels of less than a vector: whole vectors are read, and written as far as this range of rows goes; what
// is written behind the results is overwritten by those that follow.
template <class Op>
class ShortPixels {
 public:
  ShortPixels(const PoolTask& task, int64_t end)
      : task_(task),
        pixel_(task.pixel),
        together_(kN / task.pixel),
        x_end_(task.x + task.planes * task.in_plane()),
        y_end_(task.y + end * task.out_row()) {}

  void run(int64_t begin, int64_t end) const {
    HWY_ALIGN int32_t left[kN], right[kN];
    for (int64_t i = 0; i < kN; ++i) {
      const int64_t from = HWY_MIN(i / pixel_, together_ - 1) * 2 * pixel_ + i % pixel_;
      left[i] = static_cast<int32_t>(from);
      right[i] = static_cast<int32_t>(from + pixel_);
    }
    const TwoVectorTable left_of(left), right_of(right);
    const int64_t oh = task_.output.h, row = task_.in_row();
    for (int64_t unit = begin; unit < end; ++unit) {
      const float* x = task_.x + unit / oh * task_.in_plane() + unit % oh * 2 * row;
      float* y = task_.y + unit * task_.out_row();
      if (together_ == 1) {
        one_by_one(x, y);
      } else {
        several(x, left_of, right_of, y);
      }
    }
  }

 private:
  void one_by_one(const float* x, float* y) const {
    const int64_t row = task_.in_row();
    for (int64_t c = 0; c < task_.output.w; ++c, x += 2 * pixel_, y += pixel_) {
      const float* below = x + row;
      if (HWY_LIKELY(x_end_ - below >= pixel_ + kN && y_end_ - y >= kN)) {
        Store(FourTaps<Op>(Load(x), Load(x + pixel_), Load(below), Load(below + pixel_)), y);
      } else {
        StoreFirst(FourTaps<Op>(load(x), load(x + pixel_), load(below), load(below + pixel_)), y, pixel_);
      }
    }
  }

  void several(const float* x, const TwoVectorTable& left, const TwoVectorTable& right, float* y) const {
    const TwoVectorTable left_of = left, right_of = right;
    const int64_t n = task_.output.w, together = together_, step = together * pixel_, row = task_.in_row();
    const auto result = [&](const auto& load) POOLGLASS_INLINE_LAMBDA {
      const float* below = x + row;
      const V a0 = load(x), a1 = load(x + kN), b0 = load(below), b1 = load(below + kN);
      return FourTaps<Op>(left_of(a0, a1), right_of(a0, a1), left_of(b0, b1), right_of(b0, b1));
    };
    const int64_t steps = (n + together - 1) / together;
    const bool whole = x_end_ - x >= row + steps * 2 * step + 2 * kN && y_end_ - y >= steps * step + kN;
    for (int64_t c = 0; c < n; c += together, x += 2 * step, y += step) {
      if (HWY_LIKELY(whole)) {
        Store(result([](const float* p) POOLGLASS_INLINE_LAMBDA { return Load(p); }), y);
      } else {
        const V v = result([&](const float* p) POOLGLASS_INLINE_LAMBDA { return load(p); });
        StoreFirst(v, y, HWY_MIN(n - c, together) * pixel_);
      }
    }
  }

  // A vector, as far as the input goes.
  HWY_INLINE V load(const float* p) const {
    if (x_end_ - p >= kN) return Load(p);
    const V zero = hn::Zero(D());
    return p < x_end_ ? LoadFirst(p, x_end_ - p, zero) : zero;
  }

  const PoolTask& task_;
  const int64_t pixel_, together_;  // pixels a vector holds
  const float *const x_end_, *const y_end_;
};

template <class Op>
void TwoByTwoPixels(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t pixel = task.pixel, row = task.in_row(), oh = task.output.h, ow = task.output.w;
  if (pixel < kN) return ShortPixels<Op>(task, end).run(begin, end);
  const bool stream = CanStreamPixels(task);
  int64_t r = begin % oh;
  const float* x = task.x + begin / oh * task.in_plane() + 2 * r * row;
  float* y = task.y + begin * task.out_row();
  for (int64_t unit = begin; unit < end; ++unit, y += task.out_row()) {
    if (stream) {
      LongPixels<Op, true>(x, row, pixel, ow, y);
    } else {
      LongPixels<Op, false>(x, row, pixel, ow, y);
    }
    x += 2 * row;
    if (++r == oh) {
      r = 0;
      x += (task.input.h - 2 * oh) * row;
    }
  }
  if (stream) hwy::FlushStream();
}

struct NhwcTwoByTwo : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsTwoByTwo(task); }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &TwoByTwoPixels<Maximum> : &TwoByTwoPixels<Sum>, task.out_rows(), 0};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
