// Backward passes in NHWC of maxima from kept positions and of averages, any window: each pixel of dx adds up
// what the windows that read it give, in row-major order as defined, and is written once.
//
// A window costs as many steps as it has taps; from 17 taps on adding gradients to their positions one by one
// is faster than comparing them. Of 3x3 windows with stride 1, those of three columns stay in registers.
#if defined(POOLGLASS_SIMD_GRADIENT_NHWC_GATHER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NHWC_GATHER_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NHWC_GATHER_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NHWC_GATHER_INL_H_
#endif

#include <algorithm>
#include <numeric>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/nchw_average-inl.h"
#include "core/pooling/simd/gradient/nhwc_window-inl.h"
#include "core/pooling/simd/gradient/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// kSlide: 3 for 3x3 windows with stride 1, 0 for any.
template <GradientOf kOf, int kSlide>
class PixelGathers {
 public:
  static bool fits(const PoolTask& task) {
    const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
    if (rows.output > 8 * rows.input || rows.kernel > kMostRows ||
        (kPositions && rows.kernel * columns.kernel > 16))
      return false;
    // Few channels leave most of a vector empty.
    return task.pixel >= kN / 2 && task.pixel > 1 && ring(task) <= kMostRows && scratch(task) <= 256 * 1024;
  }

  static int64_t scratch(const PoolTask& task) { return (ring(task) + 1) * pitch(task) + 2 * task.input.w; }

  PixelGathers(const PoolTask& task, float* scratch)
      : task_(task),
        pixel_(task.pixel),
        pitch_(pitch(task)),
        ring_(ring(task)),
        rows_(scratch),
        nothing_(scratch + ring_ * pitch_),
        readers_(reinterpret_cast<Readers*>(nothing_ + pitch_)) {
    std::fill_n(nothing_, pitch_, 0.0f);
    const Axis& columns = task.geometry.columns;
    step_ = columns.adaptive ? 1 : columns.dilation / std::gcd(columns.dilation, columns.stride);
    int64_t low = 0;
    for (int64_t x = 0; x < task.input.w; ++x) {
      while (low < task.output.w && Overlap::behind(column(low), x)) ++low;
      Readers readers{0, 0};
      for (int64_t c = low; c < task.output.w && column(c).start <= x; ++c) {
        if (columns.dilation > 1 && !column(c).reads(x)) continue;
        if (readers.count++ == 0) readers.first = static_cast<int32_t>(c);
      }
      readers_[x] = readers;
    }
    stream_ = pixel_ % kN == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0 &&
              IsBeyondCaches(task.input.elements() + (kPositions ? 2 : 1) * task.output.elements());
  }

  // Unit: a row of dx.
  void run(int64_t begin, int64_t end) {
    const int64_t h = task_.input.h, oh = task_.output.h;
    for (int64_t plane = begin / h; plane * h < end; ++plane) {
      const int64_t first = HWY_MAX(begin - plane * h, 0), last = HWY_MIN(end - plane * h, h);
      int64_t low = 0, high = 0;  // window rows that may read y
      for (int64_t y = first; y < last; y += kTogether) {
        Block block;
        block.rows = HWY_MIN(kTogether, last - y);
        for (int64_t i = 0; i < block.rows; ++i) {
          while (low < oh && Overlap::behind(row(low), y + i)) ++low;
          for (high = HWY_MAX(high, low); high < oh && row(high).start <= y + i; ++high) prepare(plane, high);
          block.counts[i] = find_rows(plane, low, high, y + i, block.windows[i]);
        }
        block.cell = y * task_.input.w;
        block.dx = task_.y + plane * task_.in_plane() + y * task_.in_row();
        channels(block);
      }
    }
    if (stream_) hwy::FlushStream();
  }

 private:
  static constexpr bool kPositions = kOf == GradientOf::kPositions;
  static constexpr int64_t kMostRows = 32;
  static constexpr int64_t kTogether =
      4;  // rows of dx, which share rows of windows while the first cache holds them

  // Of a cell along the columns: the first of the windows that read it, and how many do.
  struct Readers {
    int32_t first, count;
  };
  struct Row {
    const float* gradients;  // or shares
    const int32_t* positions;
  };

  struct Block {
    Row windows[kTogether][kMostRows];
    int64_t counts[kTogether], rows;
    int64_t cell;  // the first one's number
    float* dx;
  };

  // Window rows whose shares, or positions in 32 bits, are kept.
  static int64_t ring(const PoolTask& task) {
    return HWY_MAX(Overlap(task.rows, task.input.h, kTogether).apart, 1);
  }
  static int64_t pitch(const PoolTask& task) { return (task.out_row() + 15) / 16 * 16 + kVectorSlack; }

  const AxisWindow& row(int64_t r) const { return task_.rows[static_cast<size_t>(r)]; }
  const AxisWindow& column(int64_t c) const { return task_.columns[static_cast<size_t>(c)]; }
  float* kept(int64_t r) const { return rows_ + r % ring_ * pitch_; }

