// What of a network is drawn, and where: properties over random networks and every network of the zoo.
#include <doctest/doctest.h>

#include <algorithm>
#include <glm/geometric.hpp>
#include <map>
#include <random>
#include <set>

#include "app/rooms/chain/dominators.h"
#include "app/rooms/chain/graph_lanes.h"
#include "app/rooms/chain/graph_layout.h"
#include "app/rooms/chain/graph_outline.h"
#include "core/zoo/zoo.h"
#include "tests/support/random_network.h"

using namespace poolglass;
using namespace poolglass::chain;

namespace {

std::shared_ptr<const Graph> graph_of(std::string_view name) {
  const Result<zoo::Model> model = zoo::find(name);
  REQUIRE_MESSAGE(model.ok(), model.status().message());
  Result<network::Network> network = zoo::open(*model);
  REQUIRE_MESSAGE(network.ok(), network.status().message());
  return make_graph(*std::move(network), model->name);
}

std::vector<std::string> names(const Outline& outline) {
  std::vector<std::string> all;
  for (const Node& node : outline.nodes) all.push_back(node.name);
  return all;
}

const Node& named(const Outline& outline, std::string_view name) {
  const auto at = std::ranges::find(outline.nodes, name, &Node::name);
  REQUIRE_MESSAGE(at != outline.nodes.end(), "no node " << name);
  return *at;
}

// Every layer is in one node, edges are those of the layers, and nodes are in order.
void check_outline(const Graph& graph, const Outline& outline) {
  std::vector<int> met(graph.size(), 0);
  for (size_t n = 0; n < outline.nodes.size(); ++n) {
    const Node& node = outline.nodes[n];
    REQUIRE_FALSE(node.layers.empty());
    CHECK(std::ranges::is_sorted(node.layers));
    CHECK(std::ranges::count(node.layers, node.layer) == 1);
    CHECK(std::ranges::count(node.layers, node.main) == 1);
    CHECK_FALSE(node.name.empty());
    for (const int32_t layer : node.layers) {
      ++met[static_cast<size_t>(layer)];
      CHECK(outline.node_of[static_cast<size_t>(layer)] == static_cast<int32_t>(n));
    }
    for (const int32_t from : node.inputs) CHECK(from < static_cast<int32_t>(n));
  }
  CHECK(std::ranges::count(met, 1) == static_cast<int64_t>(met.size()));
  std::set<std::pair<int32_t, int32_t>> wanted, found;
  for (size_t i = 0; i < graph.size(); ++i) {
    for (const int32_t from : graph.inputs(i)) {
      const int32_t a = outline.node_of[static_cast<size_t>(from)], b = outline.node_of[i];
      if (a != b) wanted.emplace(a, b);
    }
  }
  for (size_t n = 0; n < outline.nodes.size(); ++n) {
    for (const int32_t from : outline.nodes[n].inputs) found.emplace(from, static_cast<int32_t>(n));
  }
  CHECK(wanted == found);
  int64_t params = 0;
  for (const Node& node : outline.nodes) params += node.params;
  if (!graph.figures.error) CHECK(params == graph.figures.params.value);
}

int32_t longest_path(const Outline& outline) {
  std::vector<int32_t> length(outline.nodes.size(), 1);
  int32_t longest = 0;
  for (size_t n = 0; n < outline.nodes.size(); ++n) {
    for (const int32_t from : outline.nodes[n].inputs)
      length[n] = std::max(length[n], length[static_cast<size_t>(from)] + 1);
    longest = std::max(longest, length[n]);
  }
  return longest;
}

bool reads(const Outline& outline, int32_t to, int32_t from) {
  return std::ranges::count(outline.nodes[static_cast<size_t>(to)].inputs, from) > 0;
}

void check_lanes(const Outline& outline, const Lanes& lanes) {
  CHECK(static_cast<int32_t>(lanes.spine.size()) == longest_path(outline));
  for (size_t c = 1; c < lanes.spine.size(); ++c) CHECK(reads(outline, lanes.spine[c], lanes.spine[c - 1]));
  // Every node stands once: on the spine or in a branch.
  std::vector<int> met(outline.nodes.size(), 0);
  for (const int32_t node : lanes.spine) ++met[static_cast<size_t>(node)];
  for (const Branch& branch : lanes.branches) {
    for (const int32_t node : branch.nodes) ++met[static_cast<size_t>(node)];
  }
  CHECK(std::ranges::count(met, 1) == static_cast<int64_t>(met.size()));
  // Every edge is drawn once.
  std::multiset<std::pair<int32_t, int32_t>> drawn;
  for (size_t c = 1; c < lanes.spine.size(); ++c) drawn.emplace(lanes.spine[c - 1], lanes.spine[c]);
  std::map<int32_t, std::vector<Slots>> taken;
  for (const Branch& branch : lanes.branches) {
    int32_t from = branch.source;
    for (const int32_t node : branch.nodes) {
      if (from >= 0) drawn.emplace(from, node);
      from = node;
    }
    if (branch.target >= 0) drawn.emplace(from, branch.target);
    CHECK(branch.slots.count() >= 1);
    for (const int32_t node : branch.nodes) {
      const int32_t slot = 2 * lanes.column[static_cast<size_t>(node)];
      CHECK(branch.slots.first <= slot);
      CHECK(slot <= branch.slots.last);
    }
    if (branch.lane == kBundle) {
      CHECK(branch.nodes.empty());
      continue;
    }
    // No two in one lane overlap.
    for (const Slots& other : taken[branch.lane]) CHECK_FALSE(other.overlaps(branch.slots));
    taken[branch.lane].push_back(branch.slots);
  }
  std::multiset<std::pair<int32_t, int32_t>> edges;
  for (size_t n = 0; n < outline.nodes.size(); ++n) {
    for (const int32_t from : outline.nodes[n].inputs) edges.emplace(from, static_cast<int32_t>(n));
  }
  CHECK(drawn == edges);
  int64_t bundled = 0, in_bundles = 0;
  for (const Branch& branch : lanes.branches) bundled += branch.lane == kBundle;
  for (const Bundle& bundle : lanes.bundles) in_bundles += bundle.skips;
  CHECK(bundled == in_bundles);
}

GraphLayout layout_of(const Graph& graph, const Outline& outline, const Lanes& lanes, float width) {
  static std::vector<Block> blocks;
  blocks.clear();
  for (const int32_t node : lanes.spine) {
    const auto layer = static_cast<size_t>(outline.nodes[static_cast<size_t>(node)].layer);
    Block block{{1, 1, 1, 1}, false};
    if (graph.known(layer)) {
      const network::LayerFigures& at = graph.figures.layers[layer];
      block = {{1, std::max<int64_t>(at.channels(), 1), std::max<int64_t>(at.height(), 1),
                std::max<int64_t>(at.width(), 1)},
               at.axes.rows < 0};
    }
    blocks.push_back(block);
  }
  GraphRequest request;
  request.lanes = &lanes;
  request.diagram.area = Rect::from_size({70, 60}, {width, 560});
  request.diagram.blocks = blocks;
  return make_graph_layout(request);
}

// Lanes stand over the blocks between their ends and over lanes below them; chips do not touch.
void check_layout(const GraphLayout& layout) {
  for (size_t i = 0; i < layout.branches.size(); ++i) {
    const BranchPlace& a = layout.branches[i];
    const Branch& branch = layout.lanes->branches[a.branch];
    CHECK(a.y < flow_line(layout));
    for (size_t k = 0; k < i; ++k) {
      const BranchPlace& b = layout.branches[k];
      if (layout.lanes->branches[b.branch].slots.overlaps(branch.slots)) CHECK(a.y < b.y);
    }
    for (const int32_t node : chips(layout, a))
      CHECK(node_at(layout, chip_rect(layout, node).centre()) == node);
    const std::vector<glm::vec2> line = branch_line(layout, a);
    CHECK(line.front().x <= line.back().x + 0.01f);
    // It turns into its lane where it leaves, and out of it where it joins.
    for (const float x : {line.front().x, line.back().x}) {
      CHECK(std::any_of(line.begin(), line.end(), [&](glm::vec2 p) {
        return glm::distance(p, {x, a.y}) <= layout.diagram.em;
      }));
    }
  }
}

void check(const Graph& graph, GraphView view, const std::vector<int32_t>& opened) {
  const Outline outline = make_outline(graph, view, opened);
  check_outline(graph, outline);
  const Lanes lanes = make_lanes(outline);
  check_lanes(outline, lanes);
  check_layout(layout_of(graph, outline, lanes, 924));
  // The same again.
  const Outline again = make_outline(graph, view, opened);
  CHECK(names(outline) == names(again));
  CHECK(make_lanes(again).spine == lanes.spine);
}

}  // namespace

