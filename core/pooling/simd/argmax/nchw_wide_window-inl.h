// Maxima and their indices where planes have few windows for their cells, in NCHW: lanes are cells of the
// input. The argmaxes of an output row's columns first, then those of each window's columns. A cell is read
// once for each output row whose windows hold it, however large these are.
#if defined(POOLGLASS_SIMD_ARGMAX_NCHW_WIDE_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_NCHW_WIDE_WINDOW_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_NCHW_WIDE_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_NCHW_WIDE_WINDOW_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/argmax/row_argmax-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

class WideWindowArgmax {
 public:
  // y, indices: of the windows from float `first` of the output on; y may be null.
  WideWindowArgmax(const PoolTask& task, float* y, int32_t* indices, int64_t first, float* scratch)
      : task_(task),
        y_(y),
        indices_(indices),
        first_(first),
        begin_(task.columns.front().first),
        end_(last_column(task.columns) + 1),
        values_(scratch),
        positions_(reinterpret_cast<int32_t*>(scratch + task.input.w)) {}

  static int64_t scratch(const PoolTask& task) { return 2 * task.input.w; }

  // Unit: an output row.
  void run(int64_t begin, int64_t end) const {
    for (int64_t unit = begin; unit < end; ++unit) {
      const float* x = task_.x + unit / task_.output.h * task_.in_plane();
      const AxisWindow& rows = task_.rows[static_cast<size_t>(unit % task_.output.h)];
      const bool nan = reduce_down<false>(rows, x);
      if (HWY_UNLIKELY(nan)) reduce_down<true>(rows, x);
      for (int64_t c = 0; c < task_.output.w; ++c) {
        const AxisWindow& columns = task_.columns[static_cast<size_t>(c)];
        const int32_t index = nan ? argmax_by_rule(columns) : argmax(columns);
        const int64_t to = unit * task_.output.w + c - first_;
        indices_[to] = index;
        if (y_ != nullptr) y_[to] = x[index];
      }
    }
  }

 private:
  static int64_t last_column(std::span<const AxisWindow> columns) {
    int64_t last = 0;
    for (const AxisWindow& window : columns) last = HWY_MAX(last, window.first + window.count - 1);
    return last;
  }

  // The argmaxes of the columns in the rows of a window. Whether a NaN was seen; kExact takes no notice.
  template <bool kExact>
  HWY_NOINLINE bool reduce_down(const AxisWindow& rows, const float* x) const {
    M nan = hn::FirstN(D(), 0);
    constexpr int kTogether = 4;
    int64_t c = begin_;
    for (; c + kTogether * kN <= end_; c += kTogether * kN) columns<kExact, kTogether>(rows, x, c, kN, nan);
    for (; c + kN <= end_; c += kN) columns<kExact, 1>(rows, x, c, kN, nan);
    if (c < end_) {  // a vector that overlaps the one before, or fewer columns than lanes
      c = HWY_MAX(begin_, end_ - kN);
      columns<kExact, 1>(rows, x, c, HWY_MIN(end_ - c, kN), nan);
    }
    return !hn::AllFalse(D(), nan);
  }

