// What is known of a layer by itself: kinds, usual parameters, names and labels.
#include <unordered_map>
#include <unordered_set>

#include "core/network/network.h"

namespace poolglass::network {
namespace {

enum Trait : unsigned {
  kWindow = 1,
  kPool = 2,
  kPointwise = 4,
  kJoin = 8,
  kInChain = 16,
};
struct KindRow {
  std::string_view name;
  std::string_view stem;  // of made names
  unsigned traits;
};
// In the order of Kind.
constexpr KindRow kKindRows[] = {
    {"input", "input", 0},
    {"conv2d", "conv", kWindow | kInChain},
    {"conv_transpose2d", "upconv", kWindow},
    {"max_pool2d", "pool", kWindow | kPool | kInChain},
    {"avg_pool2d", "pool", kWindow | kPool | kInChain},
    {"global_avg_pool2d", "gap", kPool | kInChain},
    {"global_max_pool2d", "gmp", kPool},
    {"adaptive_avg_pool2d", "adaptive", kPool | kInChain},
    {"adaptive_max_pool2d", "adaptive", kPool},
    {"batch_norm2d", "bn", kPointwise},
    {"layer_norm", "ln", 0},
    {"group_norm", "gn", 0},
    {"instance_norm2d", "in", 0},
    {"local_response_norm", "lrn", kPointwise},
    {"relu", "relu", kPointwise | kInChain},
    {"relu6", "relu", kPointwise},
    {"leaky_relu", "relu", kPointwise},
    {"elu", "elu", kPointwise},
    {"gelu", "gelu", kPointwise},
    {"silu", "silu", kPointwise},
    {"mish", "mish", kPointwise},
    {"hardswish", "hardswish", kPointwise},
    {"hardsigmoid", "hardsigmoid", kPointwise},
    {"sigmoid", "sigmoid", kPointwise},
    {"tanh", "tanh", kPointwise},
    {"softmax", "softmax", kPointwise},
    {"dropout", "dropout", kPointwise},
    {"identity", "identity", kPointwise},
    {"scale", "scale", kPointwise},
    {"channel_shuffle", "shuffle", kPointwise},
    {"upsample", "upsample", 0},
    {"pad", "pad", 0},
    {"crop", "crop", 0},
    {"slice", "slice", 0},
    {"depth_to_space", "depth_to_space", 0},
    {"space_to_depth", "space_to_depth", 0},
    {"permute", "permute", 0},
    {"add", "add", kJoin},
    {"mul", "mul", kJoin},
    {"concat", "concat", kJoin},
    {"flatten", "flatten", kInChain},
    {"linear", "linear", kInChain},
    {"op", "op", 0},
};
static_assert(std::size(kKindRows) == kKinds);

const KindRow& row(Kind kind) { return kKindRows[static_cast<size_t>(kind)]; }
bool has(Kind kind, Trait trait) { return (row(kind).traits & trait) != 0; }

std::string name_stem(const Layer& layer) {
  if (layer.kind != Kind::kOp) return std::string(row(layer.kind).stem);
  std::string stem;
  for (const char c : layer.op) {
    if (c >= 'A' && c <= 'Z') stem += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || c == '_') stem += c;
  }
  return stem.empty() ? "op" : stem;
}

std::string by(Size2 size) { return std::to_string(size.h) + "×" + std::to_string(size.w); }

std::string short_by(Size2 size) { return size.h == size.w ? std::to_string(size.h) : by(size); }

std::string window_label(const char* operation, const Layer& layer, Size2 dilation) {
  std::string label = std::string(operation) + " " + by(layer.kernel);
  if (layer.stride != Size2{1, 1} || is_pool(layer.kind)) label += " /" + short_by(layer.stride);
  if (dilation != Size2{1, 1}) label += " d" + short_by(dilation);
  return label;
}

std::string conv_label(const char* operation, const Layer& layer, int64_t channels_in) {
  const bool depthwise = layer.groups > 1 && layer.groups == channels_in;
  std::string label = window_label(depthwise ? "depthwise" : operation, layer, layer.dilation);
  if (layer.groups > 1 && !depthwise) label += " g" + std::to_string(layer.groups);
  const int64_t out = layer.out_channels;
  if (out == channels_in) return label;
  if (channels_in > 0 && out > 0 && out % channels_in == 0) {
    return label + ", ×" + std::to_string(out / channels_in) + " C";
  }
  return label + ", " + (channels_in < 0 ? "?" : std::to_string(channels_in)) + " → " + std::to_string(out) +
         " C";
}

std::string upsample_label(const Layer& layer) {
  const char* mode = layer.mode == Upsampling::kNearest   ? "nearest"
                     : layer.mode == Upsampling::kBicubic ? "bicubic"
                                                          : "bilinear";
  return std::string(mode) +
         (layer.scale.h > 0 ? " ×" + short_by(layer.scale) : " → " + by(layer.output_size));
}

}  // namespace

