#include "app/rooms/chain/graph_lanes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace poolglass::chain {
namespace {

double work_of(const Node& node) { return static_cast<double>(node.macs); }

class Arranger {
 public:
  explicit Arranger(const Outline& outline) : nodes_(outline.nodes) {
    readers_.resize(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (const int32_t from : nodes_[i].inputs) {
        readers_[static_cast<size_t>(from)].push_back(static_cast<int32_t>(i));
      }
    }
  }

  Lanes run() {
    if (nodes_.empty()) return {};
    find_columns();
    find_spine();
    find_heights();
    follow_paths();
    add_skips();
    assign_lanes();
    gather_bundles();
    return std::move(lanes_);
  }

 private:
  int32_t column(int32_t node) const { return lanes_.column[static_cast<size_t>(node)]; }
  bool on_spine(int32_t node) const { return lanes_.spine[static_cast<size_t>(column(node))] == node; }

  void find_columns() {
    lanes_.column.assign(nodes_.size(), 0);
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (const int32_t from : nodes_[i].inputs) {
        lanes_.column[i] = std::max(lanes_.column[i], column(from) + 1);
      }
    }
  }

  // Of the longest paths the one with most work, found from the back.
  void find_spine() {
    std::vector<double> work(nodes_.size());
    std::vector<int32_t> before(nodes_.size(), -1);
    size_t end = 0;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (const int32_t from : nodes_[i].inputs) {
        if (column(from) + 1 != lanes_.column[i]) continue;
        if (before[i] < 0 || work[static_cast<size_t>(from)] > work[static_cast<size_t>(before[i])])
          before[i] = from;
      }
      work[i] = work_of(nodes_[i]) + (before[i] < 0 ? 0 : work[static_cast<size_t>(before[i])]);
      if (std::pair(lanes_.column[i], work[i]) > std::pair(lanes_.column[end], work[end])) end = i;
    }
    lanes_.spine.resize(static_cast<size_t>(lanes_.column[end]) + 1);
    for (auto at = static_cast<int32_t>(end); at >= 0; at = before[static_cast<size_t>(at)]) {
      lanes_.spine[static_cast<size_t>(column(at))] = at;
    }
  }

  // The longest way from a node to an end.
  void find_heights() {
    heights_.assign(nodes_.size(), 0);
    for (size_t i = nodes_.size(); i-- > 0;) {
      for (const int32_t from : nodes_[i].inputs) {
        int32_t& height = heights_[static_cast<size_t>(from)];
        height = std::max(height, heights_[i] + 1);
      }
    }
  }

  // What is not on the spine, as paths: each goes on to the reader from which it is farthest to an end.
  void follow_paths() {
    lanes_.branch_of.assign(nodes_.size(), -1);
    for (size_t i = 0; i < nodes_.size(); ++i) {
      auto at = static_cast<int32_t>(i);
      if (on_spine(at) || lanes_.branch_of[i] >= 0) continue;
      Branch branch;
      const auto number = static_cast<int32_t>(lanes_.branches.size());
      while (at >= 0) {
        branch.nodes.push_back(at);
        lanes_.branch_of[static_cast<size_t>(at)] = number;
        int32_t next = -1;
        for (const int32_t reader : readers_[static_cast<size_t>(at)]) {
          const bool free = !on_spine(reader) && lanes_.branch_of[static_cast<size_t>(reader)] < 0;
          if (!free) continue;
          if (next < 0 || heights_[static_cast<size_t>(reader)] > heights_[static_cast<size_t>(next)])
            next = reader;
        }
        at = next;
      }
      attach(&branch);
      lanes_.branches.push_back(std::move(branch));
    }
  }

  // Leaves the nearest node that it reads, joins the nearest that reads it.
  void attach(Branch* branch) const {
    for (const int32_t from : nodes_[static_cast<size_t>(branch->nodes.front())].inputs) {
      if (branch->source < 0 || column(from) > column(branch->source)) branch->source = from;
    }
    for (const int32_t to : readers_[static_cast<size_t>(branch->nodes.back())]) {
      if (branch->target < 0 || column(to) < column(branch->target)) branch->target = to;
    }
    branch->slots = {branch->source < 0 ? 2 * column(branch->nodes.front()) : 2 * column(branch->source) + 1,
                     branch->target < 0 ? 2 * column(branch->nodes.back()) : 2 * column(branch->target) - 1};
  }

  // Whether the edge is part of the spine or of a branch, or where a branch leaves or joins.
  bool is_drawn(int32_t from, int32_t to) const {
    const int32_t a = lanes_.branch_of[static_cast<size_t>(from)];
    const int32_t b = lanes_.branch_of[static_cast<size_t>(to)];
    if (a < 0 && b < 0) return column(to) == column(from) + 1;
    if (a == b) {
      const std::vector<int32_t>& path = lanes_.branches[static_cast<size_t>(a)].nodes;
      const auto at = std::ranges::lower_bound(path, from);
      return std::next(at) != path.end() && *std::next(at) == to;
    }
    if (b >= 0) {
      const Branch& branch = lanes_.branches[static_cast<size_t>(b)];
      if (branch.source == from && branch.nodes.front() == to) return true;
    }
    if (a < 0) return false;
    const Branch& branch = lanes_.branches[static_cast<size_t>(a)];
    return branch.target == to && branch.nodes.back() == from;
  }

  void add_skips() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const auto to = static_cast<int32_t>(i);
      for (const int32_t from : nodes_[i].inputs) {
        if (is_drawn(from, to)) continue;
        lanes_.branches.push_back({from, to, {}, {2 * column(from) + 1, 2 * column(to) - 1}, 0});
      }
    }
  }

  void assign_lanes() {
    std::vector<Branch>& branches = lanes_.branches;
    const auto order = [](const Branch& b) {
      return std::tuple(b.slots.count(), -std::ssize(b.nodes), b.slots.first, b.source, b.target);
    };
    std::ranges::stable_sort(branches, {}, order);
    std::vector<std::map<int32_t, int32_t>> lanes;  // the branches of each, first slot -> last slot
    const auto is_free = [&](size_t lane, const Slots& slots) {
      if (lane >= lanes.size()) return true;
      const auto next = lanes[lane].upper_bound(slots.last);
      return next == lanes[lane].begin() || std::prev(next)->second < slots.first;
    };
    const Branch* last = nullptr;
    for (Branch& branch : branches) {
      // Where its like found no room, there is none for it.
      const bool alike = last != nullptr && last->slots == branch.slots && !branch.nodes.empty();
      size_t lane = alike && !last->nodes.empty() ? static_cast<size_t>(last->lane) : 0;
      last = &branch;
      while (lane == size_t{kBundle} || !is_free(lane, branch.slots)) {
        if (lane == size_t{kBundle} && branch.nodes.empty()) break;
        ++lane;
      }
      branch.lane = static_cast<int32_t>(lane);
      if (lane == size_t{kBundle}) continue;
      if (lane >= lanes.size()) lanes.resize(lane + 1);
      lanes[lane].emplace(branch.slots.first, branch.slots.last);
    }
    std::ranges::stable_sort(branches, {}, [](const Branch& b) { return std::pair(b.lane, b.slots.first); });
    for (size_t i = 0; i < branches.size(); ++i) {
      for (const int32_t node : branches[i].nodes)
        lanes_.branch_of[static_cast<size_t>(node)] = static_cast<int32_t>(i);
    }
  }

  void gather_bundles() {
    for (const Branch& branch : lanes_.branches) {
      if (branch.lane != kBundle) continue;
      if (!lanes_.bundles.empty() && branch.slots.first <= lanes_.bundles.back().slots.last) {
        Bundle& last = lanes_.bundles.back();
        last.slots.last = std::max(last.slots.last, branch.slots.last);
        ++last.skips;
      } else {
        lanes_.bundles.push_back({branch.slots, 1});
      }
    }
  }

  std::span<const Node> nodes_;
  std::vector<std::vector<int32_t>> readers_;
  std::vector<int32_t> heights_;
  Lanes lanes_;
};

}  // namespace

int32_t column_of(const Lanes& lanes, const Branch& branch) {
  const int32_t at = branch.target >= 0   ? branch.target
                     : branch.source >= 0 ? branch.source
                                          : branch.nodes.front();
  return lanes.column[static_cast<size_t>(at)];
}

Lanes make_lanes(const Outline& outline) { return Arranger(outline).run(); }

}  // namespace poolglass::chain
