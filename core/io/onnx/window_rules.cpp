// Operators whose windows walk over a map: convolutions and pools, along any number of axes.
#include <algorithm>

#include "core/io/onnx/call.h"
#include "core/io/onnx/window.h"

namespace poolglass::onnx {
namespace {

constexpr int64_t kMostNumber = int64_t{1} << 31;

Status numbers(const Call& call, const char* name, size_t axes, int64_t least, Dims* values) {
  const Listed listed = call.list(name);
  if (!listed.given) return {};
  if (listed.values.size() != values->size()) {
    return invalid_argument(std::string(name) + " has " + std::to_string(listed.values.size()) +
                            " numbers, not " + std::to_string(values->size()) + " for " +
                            std::to_string(axes) + " axes");
  }
  for (const int64_t x : listed.values) {
    if (x < least || x > kMostNumber)
      return invalid_argument(std::string(name) + " has a " + std::to_string(x) + ", which is not between " +
                              std::to_string(least) + " and 2^31");
  }
  *values = listed.values;
  return {};
}

Status no_room(const AxisWindow& window, int64_t size) {
  return invalid_argument("kernel " + std::to_string(window.kernel) + " with dilation " +
                          std::to_string(window.dilation) + " is larger than the padded input " +
                          std::to_string(size + window.begin + window.end));
}

// A map [N, C, sizes...] and a kernel of as many sizes.
Status check_map(const Call& call, size_t input, const Dims& kernel) {
  if (call.rank(input) != std::ssize(kernel) + 2 || kernel.empty()) {
    return invalid_argument("a kernel of " + std::to_string(kernel.size()) + " axes does not fit the input " +
                            dims_text(call.dims(input)));
  }
  return {};
}

Status conv_of(Call& call, size_t x, size_t w, ElementType type) {
  if (!call.shape_known(x) || !call.shape_known(w)) return {};
  const Dims& weight = call.dims(w);
  if (weight.size() < 3) return invalid_argument("a weight of " + dims_text(weight) + " is no kernel");
  const Dims kernel(weight.begin() + 2, weight.end());
  if (Status s = check_map(call, x, kernel); !s.ok()) return s;
  const int64_t group = call.integer("group", 1), channels = call.dims(x)[1];
  int64_t needed = 0;
  if (group < 1 || weight[0] % group != 0)
    return invalid_argument("group " + std::to_string(group) + " does not divide " +
                            std::to_string(weight[0]) + " channels");
  if (__builtin_mul_overflow(weight[1], group, &needed) || needed != channels) {
    return invalid_argument("a weight of " + dims_text(weight) + " in " + std::to_string(group) + " group" +
                            (group == 1 ? "" : "s") + " does not fit the input " + dims_text(call.dims(x)));
  }
  Result<std::vector<AxisWindow>> windows =
      windows_of(call, kernel, Dims(call.dims(x).begin() + 2, call.dims(x).end()));
  if (!windows.ok()) return windows.status();
  Dims out{call.dims(x)[0], weight[0]};
  for (size_t i = 0; i < kernel.size(); ++i) {
    const Result<int64_t> size = outputs_of((*windows)[i], call.dims(x)[i + 2]);
    if (!size.ok()) return size.status();
    out.push_back(*size);
  }
  call.set(0, out, type);
  return {};
}

Status conv(Call& call) { return conv_of(call, 0, 1, call.type(0)); }
Status conv_integer(Call& call) { return conv_of(call, 0, 1, ElementType::kInt32); }
Status qlinear_conv(Call& call) { return conv_of(call, 0, 3, call.type(7)); }

Status conv_transpose(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1)) return {};
  const Dims& weight = call.dims(1);
  if (weight.size() < 3) return invalid_argument("a weight of " + dims_text(weight) + " is no kernel");
  const Dims kernel(weight.begin() + 2, weight.end());
  if (Status s = check_map(call, 0, kernel); !s.ok()) return s;
  const int64_t group = call.integer("group", 1);
  if (group < 1 || weight[0] != call.dims(0)[1] || weight[0] % group != 0) {
    return invalid_argument("a weight of " + dims_text(weight) + " in " + std::to_string(group) +
                            " groups does not fit the input " + dims_text(call.dims(0)));
  }
  Result<std::vector<TransposedWindow>> windows =
      transposed_windows_of(call, kernel, Dims(call.dims(0).begin() + 2, call.dims(0).end()));
  if (!windows.ok()) return windows.status();
  Dims out{call.dims(0)[0], 0};
  if (__builtin_mul_overflow(weight[1], group, &out[1])) return invalid_argument("has too many channels");
  for (const TransposedWindow& window : *windows) out.push_back(window.outputs);
  call.set(0, out);
  return {};
}

