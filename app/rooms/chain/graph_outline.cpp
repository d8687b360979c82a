#include "app/rooms/chain/graph_outline.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "app/rooms/chain/dominators.h"
#include "app/rooms/chain/layer_names.h"
#include "app/rooms/chain/resolution.h"

namespace poolglass::chain {
namespace {

using network::Kind;

constexpr size_t kMostInFold = 4096;  // nodes: folding more than these into one block is no help

// Layers united into nodes, each known by its earliest layer, the root.
class Outliner {
 public:
  Outliner(const Graph& graph, GraphView view, std::span<const int32_t> opened)
      : graph_(graph), view_(view), opened_(opened.begin(), opened.end()) {
    const size_t count = graph.size();
    root_.resize(count);
    out_.resize(count);
    for (size_t i = 0; i < count; ++i) root_[i] = out_[i] = static_cast<int32_t>(i);
    folded_.assign(count, false);
    follows_.assign(count, false);
    parts_.assign(count, 0);
    group_.assign(count, -1);
  }

  Outline run() {
    fold_repeats();
    return run_on();
  }

  // Nothing: what stands for a node of A is not in one piece here.
  std::optional<Outline> run_like(const Outline& a, std::span<const int32_t> stands_for) {
    follow(a, stands_for);
    if (!in_order()) return std::nullopt;
    return run_on();
  }

 private:
  Outline run_on() {
    absorb();
    if (view_ == GraphView::kSpine) {
      fold_parts();
      open_rest();
      fold_runs();
    }
    attach_joins();
    return finish();
  }

  const network::Layer& layer(int32_t i) const { return graph_.network.layers[static_cast<size_t>(i)]; }
  bool is_input(int32_t i) const { return layer(i).kind == Kind::kInput; }
  network::Sources inputs(int32_t i) const { return graph_.inputs(static_cast<size_t>(i)); }

  int32_t root(int32_t i) {
    int32_t top = i;
    while (root_[static_cast<size_t>(top)] != top) top = root_[static_cast<size_t>(top)];
    while (root_[static_cast<size_t>(i)] != top) i = std::exchange(root_[static_cast<size_t>(i)], top);
    return top;
  }
  int32_t& out(int32_t r) { return out_[static_cast<size_t>(r)]; }
  bool follows(int32_t r) const { return follows_[static_cast<size_t>(r)]; }

  // The output becomes b's.
  void unite(int32_t a, int32_t b) {
    a = root(a), b = root(b);
    if (a == b) return;
    const int32_t output = out(b), low = std::min(a, b), high = std::max(a, b);
    root_[static_cast<size_t>(high)] = low;
    out(low) = output;
    parts_[static_cast<size_t>(low)] += parts_[static_cast<size_t>(high)];
    if (folded_[static_cast<size_t>(high)]) folded_[static_cast<size_t>(low)] = true;
    if (follows_[static_cast<size_t>(high)]) follows_[static_cast<size_t>(low)] = true;
  }

  int32_t group_of(int32_t key) {
    for (size_t i = 0; i < outline_.groups.size(); ++i) {
      if (outline_.groups[i].key == key) return static_cast<int32_t>(i);
    }
    outline_.groups.push_back({key, {}});
    return static_cast<int32_t>(outline_.groups.size()) - 1;
  }

  // ---- as another outline ---------------------------------------------------------------------------------

