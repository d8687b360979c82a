// Small windows in NHWC, wherever pixel_walk-inl.h and two_by_two_pixels-inl.h do not fit: for every output
// pixel a vector of channels at a time, straight from the taps. Memory is read in order and whatever is read
// twice is still in the first-level cache.
//
// Max goes along the rows first, which is row-major order, so only a NaN needs the exact rule: the row is
// done again with it. A tap is looked at once, by the first window that holds it: looking at all nine taps of
// 3x3 windows would cost as much as joining them.
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

// Whether results go past the caches: only whole aligned lines gain by it (two_by_two-inl.h).
HWY_INLINE bool CanStreamPixels(const PoolTask& task) {
  return task.stream && task.pixel % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0;
}

// kStride: the stride along both axes, or 0 for any.
template <class Op, int kTall, int kWide, int kStride>
class PixelKernel {
 public:
  explicit PixelKernel(const PoolTask& task) : task_(task), pixel_(task.pixel) {}

  void run(int64_t begin, int64_t end) {
    const int64_t rows = task_.output.h;
    bool look_at_all = true;
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t r = unit % rows;
      find_rows(task_.x + unit / rows * task_.in_plane(), task_.rows[static_cast<size_t>(r)].start);
      float* y = task_.y + unit * task_.out_row();
      if constexpr (Op::kIsMax) {
        const bool nan = look_at_all || r == 0 ? row<Op, 0>(r, y) : row<Op, kTall - kStep>(r, y);
        if (HWY_UNLIKELY(nan)) row<ExactMaximum, kTall>(r, y);
        look_at_all = nan;  // the next row may hold it too
      } else {
        row<Op, kTall>(r, y);
      }
    }
  }

  // Whatever the values are.
  void run_exact(int64_t begin, int64_t end) {
    using Exact = std::conditional_t<Op::kIsMax, ExactMaximum, Op>;
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t rows = task_.output.h, r = unit % rows;
      find_rows(task_.x + unit / rows * task_.in_plane(), task_.rows[static_cast<size_t>(r)].start);
      row<Exact, kTall>(r, task_.y + unit * task_.out_row());
    }
  }

 private:
  // Rows and columns of a window that are not in the window before.
  static constexpr int kStep = kStride == 0 || kStride > kTall ? kTall : kStride;
  static_assert(kTall == kWide);

  void find_rows(const float* plane, int64_t start) {
    for (int i = 0; i < kTall; ++i) {
      const int64_t r = start + i;
      rows_[i] = 0 <= r && r < task_.input.h ? plane + r * task_.in_row() : nullptr;
    }
  }

  // One output row. Whether there is a NaN in the windows' rows from kLook on.
  template <class RowOp, int kLook>
  HWY_INLINE bool row(int64_t r, float* y) {
    M nan = hn::FirstN(D(), 0);
    const RowResult<RowOp> result(task_, r);
    cell<RowOp, kLook, 0>(0, result, y, nan);
    for (int64_t c = 1; c < task_.output.w; ++c) cell<RowOp, kLook, kWide - kStep>(c, result, y, nan);
    return !hn::AllFalse(D(), nan);
  }

  // One output pixel; looks at the columns from kLookColumn on.
  template <class RowOp, int kLook, int kLookColumn>
  HWY_INLINE void cell(int64_t c, const RowResult<RowOp>& result, float* y, M& nan) const {
    const float* taps[kTall][kWide];
    find_taps(task_.geometry.columns.stride * c - task_.geometry.columns.pad_begin, taps);
    float* to = y + c * pixel_;
    const auto one = [&](int64_t i, const auto& load, const auto& store) {
      const V v = join<RowOp, kLook, kLookColumn>(
          [&](int64_t row, int64_t column) { return load(taps[row][column] + i); }, nan);
      store(result(c * pixel_ + i, v), to + i);
    };
    const auto load = [](const float* p) { return Load(p); };
    const auto store = [](V v, float* p) { Store(v, p); };
    int64_t i = 0;
    for (; i + kN <= pixel_; i += kN) one(i, load, store);
    if (i == pixel_) return;
    if (pixel_ >= kN) {
      one(pixel_ - kN, load, store);  // overlaps the vector before
    } else {
      one(
          0, [&](const float* p) { return LoadFirst(p, pixel_, RowOp::identity()); },
          [&](V v, float* p) { StoreFirst(v, p, pixel_); });
    }
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

  template <class RowOp, int kLook, int kLookColumn, class L>
  static HWY_INLINE V join(const L& load, M& nan) {
    if constexpr (!RowOp::kIsMax) {
      return WindowOf<RowOp, kWide>(
          [&](int64_t j) { return WindowOf<RowOp, kTall>([&](int64_t i) { return load(i, j); }); });
    } else {
      V joined = RowOp::identity(), odd_one = joined;
      bool odd = false;
      for (int i = 0; i < kTall; ++i) {
        V row = joined;
        for (int j = 0; j < kWide; ++j) {
          const V v = load(i, j);
          row = j == 0 ? v : RowOp::apply(row, v);
          if (i < kLook || j < kLookColumn) continue;
          if (odd) nan = hn::Or(nan, EitherNaN(odd_one, v));  // two at a time
          odd_one = v;
          odd = !odd;
        }
        joined = i == 0 ? row : RowOp::apply(joined, row);
      }
      if (odd) nan = hn::Or(nan, EitherNaN(odd_one, odd_one));
      return joined;
    }
  }

  const PoolTask& task_;
  const int64_t pixel_;
  const float* rows_[kTall];
};

template <class Op, int kSize, int kStride>
void PixelRows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  PixelKernel<Op, kSize, kSize, kStride>(task).run(begin, end);
}

template <class Op>
RangeKernel ChoosePixelWindows(const PoolTask& task) {
  const PoolParams& p = task.params;
  // Few channels leave most of a vector empty.
  if (task.pixel < HWY_MAX(2, kN / 2) || p.adaptive_output || p.dilation != Size2{1, 1}) return nullptr;
  if (p.kernel == Size2{2, 2}) return p.stride == p.kernel ? &PixelRows<Op, 2, 2> : &PixelRows<Op, 2, 0>;
  if (p.kernel != Size2{3, 3}) return nullptr;
  if (p.stride == Size2{1, 1}) return &PixelRows<Op, 3, 1>;
  return p.stride == Size2{2, 2} ? &PixelRows<Op, 3, 2> : &PixelRows<Op, 3, 0>;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
