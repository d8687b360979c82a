#include "core/pooling/window.h"

#include <algorithm>
#include <string>

#include "core/integer.h"
#include "core/pooling/size_text.h"

namespace poolglass {
namespace {

// The rules of validate() allow for no larger planes.
constexpr int64_t kPlaneLimit = int64_t{1} << 61;

// Taps start + j * step, 0 <= j < taps, that lie below `end`. Arithmetic only: kernels may have 2^62 taps.
int64_t taps_below(int64_t end, const AxisWindow& w) {
  return w.start >= end ? 0 : std::min(w.taps, (end - 1 - w.start) / w.step + 1);
}

AxisWindow adaptive_window(const Axis& axis, int64_t index) {
  AxisWindow w;
  w.start = index * axis.input / axis.output;
  w.taps = ceil_divide((index + 1) * axis.input, axis.output) - w.start;
  w.first = w.start;
  w.count = w.taps;
  w.divisor = w.taps;
  return w;
}

// The first and last window that may read `cell`; the windows between them are candidates.
struct WindowRange {
  int64_t first, last;
};

WindowRange candidates(const Axis& axis, int64_t cell) {
  if (axis.adaptive) {
    return {cell * axis.output / axis.input, ((cell + 1) * axis.output - 1) / axis.input};
  }
  const int64_t from_start = cell + axis.pad_begin;
  const int64_t span = (axis.kernel - 1) * axis.dilation;
  return {std::max<int64_t>(0, ceil_divide(from_start - span, axis.stride)),
          std::min(axis.output - 1, from_start / axis.stride)};
}

// Cell `index` of a strided pooling: the last window that may read it begins at or before it, the others a
// stride apart before that one.
AxisWindow readers_window(const Axis& axis, int64_t index) {
  const int64_t from_first = index + axis.pad_begin, phase = from_first % axis.reader_stride;
  AxisWindow w;
  w.taps = phase < axis.kernel ? (axis.kernel - 1 - phase) / axis.reader_stride + 1 : 0;
  w.start = from_first / axis.reader_stride - w.taps + 1;
  w.first = std::max<int64_t>(w.start, 0);
  w.count = std::max<int64_t>(std::min(w.start + w.taps, axis.input) - w.first, 0);
  return w;
}

// What is wrong with a plane's extent along an axis; `output`: the windows asked for, of an adaptive axis.
Status check_extent(const char* name, int64_t input, const int64_t* output) {
  const std::string sentence = std::string("input ") + name + " " + text(input);
  if (input < 1) return invalid_argument(sentence + " must be at least 1");
  if (input > kPlaneLimit) return invalid_argument(sentence + " must be at most 2^61");
  int64_t product = 0;  // the edges are quotients of (index + 1) * input
  if (output != nullptr && !checked_multiply(*output, input, &product)) {
    return invalid_argument(std::string("output ") + name + " " + text(*output) + " times " + sentence +
                            " is more than 2^63 - 1");
  }
  return {};
}

Status no_window_fits(const PoolParams& params, Size2 input) {
  std::string kernel = "kernel " + text(params.kernel);
  if (params.dilation != Size2{1, 1}) {
    kernel += " with dilation " + text(params.dilation) + " spans " +
              text(Size2{(params.kernel.h - 1) * params.dilation.h + 1,
                         (params.kernel.w - 1) * params.dilation.w + 1}) +
              " and";
  }
  const bool padded = params.padding != Padding{};
  return invalid_argument(kernel + " is larger than the " + (padded ? "padded input " : "input ") +
                          text(Size2{input.h + params.padding.top + params.padding.bottom,
                                     input.w + params.padding.left + params.padding.right}));
}

Axis adaptive_axis(int64_t input, int64_t output) {
  Axis axis;
  axis.adaptive = true;
  axis.input = input;
  axis.output = output;
  return axis;
}

}  // namespace

Result<WindowGeometry> window_geometry(const PoolParams& params, Size2 input) {
  if (Status s = validate(params); !s.ok()) return s;
  const std::optional<Size2>& output = params.adaptive_output;
  if (Status s = check_extent("height", input.h, output ? &output->h : nullptr); !s.ok()) return s;
  if (Status s = check_extent("width", input.w, output ? &output->w : nullptr); !s.ok()) return s;
  if (output) return WindowGeometry{adaptive_axis(input.h, output->h), adaptive_axis(input.w, output->w)};
  const Padding& pad = params.padding;
  const auto axis = [&](int64_t cells, int64_t kernel, int64_t stride, int64_t dilation, int64_t begin,
                        int64_t end) {
    Axis result{cells, 1, false, kernel, stride, dilation, begin, end, params.count_include_pad};
    result.output = strided_output(result, params.ceil_mode);
    return result;
  };
  const WindowGeometry geometry{
      axis(input.h, params.kernel.h, params.stride.h, params.dilation.h, pad.top, pad.bottom),
      axis(input.w, params.kernel.w, params.stride.w, params.dilation.w, pad.left, pad.right)};
  if (geometry.rows.output < 1 || geometry.columns.output < 1) return no_window_fits(params, input);
  return geometry;
}

int64_t strided_output(const Axis& axis, bool ceil_mode) {
  const int64_t span = axis.dilation * (axis.kernel - 1) + 1;
  const int64_t room = axis.input + axis.pad_begin + axis.pad_end - span;
  int64_t output = (ceil_mode ? ceil_divide(room, axis.stride) : floor_divide(room, axis.stride)) + 1;
  // The last window must start inside the input or the padding before it. (output - 1) * stride <= room +
  // stride cannot overflow: both are below 2^62.
  if (ceil_mode && output > 0 && (output - 1) * axis.stride >= axis.input + axis.pad_begin) --output;
  return output;
}

AxisWindow Axis::window(int64_t index) const {
  if (adaptive) return adaptive_window(*this, index);
  if (reader_stride > 0) return readers_window(*this, index);
  AxisWindow w;
  w.start = index * stride - pad_begin;
  w.taps = kernel;
  w.step = dilation;
  const int64_t skipped = w.start < 0 ? ceil_divide(-w.start, dilation) : 0;
  w.first = w.start + skipped * dilation;
  w.count = std::max<int64_t>(0, taps_below(input, w) - skipped);
  w.divisor = count_include_pad ? taps_below(input + pad_end, w) : w.count;
  return w;
}

std::vector<AxisWindow> windows_of(const Axis& axis) {
  std::vector<AxisWindow> windows(static_cast<size_t>(axis.output));
  for (int64_t i = 0; i < axis.output; ++i) windows[static_cast<size_t>(i)] = axis.window(i);
  return windows;
}

bool gradients_are_tree_sums(const WindowGeometry& geometry) {
  constexpr int64_t kMostInOrder = 32;
  const Axis &rows = geometry.rows, &columns = geometry.columns;
  const auto side_by_side = [](const Axis& axis) {
    return !axis.adaptive && (axis.stride == 1 || axis.dilation == 1);
  };
  if (!side_by_side(rows) || !side_by_side(columns)) return false;
  const int64_t down = ceil_divide(rows.kernel, rows.stride),
                along = ceil_divide(columns.kernel, columns.stride);
  return down > kMostInOrder || along > kMostInOrder || down * along > kMostInOrder;
}

Axis readers_axis(const Axis& axis) {
  Axis readers;
  readers.input = axis.output;
  readers.output = axis.input;
  readers.kernel = axis.kernel;
  if (axis.stride > 1) {
    readers.reader_stride = axis.stride;
    readers.pad_begin = axis.pad_begin;
    return readers;
  }
  readers.dilation = axis.dilation;
  readers.pad_begin = (axis.kernel - 1) * axis.dilation - axis.pad_begin;
  return readers;
}

std::vector<int64_t> windows_reading(const Axis& axis, int64_t cell) {
  std::vector<int64_t> windows;
  const WindowRange range = candidates(axis, cell);
  for (int64_t i = range.first; i <= range.last; ++i) {
    if (axis.window(i).reads(cell)) windows.push_back(i);
  }
  return windows;
}

}  // namespace poolglass
