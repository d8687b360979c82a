// Kernels for NCHW windows of given sizes, and of whole planes. Compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/windows.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/flat-inl.h"
#include "core/pooling/simd/nchw/global-inl.h"
#include "core/pooling/simd/nchw/square-inl.h"
#include "core/pooling/simd/nchw/strided-inl.h"
#include "core/pooling/simd/nchw/three_by_three_down-inl.h"
#include "core/pooling/simd/nchw/three_by_three_short-inl.h"
#include "core/pooling/simd/nchw/two_by_two_short-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> NchwWindowKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
    kernel_row<NchwTwoByTwo>("nchw-2x2/2", Pass::kForward, Layouts::kNchw),
    kernel_row<NchwGlobal>("nchw-global", Pass::kForward, Layouts::kNchw),
#if POOLGLASS_MASKED_MEMORY
    kernel_row<NchwFlat3x3>("nchw-3x3-flat-planes", Pass::kForward, Layouts::kNchw),
    kernel_row<NchwThreeByThreeShort>("nchw-3x3/2-short-rows", Pass::kForward, Layouts::kNchw),
#endif
    kernel_row<NchwThreeByThree>("nchw-3x3", Pass::kForward, Layouts::kNchw),
#if POOLGLASS_MASKED_MEMORY
    kernel_row<NchwFlat5x5>("nchw-5x5-flat-planes", Pass::kForward, Layouts::kNchw),
    kernel_row<NchwFlat7x7>("nchw-7x7-flat-planes", Pass::kForward, Layouts::kNchw),
#endif
#if POOLGLASS_X86_VECTORS && HWY_TARGET <= HWY_AVX3
    kernel_row<NchwSquareMaximum>("nchw-square-max", Pass::kForward, Layouts::kNchw),
#endif
    kernel_row<NchwSmallWindows>("nchw-small-windows", Pass::kForward, Layouts::kNchw),
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

HWY_EXPORT(NchwWindowKernels);

std::span<const Kernel> nchw_window_kernels() { return HWY_DYNAMIC_DISPATCH(NchwWindowKernels)(); }

}  // namespace poolglass
#endif
