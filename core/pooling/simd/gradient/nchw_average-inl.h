// Backward passes of averages over any windows in NCHW, which write dx once.
//
// A row of windows is spread out over the cells of its columns: slot i of a cell holds what the i-th of the
// windows that read it gives, or 0. A row of dx then is the sum of the slots of all window rows that read it,
// in order as defined. Window rows wait in a ring until no row of dx needs them. With stride 1 the slots are
// the row itself, shifted.
#if defined(POOLGLASS_SIMD_GRADIENT_NCHW_AVERAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NCHW_AVERAGE_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NCHW_AVERAGE_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NCHW_AVERAGE_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The most windows that read the same cell; the most in a row that those reading one of `together` cells are
// among.
struct Overlap {
  int64_t windows = 0, apart = 0;

  Overlap(std::span<const AxisWindow> all, int64_t cells, int64_t together = 1) {
    size_t low = 0;
    for (int64_t cell = 0; cell < cells; ++cell) {
      while (low < all.size() && behind(all[low], cell)) ++low;
      int64_t count = 0;
      size_t i = low;
      for (; i < all.size() && all[i].start < cell + together; ++i) {
        if (all[i].start <= cell && (all[i].step == 1 || all[i].reads(cell))) ++count;
      }
      windows = HWY_MAX(windows, count);
      apart = HWY_MAX(apart, static_cast<int64_t>(i - low));
    }
  }

  // Whether a window ends before a cell.
  static bool behind(const AxisWindow& w, int64_t cell) { return w.last() < cell; }
};

class AverageGradients {
 public:
  // Larger rings than fit the second cache are no use.
  static bool fits(const PoolTask& task) {
    // Bounds, so that overlaps are not counted where far too many windows read a cell.
    const auto few = [](const Axis& axis) {
      return axis.output <= 1 << 16 && (axis.kernel - 1) * axis.dilation / axis.stride < 32;
    };
    return few(task.geometry.rows) && few(task.geometry.columns) && scratch(task) <= 128 * 1024 &&
           spans_fit(task);
  }

  static int64_t scratch(const PoolTask& task) {
    const Layout layout(task);
    const int64_t shares = layout.share_pitch * layout.share_rows, slots = layout.slots * layout.pitch;
    return shares + (layout.shifted ? 0 : (layout.ring + 2) * slots + slots / kN);
  }

  AverageGradients(const PoolTask& task, float* scratch)
      : task_(task),
        layout_(task),
        shares_(scratch),
        ring_(shares_ + layout_.share_pitch * layout_.share_rows),
        lanes_(reinterpret_cast<int32_t*>(ring_ + layout_.ring * layout_.slots * layout_.pitch)),
        inside_(reinterpret_cast<float*>(lanes_ + layout_.slots * layout_.pitch)),
        first_(reinterpret_cast<int32_t*>(inside_ + layout_.slots * layout_.pitch)),
        slot_step_(layout_.shifted ? task.geometry.columns.dilation : layout_.pitch),
        row_divisor_(task.row_divisor[0]),
        tiles_(layout_.slots == 1 && layout_.windows_apart <= 1 && task.geometry.rows.dilation == 1),
        share_(task, 0) {
    std::fill_n(shares_, layout_.share_pitch * layout_.share_rows, 0.0f);
    for (int64_t slot = 0; slot < layout_.slots && !layout_.shifted; ++slot)
      for (int64_t x = 0; x < layout_.pitch; x += kN) spread_out(slot, x);
  }

