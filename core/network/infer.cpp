#include "core/network/infer.h"

#include "core/network/infer_parts.h"

namespace poolglass::network {
namespace {

using namespace rules;

// ---- joins ------------------------------------------------------------------------------------------------

Status disagree(const Context& context, std::span<const LayerFigures* const> inputs, size_t index) {
  if (context.network == nullptr) return invalid_argument("its inputs do not fit together");
  const std::vector<std::string> names = effective_names(*context.network);
  const Sources from = sources(*context.network, context.index);
  const auto told = [&](size_t i) {
    return "\"" + names[static_cast<size_t>(from[i])].substr(0, 80) + "\" is " +
           plain_text(inputs[i]->output);
  };
  return invalid_argument("its inputs do not fit together: " + told(0) + ", but " + told(index));
}

// Element by element, a size of 1 stands for any (NumPy's broadcasting, ranks alike).
Status infer_elementwise(std::span<const LayerFigures* const> inputs, const Context& context,
                         LayerFigures* out) {
  for (size_t i = 1; i < inputs.size(); ++i) {
    const Dims& other = inputs[i]->output;
    if (other.rank == 0) continue;
    if (out->output.rank == 0) {
      out->output = other;
      out->axes = inputs[i]->axes;
      continue;
    }
    if (other.rank != out->output.rank) return disagree(context, inputs, i);
    for (int axis = 0; axis < other.rank; ++axis) {
      int64_t& size = out->output[axis];
      if (size == other[axis] || other[axis] == 1) continue;
      if (size == 1 || size < 0) {
        size = other[axis];
      } else if (other[axis] >= 0) {
        return disagree(context, inputs, i);
      }
    }
  }
  return {};
}

Status infer_concat(std::span<const LayerFigures* const> inputs, const Context& context, LayerFigures* out) {
  for (size_t i = 1; i < inputs.size(); ++i) {
    const Dims& other = inputs[i]->output;
    if (out->output.rank == 0 || other.rank == 0) {  // the channels are the sum of something unknown
      if (out->output.rank == 0) {
        out->output = other;
        out->axes = inputs[i]->axes;
      }
      if (out->output.rank > 0) out->output[out->axes.channels] = kUnknownSize;
      continue;
    }
    if (other.rank != out->output.rank || !(inputs[i]->axes == out->axes)) {
      return disagree(context, inputs, i);
    }
    for (int axis = 0; axis < other.rank; ++axis) {
      int64_t& size = out->output[axis];
      if (axis == out->axes.channels) {
        if (size < 0 || other[axis] < 0) {
          size = kUnknownSize;
        } else if (__builtin_add_overflow(size, other[axis], &size)) {
          return beyond("its number of channels");
        }
      } else if (size < 0) {
        size = other[axis];
      } else if (other[axis] >= 0 && other[axis] != size) {
        return disagree(context, inputs, i);
      }
    }
  }
  return {};
}

// ---- boxes ------------------------------------------------------------------------------------------------

Status check_dims(const Dims& dims, const Axes& axes) {
  for (int i = 0; i < dims.rank; ++i) {
    if (dims[i] != kUnknownSize && dims[i] < 1) {
      return invalid_argument("size " + std::to_string(dims[i]) + " of axis " + std::to_string(i) +
                              " must be at least 1");
    }
  }
  for (const int axis : {int{axes.channels}, int{axes.rows}, int{axes.columns}}) {
    if (axis < -1 || (dims.rank > 0 && axis >= dims.rank)) {
      return invalid_argument("axis " + std::to_string(axis) + " is none of its output's " +
                              std::to_string(dims.rank));
    }
  }
  if (axes.channels < 0) return invalid_argument("its output has no axis of channels");
  return {};
}

Status infer_op(const Layer& layer, LayerFigures* out, AxisResult* rows, AxisResult* columns) {
  const bool kept = layer.effect == Effect::kPointwise;
  if (layer.output.rank > 0 || !kept) {
    out->output = layer.output;
    out->axes = layer.axes;
  }
  if (Status s = check_dims(out->output, out->axes); !s.ok()) return s;
  for (const auto& given : {layer.params, layer.macs}) {
    if (given && *given < 0) return invalid_argument("params and macs must be at least 0");
  }
  set_count(layer.params.value_or(kept ? 0 : kUnknownSize), &out->params);
  set_count(layer.macs.value_or(kept ? 0 : kUnknownSize), &out->macs);
  rows->map.reads = columns->map.reads = kept                             ? Reads::kInterval
                                         : layer.effect == Effect::kWhole ? Reads::kWhole
                                                                          : Reads::kUnknown;
  return {};
}

Status infer_input(const Layer& layer, LayerFigures* out) {
  out->output = layer.output;
  out->axes = layer.axes;
  if (layer.output.rank == 0) return invalid_argument("its shape is missing");
  const Dims& dims = layer.output;
  const auto bad = [&](int axis) {
    return axis >= 0 && axis < dims.rank && dims[axis] != kUnknownSize && dims[axis] < 1;
  };
  if (bad(layer.axes.channels)) return at_least("input channels", dims[layer.axes.channels], 1);
  if (bad(layer.axes.rows)) return at_least("input height", dims[layer.axes.rows], 1);
  if (bad(layer.axes.columns)) return at_least("input width", dims[layer.axes.columns], 1);
  return check_dims(dims, layer.axes);
}

Status infer_kind(const Layer& layer, std::span<const LayerFigures* const> inputs, const Context& context,
                  LayerFigures* out, AxisResult* rows, AxisResult* columns) {
  if (layer.kind == Kind::kInput) return infer_input(layer, out);
  const LayerFigures& in = *inputs[0];
  out->output = in.output;
  out->axes = in.axes;
  switch (layer.kind) {
    case Kind::kConv2d:
      return infer_conv(layer, in, context, out, rows, columns);
    case Kind::kConvTranspose2d:
      return infer_transposed(layer, in, context, out, rows, columns);
    case Kind::kMaxPool2d:
    case Kind::kAvgPool2d:
      return infer_window_pool(layer, in, out, rows, columns);
    case Kind::kGlobalAvgPool2d:
    case Kind::kGlobalMaxPool2d:
    case Kind::kAdaptiveAvgPool2d:
    case Kind::kAdaptiveMaxPool2d:
      return infer_adaptive(layer, in, out, rows, columns);
    case Kind::kBatchNorm2d:
    case Kind::kLayerNorm:
    case Kind::kGroupNorm:
    case Kind::kInstanceNorm2d:
      return infer_norm(layer, in, context, out, rows, columns);
    case Kind::kScale:
      return infer_scale(layer, in, out);
    case Kind::kChannelShuffle:
      return check_groups(layer, in.channels());
    case Kind::kUpsample:
      return infer_upsample(layer, in, out, rows, columns);
    case Kind::kPad:
    case Kind::kCrop:
      return infer_frame(layer, in, out, rows, columns);
    case Kind::kSlice:
      return infer_slice(layer, in, out);
    case Kind::kDepthToSpace:
      return infer_depth_to_space(layer, in, out, rows, columns);
    case Kind::kSpaceToDepth:
      return infer_space_to_depth(layer, in, out, rows, columns);
    case Kind::kPermute:
      return infer_permute(layer, in, out);
    case Kind::kAdd:
    case Kind::kMul:
      return infer_elementwise(inputs, context, out);
    case Kind::kConcat:
      return infer_concat(inputs, context, out);
    case Kind::kFlatten:
      return infer_flatten(in, out);
    case Kind::kLinear:
      return infer_linear(layer, in, context, out, rows, columns);
    case Kind::kOp:
      return infer_op(layer, out, rows, columns);
    default:  // pointwise
      return {};
  }
}

Status needs_planes(const Layer& layer, const LayerFigures& in) {
  if (in.output.rank == 0 || in.axes == kPlanes) return {};
  const std::string kind(kind_name(layer.kind));
  if (in.axes.rows < 0) {
    return invalid_argument(kind + " needs a feature map, but flatten has made it a vector");
  }
  return invalid_argument(kind + " needs the channels before the plane, but they are last: permute to nchw");
}

bool works_on_planes(Kind kind) {
  return (has_window(kind) || is_pool(kind) || kind == Kind::kUpsample || kind == Kind::kPad ||
          kind == Kind::kCrop || kind == Kind::kDepthToSpace || kind == Kind::kSpaceToDepth);
}

}  // namespace

std::string plain_text(const Dims& dims) {
  if (dims.rank == 0) return "?";
  std::string text;
  for (int i = dims.rank > 1 && dims[0] <= 1 ? 1 : 0; i < dims.rank; ++i) {
    text += (text.empty() ? "" : "x") + size_text(dims[i]);
  }
  return text;
}

Status infer(const Layer& layer, std::span<const LayerFigures* const> inputs, const Context& context,
             LayerFigures* out) {
  if (works_on_planes(layer.kind)) {
    if (Status s = needs_planes(layer, *inputs[0]); !s.ok()) return s;
  }
  AxisResult down, across;
  if (Status s = infer_kind(layer, inputs, context, out, &down, &across); !s.ok()) return s;
  out->reads_rows = down.map;
  out->reads_columns = across.map;
  out->window_rows = down.window;
  out->window_columns = across.window;
  int64_t count;
  if (!elements(out->output, context, -1, &count)) return beyond("its number of activations");
  set_count(count, &out->activations);
  if (count >= 0 && !checked_multiply(count, int64_t{sizeof(float)}, &out->bytes)) out->bytes = kBeyondCount;
  return {};
}

}  // namespace poolglass::network
