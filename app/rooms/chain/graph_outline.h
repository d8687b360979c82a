// What of a network is drawn: nodes, each a layer or several folded into one, and who reads whom. Layers
// that change no size and take one input (activations, norms) stand with the layer they follow.
//
// The layers view folds what a file writes as a repeat. The spine view keeps what changes resolution or
// channels: it folds every part with one entry and one exit inside which no third resolution occurs (a
// residual block, an Inception module; global pools of gates do not count), and then runs of one shape. What
// is folded can be opened in place: its first part is shown as it is, the rest remains a fold.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/rooms/chain/graph.h"

namespace poolglass::chain {

enum class GraphView : uint8_t { kLayers, kSpine };

struct Node {
  int32_t layer = -1;           // whose output it has
  int32_t main = -1;            // that does most of its work: its kind and operation are the node's
  std::vector<int32_t> layers;  // all of them, ascending; the first is what it is opened by
  std::vector<int32_t> inputs;  // nodes, each once, ascending
  std::string name;
  bool folded = false;    // can be opened
  int64_t times = 1;      // "× n": parts that were folded into it
  int32_t group = -1;     // of Outline::groups, in which it stands
  int32_t join = -1;      // the join (add, concat, mul) that it begins with: drawn as a ring before it
  int32_t end_join = -1;  // folded: the last join in it: drawn as a ring after it

  // Sums over its layers; kBeyondCount where beyond 63 bits.
  int64_t params = 0, macs = 0, activations = 0;
  int64_t bytes = 0;     // of its output
  bool complete = true;  // false: a count of a layer is not known
  int32_t key() const { return layers.front(); }
};

// What was opened, framed.
struct OpenGroup {
  int32_t key = -1;  // Node::key() of what was folded
  std::string name;
};

struct Outline {
  std::vector<Node> nodes;       // in order of execution
  std::vector<int32_t> node_of;  // of each layer
  std::vector<OpenGroup> groups;
};

// `opened`: keys, in any order; such as name nothing are ignored.
Outline make_outline(const Graph& graph, GraphView view, std::span<const int32_t> opened);

// Of a network B that has layers of another one, A, in an outline of its own: what stands for the layers of
// one of A's nodes is a node, folded and framed as that is. Layers that stand for none are folded among
// themselves. stands_for[i]: A's layer that B's layer i is or replaces; -1: none. Where A's nodes cannot be
// kept together in B's order, B's outline is its own.
Outline make_outline_like(const Outline& a, std::span<const int32_t> stands_for, const Graph& b,
                          GraphView view);

}  // namespace poolglass::chain
