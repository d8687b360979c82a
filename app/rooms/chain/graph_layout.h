// Geometry of a network with branches on the Chain room's canvas, in pixels: the columns of
// app/rooms/chain/layout.h hold the spine's blocks; above them run the branches.
//
//   lane         as low as what stands between its ends allows: just above the tallest block and the lanes
//                below it there, so that the skips of a U-shaped network nest
//   branch       leaves in the gap after its source, runs along its lane, comes down in the gap before its
//                target; corners are round
//   chip         a layer in a lane, at its column
//   ring         a join, in the gap before the block it feeds
//   frame        around what was opened in place
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/layout/rect.h"
#include "app/rooms/chain/graph_lanes.h"
#include "app/rooms/chain/layout.h"

namespace poolglass::chain {

struct BranchPlace {
  size_t branch = 0;  // in Lanes::branches
  float y = 0;        // of its lane
};
struct BundlePlace {
  size_t bundle = 0;
  float y = 0;
};

struct GraphLayout {
  Diagram diagram;                    // a column each for the spine's nodes
  const Lanes* lanes = nullptr;       // outlives the layout
  std::vector<BranchPlace> branches;  // those in sight, from the lowest lane on
  std::vector<BundlePlace> bundles;   // the same
  std::vector<float> lane_y;          // by branch; NaN: out of sight
  size_t first = 0, last = 0;         // columns in sight, last one past the end
  float chip_height = 0;
  bool chip_words = false;  // chips are wide enough for words
  bool shows_lanes = true;  // else columns are too thin
};

struct GraphRequest {
  DiagramRequest diagram;  // its blocks: one for each column
  const Lanes* lanes = nullptr;
  std::span<const float> crowns = {};  // pixels kept free over each column's block; empty: none
};

GraphLayout make_graph_layout(const GraphRequest& request);

// The line on which the spine's arrows run, a little above the baseline.
float flow_line(const GraphLayout& layout);
float node_line(const GraphLayout& layout,
                int32_t node);  // that on which a node stands: its lane's or flow's

// In the gap after a column branches leave, in the gap before it they join.
float leave_x(const GraphLayout& layout, int32_t column);
float join_x(const GraphLayout& layout, int32_t column);

// A branch as a line with round corners, from where it leaves to where it joins.
std::vector<glm::vec2> branch_line(const GraphLayout& layout, const BranchPlace& place);
std::vector<glm::vec2> bundle_line(const GraphLayout& layout, const BundlePlace& place);

// The nodes of a branch whose columns are in sight.
std::span<const int32_t> chips(const GraphLayout& layout, const BranchPlace& place);
Rect chip_rect(const GraphLayout& layout, int32_t node);      // of one of them
Rect ring_rect(const GraphLayout& layout, int32_t node);      // of the join a node begins with
Rect end_ring_rect(const GraphLayout& layout, int32_t node);  // of the join a folded node ends with

// Columns [first, last] and all lanes above them.
Rect frame_rect(const GraphLayout& layout, int32_t first, int32_t last);

// The node under p: a chip, else the block of the column.
std::optional<int32_t> node_at(const GraphLayout& layout, glm::vec2 p);

// The polyline with its inner corners rounded off.
std::vector<glm::vec2> rounded(std::span<const glm::vec2> points, float radius);

}  // namespace poolglass::chain
