// Which output rows the order of a maximum matters for.
#if defined(POOLGLASS_SIMD_BASE_NAN_OR_NEGATIVE_ZERO_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_BASE_NAN_OR_NEGATIVE_ZERO_ROWS_INL_H_
#undef POOLGLASS_SIMD_BASE_NAN_OR_NEGATIVE_ZERO_ROWS_INL_H_
#else
#define POOLGLASS_SIMD_BASE_NAN_OR_NEGATIVE_ZERO_ROWS_INL_H_
#endif

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// Which output rows of a plane have a NaN or -0 under them. Input rows are looked at once, top to bottom.
class NanOrNegativeZeroRows {
 public:
  explicit NanOrNegativeZeroRows(const PoolTask& task) : task_(task) {}

  void start_plane(const float* x) {
    x_ = x;
    last_ = -1;
    scanned_ = 0;
  }

  // Output row r, none above one prefetched before.
  bool under(int64_t r) {
    const AxisWindow& window = task_.rows[static_cast<size_t>(r)];
    if (window.count == 0) return false;
    const int64_t end = window.first + (window.count - 1) * window.step + 1, n = task_.in_row();
    // From the window's start, not its first tap: dilated windows below may have taps between the two.
    for (scanned_ = HWY_MAX(scanned_, window.start); scanned_ < end; ++scanned_) {
      if (HWY_UNLIKELY(HasNanOrNegativeZero(x_ + scanned_ * n, n))) last_ = scanned_;
    }
    return last_ >= window.first;
  }

 private:
  const PoolTask& task_;
  const float* x_ = nullptr;
  int64_t last_ = -1;    // the last input row known to hold a NaN or -0
  int64_t scanned_ = 0;  // input rows above it have been looked at
};

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
