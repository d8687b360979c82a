// Two networks, one above the other, in columns that they share: what stands for each other is in one column,
// and what only one of them has is in a column of its own, where the other has a gap.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/rooms/chain/graph_lanes.h"
#include "core/network/compare.h"

namespace poolglass::chain {

struct SharedColumns {
  std::vector<int32_t> a, b;  // of each column of A's and B's spine, ascending, its place among all
  int32_t count = 0;
};

// `pairs`: in both networks' order. A column of A and one of B are one where a pair's layers stand in them,
// on the spine.
SharedColumns share_columns(const Outline& a, const Lanes& a_lanes, const Outline& b, const Lanes& b_lanes,
                            std::span<const network::LayerPair> pairs);

// Lanes whose column c is in place places[c] of `count`; spine is -1 in the others.
Lanes spread(Lanes lanes, std::span<const int32_t> places, int32_t count);

}  // namespace poolglass::chain