  // Unit: a plane.
  void run(int64_t begin, int64_t end) {
    const int64_t w = task_.input.w, h = task_.input.h;
    for (int64_t plane = begin; plane < end; ++plane) {
      const float* dy = task_.dy + plane * task_.out_plane();
      float* dx = task_.y + plane * task_.in_plane();
      shared_ = 0;
      if (tiles_) {
        run_tiles(dy, dx);
        continue;
      }
      Range rows{0, 0};
      for (int64_t y = 0; y < h; y += 2, dx += 2 * w) {
        const Range first = rows = find_rows(y, rows, dy);
        const Range second = y + 1 < h ? rows = find_rows(y + 1, rows, dy) : Range{first.end, first.end};
        Slots slots;
        for (int64_t r = first.begin; r < second.end; ++r) {
          const bool reads_first = r < first.end && reads(r, y),
                     reads_second = r >= second.begin && reads(r, y + 1);
          if (reads_first || reads_second)
            slots.add(reads_first, reads_second, filled_[r % kMostRows], layout_.slots, slot_step_);
        }
        for (int64_t x = 0; x < w; x += 4 * kN) {
          const int64_t vectors = (w - x + kN - 1) / kN;
          const bool two = y + 1 < h;
          if (vectors >= 4) add_up<4>(slots, x, dx, two);
          if (vectors == 3) add_up<3>(slots, x, dx, two);
          if (vectors == 2) add_up<2>(slots, x, dx, two);
          if (vectors == 1) add_up<1>(slots, x, dx, two);
        }
      }
    }
  }

 private:
  static constexpr int64_t kMostSlots = 512, kMostRows = 128;

  struct Range {
    int64_t begin, end;
  };

  // Of two rows of dx, in order: what only the first adds, what both do, what only the second does. (Rows of
  // dilated windows share nothing.)
  struct Slots {
    const float* at[3][kMostSlots];
    int64_t count[3] = {};

    HWY_INLINE void add(bool first, bool second, const float* from, int64_t n, int64_t step) {
      const int part = first && second ? 1 : first ? 0 : 2;
      for (int64_t i = 0; i < n; ++i, from += step) at[part][count[part]++] = from;
    }
  };

  // Window rows among which those are that read y, from those for the rows of dx before; now in the ring.
  Range find_rows(int64_t y, Range rows, const float* dy) {
    while (rows.begin < task_.output.h && Overlap::behind(window(rows.begin), y)) ++rows.begin;
    rows.end = HWY_MAX(rows.end, rows.begin);
    for (; rows.end < task_.output.h && window(rows.end).start <= y; ++rows.end) fill(rows.end, dy);
    return rows;
  }

  bool reads(int64_t r, int64_t y) const { return task_.geometry.rows.dilation == 1 || window(r).reads(y); }

  struct Layout {
    int64_t slots, windows_apart, ring, pitch;
    int64_t share_lead = 0, share_pitch, share_rows;
    int64_t batch;  // rows whose shares are found at once
    bool shifted;

    explicit Layout(const PoolTask& task) {
      slots = HWY_MAX(Overlap(task.columns, task.input.w).windows, 1);
      windows_apart = Overlap(task.rows, task.input.h).apart;
      ring = HWY_MAX(Overlap(task.rows, task.input.h, 2).apart, 1);
      pitch = (task.input.w + 15) / 16 * 16;
      const Axis& columns = task.geometry.columns;
      shifted = !columns.adaptive && columns.stride == 1 && slots > 1;
      int64_t reach = task.output.w;
      if (shifted) {
        slots = columns.kernel;
        share_lead = (columns.kernel - 1) * columns.dilation;
        reach = share_lead + HWY_MAX(reach, task.input.w + columns.pad_begin);
      }
      share_pitch = (reach + 15) / 16 * 16 + kVectorSlack;
      batch = HWY_MIN(task.output.h, HWY_MAX(2048 / share_pitch, 1));
      share_rows = batch + (shifted ? ring : 0);
    }
  };

  static bool spans_fit(const PoolTask& task) {
    const Layout layout(task);
    if (layout.ring > kMostRows || layout.ring * layout.slots > kMostSlots) return false;
    if (layout.shifted) return true;
    for (int64_t slot = 0; slot < layout.slots; ++slot) {
      for (int64_t x = 0; x < task.input.w; x += kN) {
        int64_t least = -1, most = -1;
        for (int64_t cell = x; cell < HWY_MIN(x + kN, task.input.w); ++cell) {
          const int64_t c = reader(task, cell, slot);
          if (c >= 0 && (least < 0 || c < least)) least = c;
          most = HWY_MAX(most, c);
        }
        if (most - least >= kN) return false;
      }
    }
    return true;
  }

