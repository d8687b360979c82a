// Square windows of 3, 5 or 7 columns at stride 1, padded to the size of the plane, on NCHW planes of short
// rows. A plane is taken as one row of lanes, and several planes are: a result's taps lie at fixed distances
// from it, whatever the width, and every vector is full. What it reads of other rows and planes is replaced
// by the identity; masks say where, and serve all planes. Where rows fill their registers, kernels that hold
// them there are as fast (nchw/three_by_three_down-inl.h, nchw/small_planes-inl.h).
//
// Max reduces columns first, which is not row-major order. The two orders differ only where there is a NaN or
// a -0; such planes are done again by the definition. Sums too small to be divided quickly are done again
// with a division.
#if defined(POOLGLASS_SIMD_NCHW_FLAT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_FLAT_INL_H_
#undef POOLGLASS_SIMD_NCHW_FLAT_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_FLAT_INL_H_
#endif

#include <type_traits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/rows-inl.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/windows-inl.h"
#include "core/pooling/simd/nchw/three_by_three-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Lanes of memory from p on, others `otherwise`. Needs POOLGLASS_MASKED_MEMORY, as all of this kernel.
HWY_INLINE V LoadWhere(M lanes, const float* p, V otherwise) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return V{_mm512_mask_loadu_ps(otherwise.raw, lanes.raw, p)};
#else
  return hn::IfThenElse(lanes, hn::MaskedLoad(lanes, D(), p), otherwise);
#endif
}

// Lanes k ... of the two vectors side by side, where `lanes` are set.
template <int k>
HWY_INLINE V SlideWhere(M lanes, V low, V high, V otherwise) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  return V{_mm512_castsi512_ps(_mm512_mask_alignr_epi32(_mm512_castps_si512(otherwise.raw), lanes.raw,
                                                        _mm512_castps_si512(high.raw),
                                                        _mm512_castps_si512(low.raw), k))};
#else
  return hn::IfThenElse(lanes, Slide<k>(low, high), otherwise);
#endif
}

// nan_or_negative_zero.look(v, v) in fewer operations.
HWY_INLINE void LookAt(V v, NanOrNegativeZero& nan_or_negative_zero) {
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
  constexpr int kQuietNaN = 0x01, kMinusZero = 0x04, kSignalingNaN = 0x80;
  nan_or_negative_zero.add_nan(M{_mm512_fpclass_ps_mask(v.raw, kQuietNaN | kMinusZero | kSignalingNaN)});
#else
  nan_or_negative_zero.look(v, v);
#endif
}

// A mask of lanes for each tap but the middle one in its column and row, a bit a lane.
template <int kHalf>
struct FlatLanes {
  uint16_t rows[2 * kHalf], columns[2 * kHalf];
  bool all_rows;  // whether all taps of all lanes are in their columns

  // there: bits of lanes that exist.
  template <int kDistance>
  HWY_INLINE M row(uint32_t there = ~uint32_t{0}) const {
    return of(rows[tap(kDistance)] & there);
  }
  template <int kDistance>
  HWY_INLINE M column() const {
    return of(columns[tap(kDistance)]);
  }

 private:
  static constexpr int tap(int distance) { return distance < 0 ? distance + kHalf : distance + kHalf - 1; }
  static HWY_INLINE M of(uint64_t bits) {
    return hn::LoadMaskBits(D(), reinterpret_cast<const uint8_t*>(&bits));
  }
};

template <class Op, int kHalf>
class FlatKernel {
 public:
  static constexpr int kTaps = 2 * kHalf + 1;
  static constexpr int64_t kWidest = 64 - kN;  // columns, for bits of 64
  static constexpr int64_t kMost = 4096;       // cells of the planes that share masks

  // Unit: a plane.
  static void Run(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
    const int64_t plane = task.in_plane(), together = planes_together(plane, end - begin);
    const FlatKernel kernel(task, end * plane, together, scratch);
    for (int64_t first = begin; first < end; first += together) {
      const int64_t last = HWY_MIN(end, first + together);
      if (HWY_LIKELY(!kernel.template planes<false>(first * plane, last * plane))) continue;
      if constexpr (!Op::kIsMax) {
        kernel.template planes<true>(first * plane, last * plane);
      } else {
        for (int64_t p = first; p < last; ++p) {
          const float* x = task.x + p * plane;
          if (HasNanOrNegativeZero(x, plane))
            RowsByDefinition<Op>(task, x, 0, task.output.h, task.y + p * plane);
        }
      }
    }
  }

  static int64_t scratch(const PoolTask& task) {
    const int64_t vectors = vectors_of(task.in_plane() * planes_together(task.in_plane(), task.planes));
    constexpr int64_t kFloat = sizeof(float), kSums = Op::kIsMax ? 0 : sizeof(Divider) / kFloat + kN;
    constexpr int64_t kLanes = (sizeof(FlatLanes<kHalf>) + kFloat - 1) / kFloat;
    return vectors * (kSums + kLanes);
  }

