// The argmaxes of the windows' taps in each row of the input, for any window but adaptive ones.
//
// NCHW: neighbouring columns in registers; others are copied with -inf around them, columns a stride apart
// side by side, and where windows are wide reduced as runs that double in size. Several planes at a time
// where they are small. A window whose first tap is outside and wins holds nothing but -inf: then its first
// tap inside is the argmax. NHWC: as many channels at a time as the caches hold rows of.
//
// A row with a NaN needs the rule in full, and so do those below it.
#if defined(POOLGLASS_SIMD_ARGMAX_ROW_ARGMAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_ROW_ARGMAX_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_ROW_ARGMAX_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_ROW_ARGMAX_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"
#include "core/pooling/simd/argmax/blocks-inl.h"
#include "core/pooling/simd/base/row_taps-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Keeps the argmaxes of rows of the input: their values, and their columns.
class RowArgmax {
 public:
  RowArgmax(const PoolTask& task, float* scratch)
      : task_(task),
        down_(task.geometry.rows),
        along_(task.geometry.columns),
        blocks_(task),
        along_registers_(choose_along(task)),
        values_(scratch),
        positions_(reinterpret_cast<int32_t*>(values_ + blocks_.rows * blocks_.row())),
        lines_(values_ + 2 * blocks_.rows * blocks_.row()) {}

  // Whether the argmaxes along a row are found in registers, all taps of a window unrolled.
  static bool finds_in_registers(const PoolTask& task) { return choose_along(task) != nullptr; }

 protected:
  // Makes `first` the first of the rows kept.
  void keep(int64_t first, int64_t next) {
    const int64_t row = blocks_.row(), from = (first - kept_) * row, floats = HWY_MAX(next - first, 0) * row;
    kept_ = first;
    if (from == 0 || floats == 0) return;
    std::copy_n(values_ + from, floats, values_);
    std::copy_n(positions_ + from, floats, positions_);
  }

  int64_t at(int64_t row) const { return (row - kept_) * blocks_.row(); }

  // The first of the windows whose argmaxes are kept at i = 0, kN, ...: the last vector of a group overlaps.
  int64_t first_of(int64_t i) const { return width_ >= kN ? HWY_MIN(i, width_ - kN) : i; }

  // The argmaxes in input rows begin ... end - 1.
  HWY_INLINE void find_argmaxes(int64_t begin, int64_t end) {
    if (task_.pixel > 1) {
      if (!exact_) exact_ = along_pixels<false>(begin, end);
      if (HWY_UNLIKELY(exact_)) along_pixels<true>(begin, end);
      return;
    }
    if (along_registers_ != nullptr && !exact_) {
      exact_ = (this->*along_registers_)(begin, end);
      if (HWY_LIKELY(!exact_)) return;
    }
    for (int64_t from = begin; from < end; from += blocks_.lines) {
      const int64_t behind = HWY_MIN(from + blocks_.lines, end);
      split(from, behind);
      if (exact_) {
        along_lines<true>(from, behind);
      } else {
        along_lines<false>(from, behind);
      }
    }
  }

  const PoolTask& task_;
  const Axis &down_, &along_;
  const ArgmaxBlocks blocks_;

  // Of the planes, or channels, at hand:
  const float* x_ = nullptr;
  int64_t groups_ = 1, width_ = 1, kept_ = 0;
  int64_t first_window_ = 0;  // NCHW: of an output row, where a strip of them begins
  bool exact_ = false;        // a NaN was seen

 private:
  using Along = bool (RowArgmax::*)(int64_t, int64_t) const;

  // i: of the rows that are in lines.
  float* line(int64_t i, int64_t group) const {
    return lines_ + (i * blocks_.groups + group) * blocks_.phases * blocks_.length;
  }

  // The input's column at the beginning of a line.
  int64_t origin() const { return first_window_ * along_.stride - along_.pad_begin; }

