// NCHW by vectors of planes, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/transposed.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/transposed-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseTransposed(const PoolTask&) { return {}; }
#else
template <class Op>
KernelChoice TransposedBy(const PoolTask& task, const char* name) {
  using Planes = TransposedPlanes<Op>;
  if (!IsTransposed<Op>(task)) return {};
  return {name, &TransposedGroups<Op>, Planes::units(task), Planes::scratch(task)};
}

KernelChoice ChooseTransposed(const PoolTask& task) {
  return task.params.reduction == Reduction::kMax ? TransposedBy<Maximum>(task, "max by vectors of planes")
                                                  : TransposedBy<Sum>(task, "average by vectors of planes");
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseTransposed);

KernelChoice choose_transposed(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseTransposed)(task); }

}  // namespace poolglass
#endif
