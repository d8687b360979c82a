// Global pooling in NCHW: one result per plane. The rows of a plane are joined into one; as many planes as a
// vector has lanes are then joined along their columns together, a lane each.
#if defined(POOLGLASS_SIMD_GLOBAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_GLOBAL_INL_H_
#undef POOLGLASS_SIMD_GLOBAL_INL_H_
#else
#define POOLGLASS_SIMD_GLOBAL_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"
#include "core/pooling/simd/average-inl.h"
#include "core/pooling/simd/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

template <class Op>
class GlobalKernel {
 public:
  // Rows wider than this are joined along one by one.
  static constexpr int64_t kWidest = 128;

  GlobalKernel(const PoolTask& task, float* scratch) : task_(task), rows_(scratch), pitch_(pitch(task)) {}

  static int64_t pitch(const PoolTask& task) { return task.input.w + kVectorSlack; }
  static int64_t scratch(const PoolTask& task) { return kN * pitch(task) + RowJoiner<Op>::scratch(task); }

  // Unit: kN planes.
  void run(int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t first = unit * kN, count = HWY_MIN(kN, task_.planes - first);
      join_rows(first, count);
      const V v = join_lanes();
      StoreUpTo(RowResult<Op>(task_, 0)(0, v), task_.y + first, count);
      if constexpr (Op::kIsMax) repair(first, count);
    }
  }

 private:
  // A vector may be read behind a row where enough planes follow: no partial loads.
  bool whole(int64_t plane) const { return (task_.planes - plane - 1) * task_.in_plane() >= kN; }

  void join_rows(int64_t first, int64_t count) const {
    const int64_t h = task_.input.h, w = task_.input.w;
    const RowJoiner<Op> joiner(task_, rows_ + kN * pitch_);
    int64_t p = 0;
    if (h <= kDirectTaps) {
      WithTaps(h, [&](auto taps) {
        for (; p < count && whole(first + p); ++p) {
          const float* plane = task_.x + (first + p) * task_.in_plane();
          for (int64_t i = 0; i < w; i += kN) {
            const auto load = [&](int64_t j) { return Load(plane + j * w + i); };
            Store(WindowOf<Op, decltype(taps)::value>(load), rows_ + p * pitch_ + i);
          }
        }
      });
    }
    for (; p < count; ++p)
      joiner.join(task_.rows[0], task_.x + (first + p) * task_.in_plane(), rows_ + p * pitch_);
  }

  V join_lanes() const {
    const DI di;
    const auto distance = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<int32_t>(pitch_)));
    const auto load = [&](int64_t j) { return hn::GatherIndex(D(), rows_ + j, distance); };
    V v = Op::identity();
    if (task_.input.w <= kDirectTaps) {
      WithTaps(task_.input.w, [&](auto taps) { v = WindowOf<Op, decltype(taps)::value>(load); });
    } else {
      v = AnyWindow<Op>(task_.input.w, 0, task_.input.w, load);
    }
    return v;
  }

  void repair(int64_t first, int64_t count) const {
    for (int64_t p = first; p < first + count; ++p) {
      const float* plane = task_.x + p * task_.in_plane();
      if (HWY_UNLIKELY(HasSpecial(plane, task_.in_plane()))) {
        reference_max_row(task_.geometry, 0, 1, plane, task_.y + p, nullptr);
      }
    }
  }

  const PoolTask& task_;
  float* const rows_;
  const int64_t pitch_;
};

template <class Op>
void GlobalPlanes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  GlobalKernel<Op>(task, scratch).run(begin, end);
}

HWY_INLINE bool IsGlobal(const PoolTask& task) {
  return task.params.adaptive_output == Size2{1, 1} && task.pixel == 1 &&
         task.input.w <= GlobalKernel<Sum>::kWidest;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