  // Rows of the input, -inf around them, into phases, or where windows are made of runs as they are.
  HWY_NOINLINE void split(int64_t begin, int64_t end) {
    const int64_t w = along_.input, from = origin(), stride = blocks_.runs ? 1 : along_.stride;
    M nan = hn::FirstN(D(), 0);
    for (int64_t row = begin; row < end; ++row) {
      for (int64_t g = 0; g < groups_; ++g) {
        const float* x = x_ + g * task_.in_plane() + row * w;
        float* to = line(row - begin, g);
        std::fill_n(to, blocks_.phases * blocks_.length, -std::numeric_limits<float>::infinity());
        if (stride == 1) {
          const int64_t first = HWY_MAX(from, 0), behind = HWY_MIN(from + blocks_.length, w);
          if (first < behind) std::copy(x + first, x + behind, to + first - from);
        } else {
          for (int64_t p = 0; p < blocks_.phases; ++p) {
            int64_t i = from + p < 0 ? (stride - 1 - from - p) / stride : 0;
            float* phase = to + p * blocks_.length;
            for (int64_t c = from + p + i * stride; c < w && i < blocks_.length; c += stride, ++i)
              phase[i] = x[c];
          }
        }
        for (int64_t i = 0; i < blocks_.phases * blocks_.length; i += kN)
          nan = hn::Or(nan, hn::IsNaN(Load(to + i)));
      }
    }
    exact_ = exact_ || !hn::AllFalse(D(), nan);
  }

  template <bool kExact>
  HWY_NOINLINE void along_lines(int64_t first, int64_t last) const {
    if (blocks_.runs) return along_runs<kExact>(first, last);
    for (int64_t row = first; row < last; ++row) {
      for (int64_t g = 0; g < groups_; ++g) {
        const int64_t to = at(row) + g * blocks_.pitch;
        along_line<kExact>(line(row - first, g), values_ + to, positions_ + to);
      }
    }
  }