  // Layers that read each other and stand for one node are one. An input stands alone.
  void follow(const Outline& a, std::span<const int32_t> stands_for) {
    const auto node_of = [&](int32_t i) {
      const int32_t of_a = is_input(i) ? -1 : stands_for[static_cast<size_t>(i)];
      return of_a < 0 ? -1 : a.node_of[static_cast<size_t>(of_a)];
    };
    const auto count = static_cast<int32_t>(root_.size());
    for (int32_t i = 0; i < count; ++i) {
      const int32_t node = node_of(i);
      if (node < 0) continue;
      follows_[static_cast<size_t>(i)] = true;
      for (const int32_t source : inputs(i)) {
        if (node_of(source) == node) unite(source, i);
      }
    }
    std::vector<int32_t> keys(a.groups.size(), -1);   // of A's groups, here
    std::vector<int32_t> pieces(a.nodes.size(), -1);  // of A's nodes, the first here
    std::set<int32_t> met;                            // layers of A
    for (int32_t i = 0; i < count; ++i) {
      if (node_of(i) < 0) continue;
      const int32_t r = root(i);
      int32_t& piece = pieces[static_cast<size_t>(node_of(i))];
      if (piece < 0) piece = r;
      if (piece != r) follows_[static_cast<size_t>(r)] = false;
      const Node& like = a.nodes[static_cast<size_t>(node_of(i))];
      if (like.group >= 0) {
        int32_t& key = keys[static_cast<size_t>(like.group)];
        if (key < 0) key = r;
        group_[static_cast<size_t>(r)] = group_of(key);
      }
      const bool replaces_with_others = !met.insert(stands_for[static_cast<size_t>(i)]).second;
      if (r == i || !(like.folded || replaces_with_others)) continue;
      folded_[static_cast<size_t>(r)] = true;
      parts_[static_cast<size_t>(r)] = like.folded ? like.times : 1;
    }
  }

  // Every node is read by later ones alone.
  bool in_order() {
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      for (const int32_t source : inputs(i)) {
        if (root(source) > root(i)) return false;
      }
    }
    return true;
  }

  // ---- repeats --------------------------------------------------------------------------------------------

  void fold_repeats() {
    int32_t folded_to = 0;
    for (const network::Repeat& repeat : graph_.network.repeats) {
      if (repeat.times < 2 || repeat.first < folded_to) continue;
      int64_t copy = 0;
      int32_t first = repeat.first;
      for (; copy < repeat.times && opened_.contains(first); ++copy, first += repeat.length) {
        const int32_t group = group_of(first);
        for (int32_t i = first; i < first + repeat.length; ++i) group_[static_cast<size_t>(i)] = group;
      }
      const int64_t left = repeat.times - copy;
      if (left == 0) continue;
      folded_to = first + static_cast<int32_t>(left) * repeat.length;
      for (int32_t i = first + 1; i < folded_to; ++i) unite(first, i);
      folded_[static_cast<size_t>(first)] = true;
      parts_[static_cast<size_t>(first)] = left;
    }
  }

  // ---- layers that stand with the one they follow ---------------------------------------------------------

  void absorb() {
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      const network::Sources from = inputs(i);
      if (from.size() == 0 || root(i) != i || folded_[static_cast<size_t>(i)] || follows(i)) continue;
      const bool plain = network::is_pointwise(layer(i).kind) || layer(i).kind == Kind::kFlatten;
      if (!plain && !network::is_join(layer(i).kind)) continue;
      const int32_t to = root(from[0]);
      bool one = !is_input(to);
      for (const int32_t source : from) one = one && root(source) == to;
      if (one) unite(to, i);
    }
  }

  // ---- the graph of nodes as they stand -------------------------------------------------------------------

  struct Nodes {
    std::vector<int32_t> roots;                // ascending, which is an order of execution
    std::vector<std::vector<int32_t>> inputs;  // indices of nodes, each once, ascending
  };

