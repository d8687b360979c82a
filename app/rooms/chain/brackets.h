// Layers of a chain in blocks, for columns that are too narrow for a name each: a block goes up to and with
// the layer that makes planes smaller.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace poolglass::chain {

// What a layer's column has.
struct BracketColumn {
  std::string name;
  std::optional<Size2> plane;  // of its output; {0, 0}: a vector; nothing: not known
};

struct Bracket {
  size_t first = 0, last = 0;      // columns
  std::vector<std::string> names;  // richest first: "conv1_1 … pool1", "pool1"
  std::vector<std::string> sides;  // richest first: "224² → 112²", "224 → 112", "112"; "—": not known
};
// `input`: the plane of what the first layer reads.
std::vector<Bracket> brackets_of(std::span<const BracketColumn> columns, std::optional<Size2> input);

}  // namespace poolglass::chain
