// PyTorch's C++ library, through the forms of its operators that write to given arrays.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/version.h>

#include <tuple>
#include <vector>

#include "tests/bench/peers/peer.h"
#include "tests/bench/peers/places.h"

namespace poolglass::bench {
namespace {

struct Operands {
  at::Tensor x, y, dy, dx, positions;
  std::vector<int64_t> kernel, stride, padding, dilation;
  bool ceil_mode, count_include_pad;
};

// Planes of one channel are in both layouts; as NCHW they are the faster.
at::Tensor tensor_of(const float* data, const Shape& s, Layout layout) {
  const bool nhwc_strides = layout == Layout::kNhwc && s.c > 1;
  const std::vector<int64_t> nchw{s.c * s.h * s.w, s.h * s.w, s.w, 1};
  const std::vector<int64_t> nhwc{s.h * s.w * s.c, 1, s.w * s.c, s.c};
  return at::from_blob(const_cast<float*>(data), {s.n, s.c, s.h, s.w}, nhwc_strides ? nhwc : nchw,
                       at::kFloat);
}

Operands operands_of(const Job& job) {
  PoolParams p;
  as_window(job, &p);
  Operands o;
  o.x = tensor_of(job.x, job.input, job.layout);
  o.y = tensor_of(job.y, job.output, job.layout);
  o.dy = tensor_of(job.dy, job.output, job.layout);
  o.dx = tensor_of(job.dx, job.input, job.layout);
  o.kernel = {p.kernel.h, p.kernel.w};
  o.stride = {p.stride.h, p.stride.w};
  o.padding = {p.padding.top, p.padding.left};
  o.dilation = {p.dilation.h, p.dilation.w};
  o.ceil_mode = p.ceil_mode;
  o.count_include_pad = p.count_include_pad;
  return o;
}

bool takes(const Job& job) {
  PoolParams p;
  const bool max = job.params.reduction == Reduction::kMax;
  if (!as_window(job, &p)) return !max;
  const bool symmetric = p.padding.top == p.padding.bottom && p.padding.left == p.padding.right;
  return symmetric && (max || p.dilation == Size2{1, 1});
}

// Its maxima always come with their positions, on the CPU.
Call make_max(const Job& job, Operands o) {
  o.positions =
      std::get<1>(at::max_pool2d_with_indices(o.x, o.kernel, o.stride, o.padding, o.dilation, o.ceil_mode));
  if (job.pass == Pass::kBackward) {
    return {[o]() mutable {
              at::max_pool2d_with_indices_backward_out(o.dx, o.dy, o.x, o.kernel, o.stride, o.padding,
                                                       o.dilation, o.ceil_mode, o.positions);
            },
            "",
            {}};
  }
  const auto positions = [o, layout = job.layout] {
    // In the order of y: of an NHWC tensor the channels are the last to vary in memory.
    const at::Tensor in_order = layout == Layout::kNchw ? o.positions : o.positions.permute({0, 2, 3, 1});
    const at::Tensor dense = in_order.contiguous();
    const int64_t* begin = dense.data_ptr<int64_t>();
    return std::vector<int64_t>(begin, begin + dense.numel());
  };
  return {[o]() mutable {
            at::max_pool2d_with_indices_out(o.y, o.positions, o.x, o.kernel, o.stride, o.padding, o.dilation,
                                            o.ceil_mode);
          },
          "", positions};
}

// The mean is what its own global pooling calls, too.
Call make_adaptive_average(const Job& job, Operands o) {
  if (job.pass == Pass::kBackward) {
    return {[o]() mutable { at::_adaptive_avg_pool2d_backward_out(o.dx, o.dy, o.x); }, "", {}};
  }
  if (job.output.plane() == Size2{1, 1}) {
    return {[o]() mutable { at::mean_out(o.y, o.x, {2, 3}, true); }, "", {}};
  }
  return {[o, size = std::vector<int64_t>{job.output.h, job.output.w}]() mutable {
            at::adaptive_avg_pool2d_out(o.y, o.x, size);
          },
          "",
          {}};
}

Call make_average(const Job& job, Operands o) {
  if (job.pass == Pass::kBackward) {
    return {[o]() mutable {
              at::avg_pool2d_backward_out(o.dx, o.dy, o.x, o.kernel, o.stride, o.padding, o.ceil_mode,
                                          o.count_include_pad, c10::nullopt);
            },
            "",
            {}};
  }
  return {[o]() mutable {
            at::avg_pool2d_out(o.y, o.x, o.kernel, o.stride, o.padding, o.ceil_mode, o.count_include_pad,
                               c10::nullopt);
          },
          "",
          {}};
}

Call make(const Job& job) try {
  static const c10::InferenceMode no_gradients_recorded;  // from here on, on this thread
  Operands operands = operands_of(job);
  if (job.params.reduction == Reduction::kMax) return make_max(job, operands);
  PoolParams window;
  const bool mean = job.params.adaptive_output && job.pass != Pass::kBackward;
  if (mean || !as_window(job, &window)) return make_adaptive_average(job, operands);
  return make_average(job, operands);
} catch (const c10::Error&) {
  return {};
}

}  // namespace

Peer torch() {
  return {"torch", TORCH_VERSION, takes, make, [](int threads) {
            at::set_num_threads(threads);
            place_openmp_threads(threads);
          }};
}

}  // namespace poolglass::bench