  Row row_of(int64_t plane, int64_t r) const {
    const int64_t at = plane * task_.out_plane() + r * task_.out_row();
    if constexpr (kPositions) {
      return {task_.dy + at, task_.short_positions != nullptr ? task_.short_positions + at
                                                              : reinterpret_cast<const int32_t*>(kept(r))};
    } else {
      return {kept(r), nullptr};
    }
  }

  // Of window rows low ... high - 1 those that read y; how many. Sliding windows have them all, or nothing in
  // their place.
  int64_t find_rows(int64_t plane, int64_t low, int64_t high, int64_t y, Row* rows) const {
    int64_t count = 0;
    if constexpr (kSlide > 0) {
      for (int64_t r = y + task_.geometry.rows.pad_begin - kSlide + 1; count < kSlide; ++r) {
        const bool exists = 0 <= r && r < task_.output.h;
        rows[count++] = exists ? row_of(plane, r) : Row{nothing_, reinterpret_cast<const int32_t*>(nothing_)};
      }
      return count;
    }
    for (int64_t r = low; r < high; ++r) {
      if (task_.geometry.rows.dilation == 1 || row(r).reads(y)) rows[count++] = row_of(plane, r);
    }
    return count;
  }

  void prepare(int64_t plane, int64_t r) const {
    const int64_t at = plane * task_.out_plane() + r * task_.out_row(), n = task_.out_row();
    if constexpr (kPositions) {
      if (task_.short_positions != nullptr) return;
      int32_t* to = reinterpret_cast<int32_t*>(kept(r));
      for (int64_t i = 0; i < n; i += kN)
        hn::StoreU(LoadPositions(task_, at + i, HWY_MIN(n - i, kN)), DI(), to + i);
    } else {
      SharesOfRow(task_, r, task_.dy + at, kept(r));
    }
  }

  void channels(const Block& block) const {
    constexpr int kVectors = kSlide > 0 ? 1 : 4;
    int64_t i = 0;
    for (; i + kVectors * kN <= pixel_; i += kVectors * kN) pixels<kVectors>(block, i, AllLanes());
    for (; i + kN <= pixel_; i += kN) pixels<1>(block, i, AllLanes());
    if (i == pixel_) return;
    if (pixel_ >= kN) {
      pixels<1>(block, pixel_ - kN, AllLanes());  // overlaps the vector before
    } else {
      pixels<1>(block, 0, FirstLanes{pixel_});
    }
  }

  // Channels from i on.
  template <int kVectors, class Lanes>
  HWY_NOINLINE void pixels(const Block& block, int64_t i, const Lanes& lanes) const {
    for (int64_t r = 0; r < block.rows; ++r) {
      float* dx = block.dx + r * task_.in_row() + i;
      int32_t cell = static_cast<int32_t>(block.cell + r * task_.input.w);
      if constexpr (kSlide > 0) {
        slide(block.windows[r], cell, i, dx, lanes);
      } else {
        for (int64_t x = 0; x < task_.input.w; ++x, ++cell, dx += pixel_) {
          const Readers& readers = readers_[x];
          const auto sum_up = [&](auto windows) POOLGLASS_INLINE_LAMBDA {
            gather<kVectors>(block.windows[r], block.counts[r], readers.first * pixel_ + i, windows, cell, dx,
                             lanes);
          };
          if (readers.count == 1) {
            sum_up(std::integral_constant<int, 1>());
          } else if (readers.count == 2) {
            sum_up(std::integral_constant<int, 2>());
          } else {
            sum_up(int64_t{readers.count});
          }
        }
      }
    }
  }

  // A row of a vector of channels. The windows of a column enter as its last tap comes to the cell.
  template <class Lanes>
  HWY_INLINE void slide(const Row* rows, int32_t number, int64_t channel, float* dx,
                        const Lanes& lanes) const {
    const DI di;
    constexpr int kSize = HWY_MAX(kSlide, 1);
    const int64_t pad = task_.geometry.columns.pad_begin, ow = task_.output.w, w = task_.input.w;
    V gradients[kSize][kSize];  // column by column
    VI positions[kSize][kSize];
    VI cell = hn::Set(di, number);
    const VI one = hn::Set(di, 1);
    const float* dy[kSize];
    const int32_t* at[kSize];
    Unroll<kSize>([&](auto r) POOLGLASS_INLINE_LAMBDA {
      dy[r] = rows[r].gradients + channel;
      at[r] = rows[r].positions + channel;
    });
    const auto enter = [&](auto column, int64_t c) POOLGLASS_INLINE_LAMBDA {
      const bool exists = 0 <= c && c < ow;
      Unroll<kSize>([&](auto r) POOLGLASS_INLINE_LAMBDA {
        gradients[column][r] = exists ? lanes.load(dy[r] + c * pixel_) : hn::Zero(D());
        if constexpr (kPositions)
          positions[column][r] = exists ? LoadPositions(lanes, at[r] + c * pixel_) : hn::Zero(di);
      });
    };
    Unroll<kSize - 1>([&](auto column) POOLGLASS_INLINE_LAMBDA {
      enter(std::integral_constant<int, column + 1>(), pad - kSize + 1 + column);
    });
    for (int64_t x = 0; x < w; ++x, dx += pixel_) {
      Unroll<kSize - 1>([&](auto column) POOLGLASS_INLINE_LAMBDA {
        Unroll<kSize>([&](auto r) POOLGLASS_INLINE_LAMBDA {
          gradients[column][r] = gradients[column + 1][r];
          if constexpr (kPositions) positions[column][r] = positions[column + 1][r];
        });
      });
      enter(std::integral_constant<int, kSize - 1>(), x + pad);
      V sum = hn::Zero(D());
      Unroll<kSize>([&](auto r) POOLGLASS_INLINE_LAMBDA {
        Unroll<kSize>([&](auto column) POOLGLASS_INLINE_LAMBDA {
          if constexpr (kPositions) {
            sum =
                AddWhere(hn::RebindMask(D(), hn::Eq(positions[column][r], cell)), sum, gradients[column][r]);
          } else {
            sum = hn::Add(sum, gradients[column][r]);
          }
        });
      });
      if constexpr (kPositions) cell = hn::Add(cell, one);
      store(sum, dx, lanes);
    }
  }

