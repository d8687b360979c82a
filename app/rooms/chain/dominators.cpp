#include "app/rooms/chain/dominators.h"

#include <algorithm>
#include <cstddef>

namespace poolglass::chain {
namespace {

// Node 0 is above all that have no inputs; node i of the graph is i + 1 here.
class Tree {
 public:
  explicit Tree(size_t nodes) : parent_(nodes + 1, 0), jump_(nodes + 1, 0), depth_(nodes + 1, 0) {}

  void hang(size_t node, size_t parent) {
    parent_[node] = parent;
    depth_[node] = depth_[parent] + 1;
    const size_t far = jump_[parent];
    const bool even = depth_[parent] - depth_[far] == depth_[far] - depth_[jump_[far]];
    jump_[node] = even ? jump_[far] : parent;
  }

  size_t common(size_t a, size_t b) const {
    if (depth_[a] < depth_[b]) std::swap(a, b);
    while (depth_[a] > depth_[b]) a = depth_[jump_[a]] >= depth_[b] ? jump_[a] : parent_[a];
    while (a != b) {
      const bool far = jump_[a] != jump_[b];
      a = far ? jump_[a] : parent_[a];
      b = far ? jump_[b] : parent_[b];
    }
    return a;
  }

 private:
  std::vector<size_t> parent_, jump_, depth_;
};

}  // namespace

std::vector<int32_t> dominators(const std::vector<std::vector<int32_t>>& inputs) {
  Tree tree(inputs.size());
  std::vector<int32_t> nearest(inputs.size(), kNoNode);
  for (size_t i = 0; i < inputs.size(); ++i) {
    size_t above = 0;
    for (size_t k = 0; k < inputs[i].size(); ++k) {
      const size_t from = static_cast<size_t>(inputs[i][k]) + 1;
      above = k == 0 ? from : tree.common(above, from);
    }
    tree.hang(i + 1, above);
    nearest[i] = static_cast<int32_t>(above) - 1;
  }
  return nearest;
}

std::vector<int32_t> post_dominators(const std::vector<std::vector<int32_t>>& inputs) {
  const size_t count = inputs.size();
  std::vector<std::vector<int32_t>> readers(count);  // with nodes counted from the end
  const auto turned = [&](size_t i) { return static_cast<int32_t>(count - 1 - i); };
  for (size_t i = 0; i < count; ++i) {
    for (const int32_t from : inputs[i]) {
      readers[static_cast<size_t>(turned(static_cast<size_t>(from)))].push_back(turned(i));
    }
  }
  const std::vector<int32_t> found = dominators(readers);
  std::vector<int32_t> nearest(count, kNoNode);
  for (size_t i = 0; i < count; ++i) {
    const int32_t at = found[count - 1 - i];
    if (at != kNoNode) nearest[i] = turned(static_cast<size_t>(at));
  }
  return nearest;
}

}  // namespace poolglass::chain
