// A and B: what each change would make of the network that is shown, and what the chosen one does.
#include <algorithm>
#include <span>

#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"
#include "core/chain/as_network.h"
#include "core/printable.h"

namespace poolglass::chain {
namespace {

constexpr size_t kShownReason = 300;  // bytes

Comparison::Option option_of(const Graph& graph, network::WhatIf change) {
  Comparison::Option option;
  Result<network::Changed> changed = what_if(graph.network, graph.figures, change);
  if (!changed.ok()) {
    option.why_not = with_times_signs(one_line(changed.status().message(), kShownReason));
    return option;
  }
  option.from = std::move(changed.value().from);
  option.graph = make_graph(std::move(changed.value().network), graph.title);
  option.outcome = outcome_of(option.graph->network, option.graph->figures);
  return option;
}

// Of a changed network, the layers that are not A's, but for what they read.
std::vector<bool> marked(const Graph& a, const Comparison::Option& option) {
  std::vector<bool> changed;
  for (size_t i = 0; i < option.from.size(); ++i) {
    network::Layer was = a.network.layers[static_cast<size_t>(option.from[i])];
    network::Layer is = option.graph->network.layers[i];
    was.inputs.clear();
    is.inputs.clear();
    was.written.clear();
    is.written.clear();
    was.name.clear();  // a name may be written out that was made before
    is.name.clear();
    const bool again = i > 0 && option.from[i] == option.from[i - 1];
    changed.push_back(again || !(was == is));
  }
  return changed;
}

// The network that is compared with, by its name.
std::shared_ptr<const Graph> other_network(const std::string& name, std::string* why_not) {
  const Result<Action> action = preset_action(name);
  if (!action.ok()) {
    *why_not = one_line(action.status().message(), kShownReason);
    return nullptr;
  }
  if (const auto* graph = get_if<SetGraph>(*action)) return graph->graph;
  if (const auto* chain = get_if<SetChain>(*action)) return make_graph(as_network(chain->chain), name);
  return nullptr;
}

// All pairs of layers whose figures are known, and what differs between them.
void find_differences(const Graph& a, std::span<const network::LayerPair> pairs, Comparison& comparison) {
  const Graph& b = *comparison.net.graph;
  comparison.of_b.assign(b.size(), -1);
  for (const network::LayerPair& pair : pairs) {
    const bool known = (pair.a < 0 || a.known(static_cast<size_t>(pair.a))) &&
                       (pair.b < 0 || b.known(static_cast<size_t>(pair.b)));
    if (!known) continue;
    const network::LayerDifference what = difference_of(pair, a.figures, b.figures);
    if (pair.b >= 0)
      comparison.of_b[static_cast<size_t>(pair.b)] = static_cast<int32_t>(comparison.layers.size());
    comparison.differ += what.any();
    comparison.only_a += pair.b < 0;
    comparison.layers.push_back({pair, what});
  }
}

// Of another network, the layers that differ are marked.
void mark_differing(Comparison& comparison) {
  comparison.changed.assign(comparison.of_b.size(), false);
  for (size_t i = 0; i < comparison.of_b.size(); ++i) {
    const int32_t at = comparison.of_b[i];
    comparison.changed[i] = at < 0 || comparison.layers[static_cast<size_t>(at)].what.any();
  }
}

// B's layer that stands for A's selected one, or the last that stands for one before it.
int32_t layer_in_b(int32_t selected, const Comparison& comparison) {
  int32_t layer = -1;
  for (const Comparison::Difference& at : comparison.layers) {
    if (at.layers.b >= 0 && at.layers.a >= 0) layer = at.layers.b;
    if (at.layers.a == selected) break;
  }
  return layer >= 0 ? layer : comparison.b.field_layer;
}

void select_in_b(const Derived& derived, const Comparison& comparison, GraphResults* net) {
  const Graph& graph = *net->graph;
  const int32_t layer = layer_in_b(derived.network.selected, comparison);
  net->selected = std::max(layer, 0);
  const auto index = static_cast<size_t>(net->selected);
  net->node = net->outline.node_of[index];
  net->figures = chain_figures(graph, index);
  net->traced = -1;
  if (!graph.known(index) || graph.network.layers[index].kind == network::Kind::kInput) return;
  derive_cone(net->selected, same_place(derived.cell, derived.plane, plane_of(graph, net->selected)), net);
}

}  // namespace

Cell same_place(Cell cell, Size2 from, Size2 to) {
  const auto scaled = [](int64_t at, int64_t old, int64_t now) {
    const double share = (static_cast<double>(at) + 0.5) / static_cast<double>(std::max<int64_t>(old, 1));
    return std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(now)), 0,
                               std::max<int64_t>(now - 1, 0));
  };
  return {scaled(cell.row, from.h, to.h), scaled(cell.column, from.w, to.w)};
}

void derive_comparison(const Model& model, Derived& derived) {
  Comparison& comparison = derived.comparison;
  const std::shared_ptr<const Graph>& a = derived.network.graph;
  if (comparison.of != a) {
    comparison = {};
    comparison.of = a;
    comparison.a = outcome_of(a->network, a->figures);
    for (const network::WhatIf change : network::kWhatIfs)
      comparison.options.push_back(option_of(*a, change));
  }
  const bool changed = model.rival.is_change();
  const Comparison::Option& option = comparison.options[static_cast<size_t>(model.rival.change)];
  if (!comparison.rival || *comparison.rival != model.rival) {
    comparison.rival = model.rival;
    comparison.net = {};
    comparison.why_not.clear();
    comparison.changed.clear();
    comparison.layers.clear();
    comparison.of_b.clear();
    comparison.differ = comparison.only_a = 0;
    if (changed) {
      comparison.net.graph = option.graph;
      comparison.why_not = option.why_not;
      if (option.graph) comparison.changed = marked(*a, option);
    } else {
      comparison.net.graph =
          model.rival.held ? model.rival.held : other_network(model.rival.network, &comparison.why_not);
    }
    if (const std::shared_ptr<const Graph>& b = comparison.net.graph) {
      comparison.b = outcome_of(b->network, b->figures);
      const std::vector<network::LayerPair> pairs =
          changed ? network::paired(a->network, network::Changed{b->network, option.from})
                  : network::paired(a->network, b->network);
      find_differences(*a, pairs, comparison);
      if (!changed) mark_differing(comparison);
    }
  }
  GraphResults& net = comparison.net;
  if (!net.graph) return;
  const GraphView view = derived.network.view;
  if (net.lanes.spine.empty() || net.view != view) derive_outline({}, view, &net);
  select_in_b(derived, comparison, &net);
}

}  // namespace poolglass::chain
