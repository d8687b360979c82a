// Where the nodes of an outline stand: columns, the spine on the baseline, and lanes above it for every other
// branch. Counted in columns and lanes; app/rooms/chain/graph_layout.h makes pixels of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/rooms/chain/graph_outline.h"

namespace poolglass::chain {

// Slots are columns and the gaps between them: column c is slot 2c, the gap after it slot 2c + 1.
struct Slots {
  int32_t first = 0;
  int32_t last = 0;
  int32_t count() const { return last - first + 1; }
  bool overlaps(const Slots& other) const { return first <= other.last && other.first <= last; }
  friend bool operator==(const Slots&, const Slots&) = default;
};

// A branch beside the spine, from the gap after the node that it leaves to the gap before the one it joins.
struct Branch {
  int32_t source = -1;         // node; -1: it begins with an input of its own
  int32_t target = -1;         // node; -1: its end is read by nobody
  std::vector<int32_t> nodes;  // in it, in order; empty: a skip
  Slots slots;
  int32_t lane = 0;  // from the lowest, 0; kBundle: one of many skips
};

// More skips over one place than this are drawn as one thick lane.
inline constexpr int32_t kSkipLanes = 5;
inline constexpr int32_t kBundle = kSkipLanes;

struct Bundle {
  Slots slots;
  int64_t skips = 0;
};

struct Lanes {
  std::vector<int32_t> column;     // of each node: the longest way to it from an input, in nodes
  std::vector<int32_t> spine;      // the node on the baseline of each column: a longest path; -1: a gap, left
                                   // where another network has something (app/rooms/chain/shared_columns.h)
  std::vector<int32_t> branch_of;  // of each node; -1: it stands on the spine
  std::vector<Branch> branches;    // by lane, then from left to right
  std::vector<Bundle> bundles;     // from left to right
};

// The column in which a branch's costs are told: where it comes back to the spine, else where it left it.
int32_t column_of(const Lanes& lanes, const Branch& branch);

// The spine is the longest path, of several the one with most multiply-adds. Short branches get the low
// lanes, of equally short ones those with more layers; no two branches share a lane where they overlap but in
// a bundle.
Lanes make_lanes(const Outline& outline);

}  // namespace poolglass::chain
