// Backward passes of small overlapping windows in NCHW, of maxima from kept positions and of averages, which
// write dx once.
//
// Vectors of cells that lie a stride apart walk down a band of rows. Each adds the gradients of the windows
// that read it, in row-major order as defined: all of dy where the position is the cell's, or a share. What a
// row of windows adds to input rows that the next one reads too stays in registers. A window costs about as
// many comparisons and additions as it has taps, a sixteenth of each; from 16 taps on adding gradients one by
// one is faster.
#if defined(POOLGLASS_SIMD_GRADIENT_NCHW_BANDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_NCHW_BANDS_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_NCHW_BANDS_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_NCHW_BANDS_INL_H_
#endif

#include <algorithm>
#include <new>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/gradient/taps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// The lanes of a vector of windows that there are; the others load 0.
class WindowLanes {
 public:
  WindowLanes() = default;
  // Of windows c ... c + kN - 1, those of a row of n.
  HWY_INLINE WindowLanes(int64_t c, int64_t n)
      : first_(HWY_MIN(HWY_MAX(-c, 0), kN)), end_(HWY_MAX(HWY_MIN(n - c, kN), first_)) {
    mask_ =
        hn::AndNot(hn::FirstN(D(), static_cast<size_t>(first_)), hn::FirstN(D(), static_cast<size_t>(end_)));
  }

  HWY_INLINE V load(const float* p) const {
#if POOLGLASS_MASKED_MEMORY
    return hn::MaskedLoad(mask_, D(), p);
#else
    HWY_ALIGN float lanes[kN] = {};
    std::memcpy(lanes + first_, p + first_, static_cast<size_t>(end_ - first_) * sizeof(float));
    return hn::Load(D(), lanes);
#endif
  }

 private:
  int64_t first_, end_;
  M mask_;
};

// Square windows, and the padding before the columns, modulo the stride (phase). Cells lie a stride apart;
// cell e of each stride is read by the windows offset(e) - t further on, by their taps column(e) + t *
// stride.
struct BandWindows {
  int size, stride, phase;
  constexpr int overlap() const { return size - stride; }  // input rows shared with the window behind
  constexpr int waiting() const { return overlap() * stride; }
  constexpr int column(int e) const { return (e + phase) % stride; }
  constexpr int offset(int e) const { return (e + phase) / stride; }
  constexpr int back() const { return (size - 1) / stride; }  // the least offset, negative
  constexpr int offsets() const { return back() + 1 + offset(stride - 1); }
};

template <GradientOf kOf>
class GradientBands {
 public:
  GradientBands(const PoolTask& task, float* scratch, const BandWindows& windows)
      : task_(task),
        windows_(windows),
        w_(task.input.w),
        ow_(task.output.w),
        cells_(cells(task, windows)),
        band_(band(task)),
        before_(task.geometry.columns.pad_begin / windows.stride),
        waiting_(scratch),
        narrow_(reinterpret_cast<int32_t*>(scratch + windows.waiting() * cells_)),
        dividers_(reinterpret_cast<Divider*>(narrow_)) {
    const bool lines = w_ % 16 == 0 && reinterpret_cast<uintptr_t>(task.y) % 64 == 0;
    stream_ = lines && IsBeyondCaches(task.input.elements() + (kPositions ? 2 : 1) * task.output.elements());
    if constexpr (!kPositions) {
      row_divisor_ = task.row_divisor[static_cast<size_t>(task.output.h / 2)];
      inner_ = Divider(row_divisor_ * task.inner_divisor);
      const int offsets = windows.offsets();
      for (int64_t q = 0; q < kPrepared * kN && q < cells_; q += kN)
        for (int o = 0; o < offsets; ++o)
          new (dividers_ + q / kN * offsets + o) Divider(hn::Mul(Set(row_divisor_), column_divisors(q, o)));
    }
  }

  static int64_t scratch(const PoolTask& task, const BandWindows& windows) {
    const int64_t dividers =
        kPrepared * windows.offsets() * static_cast<int64_t>(sizeof(Divider) / sizeof(float));
    return windows.waiting() * cells(task, windows) +
           (kPositions ? band(task) * task.output.w + kN : dividers);
  }

  struct Band {
    int64_t first, rows;
    const float* dy;
    const int32_t* positions;
    float* dx;
    bool small;
  };
  // Cells from q on, down a band.
  using Walk = void (*)(const GradientBands& bands, const Band& band, int64_t q);

  // Unit: an output row, with the rows of dx from its windows' first on that are not the next one's. edge:
  // where not all windows exist, or the row of dx ends.
  void run(int64_t begin, int64_t end, Walk inner, Walk edge) {
    const int64_t oh = task_.output.h;
    for (int64_t plane = begin / oh; plane * oh < end; ++plane)
      rows(plane, HWY_MAX(begin - plane * oh, 0), HWY_MIN(end - plane * oh, oh), inner, edge);
    if (stream_) hwy::FlushStream();
  }

