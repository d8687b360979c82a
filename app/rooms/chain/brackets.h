// Layers of a chain in blocks, for columns that are too narrow for a name each: a block goes up to and with
// the layer that makes planes smaller.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace poolglass::chain {

// What a layer's column has.
struct BracketColumn {
  std::string name;
  int64_t side = 0;  // of its output; 0: a vector
};

struct Bracket {
  size_t first = 0, last = 0;      // columns
  std::vector<std::string> names;  // richest first: "conv1_1 … pool1", "pool1"
  std::vector<std::string> sides;  // richest first: "224² → 112²", "224 → 112", "112"
};
// `input`: the side of what the first layer reads.
std::vector<Bracket> brackets_of(std::span<const BracketColumn> columns, int64_t input);

}  // namespace poolglass::chain
