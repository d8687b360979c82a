// The general kernel: any window, stride, padding, dilation, adaptive or not, either layout. A band of output
// rows at a time: first each row's window is reduced down the columns into a buffer, with cells around it
// that change nothing, then the buffer's rows are reduced along. Buffers are written and read in separate
// passes, because a load across two fresh stores stalls (three times slower on rows of 27 floats).
//
// A maximum reduced columns first is the row-major one unless a NaN or -0 takes part; output rows over such
// input rows are done by the definition.
#if defined(POOLGLASS_SIMD_SEPARABLE_SEPARABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_SEPARABLE_SEPARABLE_INL_H_
#undef POOLGLASS_SIMD_SEPARABLE_SEPARABLE_INL_H_
#else
#define POOLGLASS_SIMD_SEPARABLE_SEPARABLE_INL_H_
#endif

#include <utility>

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/nan_or_negative_zero_rows-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/separable/along-inl.h"
#include "core/pooling/simd/separable/down-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// How a task lies in the buffers; all figures in floats or rows.
template <class Op>
struct BandShape {
  int64_t left = 0;    // identity before a buffer row's cells, a multiple of 16
  int64_t pitch = 0;   // of a buffer row
  int64_t dense = 0;   // results of a row at stride 1
  int64_t band = 1;    // output rows per band
  bool large = false;  // windows overlap so much down the columns that they share their parts
  int64_t strip = 0;   // scratch of those parts

  explicit BandShape(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    const int64_t pixel = task.pixel;
    const auto whole_vectors = [](int64_t floats) { return (floats + 15) / 16 * 16; };
    if (!columns.adaptive) {
      left = whole_vectors(columns.pad_begin * pixel);
      dense = ((columns.output - 1) * columns.stride + 1) * pixel;
      const int64_t reach =
          dense + (columns.kernel - 1) * columns.dilation * pixel - columns.pad_begin * pixel;
      pitch = left + whole_vectors(HWY_MAX(reach, task.in_row())) + 3 * kVectorSlack;
    } else {
      dense = task.out_row();
      pitch = whole_vectors(task.in_row()) + 3 * kVectorSlack;
    }
    large = !rows.adaptive && rows.dilation == 1 && rows.kernel > 4 && rows.kernel >= 4 * rows.stride;
    if (!large) {
      band = HWY_MAX(1, 6144 / pitch);
    } else if (Op::kIsMax) {
      const int64_t block = WindowsOfBlock(rows.kernel, rows.stride);
      band = HWY_MAX(32768 / pitch / block, 1) * block;
    } else {
      const int64_t most = SumsDown::doubles(rows.kernel, rows.stride) ? 1 << 20 : 1 << 18;
      band = HWY_MAX(HWY_MIN(HWY_MAX(112, 4 * rows.kernel), most / pitch), 8);
    }
    band = HWY_MIN(band, rows.output);
    if (large && !Op::kIsMax) strip = SumsDown::scratch(rows.kernel);
  }

  // Band rows, one more for a row's sums, and the strip.
  int64_t scratch() const { return (band + 1) * pitch + strip + 4 * kVectorSlack; }
};

template <class Op>
class BandKernel {
 public:
  BandKernel(const PoolTask& task, float* scratch)
      : task_(task),
        rows_(task.geometry.rows),
        columns_(task.geometry.columns),
        shape_(task),
        buffer_(scratch),
        sums_(scratch + shape_.band * shape_.pitch),
        strip_(sums_ + shape_.pitch),
        reducer_(task, scratch + shape_.scratch()),
        nan_or_negative_zero_rows_(task) {
    const D d;
    if (task.pixel == 1 && !columns_.adaptive && columns_.dilation == 1 && columns_.kernel > 1)
      along_ = AlongOf<Op>(columns_.kernel);
    if constexpr (kInWideRegisters<Op>) {
      if (along_ != nullptr) along_on_bits_ = AlongOf<MaximumOfBits>(columns_.kernel);
    }
    straight_ = Op::kIsMax && shape_.large && columns_.kernel == 1 && task.in_row() == task.out_row() &&
                columns_.pad_begin == 0 && task.in_row() >= kN;
    if (straight_) return;  // without the buffer
    for (int64_t i = 0; i < shape_.band * shape_.pitch; i += kN) hn::Store(Op::identity(), d, buffer_ + i);
  }

