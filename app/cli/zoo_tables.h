// The tables of published networks: chain --zoo, with --totals, --layers or --costs.
#pragma once

#include <optional>
#include <string>

#include "app/cli/rows.h"
#include "core/network/conventions.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::cli {

enum class ZooTable { kEndpoints, kTotals, kLayers, kCosts };

struct ZooRequest {
  ZooTable table = ZooTable::kEndpoints;
  std::string model;           // empty: all (--totals, --layers: torchvision's)
  std::optional<Size2> input;  // instead of the sizes that they are published for
  network::Convention convention = network::Convention::kPlain;  // of the column "macs"
};

struct ZooRows {
  Rows rows;
  std::string left_out;  // networks that the asked-for input does not fit: "a, b"; empty: none
};
Result<ZooRows> zoo_rows(const ZooRequest& request);

// One line a network: its name, whose definition it is, what it is.
Result<std::string> zoo_names();

}  // namespace poolglass::cli
