// A and B: what each change would make of the network that is shown, and what the chosen one does.
#include <algorithm>

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

// The unit of B whose place is that of A's shown one.
Cell same_place(Cell cell, Size2 from, Size2 to) {
  const auto scaled = [](int64_t at, int64_t old, int64_t now) {
    const double share = (static_cast<double>(at) + 0.5) / static_cast<double>(std::max<int64_t>(old, 1));
    return std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(now)), 0,
                               std::max<int64_t>(now - 1, 0));
  };
  return {scaled(cell.row, from.h, to.h), scaled(cell.column, from.w, to.w)};
}

void select_in_b(const Derived& derived, const Comparison& comparison, const Comparison::Option* option,
                 GraphResults* net) {
  const Graph& graph = *net->graph;
  int32_t layer = comparison.b.field_layer;
  if (option != nullptr) {
    layer = 0;
    for (size_t i = 0; i < option->from.size(); ++i) {
      if (option->from[i] <= derived.network.selected) layer = static_cast<int32_t>(i);
    }
  }
  net->selected = std::max(layer, 0);
  const auto index = static_cast<size_t>(net->selected);
  net->node = net->outline.node_of[index];
  net->figures = chain_figures(graph, index);
  net->traced = -1;
  if (!graph.known(index) || graph.network.layers[index].kind == network::Kind::kInput) return;
  derive_cone(net->selected, same_place(derived.cell, derived.plane, plane_of(graph, net->selected)), net);
}

}  // namespace

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
  const bool changed = model.rival.network.empty();
  const Comparison::Option& option = comparison.options[static_cast<size_t>(model.rival.change)];
  if (!comparison.rival || *comparison.rival != model.rival) {
    comparison.rival = model.rival;
    comparison.net = {};
    comparison.why_not.clear();
    comparison.changed.clear();
    if (changed) {
      comparison.net.graph = option.graph;
      comparison.why_not = option.why_not;
      if (option.graph) comparison.changed = marked(*a, option);
    } else {
      comparison.net.graph = other_network(model.rival.network, &comparison.why_not);
    }
    if (comparison.net.graph)
      comparison.b = outcome_of(comparison.net.graph->network, comparison.net.graph->figures);
  }
  GraphResults& net = comparison.net;
  if (!net.graph) return;
  const GraphView view = derived.network.view;
  if (net.lanes.spine.empty() || net.view != view) derive_outline({}, view, &net);
  select_in_b(derived, comparison, changed ? &option : nullptr, &net);
}

}  // namespace poolglass::chain