  // The slot-th window that reads a cell of a row; -1 if there is none.
  static int64_t reader(const PoolTask& task, int64_t cell, int64_t slot) {
    const Axis& axis = task.geometry.columns;
    // No window before can read it.
    int64_t c = axis.adaptive
                    ? HWY_MAX(cell * axis.output / axis.input - 1, 0)
                    : HWY_MAX((cell + axis.pad_begin - (axis.kernel - 1) * axis.dilation) / axis.stride, 0);
    for (; c < axis.output && task.columns[static_cast<size_t>(c)].start <= cell; ++c) {
      if (task.columns[static_cast<size_t>(c)].reads(cell) && slot-- == 0) return c;
    }
    return -1;
  }

  const AxisWindow& window(int64_t r) const { return task_.rows[static_cast<size_t>(r)]; }
  float* share_row(int64_t r) const { return shares_ + r % layout_.share_rows * layout_.share_pitch; }
  float* ring_row(int64_t r) const { return ring_ + r % layout_.ring * layout_.slots * layout_.pitch; }

  // Prepares cells x ... x + kN - 1.
  void spread_out(int64_t slot, int64_t x) const {
    const int64_t at = slot * layout_.pitch + x;
    int64_t readers[kN], least = task_.output.w;
    for (int64_t lane = 0; lane < kN; ++lane) {
      readers[lane] = x + lane < task_.input.w ? reader(task_, x + lane, slot) : -1;
      if (readers[lane] >= 0) least = HWY_MIN(least, readers[lane]);
    }
    for (int64_t lane = 0; lane < kN; ++lane) {
      const bool read = readers[lane] >= 0;
      lanes_[at + lane] = read ? static_cast<int32_t>(readers[lane] - least) : 0;
      inside_[at + lane] = std::bit_cast<float>(read ? -1 : 0);
    }
    first_[at / kN] = static_cast<int32_t>(least);
  }

  // No two windows read the same cell: rows of windows go straight to their rows of dx.
  void run_tiles(const float* dy, float* dx) {
    const int64_t w = task_.input.w;
    int64_t y = 0;
    for (int64_t r = 0; r < task_.output.h; ++r) {
      const AxisWindow& rows = window(r);
      if (rows.count == 0) continue;
      std::fill(dx + y * w, dx + rows.first * w, 0.0f);
      fill(r, dy);
      const float* from = ring_row(r);
      float* to = dx + rows.first * w;
      for (int64_t x = 0; x < w; x += kN) {
        const V v = hn::Load(D(), from + x);
        for (int64_t i = 0; i < rows.count; ++i) StoreUpTo(v, to + i * w + x, w - x);
      }
      y = rows.first + rows.count;
    }
    std::fill(dx + y * w, dx + task_.input.h * w, 0.0f);
  }

  // Shares of some rows of windows, long before they are spread out: a load across two fresh stores stalls.
  void find_shares(const float* dy) {
    const int64_t ow = task_.output.w, end = HWY_MIN(shared_ + layout_.batch, task_.output.h);
    for (int64_t r = shared_; r < end; ++r) {
      if (task_.row_divisor[static_cast<size_t>(r)] != row_divisor_) {
        row_divisor_ = task_.row_divisor[static_cast<size_t>(r)];
        share_ = RowAverage(task_, r);
      }
      const float* from = dy + r * ow;
      float* to = share_row(r) + layout_.share_lead;
      int64_t c = 0;
      for (; c + kN <= ow; c += kN) Store(hn::Add(share_(c, Load(from + c)), hn::Zero(D())), to + c);
      if (c < ow) Store(hn::Add(share_(c, LoadFirst(from + c, ow - c, Set(0))), hn::Zero(D())), to + c);
    }
    shared_ = end;
  }

  // Window row r into the ring.
  void fill(int64_t r, const float* dy) {
    if (r == shared_) find_shares(dy);
    // Slots before the row's windows, or behind them, hold 0.
    filled_[r % kMostRows] = layout_.shifted ? share_row(r) + task_.geometry.columns.pad_begin : ring_row(r);
    if (layout_.shifted) return;
    const int64_t n = layout_.slots * layout_.pitch;
    const float* shares = share_row(r);
    float* row = ring_row(r);
    for (int64_t i = 0; i < n; i += kN) {
      const V windows = Load(shares + first_[i / kN]);
      const auto lanes = hn::SetTableIndices(D(), lanes_ + i);
      hn::Store(hn::And(hn::TableLookupLanes(windows, lanes), Load(inside_ + i)), D(), row + i);
    }
  }

