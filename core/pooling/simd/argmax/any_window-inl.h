// Maxima and their positions for any window but adaptive ones, in both layouts: the argmaxes of the windows'
// taps in each row of the input first, then those of the rows, which the windows below each other share.
//
// Lemma: if part B of a window begins and ends no earlier than part A, then argmax(A u B) is B's where that
// is greater or NaN, else A's. (Were the first's the later one of two equals, or the earlier one of two NaNs,
// the other would lie where the parts overlap, and be its own part's argmax.) So a row's argmax is found left
// to right or from overlapping runs that double in size, and the argmax of rows as van Herk's algorithm does
// it (separable/down-inl.h): neither takes more steps for larger windows.
#if defined(POOLGLASS_SIMD_ARGMAX_ANY_WINDOW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_ANY_WINDOW_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_ANY_WINDOW_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_ANY_WINDOW_INL_H_
#endif

#include <algorithm>
#include <numeric>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/row_argmax-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

class AnyWindowArgmax : RowArgmax {
 public:
  // y, indices: of the windows from float `first` of the output on; y may be null.
  AnyWindowArgmax(const PoolTask& task, float* y, int32_t* indices, int64_t first, float* scratch)
      : RowArgmax(task, scratch),
        y_(y),
        indices_(indices),
        first_(first),
        ends_(scratch + blocks_.scratch() - blocks_.ends()) {}

  static int64_t scratch(const PoolTask& task) { return ArgmaxBlocks(task).scratch(); }

  // Unit: an output row.
  void run(int64_t begin, int64_t end) {
    const int64_t oh = down_.output;
    for (int64_t unit = begin; unit < end;) {
      const int64_t plane = unit / oh, first = unit % oh;
      int64_t count = HWY_MIN(oh - first, end - unit);
      width_ = blocks_.width;
      if (task_.pixel > 1) {
        groups_ = blocks_.groups;
        for (int64_t c = 0; c < task_.pixel; c += width_) {
          const int64_t channel = HWY_MIN(c, task_.pixel - width_);
          output_rows(plane, channel, channel, first, count);
        }
      } else {
        groups_ = count == oh ? HWY_MIN((end - unit) / oh, blocks_.groups) : 1;
        for (int64_t c = 0; c < task_.output.w; c += width_) {
          first_window_ = HWY_MIN(c, task_.output.w - width_);
          output_rows(plane, 0, first_window_, first, count);
        }
        count *= groups_;
      }
      unit += count;
    }
  }

 private:
  // A vector of windows: where their argmaxes go, how many there are. What is written behind them, before
  // `end`, is overwritten by what follows.
  struct Column {
    int64_t to, lanes, end;
  };

  // Output rows first ... first + count - 1 of a plane from channel or output column c on, or of several
  // planes. channel: 0 in NCHW.
  void output_rows(int64_t plane, int64_t channel, int64_t c, int64_t first, int64_t count) {
    x_ = task_.x + plane * task_.in_plane() + channel;
    y_begin_ = plane * task_.out_plane() + c - first_;
    y_last_ = first + count;
    exact_ = false;
    kept_ = 0;
    int64_t next = 0;  // rows kept_ ... next - 1 have their argmaxes
    const int64_t reach = ArgmaxBlocks::reach(down_), windows = blocks_.windows;
    for (int64_t r = first, n; r < y_last_; r += n) {
      const int64_t top = r * down_.stride - down_.pad_begin, begin = HWY_MAX(top, 0);
      n = (HWY_MIN(begin + blocks_.rows, down_.input) - top - reach) / down_.stride + 1;
      if (begin + blocks_.rows >= down_.input) n = y_last_ - r;
      n = HWY_MIN(n >= windows ? n / windows * windows : windows, y_last_ - r);
      const int64_t end = HWY_MIN(top + (n - 1) * down_.stride + reach, down_.input);
      keep(begin, next);
      next = HWY_MAX(next, begin);
      for_each_stretch(next, end, [&](int64_t from, int64_t behind) { find_argmaxes(from, behind); });
      next = HWY_MAX(next, end);
      for (int64_t i = 0; i < n; i += windows) {
        if (exact_) {
          reduce_down<true>(r + i, HWY_MIN(windows, n - i));
        } else {
          reduce_down<false>(r + i, HWY_MIN(windows, n - i));
        }
      }
    }
  }

  // f(first row, row behind) for stretches of rows begin ... end - 1 that windows read.
  template <class F>
  HWY_INLINE void for_each_stretch(int64_t begin, int64_t end, const F& f) const {
    const int64_t stride = down_.stride, reach = ArgmaxBlocks::reach(down_);
    if (down_.dilation == 1 && stride <= reach) return f(begin, end);
    for (int64_t row = begin; row < end; ++row) {
      const int64_t from_top = (row + down_.pad_begin) % stride;
      const bool read = stride > reach ? from_top < reach && from_top % down_.dilation == 0
                                       : from_top % std::gcd(stride, down_.dilation) == 0;
      if (read) f(row, row + 1);
    }
  }

  // Output rows r ... r + n - 1, whose windows begin in as many rows as one has.
  template <bool kExact>
  HWY_NOINLINE void reduce_down(int64_t r, int64_t n) const {
    constexpr int kMost = ArgmaxBlocks::kColumns;
    const bool pixels = task_.pixel > 1;
    const int64_t row_floats = task_.out_row(), between = pixels ? task_.pixel : task_.out_plane();
    Column columns[kMost];
    int64_t from = 0;
    int count = 0;
    for (int64_t g = 0; g < groups_; ++g) {
      const int64_t to = y_begin_ + g * between;
      const int64_t end = pixels ? y_begin_ + (r + 1) * row_floats : to + y_last_ * row_floats;
      for (int64_t i = 0; i < width_; i += kN) {
        const int64_t first = first_of(i);
        columns[count++] = {to + r * row_floats + first, HWY_MIN(width_ - first, kN), end};
        if (count < kMost) continue;
        reduce_columns<kExact, kMost>(r, n, from, columns);
        from += kMost * kN;
        count = 0;
      }
    }
    for (int i = 0; i < count; ++i) reduce_columns<kExact, 1>(r, n, from + i * kN, columns + i);
  }

