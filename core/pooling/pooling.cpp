#include "core/pooling/pooling.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "core/pooling/reference.h"
#include "core/pooling/window.h"

namespace poolglass {

struct PoolPlan::State {
  PoolParams params;
  PlanOptions options;
  Shape input, output;
  WindowGeometry geometry;
  std::string name;
  // NHWC through the reference: one plane of each array, and the indices of one.
  std::vector<float> input_plane, output_plane;
  std::vector<int64_t> index_plane;
};

namespace {

// Elements, bytes of float32 and bytes of an index array all have to fit in 63 bits.
Status check_shape(const char* name, const Shape& shape) {
  const auto text = [&] {
    return std::to_string(shape.n) + "x" + std::to_string(shape.c) + "x" + std::to_string(shape.h) + "x" +
           std::to_string(shape.w);
  };
  if (shape.n < 1) return invalid_argument("batch " + std::to_string(shape.n) + " must be at least 1");
  if (shape.c < 1) return invalid_argument("channels " + std::to_string(shape.c) + " must be at least 1");
  int64_t elements = 0, bytes = 0;
  if (!checked_elements(shape, &elements) || !checked_multiply(elements, sizeof(int64_t), &bytes)) {
    return resource_exhausted(std::string(name) + " " + text() + " is larger than 2^63 - 1 bytes");
  }
  return {};
}

template <class T>
void gather_plane(const T* nhwc, int64_t cells, int64_t channels, T* plane) {
  for (int64_t i = 0; i < cells; ++i) plane[i] = nhwc[i * channels];
}
template <class T>
void scatter_plane(const T* plane, int64_t cells, int64_t channels, T* nhwc) {
  for (int64_t i = 0; i < cells; ++i) nhwc[i * channels] = plane[i];
}

}  // namespace

Result<PoolPlan> PoolPlan::make(const PoolParams& params, const Shape& input, const PlanOptions& options) {
  Result<WindowGeometry> geometry = window_geometry(params, input.plane());
  if (!geometry.ok()) return geometry.status();
  if (Status s = check_shape("input", input); !s.ok()) return s;
  const Shape output{input.n, input.c, geometry->rows.output, geometry->columns.output};
  if (Status s = check_shape("output", output); !s.ok()) return s;
  if (options.threads < 0) {
    return invalid_argument("threads " + std::to_string(options.threads) + " must not be negative");
  }
  auto state = std::make_unique<State>();
  state->params = params;
  state->options = options;
  state->input = input;
  state->output = output;
  state->geometry = *geometry;
  state->name = "reference";
  if (options.layout == Layout::kNhwc) {
    state->input_plane.resize(static_cast<size_t>(input.h * input.w));
    state->output_plane.resize(static_cast<size_t>(output.h * output.w));
    state->index_plane.resize(static_cast<size_t>(output.h * output.w));
  }
  return PoolPlan(std::move(state));
}

PoolPlan::PoolPlan(std::unique_ptr<State> state) : state_(std::move(state)) {}
PoolPlan::PoolPlan(PoolPlan&&) noexcept = default;
PoolPlan& PoolPlan::operator=(PoolPlan&&) noexcept = default;
PoolPlan::~PoolPlan() = default;

const Shape& PoolPlan::input_shape() const { return state_->input; }
const Shape& PoolPlan::output_shape() const { return state_->output; }
std::string_view PoolPlan::kernel_name() const { return state_->name; }

void PoolPlan::forward(const float* x, float* y) const { forward_with_indices(x, y, nullptr); }

void PoolPlan::forward_with_indices(const float* x, float* y, int64_t* indices) const {
  State& s = *state_;
  const auto pool = [&](const float* in, float* out, int64_t* index) {
    if (s.params.reduction == Reduction::kMax) {
      reference_max(s.geometry, in, out, index);
    } else {
      reference_average(s.geometry, in, out);
    }
  };
  const int64_t in_cells = s.input.h * s.input.w, out_cells = s.output.h * s.output.w, channels = s.input.c;
  for (int64_t p = 0; p < s.input.planes(); ++p) {
    if (s.options.layout == Layout::kNchw) {
      pool(x + p * in_cells, y + p * out_cells, indices != nullptr ? indices + p * out_cells : nullptr);
      continue;
    }
    const int64_t n = p / channels, c = p % channels, out_offset = n * out_cells * channels + c;
    gather_plane(x + n * in_cells * channels + c, in_cells, channels, s.input_plane.data());
    pool(s.input_plane.data(), s.output_plane.data(), s.index_plane.data());
    scatter_plane(s.output_plane.data(), out_cells, channels, y + out_offset);
    if (indices != nullptr) scatter_plane(s.index_plane.data(), out_cells, channels, indices + out_offset);
  }
}

void PoolPlan::backward(const float* x, const float* dy, float* dx) const {
  State& s = *state_;
  const auto unpool = [&](const float* in, const float* grad, float* result) {
    if (s.params.reduction == Reduction::kMax) {
      reference_max_backward(s.geometry, in, grad, result);
    } else {
      reference_average_backward(s.geometry, grad, result);
    }
  };
  const bool needs_x = s.params.reduction == Reduction::kMax;
  const int64_t in_cells = s.input.h * s.input.w, out_cells = s.output.h * s.output.w, channels = s.input.c;
  std::vector<float> dx_plane(s.options.layout == Layout::kNhwc ? s.input_plane.size() : 0);
  for (int64_t p = 0; p < s.input.planes(); ++p) {
    if (s.options.layout == Layout::kNchw) {
      unpool(needs_x ? x + p * in_cells : nullptr, dy + p * out_cells, dx + p * in_cells);
      continue;
    }
    const int64_t n = p / channels, c = p % channels, in_offset = n * in_cells * channels + c;
    if (needs_x) gather_plane(x + in_offset, in_cells, channels, s.input_plane.data());
    gather_plane(dy + n * out_cells * channels + c, out_cells, channels, s.output_plane.data());
    unpool(s.input_plane.data(), s.output_plane.data(), dx_plane.data());
    scatter_plane(dx_plane.data(), in_cells, channels, dx + in_offset);
  }
}

}  // namespace poolglass
