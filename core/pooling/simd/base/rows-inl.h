// Reducing the rows of a window into one row, and looking rows over for NaN and -0.
#if defined(POOLGLASS_SIMD_BASE_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_ROWS_INL_H_
#undef POOLGLASS_SIMD_BASE_ROWS_INL_H_
#else
#define POOLGLASS_SIMD_BASE_ROWS_INL_H_
#endif

#include <algorithm>
#include <utility>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Whether n floats hold a NaN or -0.
HWY_INLINE bool HasNanOrNegativeZero(const float* p, int64_t n) {
  NanOrNegativeZero nan_or_negative_zero;
  int64_t i = 0;
  for (; i + 2 * kN <= n; i += 2 * kN) nan_or_negative_zero.look(Load(p + i), Load(p + i + kN));
  for (; i < n; i += kN) {
    const V v = n - i >= kN ? Load(p + i) : LoadFirst(p + i, n - i, Maximum::identity());
    nan_or_negative_zero.look(v, v);
  }
  return nan_or_negative_zero.any();
}

// f(i, load) for every vector of a row of n floats; load(p) reads what is left of the row, identity behind
// it.
template <class Op, class F>
HWY_INLINE void ForVectors(int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + kN <= n; i += kN) f(i, [](const float* p) { return Load(p); });
  if (i < n) f(i, [n, i](const float* p) { return LoadFirst(p, n - i, Op::identity()); });
}

// out, in whole vectors: kTaps rows of n floats reduced.
template <class Op, int kTaps>
HWY_INLINE void ReduceRows(const float* const* rows, int64_t n, float* HWY_RESTRICT out) {
  ForVectors<Op>(n, [&](int64_t i, const auto& load) {
    Store(WindowOf<Op, kTaps>([&](int64_t j) { return load(rows[j] + i); }), out + i);
  });
}

// Reduces the rows of any window of a task.
template <class Op>
class RowReducer {
 public:
  RowReducer(const PoolTask& task, float* scratch) : task_(task), scratch_(scratch) {}

  // A buffer for each level of the tree of runs.
  static int64_t scratch(const PoolTask& task) {
    return task.geometry.rows.adaptive ? (kLevels + 1) * (kChunk + kVectorSlack) : 0;
  }

  // plane: the input plane. out: in_row() floats, and up to a vector more.
  HWY_INLINE void reduce(const AxisWindow& window, const float* plane, float* HWY_RESTRICT out) const {
    if (window.taps <= kDirectTaps) {
      const float* rows[kDirectTaps];
      for (int64_t j = 0; j < window.taps; ++j) {
        const int64_t r = window.start + j * window.step;
        const bool inside = 0 <= r && r < task_.input.h;
        rows[j] = inside ? plane + r * task_.in_row() : task_.identity_row.data();
      }
      WithTaps(window.taps, [&](auto taps) { ReduceRows<Op, taps()>(rows, task_.in_row(), out); });
    } else if (task_.geometry.rows.adaptive && window.taps < (int64_t{kDirectTaps} << kLevels)) {
      reduce_many(plane + window.first * task_.in_row(), window.taps, out);
    } else {
      reduce_any(window, plane, out);
    }
  }

 private:
  static constexpr int64_t kChunk = 1024;
  static constexpr int kLevels = 20;

  void reduce_any(const AxisWindow& window, const float* plane, float* HWY_RESTRICT out) const {
    const int64_t skipped = window.count > 0 ? (window.first - window.start) / window.step : 0;
    const float* start = plane + window.first * task_.in_row();
    const int64_t distance = window.step * task_.in_row();
    ForVectors<Op>(task_.in_row(), [&](int64_t i, const auto& load) {
      const auto tap = [&](int64_t j) { return load(start + (j - skipped) * distance + i); };
      Store(AnyWindow<Op>(window.taps, skipped, skipped + window.count, tap), out + i);
    });
  }

  // Many neighbouring rows, all inside, eight at a time and 4 KiB of each, so that memory is read in long
  // stretches: walking down a column of wide rows misses every cache.
  void reduce_many(const float* first, int64_t taps, float* HWY_RESTRICT out) const {
    for (int64_t c = 0; c < task_.in_row(); c += kChunk) {
      const int64_t n = HWY_MIN(kChunk, task_.in_row() - c);
      for (int64_t begin = 0, size; begin < taps; begin += size) {
        size = (taps - begin) & -(taps - begin);
        const float* run = reduce_run(first + begin * task_.in_row() + c, size, n);
        if (begin == 0) {
          std::copy_n(run, n, out + c);
        } else {
          apply(out + c, run, n, out + c);
        }
      }
    }
  }

  // One run of a power of two rows, by binary counting; the result lies in scratch.
  const float* reduce_run(const float* first, int64_t size, int64_t n) const {
    float* levels[kLevels + 1];
    for (int i = 0; i <= kLevels; ++i) levels[i] = scratch_ + i * (kChunk + kVectorSlack);
    float* fresh = levels[kLevels];
    const int64_t group = HWY_MIN(size, kDirectTaps);
    int level = 0;
    for (int64_t at = 0; at < size / group; ++at) {
      const float* rows[kDirectTaps];
      for (int64_t j = 0; j < group; ++j) rows[j] = first + (at * group + j) * task_.in_row();
      WithTaps(group, [&](auto taps) { ReduceRows<Op, taps()>(rows, n, fresh); });
      level = 0;
      for (int64_t carry = at; carry & 1; carry >>= 1, ++level) apply(levels[level], fresh, n, fresh);
      std::swap(levels[level], fresh);
    }
    return levels[level];
  }

  static HWY_INLINE void apply(const float* a, const float* b, int64_t n, float* to) {
    for (int64_t i = 0; i < n; i += kN) Store(Op::apply(Load(a + i), Load(b + i)), to + i);
  }

  const PoolTask& task_;
  float* const scratch_;
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
