// Kernels for NHWC. Compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nhwc/nhwc.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nhwc/columns-inl.h"
#include "core/pooling/simd/nhwc/global-inl.h"
#include "core/pooling/simd/nhwc/pixels-inl.h"
#include "core/pooling/simd/nhwc/two_by_two-inl.h"
#include "core/pooling/simd/nhwc/walk-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> NhwcKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
      kernel_row<NhwcTwoByTwo>("nhwc-2x2/2", Pass::kForward, Layouts::kNhwc),
      kernel_row<NhwcGlobal>("nhwc-global", Pass::kForward, Layouts::kNhwc),
      kernel_row<NhwcOverlapInRegisters>("nhwc-overlap-in-registers", Pass::kForward, Layouts::kNhwc),
      kernel_row<NhwcOverlapInCache>("nhwc-overlap-in-cache", Pass::kForward, Layouts::kNhwc),
      kernel_row<NhwcTaps>("nhwc-taps", Pass::kForward, Layouts::kNhwc),
  };
  return kKernels;
#endif
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(NhwcKernels);

std::span<const Kernel> nhwc_kernels() { return HWY_DYNAMIC_DISPATCH(NhwcKernels)(); }

}  // namespace poolglass
#endif
