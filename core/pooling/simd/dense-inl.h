// Stride-1 windows on small NCHW planes. A plane is copied into a buffer whose rows share the cells between
// them as padding; it is then one long row, joined down (taps a row apart) and along in flat passes without
// borders, tails or anything done per row.
//
// A maximum joined columns first needs planes without NaN and -0; others are done by the definition.
#if defined(POOLGLASS_SIMD_DENSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_DENSE_INL_H_
#undef POOLGLASS_SIMD_DENSE_INL_H_
#else
#define POOLGLASS_SIMD_DENSE_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Where things lie in the buffers, in floats from the first window's start.
struct DenseShape {
  int64_t pitch;   // of a row: its cells, then padding for it and the next row
  int64_t height;  // rows with the padding above and below
  int64_t length;  // results of the pass down
  int64_t size;    // of a buffer

  explicit DenseShape(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    const auto reach = [](const Axis& axis) {  // cells from the first window's start to the last one's end
      return axis.output + (axis.kernel - 1) * axis.dilation;
    };
    const int64_t behind = HWY_MAX(0, reach(columns) - columns.pad_begin - columns.input);
    pitch = columns.input + HWY_MAX(columns.pad_begin, behind);
    height = HWY_MAX(reach(rows), rows.pad_begin + rows.input);
    length = (rows.output - 1) * pitch + reach(columns);
    size = (height * pitch + columns.pad_begin + 4 * kVectorSlack + 15) / 16 * 16;
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
    for (int64_t plane = begin; plane < end; ++plane) {
      const float* x = task_.x + plane * task_.in_plane();
      float* y = task_.y + plane * task_.out_plane();
      if (Op::kIsMax && HWY_UNLIKELY(HasSpecial(x, task_.in_plane()))) {
        reference_max(x, y);
        continue;
      }
      copy_in(x);
      pass(rows_, shape_.pitch, cells_, shape_.length, down_);
      pass(columns_, 1, down_, shape_.length - (columns_.kernel - 1) * columns_.dilation, along_);
      copy_out(y);
    }
  }

 private:
  void reference_max(const float* x, float* y) const {
    for (int64_t r = 0; r < rows_.output; ++r) {
      reference_max_row(task_.geometry, r, 1, x, y + r * columns_.output, nullptr);
    }
  }

  // Whole vectors, in order: what a row writes behind its end is padding, or overwritten by the next row.
  void copy_in(const float* x) {
    const int64_t w = columns_.input;
    float* to = cells_ + rows_.pad_begin * shape_.pitch + columns_.pad_begin;
    if (rows_.kernel > kDirectTaps) {  // the long pass down has used the padding up
      for (int64_t i = 0; i < shape_.size; i += kN) Store(Op::identity(), cells_ + i);
    }
    for (int64_t r = 0; r < rows_.input; ++r, to += shape_.pitch) {
      ForVectors<Op>(w, [&](int64_t i, const auto& load) { Store(load(x + r * w + i), to + i); });
    }
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

  void copy_out(float* y) {
    const int64_t n = columns_.output;
    for (int64_t r = 0; r < rows_.output; ++r, y += n) {
      const RowResult<Op> result(task_, r);
      const float* from = along_ + r * shape_.pitch;
      for (int64_t i = 0; i < n; i += kN) StoreUpTo(result(i, Load(from + i)), y + i, n - i);
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

HWY_INLINE bool IsDense(const PoolTask& task) {
  const PoolParams& p = task.params;
  if (task.pixel > 1 || p.adaptive_output || p.stride != Size2{1, 1}) return false;
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  // The first-level cache holds the buffers; wide planes gain nothing.
  return columns.input <= 64 && (rows.kernel - 1) * rows.dilation <= 64 &&
         (columns.kernel - 1) * columns.dilation <= 64 && DenseShape(task).size <= 4096;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
