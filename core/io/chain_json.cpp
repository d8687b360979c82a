#include "core/io/chain_json.h"

#include "core/io/chain_json_value.h"
#include "core/io/file.h"
#include "core/io/outputs.h"
#include "core/io/strict_json.h"

namespace poolglass {
namespace {

constexpr JsonLimits kLimits;

// An integer, [h, w] or [top, left, bottom, right].
void read_padding(FieldReader& fields, Padding* padding) {
  if (!fields.has("padding")) return;
  if (const Json* json = fields.any("padding"); json->is_array() && json->size() == 4) {
    return fields.integers("padding", {&padding->top, &padding->left, &padding->bottom, &padding->right});
  }
  Size2 both;
  fields.size("padding", &both);
  *padding = {both.h, both.w, both.h, both.w};
}

void read_pool_window(FieldReader& fields, Layer* layer) {
  fields.require("kernel");
  fields.size("kernel", &layer->kernel);
  layer->stride = layer->kernel;
  fields.size("stride", &layer->stride);
  read_padding(fields, &layer->padding);
  fields.size("dilation", &layer->dilation);
  fields.boolean("ceil_mode", &layer->ceil_mode);
  if (layer->kind != LayerKind::kAvgPool2d) return;
  if (layer->dilation != Size2{1, 1}) fields.fail("dilation of avg_pool2d must be 1");
  fields.boolean("count_include_pad", &layer->count_include_pad);
}

void read_fields(FieldReader& fields, Layer* layer) {
  switch (layer->kind) {
    case LayerKind::kConv2d:
      fields.require("out_channels");
      fields.integer("out_channels", &layer->out_channels);
      fields.require("kernel");
      fields.size("kernel", &layer->kernel);
      fields.size("stride", &layer->stride);
      read_padding(fields, &layer->padding);
      fields.size("dilation", &layer->dilation);
      fields.boolean("bias", &layer->bias);
      break;
    case LayerKind::kMaxPool2d:
    case LayerKind::kAvgPool2d:
      read_pool_window(fields, layer);
      break;
    case LayerKind::kAdaptiveAvgPool2d:
      fields.require("output_size");
      fields.size("output_size", &layer->output_size);
      break;
    case LayerKind::kLinear:
      fields.require("out_features");
      fields.integer("out_features", &layer->out_features);
      fields.boolean("bias", &layer->bias);
      break;
    case LayerKind::kGlobalAvgPool2d:
    case LayerKind::kRelu:
    case LayerKind::kFlatten:
      break;
  }
}

Result<Layer> read_layer(const Json& json, size_t number) {
  const std::string where = "layer " + std::to_string(number);
  std::string type;
  FieldReader head(json, where);
  head.require("type");
  head.text("type", &type);
  if (!head.ok()) return head.status();  // first failure; other keys are judged below
  const std::optional<LayerKind> kind = layer_kind_from_name(type);
  if (!kind) return invalid_argument(where + ": type \"" + type.substr(0, 40) + "\" is unknown");

  FieldReader fields(json, where + " (" + type + ")");
  Layer layer;
  layer.kind = *kind;
  fields.has("type");
  fields.text("name", &layer.name);
  read_fields(fields, &layer);
  if (Status s = fields.status(); !s.ok()) return s;
  return layer;
}

std::string size_text(Size2 size) {
  if (size.h == size.w) return std::to_string(size.h);
  return std::string("[") + std::to_string(size.h) + ", " + std::to_string(size.w) + "]";
}

std::string padding_text(const Padding& p) {
  if (p.top == p.bottom && p.left == p.right) return size_text({p.top, p.left});
  return std::string("[") + std::to_string(p.top) + ", " + std::to_string(p.left) + ", " +
         std::to_string(p.bottom) + ", " + std::to_string(p.right) + "]";
}

const char* bool_text(bool value) { return value ? "true" : "false"; }

std::string layer_text(const Layer& layer) {
  std::string text = "{\"type\": \"" + std::string(layer_kind_name(layer.kind)) + "\"";
  const auto field = [&text](const char* key, const std::string& value) {
    text += ", \"" + std::string(key) + "\": " + value;
  };
  if (!layer.name.empty()) field("name", json_quote(layer.name));
  if (layer.kind == LayerKind::kConv2d) field("out_channels", std::to_string(layer.out_channels));
  if (has_window(layer.kind)) {
    field("kernel", size_text(layer.kernel));
    field("stride", size_text(layer.stride));
    field("padding", padding_text(layer.padding));
    if (layer.kind != LayerKind::kAvgPool2d) field("dilation", size_text(layer.dilation));
    if (layer.kind != LayerKind::kConv2d) field("ceil_mode", bool_text(layer.ceil_mode));
    if (layer.kind == LayerKind::kAvgPool2d) field("count_include_pad", bool_text(layer.count_include_pad));
  }
  if (layer.kind == LayerKind::kAdaptiveAvgPool2d) field("output_size", size_text(layer.output_size));
  if (layer.kind == LayerKind::kLinear) field("out_features", std::to_string(layer.out_features));
  if (layer.kind == LayerKind::kConv2d || layer.kind == LayerKind::kLinear)
    field("bias", bool_text(layer.bias));
  return text + "}";
}

std::string shape_text(const Shape& shape) {
  return std::string("[") + std::to_string(shape.c) + ", " + std::to_string(shape.h) + ", " +
         std::to_string(shape.w) + "]";
}

template <class Pair>
std::string pair_text(const Pair& pair) {
  return std::string("{\"h\": ") + std::to_string(pair.h) + ", \"w\": " + std::to_string(pair.w) + "}";
}

std::string count_text(int64_t count) { return count == kBeyondCount ? "null" : std::to_string(count); }

std::string figures_text(const Layer& layer, const std::string& name, const LayerFigures& at) {
  return "{\"name\": " + json_quote(name) + ", \"kind\": \"" + std::string(layer_kind_name(layer.kind)) +
         "\", \"output_shape\": " + shape_text(at.output) +
         ", \"receptive_field\": " + pair_text(at.receptive_field) + ", \"jump\": " + pair_text(at.jump) +
         ", \"padding\": " + pair_text(at.padding) + ", \"shortcut\": " + pair_text(at.shortcut) +
         ", \"whole_input\": " + bool_text(at.whole_input) +
         ", \"field_is_bound\": " + bool_text(at.field_is_bound) +
         ", \"params\": " + std::to_string(at.params) + ", \"macs\": " + std::to_string(at.macs) +
         ", \"activations\": " + std::to_string(at.activations) + ", \"bytes\": " + count_text(at.bytes) +
         "}";
}

}  // namespace

Result<Chain> read_chain_fields(FieldReader& fields) {
  Chain chain;
  fields.require("input");
  fields.integers("input", {&chain.channels, &chain.plane.h, &chain.plane.w});
  fields.require("layers");
  const Json* layers = fields.list("layers");
  if (layers != nullptr && static_cast<int64_t>(layers->size()) > kMostLayers) {
    fields.fail("layers are " + std::to_string(layers->size()) + ", more than the limit of " +
                std::to_string(kMostLayers));
  }
  if (!fields.ok()) return fields.status();
  chain.layers.reserve(layers->size());
  for (const Json& item : *layers) {
    Result<Layer> layer = read_layer(item, chain.layers.size() + 1);
    if (!layer.ok()) return layer.status();
    chain.layers.push_back(*std::move(layer));
  }
  return chain;
}

Result<Chain> parse_chain_json(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, kLimits);
  return json.ok() ? read_chain(*json) : json.status();
}

