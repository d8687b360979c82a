#include "core/pooling/dialects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/integer.h"
#include "core/pooling/reference.h"

namespace poolglass {
namespace {

int64_t span_of(const Axis& axis) { return (axis.kernel - 1) * axis.dilation + 1; }

// An average of TensorFlow's divides by the cells inside.
void pad_same(Axis& axis) {
  axis.output = ceil_divide(axis.input, axis.stride);
  const int64_t reach = (axis.output - 1) * axis.stride + span_of(axis);
  const int64_t total = std::max<int64_t>(reach - axis.input, 0);
  axis.pad_begin = total / 2;
  axis.pad_end = total - axis.pad_begin;
  axis.count_include_pad = false;
}

void pad_valid(Axis& axis) {
  axis.pad_begin = axis.pad_end = 0;
  axis.output = strided_output(axis, false);
}

// Caffe's rule for the last window looks at the padding of both axes.
void round_up_as_caffe(Axis& axis, bool any_padding) {
  const int64_t room = axis.input + axis.pad_begin + axis.pad_end - axis.kernel;
  axis.output = room < 0 ? 0 : ceil_divide(room, axis.stride) + 1;
  const bool starts_outside = (axis.output - 1) * axis.stride >= axis.input + axis.pad_begin;
  if (any_padding && starts_outside) --axis.output;
  axis.count_include_pad = true;
}

// None of them has dilation.
Axis axis_of(int64_t input, int64_t kernel, int64_t stride, int64_t begin, int64_t end) {
  Axis axis;
  axis.input = input;
  axis.kernel = kernel;
  axis.stride = stride;
  axis.pad_begin = begin;
  axis.pad_end = end;
  return axis;
}

Status no_dilation(Dialect dialect, const PoolParams& params) {
  if (params.dilation == Size2{1, 1}) return {};
  switch (dialect) {
    case Dialect::kPyTorch:
      if (params.reduction == Reduction::kMax) return {};
      return invalid_argument("torch.nn.AvgPool2d has no dilation");
    case Dialect::kOnnx:
      return {};
    case Dialect::kTensorFlowSame:
    case Dialect::kTensorFlowValid:
    case Dialect::kKerasZeroPadding:
      return invalid_argument("pooling in TensorFlow and Keras has no dilation");
    case Dialect::kCaffe:
      break;
  }
  return invalid_argument("Caffe's pooling has no dilation");
}

bool meets_padding(const Axis& axis, const AxisWindow& window) {
  const int64_t end = axis.input + axis.pad_end;
  for (int64_t at = window.start; at < end && at <= window.last(); at += window.step) {
    if (at < 0 || at >= axis.input) return true;
  }
  return false;
}

}  // namespace

Result<DialectWindows> dialect_windows(Dialect dialect, const PoolParams& params, Size2 input) {
  if (Status s = validate(params); !s.ok()) return s;
  if (params.adaptive_output) {
    if (dialect != Dialect::kPyTorch) return invalid_argument("adaptive pooling is PyTorch's alone");
  } else if (Status s = no_dilation(dialect, params); !s.ok()) {
    return s;
  }
  if (dialect == Dialect::kPyTorch || dialect == Dialect::kOnnx) {
    PoolParams own = params;
    if (dialect == Dialect::kOnnx) own.count_include_pad = false;
    const Result<WindowGeometry> geometry = window_geometry(own, input);
    if (!geometry.ok()) return geometry.status();
    return DialectWindows{*geometry, false};
  }
  if (const Result<WindowGeometry> geometry = window_geometry(window_pool(Reduction::kMax, {1, 1}), input);
      !geometry.ok()) {
    return geometry.status();  // the input's own limits
  }
  const Padding& pad = params.padding;
  DialectWindows windows;
  Axis &rows = windows.geometry.rows, &columns = windows.geometry.columns;
  rows = axis_of(input.h, params.kernel.h, params.stride.h, pad.top, pad.bottom);
  columns = axis_of(input.w, params.kernel.w, params.stride.w, pad.left, pad.right);
  for (Axis* axis : {&rows, &columns}) {
    if (dialect == Dialect::kTensorFlowSame) pad_same(*axis);
    if (dialect == Dialect::kTensorFlowValid) pad_valid(*axis);
    if (dialect == Dialect::kKerasZeroPadding) axis->output = strided_output(*axis, false);
    if (dialect == Dialect::kCaffe) round_up_as_caffe(*axis, pad != Padding{});
  }
  windows.zeros_are_cells = dialect == Dialect::kKerasZeroPadding && pad != Padding{};
  if (rows.output < 1 || columns.output < 1) {
    return invalid_argument("no window fits the " + std::string(pad == Padding{} ? "" : "padded ") +
                            "input " + std::to_string(input.h) + "x" + std::to_string(input.w) + " there");
  }
  return windows;
}

DialectValue pool_dialect_window(Dialect dialect, const DialectWindows& windows, Reduction reduction,
                                 const float* x, Cell output) {
  const auto& [rows, columns] = windows.geometry;
  const AxisWindow down = rows.window(output.row), along = columns.window(output.column);
  DialectValue value{reference_window(windows.geometry, reduction, x, output).y,
                     down.divisor * along.divisor};
  if (reduction == Reduction::kAverage) return value;
  const bool empty = down.count == 0 || along.count == 0;
  if (empty && dialect == Dialect::kCaffe) value.y = std::numeric_limits<float>::lowest();
  const bool zeros = windows.zeros_are_cells && (meets_padding(rows, down) || meets_padding(columns, along));
  if (zeros && !std::isnan(value.y)) value.y = std::max(value.y, 0.0f);
  return value;
}

DialectResult pool_dialect(Dialect dialect, const DialectWindows& windows, Reduction reduction,
                           const float* x) {
  const auto& [rows, columns] = windows.geometry;
  DialectResult result;
  result.y.reserve(static_cast<size_t>(rows.output * columns.output));
  result.divisors.reserve(result.y.capacity());
  for (int64_t row = 0; row < rows.output; ++row) {
    for (int64_t column = 0; column < columns.output; ++column) {
      const DialectValue value = pool_dialect_window(dialect, windows, reduction, x, {row, column});
      result.y.push_back(value.y);
      result.divisors.push_back(value.divisor);
    }
  }
  return result;
}

std::vector<bool> other_windows(const Axis& axis, bool zeros_are_cells, const Axis& than,
                                Reduction reduction) {
  std::vector<bool> others;
  for (int64_t i = 0; i < axis.output; ++i) {
    const AxisWindow window = axis.window(i);
    bool other = i >= than.output;
    if (!other) {
      const AxisWindow there = than.window(i);
      other = window.count != there.count || (window.count > 0 && window.first != there.first) ||
              (window.count > 1 && window.step != there.step);
      if (reduction == Reduction::kAverage) other = other || window.divisor != there.divisor;
    }
    if (reduction == Reduction::kMax && zeros_are_cells) other = other || meets_padding(axis, window);
    others.push_back(other);
  }
  return others;
}

}  // namespace poolglass