  template <int kSize, int kStride, int kPhase, bool kEdge>
  static void walk(const GradientBands& bands, const Band& band, int64_t q) {
    bands.template walk<kSize, kStride, kPhase, kEdge>(band, q);
  }

 private:
  static constexpr bool kPositions = kOf == GradientOf::kPositions;
  static constexpr int64_t kPrepared = 8;  // vectors of cells whose divisors are

  // Rows of windows that are done before the next columns.
  static int64_t band(const PoolTask& task) {
    return HWY_MIN(HWY_MAX(2048 / task.input.w, 8), task.output.h);
  }
  static int64_t cells(const PoolTask& task, const BandWindows& windows) {
    const int64_t step = windows.stride * kN;
    return (task.input.w + step - 1) / step * kN;
  }

  // Window rows begin ... end - 1 of a plane.
  void rows(int64_t plane, int64_t begin, int64_t end, Walk inner, Walk edge) {
    const int64_t oh = task_.output.h, h = task_.input.h, pad = task_.geometry.rows.pad_begin;
    const int64_t stride = windows_.stride, back = windows_.back(), overlap = windows_.overlap();
    float* dx = task_.y + plane * task_.in_plane();
    own_ = HWY_MAX(begin * stride - pad, 0);
    std::fill_n(waiting_, windows_.waiting() * cells_, 0.0f);
    // Rows before `begin` only for what they leave waiting.
    for (int64_t r = HWY_MAX(begin - back, 0); r < end; r += band_) {
      Band band;
      band.first = r;
      band.rows = HWY_MIN(band_, end - r);
      const int64_t from = (plane * oh + r) * ow_, windows = band.rows * ow_;
      band.dy = task_.dy + from;
      band.dx = dx + (r * stride - pad) * w_;
      if constexpr (kPositions) {
        band.positions = task_.short_positions != nullptr ? task_.short_positions + from : narrow_;
        if (task_.short_positions == nullptr) narrow(from, windows);
      } else {
        band.small = has_small(band.dy, windows);
      }
      for (int64_t q = 0; q < cells_; q += kN) {
        const int64_t c = q + before_ - back;  // the first window
        const bool whole = c >= 0 && c + windows_.offsets() - 1 + kN <= ow_ && (q + kN) * stride <= w_;
        (whole ? inner : edge)(*this, band, q);
      }
    }
    if (end < oh) return;
    for (int64_t y = HWY_MAX(oh * stride - pad, 0); y < h; ++y) {
      const int64_t i = y - (oh * stride - pad);
      for (int64_t q = 0; q < cells_; q += kN) {
        V sums[2] = {hn::Zero(D()), hn::Zero(D())};
        for (int64_t e = 0; i < overlap && e < stride; ++e)
          sums[e] = Load(waiting_ + (i * stride + e) * cells_ + q);
        if (stride == 1) {
          store<1, true>(sums, dx + y * w_, q);
        } else {
          store<2, true>(sums, dx + y * w_, q);
        }
      }
    }
  }

  void narrow(int64_t from, int64_t n) const {
    int64_t i = 0;
    for (; i + kN <= n; i += kN) hn::StoreU(LoadPositions(task_, from + i, kN), DI(), narrow_ + i);
    if (i < n) hn::StoreU(LoadPositions(task_, from + i, n - i), DI(), narrow_ + i);
  }

  static bool has_small(const float* dy, int64_t n) {
    SmallSums small;
    int64_t i = 0;
    for (; i + kN <= n; i += kN) small.look(Load(dy + i));
    if (i < n) small.look(LoadFirst(dy + i, n - i, hn::Zero(D())));
    return small.any();
  }

  // Of the windows at an offset from cells q on; 1 where there is none.
  V column_divisors(int64_t q, int o) const {
    const int64_t c = q + before_ - windows_.back() + o;
    return hn::Max(WindowLanes(c, ow_).load(task_.column_divisor.data() + c), Set(1.0f));
  }

  HWY_INLINE Divider divider(int64_t q, int o) const {
    const int64_t c = q + before_ - windows_.back() + o;
    if (task_.inner_begin <= c && c + kN <= task_.inner_end) return inner_;
    if (q < kPrepared * kN) return dividers_[q / kN * windows_.offsets() + o];
    return Divider(hn::Mul(Set(row_divisor_), column_divisors(q, o)));
  }

