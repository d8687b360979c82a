// The gradients of a vector of windows, tap by tap: for max all of dy to the argmax.
#if defined(POOLGLASS_SIMD_GRADIENT_TAPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GRADIENT_TAPS_INL_H_
#undef POOLGLASS_SIMD_GRADIENT_TAPS_INL_H_
#else
#define POOLGLASS_SIMD_GRADIENT_TAPS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/argmax/argmax_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <int kSize>
struct TapGradients {
  V at[kSize][kSize];

  HWY_INLINE static TapGradients all(V v) {
    TapGradients result;
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j) result.at[i][j] = v;
    return result;
  }
};

// Which taps of windows along one axis are inside the input.
template <int kSize>
struct Inside {
  M inside[kSize];
  M first[kSize];  // and the tap before is not

  Inside() = default;

  // `together` windows, a stride apart, whose first tap is at `start`; they are repeated to fill a vector.
  HWY_INLINE Inside(int64_t start, int64_t stride, int64_t extent, int64_t together = kN) {
    const DI di;
    const auto set = [&](int64_t v) { return hn::Set(di, static_cast<int32_t>(v)); };
    const VI window = hn::And(hn::Iota(di, 0), set(together - 1));
    const VI at = hn::Add(set(start), hn::Mul(window, set(stride)));
    for (int j = 0; j < kSize; ++j) {
      const VI tap = hn::Add(at, set(j));
      inside[j] = hn::RebindMask(D(), hn::And(hn::Gt(tap, set(-1)), hn::Lt(tap, set(extent))));
      first[j] = j == 0 ? inside[j] : hn::AndNot(inside[j - 1], inside[j]);
    }
  }

  HWY_INLINE M wins(int j, M better) const { return hn::Or(first[j], hn::And(inside[j], better)); }
};

// All of them.
struct AllInside {
  HWY_INLINE M wins(int /*j*/, M better) const { return better; }
};

// dy, which is not -0, to the argmaxes. tap(i, j) gives column j of row i; those outside must not be NaN for
// windows of which kExact takes no notice.
template <int kSize, bool kExact, class T, class R, class C>
HWY_INLINE TapGradients<kSize> Route(const T& tap, const R& rows, const C& columns, V dy) {
  constexpr bool kAll = std::is_same_v<R, AllInside> && !kExact;
  const auto argmax = [](M wins, V v, V before)
                          HWY_ATTR { return kAll ? MaxOrdered(before, v) : hn::IfThenElse(wins, v, before); };
  M column_wins[kSize][kSize], row_wins[kSize];
  V best = hn::Zero(D());
  for (int i = 0; i < kSize; ++i) {
    V row = tap(i, 0);
    for (int j = 1; j < kSize; ++j) {
      column_wins[i][j] = columns.wins(j, Wins<kExact>(tap(i, j), row));
      row = argmax(column_wins[i][j], tap(i, j), row);
    }
    if (i > 0) row_wins[i] = rows.wins(i, Wins<kExact>(row, best));
    best = i == 0 ? row : argmax(row_wins[i], row, best);
  }
  TapGradients<kSize> result;
  for (int i = kSize - 1; i >= 0; --i) {
    V left = i > 0 ? hn::IfThenElseZero(row_wins[i], dy) : dy;
    if (i > 0) dy = hn::IfThenZeroElse(row_wins[i], dy);
    for (int j = kSize - 1; j > 0; --j) {
      result.at[i][j] = hn::IfThenElseZero(column_wins[i][j], left);
      left = hn::IfThenZeroElse(column_wins[i][j], left);
    }
    result.at[i][0] = left;
  }
  return result;
}

template <class Lanes>
HWY_INLINE VI LoadPositions(const Lanes& lanes, const int32_t* from) {
  return hn::BitCast(DI(), lanes.load(reinterpret_cast<const float*>(from)));
}

// The same of n (1 <= n <= kN) windows from the i-th of all, whichever width they were kept in; the lanes
// behind are any.
HWY_INLINE VI LoadPositions(const PoolTask& task, int64_t i, int64_t n) {
  const DI di;
  if (task.short_positions != nullptr) {
    if (HWY_LIKELY(n == kN)) return hn::LoadU(di, task.short_positions + i);
    return hn::BitCast(di, LoadFirst(reinterpret_cast<const float*>(task.short_positions + i), n, Set(0)));
  }
  const int64_t* from = task.positions + i;
  if (HWY_LIKELY(n == kN)) {  // positions are below 2^31: the low halves
    const int32_t* halves = reinterpret_cast<const int32_t*>(from);
    return hn::ConcatEven(di, hn::LoadU(di, halves + kN), hn::LoadU(di, halves));
  }
  HWY_ALIGN int32_t lanes[kN];
  for (int64_t lane = 0; lane < n; ++lane) lanes[lane] = static_cast<int32_t>(from[lane]);
  return hn::Load(di, lanes);
}

// sum + v where `where`, else sum.
HWY_INLINE V AddWhere(M where, V sum, V v) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return V{_mm512_mask_add_ps(sum.raw, where.raw, sum.raw, v.raw)};
#else
  return hn::Add(sum, hn::IfThenElseZero(where, v));
#endif
}

// dy, which is not -0, to the taps at `positions`, of windows that begin at cell `first` of a plane w wide.
template <int kSize>
HWY_INLINE TapGradients<kSize> FindTaps(VI positions, int64_t first, int64_t w, V dy) {
  const DI di;
  TapGradients<kSize> taps;
  for (int i = 0; i < kSize; ++i) {
    for (int j = 0; j < kSize; ++j) {
      const VI cell = hn::Set(di, static_cast<int32_t>(first + i * w + j));
      taps.at[i][j] = hn::IfThenElseZero(hn::RebindMask(D(), hn::Eq(positions, cell)), dy);
    }
  }
  return taps;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
