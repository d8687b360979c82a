#include "core/io/chain_json.h"

#include "core/chain/as_network.h"
#include "core/io/chain_json_value.h"
#include "core/io/file.h"
#include "core/io/json_quote.h"
#include "core/io/network_json_value.h"
#include "core/io/outputs.h"
#include "core/io/strict_json.h"

namespace poolglass {
namespace {

constexpr JsonLimits kLimits;

std::string shape_text(const Shape& shape) {
  return std::string("[") + std::to_string(shape.c) + ", " + std::to_string(shape.h) + ", " +
         std::to_string(shape.w) + "]";
}

template <class Pair>
std::string sides_text(const Pair& pair) {
  return std::string("{\"h\": ") + std::to_string(pair.h) + ", \"w\": " + std::to_string(pair.w) + "}";
}

std::string count_text(int64_t count) { return count == kBeyondCount ? "null" : std::to_string(count); }

std::string figures_text(const Layer& layer, const std::string& name, const LayerFigures& at) {
  return "{\"name\": " + json_quote(name) + ", \"kind\": \"" + std::string(layer_kind_name(layer.kind)) +
         "\", \"output_shape\": " + shape_text(at.output) +
         ", \"receptive_field\": " + sides_text(at.receptive_field) + ", \"jump\": " + sides_text(at.jump) +
         ", \"padding\": " + sides_text(at.padding) + ", \"shortcut\": " + sides_text(at.shortcut) +
         ", \"whole_input\": " + json_bool(at.whole_input) +
         ", \"field_is_bound\": " + json_bool(at.field_is_bound) +
         ", \"params\": " + std::to_string(at.params) + ", \"macs\": " + std::to_string(at.macs) +
         ", \"activations\": " + std::to_string(at.activations) + ", \"bytes\": " + count_text(at.bytes) +
         "}";
}

}  // namespace

Result<Chain> read_chain_fields(FieldReader& fields) {
  const Result<network::Network> network = read_network_fields(fields);
  if (!network.ok()) return network.status();
  std::optional<Chain> chain = as_chain(*network);
  if (!chain) return invalid_argument("this is a network of format 2, not a plain chain of format 1");
  return *std::move(chain);
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
  const network::Network network = as_network(chain);
  for (size_t i = 0; i < chain.layers.size(); ++i) {
    const network::Layer& layer = network.layers[i + 1];
    text.append(i > 0 ? ",\n" : "\n").append(indent).append("  {\"type\": \"");
    text.append(network::kind_name(layer.kind)).append("\"");
    if (!layer.name.empty()) text.append(", \"name\": ").append(json_quote(layer.name));
    text.append(layer_fields_text(layer)).append("}");
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
