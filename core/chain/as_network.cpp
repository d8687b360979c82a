#include "core/chain/as_network.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace poolglass {
namespace {

using network::Kind;

// In the order of LayerKind.
constexpr std::array kKinds = {
    Kind::kConv2d, Kind::kMaxPool2d, Kind::kAvgPool2d, Kind::kGlobalAvgPool2d, Kind::kAdaptiveAvgPool2d,
    Kind::kRelu,   Kind::kFlatten,   Kind::kLinear};
static_assert(kKinds.size() == std::size(kAllLayerKinds));

LayerKind chain_kind(Kind kind) {
  const auto at = std::ranges::find(kKinds, kind);
  return static_cast<LayerKind>(at - kKinds.begin());
}

// What both kinds of layers have.
template <class To, class From>
To with_fields_of(const From& from) {
  To layer;
  layer.name = from.name;
  layer.out_channels = from.out_channels;
  layer.kernel = from.kernel;
  layer.stride = from.stride;
  layer.padding = from.padding;
  layer.dilation = from.dilation;
  layer.bias = from.bias;
  layer.ceil_mode = from.ceil_mode;
  layer.count_include_pad = from.count_include_pad;
  layer.output_size = from.output_size;
  layer.out_features = from.out_features;
  return layer;
}

bool is_chain_input(const network::Layer& layer) {
  const network::Dims& dims = layer.output;
  return layer.kind == network::Kind::kInput && layer.name == "input" && layer.axes == network::kPlanes &&
         dims.rank == 4 && dims[0] < 0 && dims[1] >= 0 && dims[2] >= 0 && dims[3] >= 0;
}

}  // namespace

Kind network_kind(LayerKind kind) { return kKinds[static_cast<size_t>(kind)]; }

network::Layer as_network(const Layer& from) {
  auto layer = with_fields_of<network::Layer>(from);
  layer.kind = network_kind(from.kind);
  return layer;
}

Layer as_chain(const network::Layer& from) {
  auto layer = with_fields_of<Layer>(from);
  layer.kind = chain_kind(from.kind);
  return layer;
}

network::Network as_network(const Chain& chain) {
  network::Network network = network::with_input(chain.channels, chain.plane.h, chain.plane.w);
  network.layers.reserve(chain.layers.size() + 1);
  for (const Layer& layer : chain.layers) network.layers.push_back(as_network(layer));
  return network;
}

std::optional<Chain> as_chain(const network::Network& network) {
  if (network.layers.empty() || !is_chain_input(network.layers[0]) || !network.repeats.empty() ||
      !network.outputs.empty()) {
    return std::nullopt;
  }
  const network::Dims& input = network.layers[0].output;
  Chain chain{input[1], {input[2], input[3]}, {}};
  chain.layers.reserve(network.layers.size() - 1);
  for (size_t i = 1; i < network.layers.size(); ++i) {
    const network::Layer& layer = network.layers[i];
    const bool before =
        layer.inputs.empty() || (layer.inputs.size() == 1 && layer.inputs[0] + 1 == static_cast<int64_t>(i));
    if (!network::in_chain_format(layer.kind) || !before || layer.groups != 1 ||
        layer.padding_mode != network::PaddingMode::kNumbers) {
      return std::nullopt;
    }
    chain.layers.push_back(as_chain(layer));
  }
  return chain;
}

}  // namespace poolglass
