// What is known of a layer by itself: kinds, usual parameters, names and labels.
#include <unordered_map>
#include <unordered_set>

#include "core/chain/chain.h"

namespace poolglass {
namespace {

constexpr std::string_view kKindNames[] = {
    "conv2d", "max_pool2d", "avg_pool2d", "global_avg_pool2d", "adaptive_avg_pool2d",
    "relu",   "flatten",    "linear"};

std::string_view name_stem(LayerKind kind) {
  switch (kind) {
    case LayerKind::kConv2d:
      return "conv";
    case LayerKind::kMaxPool2d:
    case LayerKind::kAvgPool2d:
      return "pool";
    case LayerKind::kGlobalAvgPool2d:
      return "gap";
    case LayerKind::kAdaptiveAvgPool2d:
      return "adaptive";
    case LayerKind::kRelu:
      return "relu";
    case LayerKind::kFlatten:
      return "flatten";
    case LayerKind::kLinear:
      return "linear";
  }
  return "layer";
}

std::string by(Size2 size) { return std::to_string(size.h) + "×" + std::to_string(size.w); }

std::string short_by(Size2 size) { return size.h == size.w ? std::to_string(size.h) : by(size); }

std::string window_label(const char* operation, const Layer& layer, Size2 dilation) {
  std::string label = std::string(operation) + " " + by(layer.kernel);
  if (layer.stride != Size2{1, 1} || layer.kind != LayerKind::kConv2d) label += " /" + short_by(layer.stride);
  if (dilation != Size2{1, 1}) label += " d" + short_by(dilation);
  return label;
}

std::string conv_label(const Layer& layer, int64_t channels_in) {
  std::string label = window_label("conv", layer, layer.dilation);
  const int64_t out = layer.out_channels;
  if (out == channels_in) return label;
  if (channels_in > 0 && out > 0 && out % channels_in == 0) {
    return label + ", ×" + std::to_string(out / channels_in) + " C";
  }
  return label + ", " + std::to_string(channels_in) + " → " + std::to_string(out) + " C";
}

}  // namespace

std::string_view layer_kind_name(LayerKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<LayerKind> layer_kind_from_name(std::string_view name) {
  for (LayerKind kind : kAllLayerKinds) {
    if (layer_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

bool is_pool(LayerKind kind) {
  return kind == LayerKind::kMaxPool2d || kind == LayerKind::kAvgPool2d ||
         kind == LayerKind::kGlobalAvgPool2d || kind == LayerKind::kAdaptiveAvgPool2d;
}

bool has_window(LayerKind kind) {
  return kind == LayerKind::kConv2d || kind == LayerKind::kMaxPool2d || kind == LayerKind::kAvgPool2d;
}

bool accepts_plane(LayerKind kind) { return kind == LayerKind::kConv2d || is_pool(kind); }

Layer default_layer(LayerKind kind) {
  Layer layer;
  layer.kind = kind;
  if (kind == LayerKind::kConv2d) {
    layer.out_channels = 8;
    layer.padding = {1, 1, 1, 1};
  } else if (has_window(kind)) {
    layer.kernel = layer.stride = {2, 2};
  } else if (kind == LayerKind::kAdaptiveAvgPool2d) {
    layer.output_size = {2, 2};
  } else if (kind == LayerKind::kLinear) {
    layer.out_features = 10;
  }
  return layer;
}

std::vector<std::string> effective_names(const Chain& chain) {
  std::unordered_set<std::string> taken;
  for (const Layer& layer : chain.layers) {
    if (!layer.name.empty()) taken.insert(layer.name);
  }
  std::unordered_map<std::string_view, int64_t> met;  // layers of each stem so far
  std::vector<std::string> names;
  names.reserve(chain.layers.size());
  for (const Layer& layer : chain.layers) {
    const std::string_view stem = name_stem(layer.kind);
    const int64_t number = ++met[stem];
    if (!layer.name.empty()) {
      names.push_back(layer.name);
      continue;
    }
    const std::string base = std::string(stem) + std::to_string(number);
    std::string name = base;
    for (int64_t suffix = 2; !taken.insert(name).second; ++suffix) name = base + "_" + std::to_string(suffix);
    names.push_back(std::move(name));
  }
  return names;
}

std::string operation_label(const Layer& layer, int64_t channels_in) {
  switch (layer.kind) {
    case LayerKind::kConv2d:
      return conv_label(layer, channels_in);
    case LayerKind::kMaxPool2d:
      return window_label("max", layer, layer.dilation);
    case LayerKind::kAvgPool2d:
      return window_label("avg", layer, {1, 1});
    case LayerKind::kGlobalAvgPool2d:
      return "global avg";
    case LayerKind::kAdaptiveAvgPool2d:
      return "avg → " + by(layer.output_size);
    case LayerKind::kRelu:
      return "ReLU";
    case LayerKind::kFlatten:
      return "flatten";
    case LayerKind::kLinear:
      return "linear → " + std::to_string(layer.out_features);
  }
  return {};
}

}  // namespace poolglass
