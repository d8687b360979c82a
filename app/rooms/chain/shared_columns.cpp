#include "app/rooms/chain/shared_columns.h"

#include <utility>

namespace poolglass::chain {
namespace {

// The column on whose spine the layer stands; -1: it is in a branch.
int32_t spine_column(const Outline& outline, const Lanes& lanes, int32_t layer) {
  const auto node = static_cast<size_t>(outline.node_of[static_cast<size_t>(layer)]);
  return lanes.branch_of[node] < 0 ? lanes.column[node] : -1;
}

// Slots keep their ends: the gap after a column, the gap before one, or a column.
Slots moved(const Slots& slots, std::span<const int32_t> places) {
  const auto place = [&](int32_t column) { return 2 * places[static_cast<size_t>(column)]; };
  const int32_t first = slots.first, last = slots.last;
  return {first % 2 == 0 ? place(first / 2) : place(first / 2) + 1,
          last % 2 == 0 ? place(last / 2) : place(last / 2 + 1) - 1};
}

}  // namespace

SharedColumns share_columns(const Outline& a, const Lanes& a_lanes, const Outline& b, const Lanes& b_lanes,
                            std::span<const network::LayerPair> pairs) {
  SharedColumns shared;
  const auto place = [&shared](size_t until, std::vector<int32_t>* columns) {
    while (columns->size() < until) columns->push_back(shared.count++);
  };
  for (const network::LayerPair& pair : pairs) {
    if (pair.a < 0 || pair.b < 0) continue;
    const int32_t in_a = spine_column(a, a_lanes, pair.a), in_b = spine_column(b, b_lanes, pair.b);
    if (in_a < std::ssize(shared.a) || in_b < std::ssize(shared.b)) continue;
    place(static_cast<size_t>(in_a), &shared.a);
    place(static_cast<size_t>(in_b), &shared.b);
    shared.a.push_back(shared.count);
    shared.b.push_back(shared.count++);
  }
  place(a_lanes.spine.size(), &shared.a);
  place(b_lanes.spine.size(), &shared.b);
  return shared;
}

Lanes spread(Lanes lanes, std::span<const int32_t> places, int32_t count) {
  const std::vector<int32_t> spine = std::exchange(lanes.spine, {});
  lanes.spine.assign(static_cast<size_t>(count), -1);
  for (size_t c = 0; c < spine.size(); ++c) lanes.spine[static_cast<size_t>(places[c])] = spine[c];
  for (int32_t& column : lanes.column) column = places[static_cast<size_t>(column)];
  for (Branch& branch : lanes.branches) branch.slots = moved(branch.slots, places);
  for (Bundle& bundle : lanes.bundles) bundle.slots = moved(bundle.slots, places);
  return lanes;
}

}  // namespace poolglass::chain