std::string_view kind_name(Kind kind) { return row(kind).name; }

std::optional<Kind> kind_from_name(std::string_view name) {
  for (int i = 0; i < kKinds; ++i) {
    if (kKindRows[i].name == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

bool has_window(Kind kind) { return has(kind, kWindow); }
bool is_pool(Kind kind) { return has(kind, kPool); }
bool is_pointwise(Kind kind) { return has(kind, kPointwise); }
bool is_join(Kind kind) { return has(kind, kJoin); }
bool in_chain_format(Kind kind) { return has(kind, kInChain); }

Layer default_layer(Kind kind) {
  Layer layer;
  layer.kind = kind;
  if (kind == Kind::kConv2d) {
    layer.out_channels = 8;
    layer.padding = {1, 1, 1, 1};
  } else if (has_window(kind)) {
    layer.kernel = layer.stride = {2, 2};
    if (kind == Kind::kConvTranspose2d) layer.out_channels = 8;
  } else if (kind == Kind::kAdaptiveAvgPool2d || kind == Kind::kAdaptiveMaxPool2d) {
    layer.output_size = {2, 2};
  } else if (kind == Kind::kLinear) {
    layer.out_features = 10;
  } else if (kind == Kind::kInstanceNorm2d) {
    layer.gamma = layer.beta = false;  // as PyTorch
  } else if (kind == Kind::kPad || kind == Kind::kCrop) {
    layer.padding = {1, 1, 1, 1};
  } else if (kind == Kind::kScale) {
    layer.bias = false;
  } else if (kind == Kind::kSlice) {
    layer.end = 1;
  }
  return layer;
}

std::vector<std::string> effective_names(const Network& network) {
  std::unordered_set<std::string> taken;
  for (const Layer& layer : network.layers) {
    if (!layer.name.empty()) taken.insert(layer.name);
  }
  std::unordered_map<std::string, int64_t> met;  // layers of each stem so far
  std::vector<std::string> names;
  names.reserve(network.layers.size());
  for (const Layer& layer : network.layers) {
    const std::string stem = name_stem(layer);
    const int64_t number = ++met[stem];
    if (!layer.name.empty()) {
      names.push_back(layer.name);
      continue;
    }
    const std::string base = stem + std::to_string(number);
    std::string name = base;
    for (int64_t suffix = 2; !taken.insert(name).second; ++suffix) name = base + "_" + std::to_string(suffix);
    names.push_back(std::move(name));
  }
  return names;
}

std::string operation_label(const Layer& layer, int64_t channels_in) {
  switch (layer.kind) {
    case Kind::kConv2d:
      return conv_label("conv", layer, channels_in);
    case Kind::kConvTranspose2d:
      return conv_label("upconv", layer, channels_in);
    case Kind::kMaxPool2d:
      return window_label("max", layer, layer.dilation);
    case Kind::kAvgPool2d:
      return window_label("avg", layer, {1, 1});
    case Kind::kGlobalAvgPool2d:
      return "global avg";
    case Kind::kGlobalMaxPool2d:
      return "global max";
    case Kind::kAdaptiveAvgPool2d:
      return "avg → " + by(layer.output_size);
    case Kind::kAdaptiveMaxPool2d:
      return "max → " + by(layer.output_size);
    case Kind::kBatchNorm2d:
      return "batch norm";
    case Kind::kRelu:
      return "ReLU";
    case Kind::kRelu6:
      return "ReLU6";
    case Kind::kUpsample:
      return upsample_label(layer);
    case Kind::kSlice:
      return "C " + std::to_string(layer.begin) + "…" + std::to_string(layer.end - 1);
    case Kind::kLinear:
      return "linear → " + std::to_string(layer.out_features);
    case Kind::kOp:
      return layer.op.empty() ? "op" : layer.op;
    default: {
      std::string label(kind_name(layer.kind));
      for (char& c : label) {
        if (c == '_') c = ' ';
      }
      return label;
    }
  }
}

}  // namespace poolglass::network