  // kVectors vectors of a row of dx, or two, from the slots that their windows filled.
  template <int kVectors>
  HWY_INLINE void add_up(const Slots& slots, int64_t x, float* dx, bool two) const {
    const int64_t w = task_.input.w;
    V first[kVectors], second[kVectors];
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { first[v] = second[v] = hn::Zero(D()); });
    const auto add = [&](auto part) POOLGLASS_INLINE_LAMBDA {
      for (int64_t i = 0; i < slots.count[part]; ++i) {
        const float* from = slots.at[part][i] + x;
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          const V share = InRegister(Load(from + v * kN));
          if constexpr (part < 2) first[v] = hn::Add(first[v], share);
          if constexpr (part > 0) second[v] = hn::Add(second[v], share);
        });
      }
    };
    Unroll<3>([&](auto part) POOLGLASS_INLINE_LAMBDA { add(part); });
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
      const int64_t at = x + v * kN;
      StoreUpTo(first[v], dx + at, w - at);
      if (two) StoreUpTo(second[v], dx + w + at, w - at);
    });
  }

  const PoolTask& task_;
  const Layout layout_;
  float* const shares_;  // of a row of windows
  float* const ring_;    // rows of slots of rows of cells
  int32_t* const
      lanes_;            // for each slot and cell: the window in the vector of shares that begins with first_
  float* const inside_;  // and whether there is one, as bits
  int32_t* const first_;  // for each vector of them
  const int64_t slot_step_;
  const float* filled_[kMostRows];  // the first slots of the window rows in the ring
  float row_divisor_;
  const bool tiles_;
  int64_t shared_ = 0;  // rows of windows whose shares are known
  RowAverage share_;
};

inline void AverageGradientPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  AverageGradients(task, scratch).run(begin, end);
}

// Windows that are whole planes.
inline void GlobalAverageGradients(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const int64_t n = task.in_plane();
  const Divider divide(task.row_divisor[0] * task.column_divisor[0]);
  float* dx = task.y + begin * n;
  float* const behind = task.y + end * n;
  for (int64_t plane = begin; plane < end; ++plane, dx += n) {
    const V share = hn::Add(divide(Set(task.dy[plane])), hn::Zero(D()));
    int64_t i = 0;
    for (; i + kN <= n; i += kN) Store(share, dx + i);
    // What is too much is stored over by the next plane.
    if (i < n) StoreUpTo(share, dx + i, HWY_MIN(behind - (dx + i), kN));
  }
}

struct NchwGlobalAverageGradient : ExpectedEverywhere {
  static bool can(const PoolTask& task) {
    return !IsMax(task) && task.output.h * task.output.w == 1 && task.rows[0].count == task.input.h &&
           task.columns[0].count == task.input.w;
  }
  static KernelWork work(const PoolTask& task) { return {&GlobalAverageGradients, task.planes, 0}; }
};

struct NchwAverageGradient {
  // With planes for half of a vector's lanes: 1.1 to 6 times as fast as `average-gradient-by-grids`.
  // Of dilated windows, `average-gradient` is as fast or faster at strides above 1; adaptive bins are won
  // with any number of planes (tests/bench: draw_cases.py --irregular).
  static bool expected_to_win(const PoolTask& task) {
    if (task.geometry.rows.adaptive) return true;
    if (task.params.dilation != Size2{1, 1} && task.params.stride != Size2{1, 1}) return false;
    return task.planes >= kN / 2;
  }
  static bool can(const PoolTask& task) {
    return IsGradientOf<GradientOf::kAverage>(task) && IsSeparable(task) && AverageGradients::fits(task);
  }
  static KernelWork work(const PoolTask& task) {
    return {&AverageGradientPlanes, task.planes, AverageGradients::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