TEST_CASE("rounded corners stay inside their corner, and end where the line goes on") {
  const std::vector<glm::vec2> corner = {{0, 0}, {100, 0}, {100, 80}};
  const std::vector<glm::vec2> line = rounded(corner, 10);
  REQUIRE(line.size() == 8);
  CHECK(line[0] == corner[0]);
  CHECK(line[1] == glm::vec2(90, 0));
  CHECK(line[6] == glm::vec2(100, 10));
  CHECK(line[7] == corner[2]);
  for (size_t i = 1; i < line.size(); ++i) {
    CHECK(line[i].x >= line[i - 1].x);
    CHECK(line[i].y >= line[i - 1].y);
    CHECK(line[i].x <= 100);
  }
  CHECK(rounded(corner, 0.1f) == corner);
  CHECK(rounded(corner, 1000)[1] == glm::vec2(60, 0));  // half of the shorter side
}

TEST_CASE("dominators are what every path passes") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const size_t count = 1 + random() % 12;
    std::vector<std::vector<int32_t>> inputs(count);
    for (size_t i = 1; i < count; ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (random() % 3 == 0) inputs[i].push_back(static_cast<int32_t>(k));
      }
    }
    // passes[i]: bits of the nodes on every path from a node without inputs to i.
    std::vector<uint32_t> passes(count);
    for (size_t i = 0; i < count; ++i) {
      uint32_t all = inputs[i].empty() ? 0 : ~uint32_t{0};
      for (const int32_t from : inputs[i]) all &= passes[static_cast<size_t>(from)];
      passes[i] = all | uint32_t{1} << i;
    }
    const std::vector<int32_t> found = dominators(inputs);
    for (size_t i = 0; i < count; ++i) {
      int32_t nearest = kNoNode;
      for (size_t k = 0; k < i; ++k) {
        if ((passes[i] >> k & 1) != 0) nearest = static_cast<int32_t>(k);
      }
      CHECK(found[i] == nearest);
    }
  }
}