  // The columns of the first taps of windows c ... c + kN - 1.
  HWY_INLINE VI first_columns(int64_t c) const {
    const DI di;
    const VI distance = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(along_.stride)));
    return hn::Add(distance, hn::Set(di, static_cast<int32_t>(c * along_.stride + origin())));
  }

  HWY_INLINE void put_along(Argmax best, float* values, int32_t* positions, int64_t c) const {
    const DI di;
    // Nothing but -inf: the first tap that is inside. Lanes without a window may hold any position.
    if (first_of(c) * along_.stride + origin() < 0) {
      const VI step = hn::Set(di, static_cast<int32_t>(along_.dilation));
      for (int64_t skipped = 0; skipped < along_.pad_begin; skipped += along_.dilation) {
        const auto outside = hn::Lt(best.index, hn::Zero(di));
        if (hn::AllFalse(di, outside)) break;
        best.index = hn::IfThenElse(outside, hn::Add(best.index, step), best.index);
      }
    }
    Store(best.value, values + c);
    hn::StoreU(best.index, di, positions + c);
  }

  // Tap by tap.
  template <bool kExact>
  HWY_INLINE void along_line(const float* from, float* values, int32_t* positions) const {
    const DI di;
    const int64_t stride = along_.stride, dilation = along_.dilation;
    const VI step = hn::Set(di, static_cast<int32_t>(dilation));
    for (int64_t c = 0; c < width_; c += kN) {
      int64_t phase = 0, i = first_of(c);
      VI tap = first_columns(i);
      Argmax best{Load(from + i), tap};
      for (int64_t j = 1; j < along_.kernel; ++j) {
        tap = hn::Add(tap, step);
        for (phase += dilation; phase >= stride; phase -= stride) ++i;
        best.challenge_by<kExact>(InRegister(Load(from + phase * blocks_.length + i)), tap);
      }
      put_along(best, values, positions, c);
    }
  }

  // Runs that double in size, in place of the lines. One size after the other in all rows: a load of what two
  // stores have just written waits for both.
  template <bool kExact>
  HWY_NOINLINE void along_runs(int64_t first, int64_t last) const {
    const DI di;
    const int64_t taps = along_.kernel, dilation = along_.dilation, stride = along_.stride;
    const VI step = hn::Set(di, static_cast<int32_t>(dilation));
    const VI apart = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(stride)));
    // f(line, its positions, where the row's argmaxes go)
    const auto for_each_line = [&](const auto& f) HWY_ATTR {
      for (int64_t row = first; row < last; ++row) {
        for (int64_t g = 0; g < groups_; ++g) {
          float* from = line(row - first, g);
          f(from, reinterpret_cast<int32_t*>(from + blocks_.lines * blocks_.line()),
            at(row) + g * blocks_.pitch);
        }
      }
    };
    const auto reduce = [&](const float* v, const int32_t* tap, int64_t distance) HWY_ATTR {
      Argmax best{Load(v), hn::LoadU(di, tap)};
      best.challenge_by<kExact>(Load(v + distance), hn::LoadU(di, tap + distance));
      return best;
    };
    int64_t run = 1;
    for (; 2 * run < taps; run *= 2) {
      for_each_line([&](float* v, int32_t* tap, int64_t) HWY_ATTR {
        // Up to the last run that later ones are made of.
        for (int64_t c = 0; c < (width_ - 1) * stride + 1 + (taps - 2 * run) * dilation; c += kN) {
          Argmax best{Load(v + c), hn::Add(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(c + origin())))};
          if (run == 1) {
            best.challenge_by<kExact>(Load(v + c + dilation), hn::Add(best.index, step));
          } else {
            best = reduce(v + c, tap + c, run * dilation);
          }
          Store(best.value, v + c);
          hn::StoreU(best.index, di, tap + c);
        }
      });
    }
    for_each_line([&](const float* v, const int32_t* tap, int64_t to) HWY_ATTR {
      for (int64_t c = 0; c < width_; c += kN) {
        const int64_t from = first_of(c) * stride, distance = (taps - run) * dilation;
        if (stride == 1) {
          put_along(reduce(v + from, tap + from, distance), values_ + to, positions_ + to, c);
          continue;
        }
        const auto every = [&](int64_t at) HWY_ATTR {
          return Argmax{hn::GatherIndex(D(), v + at, apart), hn::GatherIndex(di, tap + at, apart)};
        };
        Argmax best = every(from);
        const Argmax end = every(from + distance);
        best.challenge_by<kExact>(end.value, end.index);
        put_along(best, values_ + to, positions_ + to, c);
      }
    });
  }

  // The positions kept are columns. Whether a NaN was seen.
  template <int kTaps, int kStride>
  HWY_NOINLINE bool along_registers(int64_t first, int64_t last) const {
    const DI di;
    const int64_t w = along_.input, plane = task_.in_plane(), row_floats = blocks_.row();
    M nan = hn::FirstN(D(), 0);
    for (int64_t c = 0; c < width_; c += kN) {
      const int64_t column = first_of(c) * kStride + origin();
      const TapsOfRow<kTaps, kStride> taps(column, w);
      VI position[kTaps];
      for (int j = 0; j < kTaps; ++j)
        position[j] = hn::Max(hn::Add(first_columns(first_of(c)), hn::Set(di, j)), hn::Zero(di));
      for (int64_t g = 0; g < groups_; ++g) {
        const float* x = x_ + g * plane + first * w + column;
        float* values = values_ + at(first) + g * blocks_.pitch + c;
        int32_t* positions = positions_ + at(first) + g * blocks_.pitch + c;
        for (int64_t row = first; row < last; ++row, x += w, values += row_floats, positions += row_floats) {
          V tap[kTaps];
          taps.load(x, tap, nan);
          Argmax best{tap[0], position[0]};
          Unroll<kTaps, 1>([&](auto j) HWY_ATTR { best.challenge_by<false>(tap[j()], position[j()]); });
          Store(best.value, values);
          hn::StoreU(best.index, di, positions);
        }
      }
    }
    return !hn::AllFalse(D(), nan);
  }

  static Along choose_along(const PoolTask& task) {
    const Axis& axis = task.geometry.columns;
    if (task.pixel > 1 || axis.dilation > 1 || axis.stride > 4) return nullptr;
    Along along = nullptr;
    if constexpr (kN >= 16) {
      if (axis.stride == 1 && kDirectTaps < axis.kernel && axis.kernel <= kN) {
        WithTaps(axis.kernel - kDirectTaps, [&](auto more) {
          if constexpr (kDirectTaps + more() <= kN)
            along = &RowArgmax::along_registers<kDirectTaps + more(), 1>;
        });
        return along;
      }
    }
    WithTaps(axis.kernel, [&](auto taps) {
      if constexpr (taps() - 1 <= kN) {
        if (axis.stride == 1) along = &RowArgmax::along_registers<taps(), 1>;
      }
      if (axis.stride == 2) along = &RowArgmax::along_registers<taps(), 2>;
      if constexpr (taps() == 2 || taps() == 3) {
        if (axis.stride == 3) along = &RowArgmax::along_registers<taps(), 3>;
      }
      if constexpr (2 <= taps() && taps() <= 4) {
        if (axis.stride == 4) along = &RowArgmax::along_registers<taps(), 4>;
      }
    });
    return along;
  }

  template <bool kExact>
  HWY_INLINE bool along_pixels(int64_t first, int64_t last) const {
    bool nan = false;
    if (along_.kernel <= kDirectTaps && !kExact) {
      WithTaps(along_.kernel,
               [&](auto taps) HWY_ATTR { nan = along_pixels_by<taps(), kExact>(first, last); });
    } else {
      nan = along_pixels_by<0, kExact>(first, last);
    }
    return nan;
  }

  // kTaps: of all windows that are whole; 0: unknown. Two that have all taps but two in common share their
  // argmax.
  template <int kTaps, bool kExact>
  HWY_NOINLINE bool along_pixels_by(int64_t first_row, int64_t last_row) const {
    M nan = hn::FirstN(D(), 0);
    const bool pairs = kTaps > 2 && along_.stride == 1 && along_.dilation == 1 && width_ >= kN;
    for (int64_t row = first_row; row < last_row; ++row) {
      const float* x = x_ + row * task_.in_row();
      float* values = values_ + at(row);
      int32_t* positions = positions_ + at(row);
      for (int64_t c = 0, n; c < groups_;
           c += n, values += n * blocks_.pitch, positions += n * blocks_.pitch) {
        const AxisWindow& window = task_.columns[static_cast<size_t>(c)];
        const float* from = x + window.first * task_.pixel;
        n = 1;
        if constexpr (kTaps > 2) {
          if (pairs && c + 1 < groups_ && window.count == kTaps &&
              task_.columns[static_cast<size_t>(c + 1)].count == kTaps) {
            n = 2;
            for (int64_t i = 0; i < width_; i += kN)
              two_windows<kTaps>(from + first_of(i), window.first, values + i, positions + i, nan);
            continue;
          }
        }
        if (width_ >= kN) {
          const auto load = [](const float* p) HWY_ATTR { return InRegister(Load(p)); };
          for (int64_t i = 0; i < width_; i += kN)
            one_window<kTaps, kExact>(window, from + first_of(i), values + i, positions + i, load, nan);
        } else {
          const int64_t width = width_;
          const auto load = [width](const float* p)
                                HWY_ATTR { return LoadFirst(p, width, Maximum::identity()); };
          one_window<kTaps, kExact>(window, from, values, positions, load, nan);
        }
      }
    }
    return !hn::AllFalse(D(), nan);
  }

  template <int kTaps, bool kExact, class L>
  HWY_INLINE void one_window(const AxisWindow& window, const float* x, float* value, int32_t* position,
                             const L& load, M& nan) const {
    const DI di;
    const int64_t distance = along_.dilation * task_.pixel;
    Argmax best{load(x), hn::Set(di, static_cast<int32_t>(window.first))};
    V before = best.value;
    const auto tap = [&](int64_t j) HWY_ATTR {
      const V v = load(x + j * distance);
      if (!kExact && j % 2 == 1) nan = hn::Or(nan, EitherNaN(before, v));
      before = v;
      best.challenge_by<kExact>(v, hn::Set(di, static_cast<int32_t>(window.first + j * along_.dilation)));
    };
    if (kTaps > 0 && window.count == kTaps) {
      Unroll<kTaps, 1>([&](auto j) HWY_ATTR { tap(j()); });
    } else {
      for (int64_t j = 1; j < window.count; ++j) tap(j);
    }
    if (!kExact && window.count % 2 == 1) nan = hn::Or(nan, hn::IsNaN(before));
    Store(best.value, value);
    hn::StoreU(best.index, di, position);
  }

  template <int kTaps>
  HWY_INLINE void two_windows(const float* x, int64_t column, float* values, int32_t* positions,
                              M& nan) const {
    const DI di;
    const auto load = [&](int j) HWY_ATTR { return InRegister(Load(x + j * task_.pixel)); };
    const auto at = [&](int j) HWY_ATTR { return hn::Set(di, static_cast<int32_t>(column + j)); };
    Argmax left{load(0), at(0)}, common{load(1), at(1)};
    nan = hn::Or(nan, EitherNaN(left.value, common.value));
    V before = common.value;
    const auto look = [&](int j, V v) HWY_ATTR {
      if (j % 2 == 1) nan = hn::Or(nan, EitherNaN(before, v));
      if (j == kTaps && j % 2 == 0) nan = hn::Or(nan, hn::IsNaN(v));
      before = v;
    };
    Unroll<kTaps, 2>([&](auto j) HWY_ATTR {
      const V v = load(j());
      look(j(), v);
      common.challenge_by<false>(v, at(j()));
    });
    left.challenge_by<false>(common.value, common.index);
    const V last = load(kTaps);
    look(kTaps, last);
    common.challenge_by<false>(last, at(kTaps));
    Store(left.value, values);
    hn::StoreU(left.index, di, positions);
    Store(common.value, values + blocks_.pitch);
    hn::StoreU(common.index, di, positions + blocks_.pitch);
  }

  const Along along_registers_;

 protected:
  float* const values_;
  int32_t* const positions_;

 private:
  float* const lines_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
