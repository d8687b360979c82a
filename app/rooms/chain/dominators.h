// Dominators of a directed acyclic graph in time n log n: what every path to a node passes. The nearest one
// is the nearest common ancestor of the node's inputs in the tree of dominators, which is built from the
// front; ancestors are found by skew-binary jumps (Myers, "An applicative random-access stack", Information
// Processing Letters 17, 1983).
#pragma once

#include <cstdint>
#include <vector>

namespace poolglass::chain {

inline constexpr int32_t kNoNode = -1;

// nearest[i]: the last node before i that every path from a node without inputs to i passes; kNoNode where
// there is none. inputs[i] hold nodes before i.
std::vector<int32_t> dominators(const std::vector<std::vector<int32_t>>& inputs);

// The same backwards: the first node after i that every path from i to a node without readers passes.
std::vector<int32_t> post_dominators(const std::vector<std::vector<int32_t>>& inputs);

}  // namespace poolglass::chain
