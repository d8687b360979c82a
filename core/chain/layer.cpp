// What is known of a chain's layer by itself: what a network's layer of the kind has.
#include "core/chain/as_network.h"
#include "core/chain/chain.h"

namespace poolglass {

std::string_view layer_kind_name(LayerKind kind) { return network::kind_name(network_kind(kind)); }

std::optional<LayerKind> layer_kind_from_name(std::string_view name) {
  for (LayerKind kind : kAllLayerKinds) {
    if (layer_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

bool is_pool(LayerKind kind) { return network::is_pool(network_kind(kind)); }
bool has_window(LayerKind kind) { return network::has_window(network_kind(kind)); }
bool accepts_plane(LayerKind kind) { return kind == LayerKind::kConv2d || is_pool(kind); }

Layer default_layer(LayerKind kind) { return as_chain(network::default_layer(network_kind(kind))); }

std::vector<std::string> effective_names(const Chain& chain) {
  std::vector<std::string> names = network::effective_names(as_network(chain));
  names.erase(names.begin());  // the input's
  return names;
}

std::string operation_label(const Layer& layer, int64_t channels_in) {
  return network::operation_label(as_network(layer), channels_in);
}

}  // namespace poolglass
