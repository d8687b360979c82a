// The kernel for windows of any size, in bands of rows. Compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/separable/separable.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/separable/separable-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> SeparableKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
      kernel_row<Separable>("separable", Pass::kForward, Layouts::kBoth),
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

HWY_EXPORT(SeparableKernels);

std::span<const Kernel> separable_kernels() { return HWY_DYNAMIC_DISPATCH(SeparableKernels)(); }

}  // namespace poolglass
#endif