  Nodes nodes() {
    Nodes all;
    std::vector<int32_t> place(root_.size(), -1);
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      if (root(i) != i) continue;
      place[static_cast<size_t>(i)] = static_cast<int32_t>(all.roots.size());
      all.roots.push_back(i);
    }
    all.inputs.resize(all.roots.size());
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      const int32_t at = place[static_cast<size_t>(root(i))];
      for (const int32_t source : inputs(i)) {
        const int32_t from = place[static_cast<size_t>(root(source))];
        if (from != at) all.inputs[static_cast<size_t>(at)].push_back(from);
      }
    }
    for (std::vector<int32_t>& from : all.inputs) {
      std::ranges::sort(from);
      from.erase(std::unique(from.begin(), from.end()), from.end());
    }
    return all;
  }

  bool known(int32_t r) { return graph_.known(static_cast<size_t>(out(r))); }
  const network::LayerFigures& figures(int32_t r) {
    return graph_.figures.layers[static_cast<size_t>(out(r))];
  }

  // ---- parts with one entry and one exit ------------------------------------------------------------------

  // The nodes from `entry` (left out) to `exit`; empty where there are too many.
  static std::vector<int32_t> between(const Nodes& all, int32_t entry, int32_t exit) {
    std::vector<int32_t> part{exit};
    std::unordered_set<int32_t> met{exit};
    for (size_t next = 0; next < part.size(); ++next) {
      if (part.size() > kMostInFold) return {};
      for (const int32_t from : all.inputs[static_cast<size_t>(part[next])]) {
        if (from != entry && met.insert(from).second) part.push_back(from);
      }
    }
    std::ranges::sort(part);
    return part;
  }

  bool two_resolutions(const Nodes& all, const std::vector<int32_t>& part, int32_t entry) {
    const auto root_at = [&](int32_t node) { return all.roots[static_cast<size_t>(node)]; };
    if (!known(root_at(entry)) || !known(root_at(part.back()))) return false;
    const Resolution in = resolution(figures(root_at(entry)));
    const Resolution out = resolution(figures(root_at(part.back())));
    return std::ranges::all_of(part, [&](int32_t node) {
      if (is_input(root_at(node)) || !known(root_at(node))) return false;
      const Resolution here = resolution(figures(root_at(node)));
      return here.point || here == in || here == out;
    });
  }

  void fold_parts() {
    const Nodes all = nodes();
    const std::vector<int32_t> before = dominators(all.inputs), after = post_dominators(all.inputs);
    std::vector<bool> done(all.roots.size(), false);
    for (auto exit = std::ssize(all.roots); exit-- > 0;) {
      const auto at = static_cast<size_t>(exit);
      const int32_t entry = before[at];
      if (done[at] || all.inputs[at].size() < 2 || entry == kNoNode) continue;
      if (after[static_cast<size_t>(entry)] != exit) continue;
      const std::vector<int32_t> part = between(all, entry, static_cast<int32_t>(exit));
      if (part.empty() || !two_resolutions(all, part, entry)) continue;
      if (std::ranges::any_of(part,
                              [&](int32_t node) { return follows(all.roots[static_cast<size_t>(node)]); }))
        continue;
      const int32_t key = all.roots[static_cast<size_t>(part.front())];
      const bool open = opened_.contains(key);
      for (const int32_t node : part) {
        const int32_t r = all.roots[static_cast<size_t>(node)];
        if (open) {
          group_[static_cast<size_t>(r)] = group_of(key);
        } else {
          done[static_cast<size_t>(node)] = true;
          parts_[static_cast<size_t>(r)] = 0;
          unite(key, r);
        }
      }
      if (open) continue;
      out(key) = out_[static_cast<size_t>(all.roots[at])];
      folded_[static_cast<size_t>(key)] = true;
      parts_[static_cast<size_t>(key)] = 1;
    }
  }

  // ---- runs of one shape ----------------------------------------------------------------------------------

  // What a run that was opened begins with, where that is one layer.
  void open_rest() {
    for (const int32_t key : opened_) {
      const bool there = key >= 0 && key < std::ssize(root_) && root(key) == key;
      if (there && group_[static_cast<size_t>(key)] < 0 && !folded_[static_cast<size_t>(key)])
        group_[static_cast<size_t>(key)] = group_of(key);
    }
  }

  bool has_weights(int32_t r, const std::vector<bool>& weighted) { return weighted[static_cast<size_t>(r)]; }

  void fold_runs() {
    const Nodes all = nodes();
    std::vector<bool> weighted(root_.size(), false);
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      const bool counts = graph_.known(static_cast<size_t>(i)) &&
                          graph_.figures.layers[static_cast<size_t>(i)].macs.value > 0;
      if (counts) weighted[static_cast<size_t>(root(i))] = true;
    }
    for (size_t i = 0; i < all.roots.size(); ++i) {
      const int32_t r = all.roots[i];
      if (all.inputs[i].empty() || group_[static_cast<size_t>(r)] >= 0 || is_input(r) || follows(r)) continue;
      const int32_t run = root(all.roots[static_cast<size_t>(all.inputs[i][0])]);
      bool one =
          group_[static_cast<size_t>(run)] < 0 && !is_input(run) && !follows(run) && known(run) && known(r);
      for (const int32_t from : all.inputs[i]) one = one && root(all.roots[static_cast<size_t>(from)]) == run;
      if (!one || figures(run).channels() != figures(r).channels()) continue;
      if (resolution(figures(run)).sizes != resolution(figures(r)).sizes) continue;
      // What computes does not hide behind what only pools.
      if (has_weights(r, weighted) && !has_weights(run, weighted)) continue;
      unite(run, r);
      folded_[static_cast<size_t>(run)] = true;
    }
  }

  // ---- joins stand before what they feed ------------------------------------------------------------------

  void attach_joins() {
    const Nodes all = nodes();
    std::vector<int32_t> readers(all.roots.size(), 0), reader(all.roots.size(), -1);
    for (size_t i = 0; i < all.roots.size(); ++i) {
      for (const int32_t from : all.inputs[i]) {
        ++readers[static_cast<size_t>(from)];
        reader[static_cast<size_t>(from)] = static_cast<int32_t>(i);
      }
    }
    for (size_t i = 0; i < all.roots.size(); ++i) {
      const int32_t r = all.roots[i];
      if (!network::is_join(layer(r).kind) || folded_[static_cast<size_t>(r)] || readers[i] != 1) continue;
      const auto next = static_cast<size_t>(reader[i]);
      const int32_t feeds = all.roots[next];
      const bool grouped = group_[static_cast<size_t>(r)] >= 0 || group_[static_cast<size_t>(feeds)] >= 0;
      if (grouped || follows(r) || follows(feeds) || all.inputs[next].size() != 1 ||
          network::is_join(layer(feeds).kind))
        continue;
      unite(r, feeds);
    }
  }

  // ---- nodes ----------------------------------------------------------------------------------------------

  static void count(const network::Count& figure, int64_t* sum, bool* complete) {
    if (figure.known != network::Known::kComplete) *complete = false;
    if (__builtin_add_overflow(*sum, figure.value, sum)) *sum = network::kBeyondCount;
  }

  // Of layers that cost the same, which one a node is called after: pools and the like before joins, those
  // before activations and norms.
  int rank(int32_t i) const {
    const Kind kind = layer(i).kind;
    return network::is_pointwise(kind) || kind == Kind::kFlatten ? 0 : network::is_join(kind) ? 1 : 2;
  }
  std::pair<int64_t, int> weight(int32_t i) const {
    const auto index = static_cast<size_t>(i);
    return {graph_.known(index) ? graph_.figures.layers[index].macs.value : 0, rank(i)};
  }

  void add_layer(int32_t i, Node* node) {
    node->layers.push_back(i);
    if (network::is_join(layer(i).kind) && node->folded && i != node->key()) node->end_join = i;
    if (node->main < 0 || weight(i) > weight(node->main)) node->main = i;
    if (!graph_.known(static_cast<size_t>(i))) {
      node->complete = false;
      return;
    }
    const network::LayerFigures& at = graph_.figures.layers[static_cast<size_t>(i)];
    count(at.params, &node->params, &node->complete);
    count(at.macs, &node->macs, &node->complete);
    if (layer(i).kind != Kind::kInput) count(at.activations, &node->activations, &node->complete);
  }

  bool computes(int32_t i) const {
    const auto index = static_cast<size_t>(i);
    return graph_.known(index) && graph_.figures.layers[index].macs.value > 0;
  }

  // Names go by the layers that compute, where there are some: joins and pools often have names of their own.
  struct Named {
    std::vector<int32_t> layers;
    std::vector<int32_t> others;  // that compute just before and after them
  };
  Named named(const std::vector<int32_t>& layers) const {
    Named all;
    std::ranges::copy_if(layers, std::back_inserter(all.layers), [&](int32_t i) { return computes(i); });
    const bool some = !all.layers.empty();
    if (!some) all.layers = layers;
    int32_t before = all.layers.front() - 1, after = all.layers.back() + 1;
    while (some && before >= 0 && !computes(before)) --before;
    while (some && after < std::ssize(root_) && !computes(after)) ++after;
    if (before >= 0) all.others.push_back(before);
    if (after < std::ssize(root_)) all.others.push_back(after);
    return all;
  }
  std::string name_together(const std::vector<int32_t>& layers) const {
    const Named all = named(layers);
    return shared_name(graph_.names, all.layers, all.others);
  }

  // A convolution with its norm: their module's name, where they are all there is of it.
  std::string module_name(const Node& node) const {
    return node.layers.size() < 2 ? "" : own_name(graph_.names, node.layers, named(node.layers).others);
  }

  void name_groups() {
    std::vector<std::vector<int32_t>> members(outline_.groups.size());
    for (const Node& node : outline_.nodes) {
      if (node.group < 0) continue;
      std::vector<int32_t>& all = members[static_cast<size_t>(node.group)];
      all.insert(all.end(), node.layers.begin(), node.layers.end());
    }
    for (size_t i = 0; i < members.size(); ++i) {
      std::ranges::sort(members[i]);
      if (!members[i].empty()) outline_.groups[i].name = name_together(members[i]);
      if (outline_.groups[i].name.empty())
        outline_.groups[i].name = graph_.names[static_cast<size_t>(outline_.groups[i].key)];
    }
  }

  std::string name_of(const Node& node) const {
    std::string name = node.folded ? name_together(node.layers) : module_name(node);
    if (name.empty()) name = graph_.names[static_cast<size_t>(node.main)];
    return node.group < 0 ? name : name_inside(name, outline_.groups[static_cast<size_t>(node.group)].name);
  }

  Outline finish() {
    Nodes all = nodes();
    outline_.nodes.resize(all.roots.size());
    outline_.node_of.resize(root_.size());
    for (size_t i = 0; i < all.roots.size(); ++i) {
      Node& node = outline_.nodes[i];
      const int32_t r = all.roots[i];
      node.layer = out(r);
      node.inputs = std::move(all.inputs[i]);
      node.folded = folded_[static_cast<size_t>(r)];
      node.times = std::max<int64_t>(parts_[static_cast<size_t>(r)], 1);
      node.group = group_[static_cast<size_t>(r)];
      if (network::is_join(layer(r).kind)) node.join = r;
      if (graph_.known(static_cast<size_t>(node.layer)))
        node.bytes = graph_.figures.layers[static_cast<size_t>(node.layer)].bytes;
    }
    std::vector<int32_t> place(root_.size(), -1);
    for (size_t i = 0; i < all.roots.size(); ++i)
      place[static_cast<size_t>(all.roots[i])] = static_cast<int32_t>(i);
    for (int32_t i = 0; i < std::ssize(root_); ++i) {
      const int32_t node = place[static_cast<size_t>(root(i))];
      outline_.node_of[static_cast<size_t>(i)] = node;
      add_layer(i, &outline_.nodes[static_cast<size_t>(node)]);
    }
    name_groups();
    for (Node& node : outline_.nodes) node.name = name_of(node);
    return std::move(outline_);
  }

  const Graph& graph_;
  GraphView view_;
  std::set<int32_t> opened_;
  std::vector<int32_t> root_, out_;  // of each layer; of each root
  std::vector<bool> folded_;         // by root, like the rest
  std::vector<bool> follows_;        // the first that stands for a node of another outline
  std::vector<int64_t> parts_;
  std::vector<int32_t> group_;
  Outline outline_;
};

}  // namespace

Outline make_outline(const Graph& graph, GraphView view, std::span<const int32_t> opened) {
  return Outliner(graph, view, opened).run();
}

Outline make_outline_like(const Outline& a, std::span<const int32_t> stands_for, const Graph& b,
                          GraphView view) {
  std::optional<Outline> like = Outliner(b, view, {}).run_like(a, stands_for);
  return like ? *std::move(like) : make_outline(b, view, {});
}

}  // namespace poolglass::chain
