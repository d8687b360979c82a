// The figures of a network as aligned text.
#pragma once

#include <string>
#include <vector>

#include "core/network/conventions.h"
#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::cli {

struct NetworkTable {
  network::Convention convention = network::Convention::kPlain;  // of the multiply-adds
  network::Written written;
  const std::vector<network::Terms>* terms = nullptr;  // of each layer, where they are not layer_terms()
};

// One line per layer and a line of totals. UTF-8; no line break but the table's own, whatever the layers are
// called.
std::string network_table(const network::Network& network, const network::Figures& figures,
                          const NetworkTable& options = {});

}  // namespace poolglass::cli
