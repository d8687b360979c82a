// 3x3 windows with stride 2 and up to one cell of padding on the left, on NCHW planes narrower than a vector:
// a row of results takes at most half of one, so two rows are done together. Splitting the columns of both
// into even and odd ones brings each row's into a half of its own.
//
// Max joins columns first, which is not row-major order. The two orders differ only where there is a NaN or a
// -0; such planes are done again by the definition.
#if defined(POOLGLASS_SIMD_THREE_BY_THREE_SHORT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_THREE_BY_THREE_SHORT_INL_H_
#undef POOLGLASS_SIMD_THREE_BY_THREE_SHORT_INL_H_
#else
#define POOLGLASS_SIMD_THREE_BY_THREE_SHORT_INL_H_
#endif

#include <algorithm>
#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/three_by_three-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Averages of two rows of sums, a half of the vector each. Pairs of rows mostly share their divisors.
class HalvesAverage {
 public:
  HWY_INLINE explicit HalvesAverage(const PoolTask& task) : task_(task) {
    std::fill_n(columns_, kN, 1.0f);
    std::copy_n(task.column_divisor.data(), task.output.w, columns_);
    std::copy_n(task.column_divisor.data(), task.output.w, columns_ + kN / 2);
  }

  HWY_INLINE void find_rows(int64_t low, int64_t high) {
    const float a = task_.row_divisor[static_cast<size_t>(low)],
                b = task_.row_divisor[static_cast<size_t>(high)];
    // Those of the first and of the last rows differ; planes are many.
    for (now_ = 0; now_ < kKept; ++now_) {
      if (a == low_[now_] && b == high_[now_]) return;
    }
    now_ = next_;
    next_ = (next_ + 1) % kKept;
    low_[now_] = a;
    high_[now_] = b;
    const M first_half = hn::FirstN(D(), kN / 2);
    average_[now_] = Divider(hn::Mul(hn::IfThenElse(first_half, Set(a), Set(b)), hn::Load(D(), columns_)));
  }
  HWY_INLINE V operator()(V sum) const { return average_[now_](sum); }

 private:
  static constexpr int kKept = 3;

  const PoolTask& task_;
  HWY_ALIGN float columns_[kN];
  float low_[kKept] = {}, high_[kKept] = {};
  Divider average_[kKept];
  int now_ = 0, next_ = 0;
};

struct HalvesMaximum {
  HWY_INLINE explicit HalvesMaximum(const PoolTask& /*task*/) {}
  HWY_INLINE void find_rows(int64_t /*low*/, int64_t /*high*/) {}
  HWY_INLINE V operator()(V v) const { return v; }
};

template <class Op, int kPad>
class ThreeByThreeShort {
 public:
  // Unit: a plane.
  static void Run(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
    const int64_t in_plane = task.in_plane(), out_plane = task.out_plane();
    float* y = task.y + begin * out_plane;
    const float* const y_end = task.y + end * out_plane;
    Input input(task);
    Result result(task);
    for (int64_t p = begin; p < end; ++p, y += out_plane) {
      const float* x = task.x + p * in_plane;
      if (HWY_UNLIKELY(Plane(task, x, input, result, y, y_end))) {
        RowsByDefinition<Op>(task, x, 0, task.output.h, y);
      }
    }
  }

 private:
  using Result = std::conditional_t<Op::kIsMax, HalvesMaximum, HalvesAverage>;

  struct Input {
    explicit Input(const PoolTask& task)
        : outside(task.identity_row.data()),
          height(task.input.h),
          width(task.input.w),
          inside(hn::FirstN(D(), static_cast<size_t>(width))) {}

    const float* row(const float* plane, int64_t r) const {
      return 0 <= r && r < height ? plane + r * width : outside;
    }
    // Lanes behind the row are anything.
    HWY_INLINE V load(const float* from) const {
#if POOLGLASS_MASKED_MEMORY
      return hn::MaskedLoad(inside, D(), from);
#else
      return LoadFirst(from, width, hn::Zero(D()));
#endif
    }
    HWY_INLINE V columns(V v) const { return hn::IfThenElse(inside, v, Op::identity()); }

    const float* outside;
    int64_t height, width;
    M inside;
  };

  // Whether its order matters.
  static HWY_INLINE bool Plane(const PoolTask& task, const float* x, const Input& input, Result& result,
                               float* y, const float* y_end) {
    const int64_t oh = task.output.h, n = task.output.w, w = input.width;
    SpecialValues special;
    int64_t start = -task.geometry.rows.pad_begin;
    V top = input.load(input.row(x, start));
    if constexpr (Op::kIsMax) special.look_for_nan(top, top);
    for (int64_t r = 0; r < oh; r += 2, start += 4, y += 2 * n) {
      const bool two = r + 1 < oh;
      V v1, v2, v3, v4;
      if (HWY_LIKELY(start >= 0 && start + 4 < input.height)) {
        const float *from = x + (start + 1) * w, *next = from + 2 * w;
        v1 = input.load(from);
        v2 = input.load(from + w);
        v3 = input.load(next);
        v4 = input.load(next + w);
      } else {
        v1 = input.load(input.row(x, start + 1));
        v2 = input.load(input.row(x, start + 2));
        v3 = input.load(input.row(x, start + 3));
        v4 = input.load(input.row(x, start + 4));
      }
      const V low = input.columns(Join3<Op>(top, v1, v2)), high = input.columns(Join3<Op>(v2, v3, v4));
      top = v4;
      if constexpr (Op::kIsMax) {
        special.look_for_nan(v1, v2);
        special.look_for_nan(v3, v4);
        special.look_for_zero(low);
        special.look_for_zero(high);
      }
      result.find_rows(r, two ? r + 1 : r);
      Put(result(Slide3(Even(low, high), Odd(low, high))), n, two, y, y_end);
    }
    return Op::kIsMax && special.any();
  }

  // The windows of both rows. What comes in from the other half is a column outside the row, or of no result.
  static HWY_INLINE V Slide3(V even, V odd) {
    if constexpr (kPad == 1) {
      return Join3<Op>(Slide<kN - 1>(Op::identity(), odd), even, odd);
    } else {
      return Join3<Op>(even, odd, Slide<1>(even, Op::identity()));
    }
  }

  // What a half holds behind its n results is overwritten by the rows that follow, where some do.
  static HWY_INLINE void Put(V v, int64_t n, bool two, float* y, const float* y_end) {
    if (HWY_LIKELY(y_end - y >= n + kN / 2)) {
      StoreLowHalf(v, y);
      if (two) StoreHighHalf(v, y + n);
    } else {
      StoreFirst(v, y, n);
      if (two) StoreFirst(Slide<kN / 2>(v, v), y + n, n);
    }
  }
};

template <class Op>
RangeKernel ChooseThreeByThreeShort(const PoolTask& task) {
  if (!IsThreeByThree(task) || task.params.stride.w != 2) return nullptr;
  // Behind the last column there is one outside the row.
  if (task.input.w >= kN || 2 * task.output.w > kN) return nullptr;
  return task.params.padding.left == 1 ? &ThreeByThreeShort<Op, 1>::Run : &ThreeByThreeShort<Op, 0>::Run;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