TEST_CASE("an outline like another's is one of its own where it cannot be followed") {
  using network::Kind;
  network::Layer conv = network::of(Kind::kConv2d);
  conv.out_channels = 4;
  const auto made = [](std::initializer_list<network::Layer> layers) {
    network::Network network = network::with_input(4, 8, 8);
    network.layers.insert(network.layers.end(), layers);
    REQUIRE(order(&network).ok());
    return make_graph(std::move(network), "");
  };
  const auto a = made({conv, network::of(Kind::kRelu)});
  const auto b = made({conv, conv, network::of(Kind::kAdd, {1, 2})});
  const Outline of_a = make_outline(*a, GraphView::kLayers, {});
  REQUIRE(of_a.nodes.size() == 2);
  // B's second convolution would stand inside the node that it reads and that reads it.
  const std::vector<int32_t> around = {0, 1, -1, 2}, behind = {0, 1, 2, -1};
  const Outline own = make_outline_like(of_a, around, *b, GraphView::kLayers);
  CHECK(own.node_of == make_outline(*b, GraphView::kLayers, {}).node_of);
  check_outline(*b, own);
  const Outline like = make_outline_like(of_a, behind, *b, GraphView::kLayers);
  check_outline(*b, like);
  CHECK(like.node_of[1] == like.node_of[2]);
}

