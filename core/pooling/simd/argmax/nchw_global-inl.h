// Maxima of whole planes and their positions, in NCHW: the maximum of one stretch after the other, then the
// first of its equals in the first stretch that holds one. Each float is read once, those of a stretch at
// most twice. Of several NaNs the last one wins: then the plane is searched from its end.
#if defined(POOLGLASS_SIMD_ARGMAX_NCHW_GLOBAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_NCHW_GLOBAL_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_NCHW_GLOBAL_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_NCHW_GLOBAL_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The position of the maximum of n floats.
HWY_INLINE int64_t ArgmaxOf(const float* x, int64_t n) {
  const D d;
  constexpr int64_t kStretch = 2048;  // half of the first cache
  V best = Maximum::identity();
  M nan = hn::FirstN(d, 0);
  int64_t argmax = 0;  // where the best stretch begins
  for (int64_t begin = 0; begin < n; begin += kStretch) {
    const int64_t end = HWY_MIN(begin + kStretch, n);
    V most[4] = {Maximum::identity(), Maximum::identity(), Maximum::identity(), Maximum::identity()};
    int64_t i = begin;
    for (; i + 4 * kN <= end; i += 4 * kN) {
      V v[4];
      Unroll<4>([&](auto k) POOLGLASS_INLINE_LAMBDA {
        v[k] = InRegister(Load(x + i + k * kN));
        most[k] = MaxOrdered(most[k], v[k]);
      });
      nan = hn::Or(nan, hn::Or(EitherNaN(v[0], v[1]), EitherNaN(v[2], v[3])));
    }
    for (; i < end; i += kN) {
      const V v = end - i >= kN ? Load(x + i) : LoadFirst(x + i, end - i, Maximum::identity());
      nan = hn::Or(nan, hn::IsNaN(v));
      most[0] = MaxOrdered(most[0], v);
    }
    const V all = MaxOrdered(MaxOrdered(most[0], most[1]), MaxOrdered(most[2], most[3]));
    if (n <= kStretch) {
      best = all;
    } else if (!hn::AllFalse(d, hn::Gt(all, best))) {
      best = all;
      argmax = begin;
    }
    best = hn::MaxOfLanes(d, best);
  }
  if (HWY_UNLIKELY(!hn::AllFalse(d, nan))) {
    for (argmax = n - 1; x[argmax] == x[argmax];) --argmax;
    return argmax;
  }
  for (;; argmax += kN) {
    const V v = n - argmax >= kN ? Load(x + argmax) : LoadFirst(x + argmax, n - argmax, best);
    const intptr_t lane = hn::FindFirstTrue(d, hn::Eq(v, best));
    if (lane >= 0) return argmax + lane;
  }
}

// Unit: a plane.
inline void GlobalIndexPlanes(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t n = task.in_plane();
  for (int64_t plane = begin; plane < end; ++plane) {
    const float* x = task.x + plane * n;
    const int64_t argmax = ArgmaxOf(x, n);
    task.y[plane] = x[argmax];
    task.short_indices[plane] = static_cast<int32_t>(argmax);
  }
}

struct NchwGlobalArgmax : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return IsMax(task) && HasSmallPlanes(task) && task.output.h * task.output.w == 1 &&
           task.rows[0].count == task.input.h && task.columns[0].count == task.input.w;
  }
  static KernelWork work(const PoolTask& task) { return {&GlobalIndexPlanes, task.out_rows(), 0}; }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
