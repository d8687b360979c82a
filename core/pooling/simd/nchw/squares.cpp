// Maxima of square windows at stride 1, compiled once per SIMD target.
#include "core/pooling/kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pooling/simd/nchw/squares.cpp"
#include <hwy/foreach_target.h>  // before highway.h
#include <hwy/highway.h>

#if HWY_TARGET != HWY_SCALAR
#include "core/pooling/simd/nchw/square-inl.h"
#endif

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
KernelChoice ChooseSquares(const PoolTask&) { return {}; }
#else
KernelChoice ChooseSquares(const PoolTask& task) {
  // Rows of a vector or two are better off in registers as a whole, smaller windows in batches
  // (nchw/strided-inl.h).
  const int64_t w = task.input.w;
  if (w <= 2 * kN || (task.params.kernel.h < 7 && w <= 256)) return {};
  const SquareChoice squares = ChooseSquaresOf<>(task);
  if (squares.run == nullptr) return {};
  return {"max by four rows", squares.run, task.out_rows(), squares.scratch};
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace poolglass {

HWY_EXPORT(ChooseSquares);

KernelChoice choose_squares(const PoolTask& task) { return HWY_DYNAMIC_DISPATCH(ChooseSquares)(task); }

}  // namespace poolglass
#endif
