// Chains are networks in which every layer reads the one before.
#pragma once

#include <optional>

#include "core/chain/chain.h"
#include "core/network/network.h"

namespace poolglass {

network::Kind network_kind(LayerKind kind);
network::Layer as_network(const Layer& layer);
// Of a kind that version 1 of the file format knows; what a chain's layer does not have is left out.
Layer as_chain(const network::Layer& layer);

// Layer i of the chain is layer i + 1 of the network, whose layer 0 is the input, "input".
network::Network as_network(const Chain& chain);
// Nothing where the network is no such chain, or says what a chain cannot: an input of another name, unknown
// sizes, groups, padding "same", repeats, other kinds of layers.
std::optional<Chain> as_chain(const network::Network& network);

}  // namespace poolglass