Status pool(Call& call) {
  if (!call.shape_known(0)) return {};
  const Listed kernel = call.list("kernel_shape");
  if (!kernel.given) return invalid_argument("has no kernel_shape");
  if (Status s = check_map(call, 0, kernel.values); !s.ok()) return s;
  const Dims sizes(call.dims(0).begin() + 2, call.dims(0).end());
  Result<std::vector<AxisWindow>> windows = windows_of(call, kernel.values, sizes);
  if (!windows.ok()) return windows.status();
  Dims out{call.dims(0)[0], call.dims(0)[1]};
  for (size_t i = 0; i < sizes.size(); ++i) {
    const Result<int64_t> size = outputs_of((*windows)[i], sizes[i]);
    if (!size.ok()) return size.status();
    out.push_back(*size);
  }
  call.set(0, out);
  call.set(1, out, ElementType::kInt64);
  return {};
}

Status global_pool(Call& call) {
  if (!call.shape_known(0)) return {};
  Dims out = call.dims(0);
  if (out.size() < 3) return invalid_argument("needs a map, not " + dims_text(out));
  std::fill(out.begin() + 2, out.end(), 1);
  call.set(0, out);
  return {};
}

Status max_unpool(Call& call) {
  if (!call.shape_known(0)) return {};
  if (call.input(2) != nullptr) {
    if (auto dims = call.integers(2)) call.set(0, *std::move(dims));
    return {};
  }
  const Listed kernel = call.list("kernel_shape");
  if (Status s = check_map(call, 0, kernel.values); !s.ok()) return s;
  Result<std::vector<AxisWindow>> windows =
      windows_of(call, kernel.values, Dims(call.dims(0).begin() + 2, call.dims(0).end()));
  if (!windows.ok()) return windows.status();
  Dims out = call.dims(0);
  for (size_t i = 2; i < out.size(); ++i) {
    const AxisWindow& at = (*windows)[i - 2];
    if (__builtin_mul_overflow(out[i] - 1, at.stride, &out[i])) return invalid_argument("is too large");
    out[i] += at.kernel - at.begin - at.end;
  }
  call.set(0, out);
  return {};
}

// The plane of a region of interest, for each of them.
Status roi_align(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1) || call.rank(0) != 4 || call.rank(1) != 2) return {};
  call.set(0, {call.dims(1)[0], call.dims(0)[1], call.integer("output_height", 1),
               call.integer("output_width", 1)});
  return {};
}

Status max_roi_pool(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1) || call.rank(0) != 4 || call.rank(1) != 2) return {};
  const Listed pooled = call.list("pooled_shape");
  if (pooled.values.size() != 2) return invalid_argument("pooled_shape is not two numbers");
  call.set(0, {call.dims(1)[0], call.dims(0)[1], pooled.values[0], pooled.values[1]});
  return {};
}

Status grid_sample(Call& call) {
  if (!call.shape_known(0) || !call.shape_known(1) || call.rank(0) < 3 || call.rank(1) != call.rank(0))
    return {};
  Dims out{call.dims(0)[0], call.dims(0)[1]};
  out.insert(out.end(), call.dims(1).begin() + 1, call.dims(1).end() - 1);
  call.set(0, out);
  return {};
}

constexpr NamedRule kWindowRules[] = {
    {"AveragePool", pool},
    {"Conv", conv},
    {"ConvInteger", conv_integer},
    {"ConvTranspose", conv_transpose},
    {"GlobalAveragePool", global_pool},
    {"GlobalLpPool", global_pool},
    {"GlobalMaxPool", global_pool},
    {"GridSample", grid_sample},
    {"LpPool", pool},
    {"MaxPool", pool},
    {"MaxRoiPool", max_roi_pool},
    {"MaxUnpool", max_unpool},
    {"QLinearConv", qlinear_conv},
    {"RoiAlign", roi_align},
};

}  // namespace

std::span<const NamedRule> window_rules() { return kWindowRules; }