  // kVectors vectors of columns from column c on; with one, `lanes` of it.
  template <bool kExact, int kVectors>
  HWY_INLINE void columns(const AxisWindow& rows, const float* x, int64_t c, int64_t lanes, M& nan) const {
    const DI di;
    const int64_t width = task_.input.w;
    const auto load = [&](int64_t row, int v) POOLGLASS_INLINE_LAMBDA {
      const float* p = x + row * width + c + v * kN;
      return kVectors > 1 || lanes == kN ? InRegister(Load(p)) : LoadFirst(p, lanes, Maximum::identity());
    };
    Argmax best[kVectors];
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
      best[v] = {load(rows.first, v), hn::Set(di, static_cast<int32_t>(rows.first * width))};
      if constexpr (!kExact) nan = hn::Or(nan, hn::IsNaN(best[v].value));
    });
    for (int64_t i = 1; i < rows.count; ++i) {
      const int64_t row = rows.first + i * rows.step;
      const VI position = hn::Set(di, static_cast<int32_t>(row * width));
      Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
        const V value = load(row, v);
        if constexpr (!kExact) nan = hn::Or(nan, hn::IsNaN(value));
        best[v].template challenge_by<kExact>(value, position);
      });
    }
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
      const int64_t column = c + v * kN;
      const VI position =
          hn::Add(best[v].index, hn::Add(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(column))));
      StoreUpTo(best[v].value, values_ + column, lanes);
      StoreIndices(position, positions_ + column, lanes);
    });
  }

  // Where no column's value is NaN: of the columns with the maximum, the first position. Vectors may overlap.
  HWY_INLINE int32_t argmax(const AxisWindow& columns) const {
    const D d;
    const DI di;
    const float* const values = values_ + columns.first;
    const float* const positions = reinterpret_cast<const float*>(positions_) + columns.first;
    const int64_t n = columns.count;
    const VI none = hn::Set(di, std::numeric_limits<int32_t>::max());
    const auto load = [&](const float* from, int64_t i, V fill) HWY_ATTR {
      return n >= kN ? Load(from + HWY_MIN(i, n - kN)) : LoadFirst(from, n, fill);
    };
    V most = Maximum::identity();
    for (int64_t i = 0; i < n; i += kN) most = MaxOrdered(most, load(values, i, Maximum::identity()));
    most = hn::MaxOfLanes(d, most);
    VI first = none;
    for (int64_t i = 0; i < n; i += kN) {
      const auto equal = hn::RebindMask(di, hn::Eq(load(values, i, Maximum::identity()), most));
      const VI position = hn::BitCast(di, load(positions, i, hn::BitCast(d, none)));
      first = hn::Min(first, hn::IfThenElse(equal, position, none));
    }
    return hn::GetLane(hn::MinOfLanes(di, first));
  }

  // Of NaNs the last position.
  HWY_NOINLINE int32_t argmax_by_rule(const AxisWindow& columns) const {
    int64_t best = columns.first;
    for (int64_t c = columns.first + 1; c < columns.first + columns.count; ++c) {
      const float value = values_[c], most = values_[best];
      const bool later = positions_[c] > positions_[best];
      const bool wins = std::isnan(most)    ? std::isnan(value) && later
                        : std::isnan(value) ? true
                                            : value > most || (value == most && !later);
      if (wins) best = c;
    }
    return positions_[best];
  }

  const PoolTask& task_;
  float* const y_;
  int32_t* const indices_;
  const int64_t first_;
  const int64_t begin_, end_;  // columns that windows read
  float* const values_;        // of an output row's columns
  int32_t* const positions_;
};

inline void WideWindowIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  WideWindowArgmax(task, task.y, task.short_indices, 0, scratch).run(begin, end);
}

struct NchwWideWindowArgmax {
  static bool can(const PoolTask& task) {
    const auto whole = [](const AxisWindow& window) { return window.count > 0; };
    return IsMax(task) && HasSmallPlanes(task) && task.pixel == 1 && task.geometry.columns.dilation == 1 &&
           std::all_of(task.rows.begin(), task.rows.end(), whole) &&
           std::all_of(task.columns.begin(), task.columns.end(), whole);
  }
  // `separable-argmax` wins where it finds a row's argmaxes in registers, where windows share most of their
  // rows with others, more so on wide planes, and where there are few cells to a window (cases argmax_wide_*
  // of tests/bench/more_cases.txt); of adaptive bins `argmax-by-taps` in short rows, and where few lanes
  // leave much to be done for each bin (draw_cases.py --irregular).
  static bool expected_to_win(const PoolTask& task) {
    if (task.geometry.rows.adaptive) {
      const int64_t cells = kN > 4 ? 1 : 16;  // of a bin
      return task.geometry.columns.input > 20 && task.in_plane() > cells * task.out_plane();
    }
    const Axis &down = task.geometry.rows, &along = task.geometry.columns;
    if (along.stride == 1 || RowArgmax::finds_in_registers(task)) return false;
    const int64_t rows = HWY_MIN(down.kernel, down.input);
    if (rows > 16 * down.stride || along.kernel > 10 * along.stride) return false;
    if (down.stride >= 3) return rows * along.kernel >= 12;
    const int64_t widest = down.stride == 2 ? 112 : 28;
    return along.input <= widest ? rows > 1 && rows * along.kernel >= 15
                                 : along.kernel >= 31 && along.stride >= 12;
  }
  static KernelWork work(const PoolTask& task) {
    return {&WideWindowIndexRows, task.out_rows(), WideWindowArgmax::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
