// Small windows at any stride (nchw/strided-inl.h): the pass that reduces windows along rows of a buffer,
// averages, and stores results.
#if defined(POOLGLASS_SIMD_NCHW_STRIDED_ALONG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_NCHW_STRIDED_ALONG_INL_H_
#undef POOLGLASS_SIMD_NCHW_STRIDED_ALONG_INL_H_
#else
#define POOLGLASS_SIMD_NCHW_STRIDED_ALONG_INL_H_
#endif

#include <algorithm>
#include <limits>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/average-inl.h"
#include "core/pooling/simd/base/phases-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Averages of rows of sums that share their divisor. Columns' divisors differ in the first vector and in the
// last two alone.
class StridedAverage {
 public:
  HWY_INLINE void find(const PoolTask& task, float row_divisor) {
    for (Divider& divider : dividers_) divider = Divider(row_divisor * task.inner_divisor);
    if (task.inner_begin == 0 && task.inner_end >= task.output.w) return;
    edge_ = 1;
    vectors_ = (task.output.w + kN - 1) / kN;
    for (int64_t v = 0; v < vectors_; ++v) {
      const int64_t i = v * kN;
      if (task.inner_begin <= i && i + kN <= task.inner_end) continue;
      dividers_[slot(v)] = Divider(hn::Mul(Set(row_divisor), Load(task.column_divisor.data() + i)));
    }
  }
  HWY_INLINE V operator()(int64_t i, V sum) const { return dividers_[slot(i / kN)](sum); }

  // Of vectors i with is_inner(i).
  HWY_INLINE const Divider& inner() const { return dividers_[1]; }
  HWY_INLINE bool is_inner(int64_t i) const { return kN * edge_ <= i && i < (vectors_ - 2 * edge_) * kN; }

 private:
  HWY_INLINE size_t slot(int64_t v) const {
    return static_cast<size_t>(v < edge_ ? 0 : v < vectors_ - 2 * edge_ ? 1 : v - vectors_ + 4);
  }
  int64_t edge_ = 0, vectors_ = std::numeric_limits<int64_t>::max() / kN;
  Divider dividers_[4];
};

// The last few of them: divisors of rows change at the edges of planes, and planes may be small.
class StridedAverages {
 public:
  HWY_INLINE const StridedAverage* of(const PoolTask& task, float row_divisor) {
    for (size_t i = 0; i < kKept; ++i)
      if (row_divisors_[i] == row_divisor) return averages_ + i;
    const size_t i = next_++ % kKept;
    row_divisors_[i] = row_divisor;
    averages_[i].find(task, row_divisor);
    return averages_ + i;
  }

 private:
  static constexpr size_t kKept = 4;
  float row_divisors_[kKept] = {};
  StridedAverage averages_[kKept];
  size_t next_ = 0;
};

// Rows of n results from rows of cells. Whole vectors are stored while they end before `end`: what stands
// behind a row is overwritten by the next.
struct StridedRun {
  int64_t taps;
  const float* from;
  int64_t from_pitch, rows, n;
  const StridedAverage* average;  // null: sums
  float* to;
  int64_t to_pitch;
  const float* end;
};

// Stores vectors of results, divided if they are to be. It holds copies: stores might change the run itself,
// for all the compiler knows.
template <class Op>
class RowStore {
 public:
  HWY_INLINE explicit RowStore(const StridedRun& run)
      : average_(run.average), n_(run.n), last_(run.end - kN) {
    if (average_ != nullptr) inner_ = average_->inner();
  }
  HWY_INLINE void operator()(float* to, int64_t i, V v) const {
    if constexpr (!Op::kIsMax) {
      if (average_ != nullptr) v = HWY_LIKELY(average_->is_inner(i)) ? inner_(v) : (*average_)(i, v);
    }
    if (HWY_LIKELY(to + i <= last_)) {
      Store(v, to + i);
    } else {
      StoreFirst(v, to + i, HWY_MIN(kN, n_ - i));
    }
  }

