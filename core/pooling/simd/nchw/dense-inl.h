// Stride-1 windows on small NCHW planes. Planes are copied below each other into a buffer whose rows share
// the cells between them as padding, as do planes; it is then one long row, reduced down (taps a row apart)
// and along in flat passes without borders, tails or anything done per row. As many planes at a time as the
// first-level cache holds, so that a pass does not wait for what the one before has just stored.
//
// A maximum reduced columns first needs planes without NaN and -0; others are done by the definition.
#if defined(POOLGLASS_SIMD_NCHW_DENSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_DENSE_INL_H_
#undef POOLGLASS_SIMD_NCHW_DENSE_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_DENSE_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Where things lie in the buffers, in floats from the first window's start.
struct DenseShape {
  int64_t pitch;   // of a row: its cells, then padding for it and the next row
  int64_t plane;   // from plane to plane: its rows, then padding for it and the next plane
  int64_t planes;  // at a time
  int64_t length;  // results of the pass down over one plane
  int64_t size;    // of a buffer

  explicit DenseShape(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    const auto reach = [](const Axis& axis) {  // cells from the first window's start to the last one's end
      return axis.output + (axis.kernel - 1) * axis.dilation;
    };
    const auto shared = [&](const Axis& axis) {  // cells with the padding of one side, the larger one
      return axis.input + HWY_MAX(axis.pad_begin, reach(axis) - axis.pad_begin - axis.input);
    };
    pitch = HWY_MAX(columns.input, shared(columns));
    plane = HWY_MAX(rows.input, shared(rows)) * pitch;
    planes = HWY_MAX(1, 2048 / plane);
    length = (rows.output - 1) * pitch + reach(columns);
    const int64_t height = HWY_MAX(reach(rows), rows.pad_begin + rows.input);
    size = ((planes - 1) * plane + height * pitch + columns.pad_begin + 4 * kVectorSlack + 15) / 16 * 16;
  }
};

template <class Op>
class DenseKernel {
 public:
  DenseKernel(const PoolTask& task, float* scratch)
      : task_(task),
        rows_(task.geometry.rows),
        columns_(task.geometry.columns),
        shape_(task),
        cells_(scratch),
        down_(scratch + shape_.size),
        along_(scratch + 2 * shape_.size) {
    for (int64_t i = 0; i < 2 * shape_.size; i += kN) Store(Op::identity(), scratch + i);
  }

  // Unit: a plane.
  void run(int64_t begin, int64_t end) {
    for (int64_t first = begin; first < end; first += shape_.planes) {
      const int64_t count = HWY_MIN(shape_.planes, end - first);
      const bool nan_or_negative_zero = copy_in(first, count);
      const int64_t n = (count - 1) * shape_.plane + shape_.length;
      pass(rows_, shape_.pitch, cells_, n, down_);
      pass(columns_, 1, down_, n - (columns_.kernel - 1) * columns_.dilation, along_);
      copy_out(first, count);
      if (Op::kIsMax && HWY_UNLIKELY(nan_or_negative_zero)) repair(first, count);
    }
  }

 private:
  // Planes whose order matters.
  void repair(int64_t first, int64_t count) const {
    for (int64_t p = first; p < first + count; ++p) {
      const float* x = task_.x + p * task_.in_plane();
      if (!HasNanOrNegativeZero(x, task_.in_plane())) continue;
      float* y = task_.y + p * task_.out_plane();
      for (int64_t r = 0; r < rows_.output; ++r) {
        reference_max_row(task_.geometry, r, 1, x, y + r * columns_.output, nullptr);
      }
    }
  }

  // Whole vectors, in order: what a row writes behind its end is padding, or overwritten by the next row.
  // Whether one of the planes holds a NaN or -0.
  bool copy_in(int64_t first, int64_t count) const {
    const int64_t w = columns_.input, h = rows_.input, pitch = shape_.pitch;
    if (rows_.kernel > kDirectTaps) {  // the long pass down has used the padding up
      for (int64_t i = 0; i < shape_.size; i += kN) Store(Op::identity(), cells_ + i);
    }
    NanOrNegativeZero nan_or_negative_zero;
    const float* x = task_.x + first * task_.in_plane();
    for (int64_t p = 0; p < count; ++p) {
      float* to = cells_ + p * shape_.plane + rows_.pad_begin * pitch + columns_.pad_begin;
      for (int64_t r = 0; r < h; ++r, x += w, to += pitch) {
        int64_t i = 0;
        for (; i + kN <= w; i += kN) {
          const V v = Load(x + i);
          Store(v, to + i);
          if constexpr (Op::kIsMax) nan_or_negative_zero.look(v, v);
        }
        if (i == w) continue;
        const V v = LoadFirst(x + i, w - i, Op::identity());
        Store(v, to + i);
        if constexpr (Op::kIsMax) nan_or_negative_zero.look(v, v);
      }
    }
    return Op::kIsMax && nan_or_negative_zero.any();
  }

  // n windows along one axis, whose taps lie `distance` cells apart. Destroys `from` if the kernel is long.
  HWY_INLINE void pass(const Axis& axis, int64_t distance, float* from, int64_t n, float* to) {
    const int64_t step = axis.dilation * distance;
    if (axis.kernel > kDirectTaps) {
      SlidingWindows<Op>(from, along_ + shape_.size, n, axis.kernel, step,
                         [&](int64_t i, V v) { Store(v, to + i); });
      return;
    }
    WithTaps(axis.kernel, [&](auto taps) {
      for (int64_t i = 0; i < n; i += kN) {
        Store(WindowOf<Op, taps()>([&](int64_t j) { return Load(from + i + j * step); }), to + i);
      }
    });
  }

  void copy_out(int64_t first, int64_t count) const {
    const int64_t n = columns_.output, plane = shape_.plane, out_plane = task_.out_plane();
    for (int64_t r = 0; r < rows_.output; ++r) {
      const RowResult<Op> result(task_, r);
      const float* from = along_ + r * shape_.pitch;
      float* y = task_.y + first * out_plane + r * n;
      for (int64_t p = 0; p < count; ++p, from += plane, y += out_plane) {
        for (int64_t i = 0; i < n; i += kN) StoreUpTo(result(i, Load(from + i)), y + i, n - i);
      }
    }
  }

  const PoolTask& task_;
  const Axis &rows_, &columns_;
  const DenseShape shape_;
  float *const cells_, *const down_, *const along_;
};

template <class Op>
void DensePlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  DenseKernel<Op>(task, scratch).run(begin, end);
}

// Cells, the results down and along, and the sums of the long passes.
HWY_INLINE int64_t DenseScratch(const PoolTask& task) { return 4 * DenseShape(task).size; }

struct NchwPlanesInCache {
  static bool can(const PoolTask& task) {
    const PoolParams& p = task.params;
    if (p.adaptive_output || p.stride != Size2{1, 1}) return false;
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    // The first-level cache holds the buffers; wide planes gain nothing.
    return columns.input <= 64 && (rows.kernel - 1) * rows.dilation <= 64 &&
           (columns.kernel - 1) * columns.dilation <= 64 && DenseShape(task).size <= 4096;
  }
  // Rows longer than a vector or two: large windows in bands beat a copy of the plane.
  static bool expected_to_win(const PoolTask& task) {
    return task.params.kernel.h <= 4 || task.params.dilation != Size2{1, 1} || task.input.w <= 32;
  }
  static KernelWork work(const PoolTask& task) {
    return {IsMax(task) ? &DensePlanes<Maximum> : &DensePlanes<Sum>, task.planes, DenseScratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