  template <class Lanes>
  HWY_INLINE void store(V v, float* to, const Lanes& lanes) const {
    if (std::is_same_v<Lanes, AllLanes> && stream_) {
      hn::Stream(v, D(), to);
    } else {
      lanes.store(v, to);
    }
  }

  // kVectors vectors of channels of a pixel, from `windows` windows of each row.
  template <int kVectors, class Count, class Lanes>
  HWY_INLINE void gather(const Row* rows, int64_t count, int64_t first, Count windows, int32_t number,
                         float* dx, const Lanes& lanes) const {
    const DI di;
    const VI cell = hn::Set(di, number);
    const int64_t step = step_ * pixel_;
    V sums[kVectors];
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { sums[v] = hn::Zero(D()); });
    for (int64_t r = 0; r < count; ++r) {
      const float* gradients = rows[r].gradients + first;
      const int32_t* positions = rows[r].positions + first;
      for (int64_t c = 0; c < windows; ++c, gradients += step, positions += step) {
        Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA {
          const V gradient = lanes.load(gradients + v * kN);
          if constexpr (kPositions) {
            const VI at = LoadPositions(lanes, positions + v * kN);
            sums[v] = AddWhere(hn::RebindMask(D(), hn::Eq(at, cell)), sums[v], gradient);
          } else {
            sums[v] = hn::Add(sums[v], gradient);
          }
        });
      }
    }
    Unroll<kVectors>([&](auto v) POOLGLASS_INLINE_LAMBDA { store(sums[v], dx + v * kN, lanes); });
  }

  const PoolTask& task_;
  const int64_t pixel_, pitch_, ring_;
  float* const rows_;
  float* const nothing_;  // a row of windows that give nothing
  Readers* const readers_;
  int64_t step_ = 1;  // between windows that read the same cell
  bool stream_ = false;
};

template <GradientOf kOf, int kSlide>
void PixelGatherRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  PixelGathers<kOf, kSlide>(task, scratch).run(begin, end);
}

template <GradientOf kOf>
struct NhwcGatherGradient {
  static bool can(const PoolTask& task) {
    return IsGradientOf<kOf>(task) && IsSeparable(task) && PixelGathers<kOf, 0>::fits(task);
  }
  static bool expected_to_win(const PoolTask& task) {
    const PoolParams& p = task.params;
    if (kOf == GradientOf::kAverage) {  // `average-gradient-by-grids` copies cells that the same windows read
      if (p.dilation != Size2{1, 1}) return WindowsOfACell(task) >= 4;  // draw_cases.py --irregular
      const bool shared = p.kernel.w > p.stride.w;
      return p.stride.w == 1 || (shared && task.pixel >= kN && p.kernel.w <= 9) ||
             (task.pixel >= 4 * kN && p.kernel.w <= 5);
    }
    // `gradient-from-indices` takes steps for each window, not for each cell and window that reads it: it
    // wins where vectors are short or partly empty, and cells have many windows or windows many cells; of
    // adaptive and dilated windows where there are few for the cells.
    const bool regular = !task.geometry.rows.adaptive && p.dilation == Size2{1, 1};
    if (!regular && 4 * task.out_plane() < task.in_plane()) return false;
    const int64_t taps = p.kernel.h * p.kernel.w, steps = taps * p.stride.h * p.stride.w;
    return task.pixel >= (p.stride.h == 1 ? kN : 4 * kN) && taps <= 9 && 5 * steps <= 2 * kN * kN;
  }
  static KernelWork work(const PoolTask& task) {
    return {IsSquare(task, 3, 1) ? &PixelGatherRows<kOf, 3> : &PixelGatherRows<kOf, 0>,
            task.planes * task.input.h, PixelGathers<kOf, 0>::scratch(task)};
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
