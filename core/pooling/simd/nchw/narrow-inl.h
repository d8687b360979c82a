// Small square windows on NCHW planes narrower than a vector: the rows under an output row are reduced in a
// register, and the windows' columns are picked out of it by tables of lanes, so that any stride, padding and
// dilation will do. Nothing is stored but results.
//
// A maximum reduced columns first is the row-major one unless there is a NaN or a -0; such planes are done
// again by the definition. What is looked at includes what stands behind a row: at worst a plane is done
// again in vain.
#if defined(POOLGLASS_SIMD_NCHW_NARROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_NARROW_INL_H_
#undef POOLGLASS_SIMD_NCHW_NARROW_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_NARROW_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <class Op, int kSize>
class NarrowKernel {
 public:
  explicit NarrowKernel(const PoolTask& task) : task_(task), end_(task.x + task.planes * task.in_plane()) {
    const Axis& columns = task.geometry.columns;
    for (int j = 0; j < kSize; ++j) {
      for (int64_t i = 0; i < kN; ++i) {
        const bool exists = i < columns.output;
        const int64_t column = exists ? i * columns.stride - columns.pad_begin + j * columns.dilation : -1;
        const bool inside = 0 <= column && column < columns.input;
        lanes_[j][i] = static_cast<int32_t>(inside ? column : columns.input);  // the lane behind the row
      }
    }
  }

  // Unit: a plane.
  void run(int64_t begin, int64_t end) const {
    for (int64_t p = begin; p < end; ++p) {
      const float* x = task_.x + p * task_.in_plane();
      float* y = task_.y + p * task_.out_plane();
      if (HWY_UNLIKELY(plane(x, y))) {
        for (int64_t r = 0; r < task_.output.h; ++r) {
          reference_max_row(task_.geometry, r, 1, x, y + r * task_.output.w, nullptr);
        }
      }
    }
  }

 private:
  using Lanes = decltype(hn::IndicesFromVec(D(), hn::Zero(DI())));

  // Whether its order matters.
  bool plane(const float* x, float* y) const {
    const int64_t h = task_.input.h, w = task_.input.w, n = task_.output.w, rows = task_.output.h;
    const Axis& axis = task_.geometry.rows;
    const int64_t step = axis.dilation, reach = (kSize - 1) * step, stride = axis.stride;
    const float* const outside = task_.identity_row.data();
    const bool whole = end_ - x >= task_.in_plane() + kN;  // a vector may be read from any row
    const M inside = hn::FirstN(D(), static_cast<size_t>(w));
    Lanes lanes[kSize];
    for (int j = 0; j < kSize; ++j) lanes[j] = hn::SetTableIndices(D(), lanes_[j]);
    const float* const row_divisors = task_.row_divisor.data();
    const V column_divisors = Load(task_.column_divisor.data());
    float row_divisor = row_divisors[0];
    Divider average(hn::Mul(Set(row_divisor), column_divisors));
    NanOrNegativeZero nan_or_negative_zero;
    int64_t start = -axis.pad_begin;
    for (int64_t r = 0; r < rows; ++r, y += n, start += stride) {
      V taps[kSize];
      if (HWY_LIKELY(whole && start >= 0 && start + reach < h)) {
        for (int i = 0; i < kSize; ++i) taps[i] = Load(x + (start + i * step) * w);
      } else {
        for (int i = 0; i < kSize; ++i) {
          const int64_t row = start + i * step;
          const float* from = 0 <= row && row < h ? x + row * w : outside;
          taps[i] = whole ? Load(from) : LoadFirst(from, w, Op::identity());
        }
      }
      V reduced = WindowOf<Op, kSize>([&](int64_t i) HWY_ATTR { return taps[i]; });
      reduced = hn::IfThenElse(inside, reduced, Op::identity());
      if constexpr (Op::kIsMax) {
        for (int i = 0; i + 1 < kSize; i += 2) nan_or_negative_zero.look_for_nan(taps[i], taps[i + 1]);
        if constexpr (kSize % 2 == 1) nan_or_negative_zero.look_for_nan(taps[kSize - 1], taps[kSize - 1]);
        nan_or_negative_zero.look_for_zero(reduced);
      }
      V v = WindowOf<Op, kSize>([&](int64_t j) HWY_ATTR { return hn::TableLookupLanes(reduced, lanes[j]); });
      if constexpr (!Op::kIsMax) {
        if (row_divisors[r] != row_divisor) {  // neighbouring rows mostly share it
          row_divisor = row_divisors[r];
          average = Divider(hn::Mul(Set(row_divisor), column_divisors));
        }
        v = average(hn::Add(v, hn::Zero(D())));
      }
      StoreFirst(v, y, n);
    }
    return Op::kIsMax && nan_or_negative_zero.any();
  }

  const PoolTask& task_;
  const float* const end_;
  HWY_ALIGN int32_t lanes_[kSize][kN];
};

template <class Op, int kSize>
void NarrowPlanes(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  NarrowKernel<Op, kSize>(task).run(begin, end);
}

struct NchwNarrowPlanes : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    const int64_t size = p.kernel.h;
    return !p.adaptive_output && size == p.kernel.w && (size == 2 || size == 3 || size == 5) &&
           task.input.w < kN && task.output.w <= kN && task.in_plane() >= kN;
  }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      using Op = decltype(op);
      const int64_t size = task.params.kernel.h;
      return {size == 2   ? &NarrowPlanes<Op, 2>
              : size == 3 ? &NarrowPlanes<Op, 3>
                          : &NarrowPlanes<Op, 5>,
              task.planes, 0};
    });
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