  template <int kSize, int kStride, int kPhase, bool kEdge>
  HWY_INLINE void walk(const Band& band, int64_t q) const {
    constexpr BandWindows kWindows{kSize, kStride, kPhase};
    static_assert(kWindows.overlap() >= 0 && (kStride == 1 || kStride == 2) && kPhase < kStride);
    constexpr int kOverlap = kWindows.overlap(), kBack = kWindows.back(), kOffsets = kWindows.offsets();
    const DI di;
    const int64_t h = task_.input.h, ow = ow_, w = w_, own = own_, c = q + before_ - kBack;
    float* const waiting = waiting_ + q;
    V sums[kSize][kStride];
    VI cell[kSize][kStride];
    WindowLanes lanes[kOffsets];
    Divider dividers[kOffsets];
    int64_t start = band.first * kStride - task_.geometry.rows.pad_begin;
    Unroll<kOffsets>([&](auto o) POOLGLASS_INLINE_LAMBDA {
      if constexpr (kEdge) lanes[o] = WindowLanes(c + o, ow);
      if constexpr (!kPositions) dividers[o] = divider(q, o);
    });
    const VI step = hn::Mul(hn::Iota(di, 0), hn::Set(di, kStride));
    Unroll<kSize>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      Unroll<kStride>([&](auto e) POOLGLASS_INLINE_LAMBDA {
        if constexpr (i < kOverlap) sums[i][e] = hn::Load(D(), waiting + (i * kStride + e) * cells_);
        if constexpr (kPositions)
          cell[i][e] = hn::Add(step, hn::Set(di, static_cast<int32_t>((start + i) * w + q * kStride + e)));
      });
    });
    const VI down = hn::Set(di, static_cast<int32_t>(kStride * w));
    float* to = band.dx;
    const float* dy = band.dy + c;
    const int32_t* positions = band.positions + c;
    for (int64_t r = 0; r < band.rows; ++r, start += kStride, to += kStride * w, dy += ow, positions += ow) {
      V gradient[kOffsets];
      VI at[kOffsets];
      const auto load = [&](const float* p, auto o) POOLGLASS_INLINE_LAMBDA {
        return InRegister(kEdge ? lanes[o].load(p + o) : Load(p + o));
      };
      Unroll<kOffsets>([&](auto o) POOLGLASS_INLINE_LAMBDA {
        gradient[o] = load(dy, o);
        if constexpr (kPositions) {
          at[o] = hn::BitCast(di, load(reinterpret_cast<const float*>(positions), o));
          gradient[o] = hn::Add(gradient[o], hn::Zero(D()));
        }
      });
      if constexpr (!kPositions) {
        const float row_divisor = task_.row_divisor[static_cast<size_t>(band.first + r)];
        if (HWY_LIKELY(row_divisor == row_divisor_ && !band.small)) {
          Unroll<kOffsets>([&](auto o) POOLGLASS_INLINE_LAMBDA {
            gradient[o] = dividers[o].quick(gradient[o]);
            if constexpr (!POOLGLASS_FUSED) gradient[o] = hn::Add(gradient[o], hn::Zero(D()));
          });
        } else {
          Unroll<kOffsets>([&](auto o) POOLGLASS_INLINE_LAMBDA {
            const V share = hn::Div(gradient[o], hn::Mul(Set(row_divisor), column_divisors(q, o)));
            gradient[o] = hn::Add(share, hn::Zero(D()));
          });
        }
      }
      Unroll<kSize>([&](auto i) POOLGLASS_INLINE_LAMBDA {
        Unroll<kStride>([&](auto e) POOLGLASS_INLINE_LAMBDA {
          // Windows ascend as their taps descend.
          constexpr int kTaps = (kSize - kWindows.column(e) + kStride - 1) / kStride;
          Unroll<kTaps>([&](auto t) POOLGLASS_INLINE_LAMBDA {
            constexpr int o = kBack + kWindows.offset(e) - (kTaps - 1 - t);
            constexpr bool kFresh = i >= kOverlap && t == 0;
            if constexpr (kPositions) {
              const M here = hn::RebindMask(D(), hn::Eq(at[o], cell[i][e]));
              sums[i][e] =
                  kFresh ? hn::IfThenElseZero(here, gradient[o]) : AddWhere(here, sums[i][e], gradient[o]);
            } else {
              sums[i][e] = kFresh ? gradient[o] : hn::Add(sums[i][e], gradient[o]);
            }
          });
        });
      });
      Unroll<kStride>([&](auto i) POOLGLASS_INLINE_LAMBDA {
        if (HWY_LIKELY(own <= start + i && start + i < h)) store<kStride, kEdge>(sums[i], to + i * w, q);
      });
      Unroll<kSize>([&](auto i) POOLGLASS_INLINE_LAMBDA {
        Unroll<kStride>([&](auto e) POOLGLASS_INLINE_LAMBDA {
          if constexpr (i < kOverlap) sums[i][e] = sums[i + kStride][e];
          if constexpr (kPositions) {
            cell[i][e] = i < kOverlap ? cell[HWY_MIN(i + kStride, kSize - 1)][e] : hn::Add(cell[i][e], down);
          }
        });
      });
    }
    Unroll<kOverlap>([&](auto i) POOLGLASS_INLINE_LAMBDA {
      Unroll<kStride>([&](auto e) POOLGLASS_INLINE_LAMBDA {
        hn::Store(sums[i][e], D(), waiting + (i * kStride + e) * cells_);
      });
    });
  }

  // To the row's cells from q on.
  template <int kStride, bool kEdge>
  HWY_INLINE void store(const V* sums, float* row, int64_t q) const {
    float* to = row + q * kStride;
    V v[kStride];
    if constexpr (kStride == 1) {
      v[0] = sums[0];
    } else {
      Interleave(sums[0], sums[1], v[0], v[1]);
    }
    Unroll<kStride>([&](auto e) POOLGLASS_INLINE_LAMBDA {
      if constexpr (kEdge) {
        const int64_t left = w_ - q * kStride - e * kN;
        if (left > 0) StoreUpTo(v[e], to + e * kN, left);
      } else if (stream_) {
        hn::Stream(v[e], D(), to + e * kN);
      } else {
        Store(v[e], to + e * kN);
      }
    });
  }

  const PoolTask& task_;
  const BandWindows windows_;
  const int64_t w_, ow_;
  const int64_t cells_, band_;
  const int64_t before_;  // windows that begin before the row, a stride or more
  float* const waiting_;  // overlap rows of stride rows of cells
  int32_t* const narrow_;
  Divider* const dividers_;  // one per offset for each of the first vectors of cells
  Divider inner_;
  float row_divisor_ = 1;
  int64_t own_ = 0;  // the first row of dx
  bool stream_ = false;
};

