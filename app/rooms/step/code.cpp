#include "app/rooms/step/code.h"

#include <cstdint>
#include <cstdlib>

#include "app/rooms/step/code_words.h"
#include "app/rooms/step/loops.h"

namespace poolglass::step {
namespace {

std::string pair(Size2 size) { return "(" + text(size.h) + ", " + text(size.w) + ")"; }
std::string list(Size2 size) { return "[" + text(size.h) + ", " + text(size.w) + "]"; }
const char* python_bool(bool value) { return value ? "True" : "False"; }

bool symmetric(const Padding& padding) {
  return padding.top == padding.bottom && padding.left == padding.right;
}

// Windows side by side that cover what they read without a gap: an axis is cut into pieces.
bool tiles(const PoolParams& params) {
  return !params.adaptive_output && params.kernel == params.stride && params.padding == Padding{} &&
         params.dilation == Size2{1, 1} && !params.ceil_mode;
}

std::string by(Size2 size) { return text(size.h) + "x" + text(size.w); }

// "Max pooling, 3x3 windows, stride 2x2, padding 1"
std::string title(const PoolParams& params) {
  std::string words = is_max(params) ? "Max pooling" : "Average pooling";
  if (params.adaptive_output) {
    const bool global = *params.adaptive_output == Size2{1, 1};
    return global ? words + " of the whole plane" : words + " to " + by(*params.adaptive_output) + " windows";
  }
  words += ", " + by(params.kernel) + " windows, stride " + by(params.stride);
  const Padding& pad = params.padding;
  if (symmetric(pad) && pad != Padding{}) {
    words += ", padding " + by({pad.top, pad.left});
  } else if (pad != Padding{}) {
    words += ", padding " + text(pad.top) + ", " + text(pad.left) + ", " + text(pad.bottom) + ", " +
             text(pad.right) + " (top, left, bottom, right)";
  }
  if (params.dilation != Size2{1, 1}) words += ", dilation " + by(params.dilation);
  if (params.ceil_mode) words += ", size rounded up";
  if (!is_max(params) && pad != Padding{} && !params.count_include_pad) words += ", padding not counted";
  return words;
}

std::string python(const PoolParams& params) {
  std::string code = "# " + title(params) + ", as nested loops.\n";
  for (const LoopLine& line : loop_listing(params)) code += line.text + "\n";
  return code;
}

// Of both axes.
std::string count_lines(const PoolParams& params) {
  std::string lines;
  for (const CountedSide side : {CountedSide::kRows, CountedSide::kColumns}) {
    for (const std::string& line : count_lines(params, side)) lines += line + "\n";
  }
  return lines;
}

std::string numpy(const PoolParams& params) {
  const bool max = is_max(params);
  std::string code =
      "# " + title(params) + ". The last two axes of x are the plane.\nimport numpy as np\n\n\n";
  code += "def pool(x):\n    h, w = x.shape[-2:]\n";
  const std::string reduce = max ? "max(axis=" : "mean(dtype=np.float64, axis=";
  const std::string back = max ? "" : ".astype(x.dtype)";
  if (params.adaptive_output) {
    const Size2 out = *params.adaptive_output;
    if (out == Size2{1, 1}) {
      return code + "    return x." + reduce + "(-2, -1), keepdims=True)" + back + "\n";
    }
    code += "    rows, columns = " + text(out.h) + ", " + text(out.w) + "\n";
    return code +
           "    return np.stack([np.stack([\n"
           "        x[..., i * h // rows:-(-(i + 1) * h // rows), j * w // columns:-(-(j + 1) * w // "
           "columns)]"
           "\n            ." +
           reduce + "(-2, -1))\n        for j in range(columns)], -1) for i in range(rows)], -2)" + back +
           "\n";
  }
  if (tiles(params)) {
    const std::string kh = text(params.kernel.h), kw = text(params.kernel.w);
    code += "    rows, columns = h // " + kh + ", w // " + kw + "\n    tiles = x[..., :rows * " + kh +
            ", :columns * " + kw + "].reshape(*x.shape[:-2], rows, " + kh + ", columns, " + kw + ")\n";
    return code + "    return tiles." + reduce + "(-3, -1))" + back + "\n";
  }
  const Size2 span{params.dilation.h * (params.kernel.h - 1) + 1,
                   params.dilation.w * (params.kernel.w - 1) + 1};
  const Padding& p = params.padding;
  code += count_lines(params);
  if (params.ceil_mode) {
    code += "    more_h = max((rows - 1) * " + text(params.stride.h) + plus(span.h - p.top - p.bottom) +
            " - h, 0)  # what the last windows hang over\n    more_w = max((columns - 1) * " +
            text(params.stride.w) + plus(span.w - p.left - p.right) + " - w, 0)\n";
  }
  const auto padded = [&](const std::string& array, const std::string& value, bool declared, bool overhang) {
    const auto after = [&](int64_t pad, const char* more) {
      std::string sum = declared ? text(pad) : "0";
      if (overhang && params.ceil_mode) sum += std::string(" + ") + more;
      return sum;
    };
    const std::string top = declared ? text(p.top) : "0", left = declared ? text(p.left) : "0";
    return "np.pad(" + array + ", [(0, 0)] * (x.ndim - 2) + [(" + top + ", " + after(p.bottom, "more_h") +
           "), (" + left + ", " + after(p.right, "more_w") + ")]" + ", constant_values=" + value + ")";
  };
  const auto windows = [&](const std::string& array) {
    const auto cut = [](int64_t step) { return step == 1 ? std::string("::") : "::" + text(step); };
    return "np.lib.stride_tricks.sliding_window_view(\n        " + array + ", " + pair(span) +
           ", axis=(-2, -1))[..., " + cut(params.stride.h) + ", " + cut(params.stride.w) + ", " +
           cut(params.dilation.h) + ", " + cut(params.dilation.w) + "][..., :rows, :columns, :, :]";
  };
  if (max) {
    code += "    padded = " + padded("x", "-np.inf", true, true) + "\n";
    return code + "    return " + windows("padded") + ".max(axis=(-2, -1))\n";
  }
  // The divisor is a sum over a plane of ones: of what is counted.
  code += "    padded = " + padded("x.astype(np.float64)", "0", true, true) + "\n    counted = ";
  if (params.count_include_pad && params.ceil_mode) {
    code += "np.pad(" + padded("np.ones_like(x, dtype=np.float64)", "1", true, false) +
            ", [(0, 0)] * (x.ndim - 2) + [(0, more_h), (0, more_w)])\n";
  } else {
    code +=
        padded("np.ones_like(x, dtype=np.float64)", params.count_include_pad ? "1" : "0", true, true) + "\n";
  }
  code += "    sums = " + windows("padded") + ".sum(axis=(-2, -1))\n";
  code += "    divisors = " + windows("counted") + ".sum(axis=(-2, -1))\n";
  return code + "    return (sums / divisors).astype(x.dtype)\n";
}

Result<std::string> torch(const PoolParams& params) {
  const bool max = is_max(params);
  const std::string name = max ? "max_pool2d" : "avg_pool2d";
  std::string code = "# " + title(params) + ". x: N x C x H x W.\nimport torch.nn.functional as F\n\n\n";
  code += "def pool(x):\n";
  if (params.adaptive_output) {
    return code + "    return F.adaptive_" + name + "(x, output_size=" + pair(*params.adaptive_output) +
           ")\n";
  }
  if (!symmetric(params.padding)) {
    return invalid_argument("PyTorch's pools pad both ends of a side alike: this padding cannot be written");
  }
  if (!max && params.dilation != Size2{1, 1}) {
    return invalid_argument("PyTorch's average pool has no dilation: this pooling cannot be written");
  }
  code += "    return F." + name + "(x, kernel_size=" + pair(params.kernel) +
          ", stride=" + pair(params.stride) + ", padding=" + pair({params.padding.top, params.padding.left});
  if (max) code += ", dilation=" + pair(params.dilation);
  code += std::string(", ceil_mode=") + python_bool(params.ceil_mode);
  if (!max) code += std::string(", count_include_pad=") + python_bool(params.count_include_pad);
  return code + ")\n";
}

Result<std::string> keras(const PoolParams& params) {
  const bool max = is_max(params);
  const std::string kind = max ? "MaxPooling2D" : "AveragePooling2D";
  std::string code =
      "# " + title(params) + ". x: N x H x W x C.\nimport tensorflow as tf\n\n\ndef pool(x):\n";
  if (params.adaptive_output) {
    if (*params.adaptive_output != Size2{1, 1}) {
      return invalid_argument(
          "Keras has no adaptive pool but the global one: this pooling cannot be written");
    }
    return code + "    return tf.keras.layers.Global" + kind + "(keepdims=True)(x)\n";
  }
  if (params.ceil_mode) return invalid_argument("Keras rounds sizes down: ceil mode cannot be written");
  if (params.dilation != Size2{1, 1}) {
    return invalid_argument("Keras' pools have no dilation: this pooling cannot be written");
  }
  const Padding& p = params.padding;
  if (p != Padding{}) {
    if (!max && !params.count_include_pad) {
      return invalid_argument("Keras pads an average with cells that count: this padding cannot be written");
    }
    code += "    x = tf.pad(x, [[0, 0], [" + text(p.top) + ", " + text(p.bottom) + "], [" + text(p.left) +
            ", " + text(p.right) + "], [0, 0]]" + (max ? ", constant_values=x.dtype.min" : "") + ")\n";
  }
  return code + "    return tf.keras.layers." + kind + "(pool_size=" + pair(params.kernel) +
         ", strides=" + pair(params.stride) + ", padding=\"valid\")(x)\n";
}

Result<std::string> onnx(const PoolParams& params) {
  const bool max = is_max(params);
  std::string code = "# " + title(params) + ". A model of one node; x: N x C x H x W.\n";
  code += "from onnx import TensorProto, helper\n\n";
  int opset = 11;
  std::string node;
  if (params.adaptive_output) {
    if (*params.adaptive_output != Size2{1, 1}) {
      return invalid_argument("ONNX has no adaptive pool but the global one: this pooling cannot be written");
    }
    node = std::string("helper.make_node(\"") + (max ? "GlobalMaxPool" : "GlobalAveragePool") +
           "\", [\"x\"], [\"y\"])";
  } else {
    const Padding& p = params.padding;
    node = std::string("helper.make_node(\n    \"") + (max ? "MaxPool" : "AveragePool") +
           "\", [\"x\"], [\"y\"], kernel_shape=" + list(params.kernel) + ", strides=" + list(params.stride) +
           ", pads=[" + text(p.top) + ", " + text(p.left) + ", " + text(p.bottom) + ", " + text(p.right) +
           "]" + ", ceil_mode=" + (params.ceil_mode ? "1" : "0");
    if (max || params.dilation != Size2{1, 1}) node += ", dilations=" + list(params.dilation);
    if (!max) node += std::string(", count_include_pad=") + (params.count_include_pad ? "1" : "0");
    node += ")";
    if (!max && params.dilation != Size2{1, 1}) opset = 19;  // averages have dilations from there on
  }
  code += "node = " + node + "\n";
  code += "x = helper.make_tensor_value_info(\"x\", TensorProto.FLOAT, [\"N\", \"C\", \"H\", \"W\"])\n";
  code += "y = helper.make_tensor_value_info(\"y\", TensorProto.FLOAT, [\"N\", \"C\", None, None])\n";
  return code + "model = helper.make_model(helper.make_graph([node], \"pooling\", [x], [y]),\n" +
         "                          opset_imports=[helper.make_opsetid(\"\", " + text(opset) + ")])\n";
}

std::string braced(Size2 size) { return "{" + text(size.h) + ", " + text(size.w) + "}"; }

std::string cpp(const PoolParams& params) {
  const std::string reduction = is_max(params) ? "Reduction::kMax" : "Reduction::kAverage";
  std::string code = "// " + title(params) + ". x: shape.elements() floats, N x C x H x W.\n";
  code += "#include <vector>\n\n#include \"core/pooling/pooling.h\"\n\n";
  code += "poolglass::Result<std::vector<float>> pool(const float* x, const poolglass::Shape& shape) {\n";
  code += "  using namespace poolglass;\n";
  if (params.adaptive_output) {
    code += "  const PoolParams params = adaptive_pool(" + reduction + ", " +
            braced(*params.adaptive_output) + ");\n";
  } else {
    code += "  PoolParams params = window_pool(" + reduction + ", " + braced(params.kernel) + ");\n";
    const Padding& p = params.padding;
    if (params.stride != params.kernel) code += "  params.stride = " + braced(params.stride) + ";\n";
    if (p != Padding{}) {
      code += "  params.padding = {" + text(p.top) + ", " + text(p.left) + ", " + text(p.bottom) + ", " +
              text(p.right) + "};  // top, left, bottom, right\n";
    }
    if (params.dilation != Size2{1, 1}) code += "  params.dilation = " + braced(params.dilation) + ";\n";
    if (params.ceil_mode) code += "  params.ceil_mode = true;\n";
    if (!is_max(params) && !params.count_include_pad) code += "  params.count_include_pad = false;\n";
  }
  return code +
         "  const Result<PoolPlan> plan = PoolPlan::make(params, shape);\n"
         "  if (!plan.ok()) return plan.status();\n"
         "  std::vector<float> y(static_cast<size_t>(plan->output_shape().elements()));\n"
         "  plan->forward(x, y.data());\n"
         "  return y;\n}\n";
}

}  // namespace

std::string plus(int64_t value) {
  if (value == 0) return {};
  return (value < 0 ? " - " : " + ") + text(std::abs(value));
}

std::vector<std::string> count_lines(const PoolParams& params, CountedSide side) {
  const bool rows = side == CountedSide::kRows;
  const std::string out = rows ? "rows" : "columns", n = rows ? "h" : "w";
  const int64_t kernel = rows ? params.kernel.h : params.kernel.w;
  const int64_t dilation = rows ? params.dilation.h : params.dilation.w;
  const int64_t before = rows ? params.padding.top : params.padding.left;
  const int64_t after = rows ? params.padding.bottom : params.padding.right;
  const std::string stride = text(rows ? params.stride.h : params.stride.w);
  const std::string room = n + plus(before + after - dilation * (kernel - 1) - 1);
  std::string line = "    " + out + " = ";
  if (!params.ceil_mode) return {line + "(" + room + ") // " + stride + " + 1"};
  return {line + "-(-(" + room + ") // " + stride + ") + 1",
          "    if (" + out + " - 1) * " + stride + " >= " + n + plus(before) + ":",
          "        " + out + " -= 1  # it would begin beyond the input"};
}

std::optional<std::string> pooling_call(CodeTarget target, const PoolParams& params, Size2 plane) {
  const bool max = is_max(params);
  const auto brief = [](Size2 size) { return size.h == size.w ? text(size.h) : pair(size); };
  if (!pooling_code(target, params).ok()) return std::nullopt;
  if (target == CodeTarget::kNumpy) {
    const std::string reduce = max ? ".max" : ".mean";
    if (params.adaptive_output == Size2{1, 1}) return "x" + reduce + "(axis=(0, 1))";
    const Size2 kernel = params.kernel;
    if (!tiles(params) || plane.h % kernel.h != 0 || plane.w % kernel.w != 0) return std::nullopt;
    return "x.reshape(" + text(plane.h / kernel.h) + ", " + text(kernel.h) + ", " + text(plane.w / kernel.w) +
           ", " + text(kernel.w) + ")" + reduce + "(axis=(1, 3))";
  }
  if (target != CodeTarget::kTorch && target != CodeTarget::kKeras) return std::nullopt;
  const bool torch = target == CodeTarget::kTorch;
  const std::string kind = max ? "Max" : torch ? "Avg" : "Average";
  if (params.adaptive_output) {
    if (torch) return "nn.Adaptive" + kind + "Pool2d(" + brief(*params.adaptive_output) + ")(x)";
    return "Global" + kind + "Pooling2D()(x)";
  }
  if (!torch && params.padding != Padding{}) return std::nullopt;  // takes a call of its own
  std::string call = torch ? "nn." + kind + "Pool2d(" : kind + "Pooling2D(";
  call += brief(params.kernel) + ", " + brief(params.stride);
  if (params.padding != Padding{}) call += ", padding=" + brief({params.padding.top, params.padding.left});
  if (params.dilation != Size2{1, 1}) call += ", dilation=" + brief(params.dilation);
  if (params.ceil_mode) call += ", ceil_mode=True";
  const bool uncounted = !max && params.padding != Padding{} && !params.count_include_pad;
  if (uncounted) call += ", count_include_pad=False";
  return call + ")(x)";
}

Result<std::string> pooling_code(CodeTarget target, const PoolParams& params) {
  if (Status s = validate(params); !s.ok()) return s;
  switch (target) {
    case CodeTarget::kPython:
      return python(params);
    case CodeTarget::kNumpy:
      return numpy(params);
    case CodeTarget::kTorch:
      return torch(params);
    case CodeTarget::kKeras:
      return keras(params);
    case CodeTarget::kOnnx:
      return onnx(params);
    case CodeTarget::kCpp:
      break;
  }
  return cpp(params);
}

}  // namespace poolglass::step