Result<Chain> read_chain(const Json& json) {
  FieldReader fields(json, json.is_object() ? "" : "a chain");
  Result<Chain> chain = read_chain_fields(fields);
  if (!chain.ok()) return chain;
  if (Status s = fields.status(); !s.ok()) return s;
  return chain;
}

std::string chain_fields_text(const Chain& chain, const std::string& indent) {
  std::string text = "\"input\": " + shape_text({1, chain.channels, chain.plane.h, chain.plane.w});
  text.append(",\n").append(indent).append("\"layers\": [");
  for (size_t i = 0; i < chain.layers.size(); ++i) {
    text.append(i > 0 ? ",\n" : "\n").append(indent).append("  ").append(layer_text(chain.layers[i]));
  }
  if (!chain.layers.empty()) text.append("\n").append(indent);
  return text + "]";
}

std::string write_chain_json(const Chain& chain) {
  return "{\n  " + chain_fields_text(chain, "  ") + "\n}\n";
}

std::string write_figures_json(const Chain& chain, const ChainFigures& figures) {
  const std::vector<std::string> names = effective_names(chain);
  std::string text = "{\n  \"input\": {\"shape\": " + shape_text(figures.input.output) +
                     ", \"activations\": " + std::to_string(figures.input.activations) +
                     "},\n  \"layers\": [";
  for (size_t i = 0; i < figures.layers.size(); ++i) {
    text += (i > 0 ? ",\n    " : "\n    ") + figures_text(chain.layers[i], names[i], figures.layers[i]);
  }
  text += (figures.layers.empty() ? "],\n" : "\n  ],\n");
  if (figures.error) {
    text += "  \"error\": {\"layer\": " + std::to_string(figures.error->layer) +
            ", \"message\": " + json_quote(figures.error->status.message()) + "},\n";
  }
  return text + "  \"totals\": {\"params\": " + count_text(figures.total_params) +
         ", \"macs\": " + count_text(figures.total_macs) +
         ", \"activations\": " + count_text(figures.total_activations) + "}\n}\n";
}

Result<Chain> read_chain_file(const std::string& path) {
  const Result<std::string> text = read_file(path, kLimits.bytes);
  if (!text.ok()) return text.status();
  Result<Chain> chain = parse_chain_json(*text);
  if (!chain.ok()) return Status(chain.status().code(), path + ": " + chain.status().message());
  return chain;
}

Status write_chain_file(const std::string& path, const Chain& chain) {
  return write_file(path, write_chain_json(chain));
}

}  // namespace poolglass
