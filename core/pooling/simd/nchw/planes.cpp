// Kernels for NCHW planes that registers or the first-level cache hold. Compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/planes.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/dense-inl.h"
#include "core/pooling/simd/nchw/narrow-inl.h"
#include "core/pooling/simd/nchw/small_planes-inl.h"
#include "core/pooling/simd/nchw/transposed-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

std::span<const Kernel> NchwPlaneKernels() {
#if HWY_TARGET == HWY_SCALAR
  return {};
#else
  static constexpr Kernel kKernels[] = {
      kernel_row<NchwPlanesInRegisters>("nchw-planes-in-registers", Pass::kForward, Layouts::kNchw),
      kernel_row<NchwNarrowPlanes>("nchw-narrow-planes", Pass::kForward, Layouts::kNchw),
      kernel_row<NchwPlanesInCache>("nchw-planes-in-cache", Pass::kForward, Layouts::kNchw),
      kernel_row<NchwTransposedPlanes>("nchw-transposed-planes", Pass::kForward, Layouts::kNchw),
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

HWY_EXPORT(NchwPlaneKernels);

std::span<const Kernel> nchw_plane_kernels() { return HWY_DYNAMIC_DISPATCH(NchwPlaneKernels)(); }

}  // namespace poolglass
#endif