Result<std::vector<AxisWindow>> windows_of(const Call& call, const Dims& kernel, const Dims& sizes) {
  const size_t axes = kernel.size();
  Dims shape = kernel, strides(axes, 1), dilations(axes, 1), pads(2 * axes, 0);
  if (Status s = numbers(call, "kernel_shape", axes, 1, &shape); !s.ok()) return s;
  if (shape != kernel)
    return invalid_argument("kernel_shape " + dims_text(shape) + " is not the weight's " + dims_text(kernel));
  if (Status s = numbers(call, "strides", axes, 1, &strides); !s.ok()) return s;
  if (Status s = numbers(call, "dilations", axes, 1, &dilations); !s.ok()) return s;
  const std::string_view automatic = call.text("auto_pad", "NOTSET");
  const bool upper = automatic == "SAME_UPPER", lower = automatic == "SAME_LOWER";
  if (!upper && !lower && automatic != "VALID" && automatic != "NOTSET" && !automatic.empty())
    return invalid_argument("auto_pad is none of NOTSET, VALID, SAME_UPPER and SAME_LOWER");
  if (!upper && !lower && automatic != "VALID") {
    if (Status s = numbers(call, "pads", axes, 0, &pads); !s.ok()) return s;
  }
  std::vector<AxisWindow> windows;
  for (size_t i = 0; i < axes; ++i) {
    if (kernel[i] < 1 || kernel[i] > kMostNumber)
      return invalid_argument("a kernel of " + std::to_string(kernel[i]) + " is not between 1 and 2^31");
    AxisWindow window{kernel[i],     strides[i],     dilations[i],
                      pads[i],       pads[i + axes], call.integer("ceil_mode", 0) != 0,
                      upper || lower};
    if (upper || lower) {
      const int64_t reach = window.dilation * (window.kernel - 1) + 1, rest = sizes[i] % window.stride;
      const int64_t total = std::max<int64_t>(0, reach - (rest == 0 ? window.stride : rest));
      window.begin = upper ? total / 2 : total - total / 2;
      window.end = total - window.begin;
    }
    windows.push_back(window);
  }
  return windows;
}

Result<int64_t> outputs_of(const AxisWindow& window, int64_t size) {
  const int64_t room = size + window.begin + window.end - (window.dilation * (window.kernel - 1) + 1);
  if (size < 1) return invalid_argument("the input is empty");
  if (room < 0 && !(window.ceil && room + window.stride > 0 && window.begin + size > 0))
    return no_room(window, size);
  int64_t count = (room < 0 ? 0 : (room + (window.ceil ? window.stride - 1 : 0)) / window.stride) + 1;
  // PyTorch's rule: no window begins at or beyond the end of the input.
  if (window.ceil && (count - 1) * window.stride >= size + window.begin) --count;
  if (count < 1) return no_room(window, size);
  return count;
}

Result<std::vector<TransposedWindow>> transposed_windows_of(const Call& call, const Dims& kernel,
                                                            const Dims& sizes) {
  const size_t axes = kernel.size();
  Result<std::vector<AxisWindow>> windows = windows_of(call, kernel, sizes);
  if (!windows.ok()) return windows.status();
  Dims more(axes, 0), wanted;
  if (Status s = numbers(call, "output_padding", axes, 0, &more); !s.ok()) return s;
  const Listed shape = call.list("output_shape");
  if (shape.given) {
    wanted = shape.values;
    if (wanted.size() == axes + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
    if (wanted.size() != axes)
      return invalid_argument("output_shape has " + std::to_string(shape.values.size()) + " numbers for " +
                              std::to_string(axes) + " axes");
  }
  const bool upper = call.text("auto_pad", "NOTSET") == "SAME_UPPER";
  std::vector<TransposedWindow> found;
  for (size_t i = 0; i < axes; ++i) {
    TransposedWindow at{(*windows)[i], more[i], 0};
    const AxisWindow& window = at.window;
    int64_t whole = 0;
    if (sizes[i] < 1) return invalid_argument("the input is empty");
    if (__builtin_mul_overflow(sizes[i] - 1, window.stride, &whole)) return invalid_argument("is too large");
    whole += window.dilation * (window.kernel - 1) + 1 + at.output_padding;
    at.outputs = whole - window.begin - window.end;
    if (shape.given || window.same) {
      // Padding is what the wanted size leaves; the odd cell goes to the end for SAME_UPPER, else to the
      // begin.
      at.outputs = shape.given ? wanted[i] : sizes[i] * window.stride;
      const int64_t total = std::max<int64_t>(0, whole - at.outputs);
      at.window.begin = upper ? total / 2 : total - total / 2;
      at.window.end = total - at.window.begin;
    }
    if (at.outputs < 1) return invalid_argument("the output has no cell left");
    found.push_back(at);
  }
  return found;
}

}  // namespace poolglass::onnx