 private:
  // Planes so many at a time that the next ones begin with a whole vector, if there are enough to make it
  // worth while.
  static int64_t planes_together(int64_t plane, int64_t planes) {
    int64_t n = 1;
    while ((n * plane % kN != 0 || n * plane < kLeast) && n * 16 < planes && 2 * n * plane <= kMost) n *= 2;
    return n;
  }
  static int64_t vectors_of(int64_t floats) { return (floats + kN - 1) / kN; }
  static constexpr int64_t kLeast = 640;
  static constexpr float kCells = kTaps * kTaps;

  FlatKernel(const PoolTask& task, int64_t end, int64_t together, float* scratch)
      : x_(task.x),
        y_(task.y),
        width_(task.input.w),
        plane_(task.in_plane()),
        all_(task.planes * plane_),
        end_(end) {
    const int64_t vectors = vectors_of(together * plane_);
    if constexpr (!Op::kIsMax) {
      dividers_ = reinterpret_cast<Divider*>(scratch);
      divisors_ = reinterpret_cast<float*>(dividers_ + vectors);
      scratch = divisors_ + vectors * kN;
      same_divisor_ = task.params.count_include_pad;
      average_ = Divider(kCells);
      if (!same_divisor_) find_divisors(task, vectors);
    }
    lanes_ = reinterpret_cast<FlatLanes<kHalf>*>(scratch);
    find_lanes(vectors);
  }

  void find_lanes(int64_t vectors) const {
    uint64_t first = 0;  // of rows after each other, as bits: first columns
    for (int64_t t = 0; t < 64; t += width_) first |= uint64_t{1} << t;
    const int64_t reach = kHalf * width_, step = kN % width_;
    for (int64_t v = 0, place = 0, column = 0; v < vectors; ++v) {
      FlatLanes<kHalf>& l = lanes_[v];
      l.all_rows = place >= reach && place + kN + reach <= plane_;
      uint64_t none_left = 0, none_right = 0;
      for (int d = 1; d <= kHalf; ++d) {
        none_left |= first << (d - 1);
        none_right |= first >> d;
        l.columns[kHalf - d] = static_cast<uint16_t>(~(none_left >> column));
        l.columns[kHalf + d - 1] = static_cast<uint16_t>(~(none_right >> column));
        if (l.all_rows) continue;
        l.rows[kHalf - d] = static_cast<uint16_t>(inside(place, -d));
        l.rows[kHalf + d - 1] = static_cast<uint16_t>(inside(place, d));
      }
      place += kN;
      if (place >= plane_) place -= plane_;
      column += step;
      if (column >= width_) column -= width_;
    }
  }

  // As bits: lanes whose cell so many rows below (negative: above) is in their plane.
  uint64_t inside(int64_t place, int64_t rows) const {
    // The lowest n bits.
    const auto low = [](int64_t n) { return n <= 0 ? 0 : (uint64_t{1} << HWY_MIN(n, 63)) - 1; };
    const int64_t left = plane_ - place, far = rows * width_;  // lanes from `left` on are of the next plane
    if (rows < 0) return ~(low(-far - place) | (low(left - far) & ~low(left)));
    return low(left - far) | (low(left + plane_ - far) & ~low(left));
  }

  void find_divisors(const PoolTask& task, int64_t vectors) const {
    const float *rows = task.row_divisor.data(), *columns = task.column_divisor.data();
    for (int64_t i = 0, r = 0, c = 0; i < vectors * kN; ++i) {
      divisors_[i] = rows[r] * columns[c];
      if (++c < width_) continue;
      c = 0;
      if (++r == task.output.h) r = 0;
    }
    for (int64_t v = 0; v < vectors; ++v) dividers_[v] = Divider(Load(divisors_ + v * kN));
  }

