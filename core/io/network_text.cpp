#include "core/io/network_text.h"

#include "core/io/network_text_parts.h"
#include "core/printable.h"

namespace poolglass {

std::string text_name(std::string_view name) { return one_line(name, 100); }

std::optional<NetworkText> network_text_from_name(std::string_view name) {
  if (name == "torch") return NetworkText::kTorch;
  if (name == "keras") return NetworkText::kKeras;
  if (name == "caffe") return NetworkText::kCaffe;
  return std::nullopt;
}

void NamedLayers::add_input(const std::string& name, const std::array<int64_t, 3>& size) {
  network_.layers.push_back(network::with_input(size[0], size[1], size[2], name).layers[0]);
  tensors_[name] = {static_cast<int32_t>(network_.layers.size()) - 1, size[0], false};
}

const NamedLayers::Tensor* NamedLayers::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

NamedLayers::Tensor NamedLayers::add(network::Layer layer, const std::vector<Tensor>& inputs,
                                     const std::string& name) {
  using network::Kind;
  Tensor made = inputs.empty() ? Tensor{} : inputs[0];
  if (layer.kind == Kind::kConv2d || layer.kind == Kind::kConvTranspose2d) made.channels = layer.out_channels;
  if (layer.kind == Kind::kLinear) made.channels = layer.out_features;
  if (layer.kind == Kind::kSlice) made.channels = layer.end - layer.begin;
  if (layer.kind == Kind::kFlatten) made = {-1, -1, true};
  if (layer.kind == Kind::kConcat) {
    made.channels = 0;
    for (const Tensor& input : inputs) {
      const bool unknown = input.channels < 0 || made.channels < 0;
      if (unknown || __builtin_add_overflow(made.channels, input.channels, &made.channels))
        made.channels = -1;
    }
  }
  layer.inputs.clear();
  for (const Tensor& input : inputs) layer.inputs.push_back(input.layer);
  network_.layers.push_back(std::move(layer));
  made.layer = static_cast<int32_t>(network_.layers.size()) - 1;
  tensors_[name] = made;
  return made;
}

network::Layer text_layer(network::Kind kind, const std::string& name) {
  network::Layer layer;
  layer.kind = kind;
  layer.name = name;
  return layer;
}

network::Layer text_box(const std::string& op, network::Effect effect, const std::string& name) {
  network::Layer layer = text_layer(network::Kind::kOp, name);
  layer.op = op;
  layer.effect = effect;
  return layer;
}

Result<TextNetwork> parse_network_text(NetworkText kind, std::string_view text, const TextInput& input) {
  if (text.size() > kMostNetworkText) {
    return invalid_argument("has " + std::to_string(text.size()) + " bytes, more than the limit of " +
                            std::to_string(kMostNetworkText));
  }
  Result<TextNetwork> read = kind == NetworkText::kTorch   ? parse_torch(text, input)
                             : kind == NetworkText::kKeras ? parse_keras(text, input)
                                                           : parse_caffe(text, input);
  if (!read.ok()) return read;
  if (Status s = network::order(&read->network); !s.ok()) return s;
  return read;
}

}  // namespace poolglass
