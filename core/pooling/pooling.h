// Pooling over dense float32 tensors: plan once, run many times.
//
//   Result<PoolPlan> plan = PoolPlan::make(params, shape);
//   if (!plan.ok()) return plan.status();
//   plan->forward(x, y);
//
// Semantics (PyTorch's): padding never wins a maximum; NaN anywhere in a window gives NaN; the first of equal
// maxima in row-major order wins, and -0 equals +0; an average adds the taps inside the input and divides by
// the window's divisor (core/pooling/window.h). Results are the same bits at every SIMD target and thread
// count.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"
#include "core/work_done.h"

namespace poolglass {

enum class Implementation {
  kAuto,       // the fastest kernels this machine can run
  kReference,  // the slow, obvious definition (core/pooling/reference.h), one thread
};

enum class Pass { kForward, kForwardWithIndices, kBackward, kBackwardFromIndices };

// How a plan finds the kernels it uses. All kernels give the same bits.
enum class Planning {
  kEstimate,  // by rules that were measured once (core/pooling/simd/README.md)
  kMeasure,   // by timing every kernel that can on arrays of the plan's size, once a process
              // (core/pooling/measured.h)
};

struct PlanOptions {
  Layout layout = Layout::kNchw;  // of input and output alike
  int threads = 1;                // 0: every core
  Implementation implementation = Implementation::kAuto;
  // Not null: calls count their work there, and share it in smaller parts where that costs little. It must
  // live as long as the plan.
  WorkDone* progress = nullptr;
  Planning planning = Planning::kEstimate;
  std::string kernel;  // the id of one to use for its pass, for tests and measurements; empty: chosen
};

class PoolPlan {
 public:
  // Validates and picks kernels. Fails with a sentence if the parameters do not fit the shape, or if an
  // extent, a byte count or an index would overflow. Allocates; the run functions below do not. Measuring
  // takes some milliseconds, or a few runs of large poolings, and memory for the arrays; it should have the
  // machine to itself.
  static Result<PoolPlan> make(const PoolParams& params, const Shape& input, const PlanOptions& options = {});

  PoolPlan(PoolPlan&&) noexcept;
  PoolPlan& operator=(PoolPlan&&) noexcept;
  ~PoolPlan();

  const Shape& input_shape() const;
  const Shape& output_shape() const;
  // The id of the kernel that computes a pass, e.g. "nchw-2x2/2" (core/pooling/simd/README.md).
  std::string_view kernel_name(Pass pass = Pass::kForward) const;

  // Working memory of one call, in bytes; never 0.
  int64_t scratch_bytes() const;

  // x: input_shape().elements() floats, y: output_shape().elements() floats, both in the plan's layout, any
  // alignment. They must not overlap.
  //
  // scratch, here and below: scratch_bytes() bytes, any alignment, that nothing else uses during the call;
  // such calls may run on one plan at the same time. Null: the plan's own, one call at a time.
  void forward(const float* x, float* y, void* scratch = nullptr) const;

  // Max only: also writes each argmax's position in its plane (row * w + column) to `indices`.
  void forward_with_indices(const float* x, float* y, int64_t* indices, void* scratch = nullptr) const;

  // The same with half the bytes to write. Fails, and writes nothing, where a plane has 2^31 cells or more.
  Status forward_with_indices(const float* x, float* y, int32_t* indices, void* scratch = nullptr) const;

  // dx (input shape) from dy (output shape); dx is written whole. Max sends dy to the forward argmax of x,
  // average splits it by the divisor (x is not read and may be null); overlapping windows accumulate.
  void backward(const float* x, const float* dy, float* dx, void* scratch = nullptr) const;

  // Max only: the same from the positions forward_with_indices() wrote for x, without looking at x again.
  // A window at -1 gives nothing. Any other position must be that of a tap of its window: it is not checked,
  // and one outside the plane writes outside of dx.
  void backward_from_indices(const int64_t* indices, const float* dy, float* dx,
                             void* scratch = nullptr) const;
  void backward_from_indices(const int32_t* indices, const float* dy, float* dx,
                             void* scratch = nullptr) const;

 private:
  struct State;
  explicit PoolPlan(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace poolglass