 private:
  const StridedAverage* const average_;
  const int64_t n_;
  const float* const last_;  // where a whole vector may be stored
  Divider inner_;
};

// Whether so many halvings of a window and a stride leave these; and no tap is further than a vector away.
template <int kTaps, int kStride, int kHalvings>
constexpr bool IsHalved() {
  return (kTaps << kHalvings) <= kDirectTaps && (kTaps | kStride) % 2 == 1 && (kTaps - 1) / kStride <= kN;
}

// Windows and strides are those of pairs reduced kHalvings times.
template <class Op, int kStride, int kHalvings>
HWY_NOINLINE void ReduceAlong(const StridedRun& run) {
  constexpr int kVectors = kStride << kHalvings;
  const Phases<kStride> phases;
  const auto load = [&phases](const float* p, V* phase) POOLGLASS_INLINE_LAMBDA {
    V v[kVectors];
    Unroll<kVectors>([&](auto i) HWY_ATTR { v[i] = InRegister(Load(p + i * kN)); });
    ReducePairs<Op, kHalvings, kVectors>(v);
    phases.split(v, phase);
  };
  const RowStore<Op> put(run);
  const int64_t n = run.n, taps = run.taps;
  const float* row = run.from;
  float* to = run.to;
  for (int64_t r = 0; r < run.rows; ++r, row += run.from_pitch, to += run.to_pitch) {
    const float* from = row;
    V here[kStride], next[kStride];
    load(from, here);
    for (int64_t i = 0; i < n; i += kN) {
      from += kVectors * kN;
      load(from, next);
      V v = here[0];
      WithTaps(taps, [&](auto t) POOLGLASS_INLINE_LAMBDA {
        if constexpr (IsHalved<t(), kStride, kHalvings>()) v = ReducePhases<Op, t(), kStride>(here, next);
      });
      put(to, i, v);
      Unroll<kStride>([&](auto p) HWY_ATTR { here[p] = next[p]; });
    }
  }
}

// Rows of results out of their buffer, in vectors of d.
template <class Tag>
HWY_INLINE void CopyRows(Tag d, const StridedRun& run) {
  constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));
  const float* from = run.from;
  float* to = run.to;
  int64_t r = 0;
  for (; r < run.rows && to + run.n + kLanes <= run.end; ++r, from += run.from_pitch, to += run.to_pitch)
    for (int64_t i = 0; i < run.n; i += kLanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  for (; r < run.rows; ++r, from += run.from_pitch, to += run.to_pitch) std::copy_n(from, run.n, to);
}

template <class Op>
HWY_NOINLINE void PutRows(const StridedRun& run) {
  if (run.average == nullptr) {
    const hn::Half<D> half;
    return run.n > kN / 2 ? CopyRows(D(), run) : CopyRows(half, run);
  }
  const RowStore<Op> put(run);
  const float* from = run.from;
  float* to = run.to;
  for (int64_t r = 0; r < run.rows; ++r, from += run.from_pitch, to += run.to_pitch)
    for (int64_t i = 0; i < run.n; i += kN) put(to, i, Load(from + i));
}

using ReduceAlongKernel = void (*)(const StridedRun&);

// How often windows and strides can both be halved.
HWY_INLINE int Halvings(int64_t taps, int64_t stride) {
  int halvings = 0;
  while (((taps | stride) >> halvings & 1) == 0) ++halvings;
  return halvings;
}
template <class Op>
ReduceAlongKernel ReduceAlongOf(const Axis& columns) {
  const int64_t taps = columns.kernel, stride = columns.stride;
  const int halvings = Halvings(taps, stride);
  if ((taps - 1) / stride > kN) return nullptr;
  ReduceAlongKernel kernel = nullptr;
  WithTaps(stride >> halvings, [&](auto s) {
    Unroll<4>([&](auto h) {
      if constexpr ((s() << h()) <= kDirectTaps) {
        if (h() == halvings) kernel = &ReduceAlong<Op, s(), h()>;
      }
    });
  });
  return kernel;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