template <GradientOf kOf>
HWY_NOINLINE void RunBands(const PoolTask& task, int64_t begin, int64_t end, float* scratch,
                           const BandWindows& windows, typename GradientBands<kOf>::Walk inner,
                           typename GradientBands<kOf>::Walk edge) {
  GradientBands<kOf>(task, scratch, windows).run(begin, end, inner, edge);
}

template <GradientOf kOf, int kSize, int kStride, int kPhase>
void GradientBandRows(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  using Bands = GradientBands<kOf>;
  RunBands<kOf>(task, begin, end, scratch, BandWindows{kSize, kStride, kPhase},
                &Bands::template walk<kSize, kStride, kPhase, false>,
                &Bands::template walk<kSize, kStride, kPhase, true>);
}

// Of averages, or of maxima from their indices.
template <GradientOf kOf>
struct NchwWindowGradient {
  static constexpr bool kAverage = kOf == GradientOf::kAverage;

  static bool can(const PoolTask& task) {
    const bool small =
        IsSquare(task, 2, 2) || IsSquare(task, 2, 1) || IsSquare(task, 3, 2) || IsSquare(task, 3, 1);
    const bool larger =
        IsSquare(task, 4, 2) || IsSquare(task, 5, 2) || IsSquare(task, 4, 1) || IsSquare(task, 5, 1);
    return IsGradientOf<kOf>(task) && (small || (kAverage && larger));
  }
  // Short rows, or short vectors, cost more than adding window by window; divisions more than anything.
  static bool expected_to_win(const PoolTask& task) {
    constexpr int64_t kLeastRow = kN > 8 ? kN * 5 / 8 : 2 * kN;
    if (!kAverage) return task.output.w >= kLeastRow;
    return POOLGLASS_FUSED || task.params.stride.h > 1 || task.params.kernel.h <= 2;
  }
  static KernelWork work(const PoolTask& task) {
    if (IsSquare(task, 2, 2)) return of<2, 2>(task);
    if (IsSquare(task, 2, 1)) return of<2, 1>(task);
    if (IsSquare(task, 3, 2)) return of<3, 2>(task);
    if constexpr (kAverage) {
      if (IsSquare(task, 4, 2)) return of<4, 2>(task);
      if (IsSquare(task, 5, 2)) return of<5, 2>(task);
      if (IsSquare(task, 4, 1)) return of<4, 1>(task);
      if (IsSquare(task, 5, 1)) return of<5, 1>(task);
    }
    return of<3, 1>(task);
  }

 private:
  template <int kSize, int kStride>
  static KernelWork of(const PoolTask& task) {
    const auto work = [&](auto phase) -> KernelWork {
      constexpr int kPhase = decltype(phase)::value;
      return {&GradientBandRows<kOf, kSize, kStride, kPhase>, task.out_rows(),
              GradientBands<kOf>::scratch(task, BandWindows{kSize, kStride, kPhase})};
    };
    if constexpr (kStride == 2) {
      if (task.geometry.columns.pad_begin % 2 == 1) return work(std::integral_constant<int, 1>());
    }
    return work(std::integral_constant<int, 0>());
  }
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
