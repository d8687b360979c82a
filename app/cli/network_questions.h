// What is asked of one network beyond its figures: what a change would make of it, which sizes it takes, and
// how its receptive field comes about. As rows for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/cli/rows.h"
#include "core/network/check.h"
#include "core/network/network.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::cli {

enum class NetworkQuestion {
  kWhatIf,  // a row for the network and one for each change: parameters, costs, memory, field, output
  kSizes,   // a row a square input size: whether it fits, rows that are lost, the layer's map and field
  kWalks,   // a row a layer: the field forward, backward, by index, and by the shortcut
  kPaths,   // a row a row or column of the input: how many paths lead to the layer's middle unit
  kCheck,   // a row a layer: its shape and parameters, and what a summary of another program says of it
  kPoke,    // a row: which units of the layer move when a pixel changes, found by running, and by the formula
};
struct Inquiry {
  NetworkQuestion question = NetworkQuestion::kWhatIf;
  std::string change;          // kWhatIf: a change's name, or "all"
  std::string layer;           // by its name; empty: the last whose units have a field of their own
  std::optional<Size2> pixel;  // kPoke: row and column
  network::Summary summary;    // kCheck
};

struct Findings {
  Rows rows;
  std::string sentence;  // what it comes to, in words
};
Result<Findings> inquire(const network::Network& network, const Inquiry& asked);

// The network with a change, as its file.
Result<std::string> changed_file(const network::Network& network, const std::string& change);

}  // namespace poolglass::cli
