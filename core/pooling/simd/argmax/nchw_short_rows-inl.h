// Maxima and their positions for 2x2 and 3x3 windows on NCHW planes of rows that a vector holds and at most
// half as many outputs: two output rows make up a vector. AVX-512 only: each tap is one permutation of two
// rows of the input, which need not be in one plane.
//
// A tap outside the plane is replaced by the nearest one inside, with its position: the copy loses to it or
// is the same argmax.
#if defined(POOLGLASS_SIMD_ARGMAX_NCHW_SHORT_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_NCHW_SHORT_ROWS_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_NCHW_SHORT_ROWS_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_NCHW_SHORT_ROWS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
template <int kSize>
class ShortRowArgmax {
 public:
  explicit ShortRowArgmax(const PoolTask& task)
      : task_(task),
        row_(hn::FirstN(D(), static_cast<size_t>(task.input.w))),
        second_(hn::Not(hn::FirstN(DI(), static_cast<size_t>(task.output.w)))) {
    const Axis& axis = task.geometry.columns;
    for (int j = 0; j < kSize; ++j) {
      HWY_ALIGN int32_t column[kN] = {}, lane[kN] = {};
      for (int64_t i = 0; i < 2 * axis.output; ++i) {
        const int64_t tap = i % axis.output * axis.stride - axis.pad_begin + j;
        column[i] = static_cast<int32_t>(HWY_MIN(HWY_MAX(tap, 0), axis.input - 1));
        lane[i] = column[i] + (i < axis.output ? 0 : static_cast<int32_t>(kN));
      }
      column_[j] = hn::Load(DI(), column);
      lane_[j] = hn::Load(DI(), lane);
    }
  }

  // Unit: an output row.
  void run(int64_t begin, int64_t end) const {
    const int64_t oh = task_.output.h, ow = task_.output.w;
    const float* x = task_.x + begin / oh * task_.in_plane();
    float *y = task_.y + begin * ow, *const y_end = task_.y + end * ow;
    int32_t* indices = task_.short_indices + begin * ow;
    const int64_t stride = task_.geometry.rows.stride, top = -task_.geometry.rows.pad_begin;
    const int64_t last_inside = task_.input.h - kSize;
    int64_t r = begin % oh;
    for (int64_t unit = begin; unit < end; unit += 2, y += 2 * ow, indices += 2 * ow) {
      const Rows first{x, top + r * stride};
      if (++r == oh) {
        r = 0;
        x += task_.in_plane();
      }
      const Rows second = unit + 1 < end ? Rows{x, top + r * stride} : first;
      if (++r == oh) {
        r = 0;
        x += task_.in_plane();
      }
      // What is written behind two rows is overwritten by what follows.
      const int64_t left = HWY_MIN(y_end - y, kN);
      const bool inside =
          HWY_MIN(first.start, second.start) >= 0 && HWY_MAX(first.start, second.start) <= last_inside;
      if (HWY_LIKELY(inside) && HWY_LIKELY(!outputs<false>(first, second, y, indices, left))) continue;
      outputs<true>(first, second, y, indices, left);
    }
  }

 private:
  // The rows of the input under an output row.
  struct Rows {
    const float* plane;
    int64_t start;
  };

  // Whether a NaN was seen; then nothing was stored. kExact takes no notice, and rows may be outside.
  template <bool kExact>
  HWY_INLINE bool outputs(const Rows& first, const Rows& second, float* y, int32_t* indices,
                          int64_t left) const {
    const DI di;
    const int64_t w = task_.input.w, height = task_.input.h;
    const auto position = [&](const Rows& rows, int i) HWY_ATTR {
      return (kExact ? HWY_MIN(HWY_MAX(rows.start + i, 0), height - 1) : rows.start + i) * w;
    };
    const auto either = [&](int64_t a, int64_t b) HWY_ATTR {
      return hn::IfThenElse(second_, hn::Set(di, static_cast<int32_t>(b)),
                            hn::Set(di, static_cast<int32_t>(a)));
    };
    M nan = hn::FirstN(D(), 0);
    Argmax best;
    Unroll<kSize>([&](auto i) HWY_ATTR {
      const V a = hn::MaskedLoad(row_, D(), first.plane + position(first, i()));
      const V b = hn::MaskedLoad(row_, D(), second.plane + position(second, i()));
      nan = hn::Or(nan, EitherNaN(a, b));
      const auto tap = [&](int j) HWY_ATTR { return V{_mm512_permutex2var_ps(a.raw, lane_[j].raw, b.raw)}; };
      Argmax row{tap(0), column_[0]};
      Unroll<kSize, 1>([&](auto j) HWY_ATTR { row.template challenge_by<kExact>(tap(j()), column_[j()]); });
      if constexpr (kExact) {
        row.index = hn::Add(row.index, either(position(first, i()), position(second, i())));
      } else if constexpr (i() > 0) {
        row.index = hn::Add(row.index, hn::Set(di, static_cast<int32_t>(i() * w)));
      }
      if constexpr (i() == 0) {
        best = row;
      } else {
        best.template challenge_by<kExact>(row.value, row.index);
      }
    });
    if constexpr (!kExact) {
      if (HWY_UNLIKELY(!hn::AllFalse(D(), nan))) return true;
      best.index = hn::Add(best.index, either(position(first, 0), position(second, 0)));
    }
    StoreUpTo(best.value, y, left);
    StoreIndices(best.index, indices, left);
    return false;
  }

  const PoolTask& task_;
  const M row_;                // an input row
  const hn::Mask<DI> second_;  // and behind the first output row
  VI column_[kSize], lane_[kSize];
};

template <int kSize>
void ShortIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  ShortRowArgmax<kSize>(task).run(begin, end);
}

struct NchwShortRowsArgmax : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    return IsMax(task) && HasSmallPlanes(task) && !p.adaptive_output && p.dilation == Size2{1, 1} &&
           (p.kernel == Size2{2, 2} || p.kernel == Size2{3, 3}) && task.input.w <= kN &&
           2 * task.output.w <= kN;
  }
  static KernelWork work(const PoolTask& task) {
    return {task.params.kernel.h == 2 ? &ShortIndexRows<2> : &ShortIndexRows<3>, task.out_rows(), 0};
  }
};
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
