// Small windows in NHWC: for every output pixel a vector of channels at a time, straight from the taps.
// Memory is read in order and whatever is read twice is still in the first-level cache.
//
// Max goes along the rows first, which is row-major order, so only a NaN needs the exact rule: the row is
// done again with it.
#if defined(POOLGLASS_SIMD_PIXELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_PIXELS_INL_H_
#undef POOLGLASS_SIMD_PIXELS_INL_H_
#else
#define POOLGLASS_SIMD_PIXELS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The maximum's rule in full.
struct ExactMaximum {
  static constexpr bool kIsMax = true;
  static HWY_INLINE V identity() { return Maximum::identity(); }
  static HWY_INLINE V apply(V first, V then) { return MaxExact(first, then); }
};

template <class Op, int kTall, int kWide>
class PixelKernel {
 public:
  explicit PixelKernel(const PoolTask& task) : task_(task), pixel_(task.pixel) {}

  void run(int64_t begin, int64_t end) {
    const int64_t rows = task_.output.h;
    for (int64_t unit = begin; unit < end; ++unit) {
      const float* plane = task_.x + unit / rows * task_.in_plane();
      const int64_t start = task_.rows[static_cast<size_t>(unit % rows)].start;
      for (int i = 0; i < kTall; ++i) {
        const int64_t r = start + i;
        rows_[i] = 0 <= r && r < task_.input.h ? plane + r * task_.in_row() : nullptr;
      }
      float* y = task_.y + unit * task_.out_row();
      if constexpr (Op::kIsMax) {
        const bool nan = row<Op, true>(unit % rows, y);
        if (HWY_UNLIKELY(nan)) row<ExactMaximum, false>(unit % rows, y);
      } else {
        row<Op, false>(unit % rows, y);
      }
    }
  }

 private:
  // Whether there was a NaN among the taps, if kLook.
  template <class RowOp, bool kLook>
  HWY_INLINE bool row(int64_t r, float* y) {
    M nan = hn::FirstN(D(), 0);
    const RowResult<RowOp> result(task_, r);
    for (int64_t c = 0; c < task_.output.w; ++c) {
      const float* taps[kTall][kWide];
      find_taps(task_.geometry.columns.stride * c - task_.geometry.columns.pad_begin, taps);
      const auto one = [&](int64_t i, const auto& load, const auto& store) {
        V v =
            join<RowOp, kLook>([&](int64_t row, int64_t column) { return load(taps[row][column] + i); }, nan);
        store(result(c * pixel_ + i, v), y + c * pixel_ + i);
      };
      const auto load = [](const float* p) { return Load(p); };
      const auto store = [](V v, float* p) { Store(v, p); };
      int64_t i = 0;
      for (; i + kN <= pixel_; i += kN) one(i, load, store);
      if (i == pixel_) continue;
      if (pixel_ >= kN) {
        one(pixel_ - kN, load, store);  // overlaps the vector before
      } else {
        one(
            0, [&](const float* p) { return LoadFirst(p, pixel_, RowOp::identity()); },
            [&](V v, float* p) { StoreFirst(v, p, pixel_); });
      }
    }
    return kLook && !hn::AllFalse(D(), nan);
  }

  HWY_INLINE void find_taps(int64_t start, const float* (&taps)[kTall][kWide]) const {
    const float* outside = task_.identity_row.data();
    for (int j = 0; j < kWide; ++j) {
      const int64_t column = start + j;
      const bool inside = 0 <= column && column < task_.input.w;
      for (int i = 0; i < kTall; ++i)
        taps[i][j] = inside && rows_[i] != nullptr ? rows_[i] + column * pixel_ : outside;
    }
  }

  template <class RowOp, bool kLook, class L>
  static HWY_INLINE V join(const L& load, M& nan) {
    if constexpr (!RowOp::kIsMax) {
      return WindowOf<RowOp, kWide>(
          [&](int64_t j) { return WindowOf<RowOp, kTall>([&](int64_t i) { return load(i, j); }); });
    } else {
      V taps[kTall][kWide];
      for (int i = 0; i < kTall; ++i)
        for (int j = 0; j < kWide; ++j) taps[i][j] = load(i, j);
      if constexpr (kLook) {
        const V* all = &taps[0][0];
        constexpr int kTaps = kTall * kWide;
        for (int i = 0; i < kTaps; i += 2)
          nan = hn::Or(nan, EitherNaN(all[i], all[HWY_MIN(i + 1, kTaps - 1)]));
      }
      V v = RowOp::identity();
      for (int i = 0; i < kTall; ++i) {
        V row = taps[i][0];
        for (int j = 1; j < kWide; ++j) row = RowOp::apply(row, taps[i][j]);
        v = i == 0 ? row : RowOp::apply(v, row);
      }
      return v;
    }
  }

  const PoolTask& task_;
  const int64_t pixel_;
  const float* rows_[kTall];
};

template <class Op, int kTall, int kWide>
void PixelRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  PixelKernel<Op, kTall, kWide>(task).run(begin, end);
}

template <class Op>
RangeKernel ChoosePixels(const PoolTask& task) {
  const PoolParams& p = task.params;
  if (task.pixel == 1 || p.adaptive_output || p.dilation != Size2{1, 1}) return nullptr;
  if (p.kernel == Size2{2, 2}) return &PixelRows<Op, 2, 2>;
  if (p.kernel == Size2{3, 3}) return &PixelRows<Op, 3, 3>;
  return nullptr;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