  void run(int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end;) {
      const int64_t first = unit % rows_.output;
      const int64_t last = HWY_MIN(first + HWY_MIN(shape_.band, end - unit), rows_.output);
      const int64_t plane = unit / rows_.output;
      if (plane != plane_ || first == 0) start_plane(plane);
      run_band(first, last);
      unit += last - first;
    }
  }

 private:
  void start_plane(int64_t plane) {
    plane_ = plane;
    x_ = task_.x + plane * task_.in_plane();
    y_ = task_.y + plane * task_.out_plane();
    nan_or_negative_zero_rows_.start_plane(x_);
  }

  void run_band(int64_t first, int64_t last) {
    bool nan_or_negative_zero = Op::kIsMax;
    if (shape_.large) {
      nan_or_negative_zero = reduce_large(first, last);
    } else {
      for (int64_t r = first; r < last; ++r) {
        reduce_rows(task_.rows[static_cast<size_t>(r)], buffer_row(r - first),
                    std::make_integer_sequence<int, kDirectTaps>());
      }
    }
    for (int64_t r = first; r < last; ++r) {
      if (HWY_UNLIKELY(nan_or_negative_zero && nan_or_negative_zero_rows_.under(r))) {
        for (int64_t c = 0; c < task_.pixel; ++c) {
          reference_max_row(task_.geometry, r, task_.pixel, x_ + c, y_ + r * task_.out_row() + c, nullptr);
        }
      } else if (!straight_) {
        reduce_along(r, buffer_row(r - first));
      }
    }
    if (!straight_) restore_identity(last - first);
  }

  // Sums of up to twice the reducer's taps; maxima gain nothing by it.
  template <int... kMore>
  void reduce_rows(const AxisWindow& window, float* out, std::integer_sequence<int, kMore...>) const {
    using Reduce = void (*)(const float* const*, int64_t, float* HWY_RESTRICT);
    static constexpr Reduce kReduce[] = {&ReduceRows<Op, kDirectTaps + 1 + kMore>...};
    if (Op::kIsMax || window.taps <= kDirectTaps || window.taps > 2 * kDirectTaps) {
      reducer_.reduce(window, x_, out);
      return;
    }
    const float* rows[2 * kDirectTaps];
    for (int64_t j = 0; j < window.taps; ++j) rows[j] = input_row(window.start + j * window.step);
    kReduce[window.taps - kDirectTaps - 1](rows, task_.in_row(), out);
  }

  // Where the row's cells begin.
  float* buffer_row(int64_t i) { return buffer_ + i * shape_.pitch + shape_.left; }

  // Doubling passes leave results in the cells around a row.
  void restore_identity(int64_t rows) {
    const int64_t harmless = along_ != nullptr && columns_.stride == 1 ? kWidestKept<Op> : kDirectTaps;
    if (columns_.adaptive || columns_.kernel <= harmless) return;
    const int64_t width = task_.in_row();
    for (int64_t r = 0; r < rows; ++r) {
      float* row = buffer_ + r * shape_.pitch;
      for (int64_t i = 0; i < shape_.left; i += kN) Store(Op::identity(), row + i);
      const int64_t end = shape_.pitch - kN;
      for (int64_t i = shape_.left + width; i < end; i += kN) Store(Op::identity(), row + i);
      Store(Op::identity(), row + end);
    }
  }

  const float* input_row(int64_t r) const {
    return 0 <= r && r < task_.input.h ? x_ + r * task_.in_row() : task_.identity_row.data();
  }

  // Windows of many rows, with what neighbours share. Whether there is a NaN or -0 to be found.
  bool reduce_large(int64_t first, int64_t last) {
    const RowsBelow rows{x_,
                         first * rows_.stride - rows_.pad_begin,
                         task_.input.h,
                         task_.in_row(),
                         rows_.kernel,
                         rows_.stride,
                         task_.identity_row.data()};
    if constexpr (Op::kIsMax) {
      NanOrNegativeZero nan_or_negative_zero;
      if (straight_) {
        MaximaDown<12>(rows, last - first, y_ + first * task_.out_row(), task_.out_row(),
                       nan_or_negative_zero);
      } else {
        MaximaDown<8>(rows, last - first, buffer_row(0), shape_.pitch, nan_or_negative_zero);
      }
      return nan_or_negative_zero.any();
    } else {
      SumsDown(rows, last - first, buffer_row(0), shape_.pitch, strip_).run();
      return false;
    }
  }

  // Result i ... of output row r: the average of a sum, and as many floats as are left of `end`.
  HWY_INLINE void put(const RowResult<Op>& result, int64_t r, int64_t i, int64_t end, V v) {
    StoreUpTo(result(i, v), y_ + r * task_.out_row() + i, end - i);
  }

  void reduce_along(int64_t r, float* row) {
    if (columns_.adaptive) {
      reduce_adaptive(r, row);
    } else if (task_.pixel >= kN && columns_.stride > 1 && columns_.kernel <= kDirectTaps) {
      WithTaps(columns_.kernel,
               [&](auto taps) { reduce_pixels<taps()>(r, row - columns_.pad_begin * task_.pixel); });
    } else {
      reduce_dense(r, row - columns_.pad_begin * task_.pixel);
    }
  }

  // Stride 1 over the whole row; with a larger stride the results between are dropped.
  void reduce_dense(int64_t r, float* from) {
    const RowResult<Op> result(task_, r);
    const int64_t step = columns_.dilation * task_.pixel;
    float* all = sums_;
    const bool thin_out = columns_.stride > 1;
    if (along_ != nullptr && !thin_out) {
      float* y = y_ + r * task_.out_row();
      if (along_on_bits_ != nullptr && rows_of_floats_-- <= 0) {
        if (along_on_bits_(task_, r, from, sums_, shape_.dense, y)) return;
        rows_of_floats_ = 64;  // one more row in 64 is done in vain
      }
      along_(task_, r, from, sums_, shape_.dense, y);
      return;
    }
    const auto take = [&](int64_t i, V v) {
      if (thin_out) {
        Store(v, all + i);
      } else {
        put(result, r, i, shape_.dense, v);
      }
    };
    if (columns_.kernel <= kDirectTaps) {
      WithTaps(columns_.kernel, [&](auto taps) {
        for (int64_t i = 0; i < shape_.dense; i += kN) {
          take(i, WindowOf<Op, taps()>([&](int64_t j) { return Load(from + i + j * step); }));
        }
      });
    } else {
      SlidingWindows<Op>(from, all, shape_.dense, columns_.kernel, step, take);
    }
    if (thin_out) this->thin_out(r);
  }

  // Every second one of 2 kN results.
  HWY_INLINE V even(int64_t i) const { return Even(Load(sums_ + i), Load(sums_ + i + kN)); }

  void thin_out(int64_t r) {
    const RowResult<Op> result(task_, r);
    const int64_t pixel = task_.pixel, distance = columns_.stride * pixel;
    float* y = y_ + r * task_.out_row();
    if (distance == 2) {
      const int64_t n = columns_.output;
      for (int64_t c = 0; c < n; c += kN) StoreUpTo(even(2 * c), y + c, n - c);
    } else if (distance == 4 && pixel == 1) {
      const int64_t n = columns_.output;
      for (int64_t c = 0; c < n; c += kN) StoreUpTo(Even(even(4 * c), even(4 * c + 2 * kN)), y + c, n - c);
    } else {
      for (int64_t c = 0; c < columns_.output; ++c) {
        for (int64_t i = 0; i < pixel; ++i) y[c * pixel + i] = sums_[c * distance + i];
      }
    }
    if constexpr (!Op::kIsMax) {
      const int64_t n = task_.out_row();
      for (int64_t i = 0; i < n; i += kN)
        put(result, r, i, n, n - i >= kN ? Load(y + i) : LoadFirst(y + i, n - i, Set(0)));
    }
  }

  // NHWC with a stride: pixel by pixel, a vector of channels at a time; the last one overlaps.
  template <int kTaps>
  void reduce_pixels(int64_t r, const float* from) {
    const RowResult<Op> result(task_, r);
    const int64_t pixel = task_.pixel, step = columns_.dilation * pixel, distance = columns_.stride * pixel;
    for (int64_t c = 0; c < columns_.output; ++c) {
      const auto one = [&](int64_t i) {
        const float* taps = from + c * distance + i;
        put(result, r, c * pixel + i, (c + 1) * pixel,
            WindowOf<Op, kTaps>([&](int64_t j) { return Load(taps + j * step); }));
      };
      int64_t i = 0;
      for (; i + kN <= pixel; i += kN) one(i);
      if (i < pixel) one(pixel - kN);
    }
  }

  void reduce_adaptive(int64_t r, const float* row) {
    const RowResult<Op> result(task_, r);
    const int64_t pixel = task_.pixel;
    for (int64_t c = 0; c < columns_.output; ++c) {
      const AxisWindow& window = task_.columns[static_cast<size_t>(c)];
      const float* taps = row + window.first * pixel;
      const auto reduce = [&](const auto& reduced) {
        ForVectors<Op>(pixel, [&](int64_t i, const auto& load) {
          const V v = reduced([&](int64_t j) { return load(taps + j * pixel + i); });
          put(result, r, c * pixel + i, (c + 1) * pixel, v);
        });
      };
      if (window.taps <= kDirectTaps) {
        WithTaps(window.taps, [&](auto n) {
          reduce([](const auto& tap) { return WindowOf<Op, decltype(n)::value>(tap); });
        });
      } else {
        reduce([&](const auto& tap) { return AnyWindow<Op>(window.taps, 0, window.taps, tap); });
      }
    }
  }

  const PoolTask& task_;
  const Axis &rows_, &columns_;
  const BandShape<Op> shape_;
  float* const buffer_;
  float* const sums_;
  float* const strip_;
  const RowReducer<Op> reducer_;
  AlongKernel along_ = nullptr, along_on_bits_ = nullptr;
  int64_t rows_of_floats_ = 0;
  bool straight_ = false;  // windows of one column: what is reduced down the columns are the results
  int64_t plane_ = -1;
  const float* x_ = nullptr;
  float* y_ = nullptr;
  NanOrNegativeZeroRows nan_or_negative_zero_rows_;
};

template <class Op>
void SeparableRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  BandKernel<Op>(task, scratch).run(begin, end);
}

struct Separable : ExpectedEverywhere {
  static bool can(const PoolTask& task) { return IsSeparable(task); }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      using Op = decltype(op);
      return {&SeparableRows<Op>, task.out_rows(),
              BandShape<Op>(task).scratch() + RowReducer<Sum>::scratch(task)};
    });
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