  // from: where the argmaxes of the columns' rows lie, side by side.
  template <bool kExact, int kColumns>
  HWY_NOINLINE void reduce_columns(int64_t r, int64_t n, int64_t from, const Column* columns) const {
    const DI di;
    const int64_t row_floats = task_.out_row(), stride = down_.stride, kernel = down_.kernel;
    const int64_t top = r * stride - down_.pad_begin, height = down_.input, pitch = blocks_.row();
    const AxisWindow& window = task_.rows[static_cast<size_t>(r)];
    const float* const values = values_ + from - kept_ * pitch;
    const int32_t* const positions = positions_ + from - kept_ * pitch;
    Argmax best[kColumns];
    const auto load = [&](int j, int64_t row)
                          HWY_ATTR { return InRegister(Load(values + row * pitch + j * kN)); };
    // Of the argmaxes in a row of the input, columns turned into positions.
    const auto position = [&](int j, int64_t row) HWY_ATTR {
      return hn::Add(hn::LoadU(di, positions + row * pitch + j * kN),
                     hn::Set(di, static_cast<int32_t>(row * along_.input)));
    };
    const auto start = [&](int j, int64_t row) HWY_ATTR { best[j] = {load(j, row), position(j, row)}; };
    const auto put = [&](int j, const Argmax& argmaxes, int64_t w) HWY_ATTR {
      const int64_t to = columns[j].to + w * row_floats;
      const int64_t lanes = columns[j].end - to >= kN ? kN : columns[j].lanes;
      if (y_ != nullptr) StoreUpTo(argmaxes.value, y_ + to, lanes);
      StoreIndices(argmaxes.index, indices_ + to, lanes);
    };
    // The windows' parts in the first one's rows, bottom up.
    int64_t row = window.first + (window.count - 1) * window.step;
    Unroll<kColumns>([&](auto j) HWY_ATTR { start(j(), row); });
    row -= window.step;
    for (int64_t w = n - 1;; --w) {
      for (const int64_t stop = HWY_MAX(top + w * stride, 0); row >= stop; row -= window.step) {
        Unroll<kColumns>([&](auto j) HWY_ATTR {
          const V above = load(j(), row);
          const M stays = Wins<kExact>(best[j()].value, above);
          const V value =
              kExact ? hn::IfThenElse(stays, best[j()].value, above) : MaxOrdered(above, best[j()].value);
          best[j()] = {value, hn::IfThenElse(hn::RebindMask(di, stays), best[j()].index, position(j(), row))};
        });
      }
      if (w == 0) break;
      Unroll<kColumns>([&](auto j) HWY_ATTR {
        float* to = ends_ + (w * kColumns + j()) * 2 * kN;
        Store(best[j()].value, to);
        Store(hn::BitCast(D(), best[j()].index), to + kN);
      });
    }
    Unroll<kColumns>([&](auto j) HWY_ATTR { put(j(), best[j()], 0); });
    // The parts below.
    row = top + kernel;
    if (n > 1 && row < height) Unroll<kColumns>([&](auto j) HWY_ATTR { start(j(), row); });
    for (int64_t w = 1; w < n; ++w) {
      for (const int64_t stop = HWY_MIN(top + w * stride + kernel, height); row < stop; ++row) {
        Unroll<kColumns>([&](auto j) HWY_ATTR {
          best[j()].template challenge_by<kExact>(load(j(), row), position(j(), row));
        });
      }
      Unroll<kColumns>([&](auto j) HWY_ATTR {
        const float* upper = ends_ + (w * kColumns + j()) * 2 * kN;
        Argmax reduced{Load(upper), hn::BitCast(di, Load(upper + kN))};
        if (top + kernel < height) reduced.template challenge_by<kExact>(best[j()].value, best[j()].index);
        put(j(), reduced, w);
      });
    }
  }

  float* const y_;
  int32_t* const indices_;
  const int64_t first_;
  float* const ends_;  // the upper parts of windows
  // Of the planes, or channels, at hand: where results go, and the row behind them.
  int64_t y_begin_ = 0, y_last_ = 0;
};

inline void AnyIndexRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  AnyWindowArgmax(task, task.y, task.short_indices, 0, scratch).run(begin, end);
}

struct SeparableArgmax {
  static bool can(const PoolTask& task) {
    return IsMax(task) && HasSmallPlanes(task) && HasArgmaxBlocks(task);
  }
  // `argmax-by-taps` wins where windows have few taps, and where they are one row high and share no cells;
  // but not over argmaxes found in registers (cases argmax_few_* and argmax_row_* of
  // tests/bench/more_cases.txt).
  static bool expected_to_win(const PoolTask& task) {
    const Axis &down = task.geometry.rows, &along = task.geometry.columns;
    if (task.params.dilation != Size2{1, 1}) return SharesDilatedCells(task);
    if (task.pixel > 1) return down.kernel * along.kernel > 6;
    if (RowArgmax::finds_in_registers(task)) return true;
    const bool shared = down.kernel > down.stride || along.kernel > along.stride;
    return shared || (down.kernel > 1 && down.kernel * along.kernel > 6);
  }
  static KernelWork work(const PoolTask& task) {
    return {&AnyIndexRows, task.out_rows(), AnyWindowArgmax::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
