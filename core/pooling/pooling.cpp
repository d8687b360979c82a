#include "core/pooling/pooling.h"

#include <limits>
#include <string>
#include <vector>

#include "core/pooling/kernels.h"
#include "core/pooling/reference.h"
#include "core/pooling/window.h"
#include "core/simd_targets.h"

namespace poolglass {

struct PoolPlan::State {
  PlanOptions options;
  PoolTask task;
  KernelChoice forward;  // .run is null: through the reference
  std::string name;
  // NHWC through the reference: one plane of each array.
  std::vector<float> input_plane, output_plane, gradient_plane;
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

// The divisor of every window of an axis if it is the same for all, else 0.
int64_t uniform_divisor(const Axis& axis) {
  const int64_t divisor = axis.window(0).divisor;
  for (int64_t i = 1; i < axis.output; ++i) {
    if (axis.window(i).divisor != divisor) return 0;
  }
  return divisor;
}

PoolTask make_task(const PoolParams& params, const Shape& input, const Shape& output, Layout layout,
                   const WindowGeometry& geometry) {
  PoolTask task;
  task.params = params;
  task.input = input;
  task.output = output;
  task.layout = layout;
  task.geometry = geometry;
  for (int64_t i = 0; i < output.h; ++i) task.rows.push_back(geometry.rows.window(i));
  for (int64_t i = 0; i < output.w; ++i) {
    task.column_divisor.push_back(static_cast<float>(geometry.columns.window(i).divisor));
  }
  task.column_divisor.insert(task.column_divisor.end(), kVectorSlack, 1.0f);
  task.uniform_divisor =
      static_cast<float>(uniform_divisor(geometry.rows) * uniform_divisor(geometry.columns));
  const bool max = params.reduction == Reduction::kMax;
  task.identity_row.assign(static_cast<size_t>(input.w + kVectorSlack),
                           max ? -std::numeric_limits<float>::infinity() : -0.0f);
  return task;
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
  state->options = options;
  state->task = make_task(params, input, output, options.layout, *geometry);
  if (options.implementation == Implementation::kAuto && options.layout == Layout::kNchw) {
    state->forward = choose_forward(state->task);
  }
  if (state->forward.run != nullptr) {
    state->name = std::string(state->forward.name) + " " + active_simd_target();
  } else {
    state->name = "reference";
  }
  if (options.layout == Layout::kNhwc) {
    state->input_plane.resize(static_cast<size_t>(input.h * input.w));
    state->gradient_plane.resize(state->input_plane.size());
    state->output_plane.resize(static_cast<size_t>(output.h * output.w));
    state->index_plane.resize(state->output_plane.size());
  }
  return PoolPlan(std::move(state));
}

PoolPlan::PoolPlan(std::unique_ptr<State> state) : state_(std::move(state)) {}
PoolPlan::PoolPlan(PoolPlan&&) noexcept = default;
PoolPlan& PoolPlan::operator=(PoolPlan&&) noexcept = default;
PoolPlan::~PoolPlan() = default;

const Shape& PoolPlan::input_shape() const { return state_->task.input; }
const Shape& PoolPlan::output_shape() const { return state_->task.output; }
std::string_view PoolPlan::kernel_name() const { return state_->name; }

void PoolPlan::forward(const float* x, float* y) const {
  State& s = *state_;
  if (s.forward.run == nullptr) return forward_with_indices(x, y, nullptr);
  s.task.x = x;
  s.task.y = y;
  s.forward.run(s.task, 0, s.forward.units);
}

void PoolPlan::forward_with_indices(const float* x, float* y, int64_t* indices) const {
  State& s = *state_;
  const auto pool = [&](const float* in, float* out, int64_t* index) {
    if (s.task.params.reduction == Reduction::kMax) {
      reference_max(s.task.geometry, in, out, index);
    } else {
      reference_average(s.task.geometry, in, out);
    }
  };
  const int64_t in_cells = s.task.in_plane(), out_cells = s.task.out_plane(), channels = s.task.input.c;
  for (int64_t p = 0; p < s.task.input.planes(); ++p) {
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
  const bool max = s.task.params.reduction == Reduction::kMax;
  const auto unpool = [&](const float* in, const float* grad, float* result) {
    if (max) {
      reference_max_backward(s.task.geometry, in, grad, result);
    } else {
      reference_average_backward(s.task.geometry, grad, result);
    }
  };
  const int64_t in_cells = s.task.in_plane(), out_cells = s.task.out_plane(), channels = s.task.input.c;
  for (int64_t p = 0; p < s.task.input.planes(); ++p) {
    if (s.options.layout == Layout::kNchw) {
      unpool(max ? x + p * in_cells : nullptr, dy + p * out_cells, dx + p * in_cells);
      continue;
    }
    const int64_t n = p / channels, c = p % channels, in_offset = n * in_cells * channels + c;
    if (max) gather_plane(x + in_offset, in_cells, channels, s.input_plane.data());
    gather_plane(dy + n * out_cells * channels + c, out_cells, channels, s.output_plane.data());
    unpool(s.input_plane.data(), s.output_plane.data(), s.gradient_plane.data());
    scatter_plane(s.gradient_plane.data(), in_cells, channels, dx + in_offset);
  }
}

}  // namespace poolglass