  // Results begin ... end - 1, whole planes; without members, as stores might change those. Whether their
  // order matters, or the sums are small.
  template <bool kExact>
  HWY_NOINLINE bool planes(int64_t begin, int64_t end) const {
    NanOrNegativeZero nan_or_negative_zero;
    SmallSums small;
    const float* const x = x_;
    float* const y = y_;
    const int64_t width = width_, all = all_, vectors = vectors_of(end - begin);
    const FlatLanes<kHalf>* const lanes = lanes_;
    const Divider* const dividers = dividers_;
    const bool same = same_divisor_;
    const Divider average = average_;
    // Reduced columns of a vector.
    const auto reduce = [&](int64_t v) HWY_ATTR {
      const int64_t i = begin + v * kN;
      V taps[kTaps];
      if (lanes[v].all_rows) {
        for (int j = 0; j < kTaps; ++j) taps[j] = Load(x + i + (j - kHalf) * width);
      } else {
        const bool whole = i + kN <= all;
        const uint32_t there = whole ? ~uint32_t{0} : (uint32_t{1} << (all - i)) - 1;
        taps[kHalf] = HWY_LIKELY(whole) ? Load(x + i) : LoadFirst(x + i, all - i, Op::identity());
        Unroll<kHalf>([&](auto j) POOLGLASS_INLINE_LAMBDA {
          constexpr int kRows = j + 1;
          const FlatLanes<kHalf>& l = lanes[v];
          taps[kHalf - kRows] =
              LoadWhere(l.template row<-kRows>(there), x + i - kRows * width, Op::identity());
          taps[kHalf + kRows] =
              LoadWhere(l.template row<kRows>(there), x + i + kRows * width, Op::identity());
        });
      }
      if constexpr (Op::kIsMax) LookAt(taps[kHalf], nan_or_negative_zero);
      return WindowOf<Op, kTaps>([&](int64_t j) HWY_ATTR { return taps[j]; });
    };
    const auto reduce_if = [&](int64_t v) HWY_ATTR { return v < vectors ? reduce(v) : Op::identity(); };
    // Columns are reduced two vectors early: a load waits for earlier stores to the same place of another
    // page, and without, 28x28 took up to twice as long where x and y begin alike.
    V before = Op::identity(), here = reduce(0), after = reduce_if(1), later = reduce_if(2);
    for (int64_t v = 0; v < vectors; ++v) {
      const V loaded = reduce_if(v + 3);
      V taps[kTaps];
      taps[kHalf] = here;
      Unroll<kHalf>([&](auto j) POOLGLASS_INLINE_LAMBDA {
        constexpr int kFar = j + 1;
        taps[kHalf - kFar] =
            SlideWhere<kN - kFar>(lanes[v].template column<-kFar>(), before, here, Op::identity());
        taps[kHalf + kFar] = SlideWhere<kFar>(lanes[v].template column<kFar>(), here, after, Op::identity());
      });
      V result = WindowOf<Op, kTaps>([&](int64_t j) HWY_ATTR { return taps[j]; });
      if constexpr (!Op::kIsMax) {
        small.look(result);
        if constexpr (kExact) {
          const V divisors = same ? Set(kCells) : Load(divisors_ + v * kN);
          result = hn::Div(hn::Add(result, hn::Zero(D())), divisors);
        } else {
          result = same ? average.quick(result) : dividers[v].quick(result);
        }
      }
      StoreUpTo(result, y + begin + v * kN, end_ - begin - v * kN);
      before = here;
      here = after;
      after = later;
      later = loaded;
    }
    return Op::kIsMax ? nan_or_negative_zero.any() : small.any();
  }

  const float* const x_;
  float* const y_;
  const int64_t width_, plane_;
  const int64_t all_, end_;  // floats of the array, and up to where results are written
  // Of vectors, from the beginning of the first plane on.
  FlatLanes<kHalf>* lanes_ = nullptr;
  Divider* dividers_ = nullptr;
  float* divisors_ = nullptr;
  bool same_divisor_ = false;
  Divider average_;
};

#if POOLGLASS_MASKED_MEMORY
// kHalf: of the window's columns beside the middle one.
template <int kHalf>
struct NchwFlatPlanes {
  using Any = FlatKernel<Maximum, kHalf>;

  static bool can(const PoolTask& task) {
    constexpr int64_t kTaps = Any::kTaps;
    const PoolParams& p = task.params;
    // A cell's taps are missing on one side at most, and a vector lies in two planes at most.
    const Size2 in = task.input.plane();
    return !p.adaptive_output && p.kernel == Size2{kTaps, kTaps} && p.stride == Size2{1, 1} &&
           p.dilation == Size2{1, 1} && p.padding == Padding{kHalf, kHalf, kHalf, kHalf} &&
           in.w >= 2 * kHalf && in.h >= 2 * kHalf && in.w <= Any::kWidest && in.w * in.h >= kN &&
           in.w * in.h <= Any::kMost;
  }
  static bool expected_to_win(const PoolTask& task) {
    // Masks, and divisors where they vary, take the time of a few planes.
    const bool max = IsMax(task), varies = !max && !task.params.count_include_pad;
    if (task.planes < (varies ? 16 : 2)) return false;
    // Rows in registers are as fast where they fill them well.
    const int64_t w = task.input.w, lanes = (w + kN - 1) / kN * kN;
    if (kHalf == 1) return w != lanes && w <= kN + kN / 2;
    if (kHalf == 2) return true;
    return max ? w > kN || 4 * w <= 3 * kN : w != lanes;
  }
  static KernelWork work(const PoolTask& task) {
    return ForReduction(task, [&](auto op) -> KernelWork {
      using Planes = FlatKernel<decltype(op), kHalf>;
      return {&Planes::Run, task.planes, Planes::scratch(task)};
    });
  }
};
using NchwFlat3x3 = NchwFlatPlanes<1>;
using NchwFlat5x5 = NchwFlatPlanes<2>;
using NchwFlat7x7 = NchwFlatPlanes<3>;
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