TEST_CASE("random networks: every layer once, no lanes overlap, the spine is a longest path") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    const auto graph = make_graph(network::random_network(random, true), "");
    for (const GraphView view : {GraphView::kLayers, GraphView::kSpine}) {
      check(*graph, view, {});
      std::vector<int32_t> opened;
      for (const Node& node : make_outline(*graph, view, {}).nodes) {
        if (node.folded && random() % 2 == 0) opened.push_back(node.key());
      }
      check(*graph, view, opened);
    }
  }
}

TEST_CASE("every network of the zoo lays out in both views, and opens fold by fold") {
  const Result<std::vector<zoo::Model>> models = zoo::models();
  REQUIRE(models.ok());
  for (const zoo::Model& model : *models) {
    CAPTURE(model.name);
    const auto graph = graph_of(model.name);
    check(*graph, GraphView::kLayers, {});
    std::vector<int32_t> opened;
    for (int step = 0; step < 3; ++step) {
      check(*graph, GraphView::kSpine, opened);
      for (const Node& node : make_outline(*graph, GraphView::kSpine, opened).nodes) {
        if (node.folded) opened.push_back(node.key());
      }
    }
  }
}

TEST_CASE("ResNet-50's spine is its stages") {
  const auto graph = graph_of("resnet50");
  const Outline outline = make_outline(*graph, GraphView::kSpine, {});
  CHECK(names(outline) == std::vector<std::string>{"input", "conv1", "maxpool", "layer1", "layer2", "layer3",
                                                   "layer4", "avgpool", "fc"});
  CHECK(named(outline, "layer1").times == 3);
  CHECK(named(outline, "layer2").times == 4);
  CHECK(named(outline, "layer3").times == 6);
  CHECK(named(outline, "layer4").times == 3);
  CHECK(named(outline, "layer4").params == 14'964'736);
  CHECK(named(outline, "layer4").macs == 809'238'528);
  CHECK(field_text(*graph, static_cast<size_t>(named(outline, "layer4").layer)) == "427");
  CHECK(make_lanes(outline).branches.empty());
}

TEST_CASE("an opened stage shows its first block and folds the rest") {
  const auto graph = graph_of("resnet50");
  const Outline closed = make_outline(*graph, GraphView::kSpine, {});
  const std::vector<int32_t> opened{named(closed, "layer2").key()};
  const Outline outline = make_outline(*graph, GraphView::kSpine, opened);
  REQUIRE(outline.groups.size() == 1);
  CHECK(outline.groups[0].name == "layer2.0");
  std::vector<std::string> inside;
  for (const Node& node : outline.nodes) {
    if (node.group == 0) inside.push_back(node.name);
  }
  CHECK(inside == std::vector<std::string>{"conv1", "conv2", "conv3", "downsample", "add"});
  const auto rest =
      std::ranges::find_if(outline.nodes, [](const Node& n) { return n.folded && n.times == 3; });
  REQUIRE(rest != outline.nodes.end());
  const Lanes lanes = make_lanes(outline);
  REQUIRE(lanes.branches.size() == 1);
  CHECK(lanes.branches[0].nodes.size() == 1);  // the strided 1×1 beside the three on the spine
}

TEST_CASE("a U-shaped network keeps its skips, which nest") {
  const auto graph = graph_of("unet");
  const Outline outline = make_outline(*graph, GraphView::kSpine, {});
  const Lanes lanes = make_lanes(outline);
  std::vector<Slots> skips;
  for (const Branch& branch : lanes.branches) {
    if (branch.nodes.empty()) skips.push_back(branch.slots);
  }
  REQUIRE(skips.size() == 4);
  std::ranges::sort(skips, {}, &Slots::count);
  for (size_t i = 1; i < skips.size(); ++i) {
    CHECK(skips[i].first < skips[i - 1].first);
    CHECK(skips[i].last > skips[i - 1].last);
  }
  const GraphLayout layout = layout_of(*graph, outline, lanes, 924);
  CHECK(layout.branches.size() == lanes.branches.size());
}
