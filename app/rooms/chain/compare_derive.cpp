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

Comparison::Option option_of(const Graph& graph, const network::Outcome& before, network::WhatIf change) {
  Comparison::Option option;
  Result<network::Changed> changed = what_if(graph.network, graph.figures, change);
  if (!changed.ok()) {
    option.why_not = with_times_signs(one_line(changed.status().message(), kShownReason));
    return option;
  }
  option.from = std::move(changed.value().from);
  option.graph = make_graph(std::move(changed.value().network), graph.title, graph.origin);
  option.outcome = outcome_of(option.graph->network, option.graph->figures);
  option.more = difference_of(before, option.outcome);
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

// B, and what differs: of A, of the rival, and of options where there are some.
Comparison compared(Comparison wanted, const Background<Comparison>::Stop& stop) {
  const Graph& a = *wanted.of;
  if (wanted.options.empty()) wanted.a = outcome_of(a.network, a.figures);
  for (size_t i = wanted.options.size(); i < network::kWhatIfs.size() && !stop; ++i)
    wanted.options.push_back(option_of(a, wanted.a, network::kWhatIfs[i]));
  if (stop) return wanted;
  const Rival& rival = *wanted.rival;
  const bool changed = rival.is_change();
  const Comparison::Option& option = wanted.options[static_cast<size_t>(rival.change)];
  if (changed) {
    wanted.net.graph = option.graph;
    wanted.why_not = option.why_not;
    if (option.graph) wanted.changed = marked(a, option);
  } else {
    wanted.net.graph = rival.held ? rival.held : other_network(rival.network, &wanted.why_not);
  }
  const std::shared_ptr<const Graph>& b = wanted.net.graph;
  if (!b) return wanted;
  wanted.b = outcome_of(b->network, b->figures);
  wanted.more = difference_of(wanted.a, wanted.b);
  const std::vector<network::LayerPair> pairs =
      changed ? network::paired(a.network, network::Changed{b->network, option.from})
              : network::paired(a.network, b->network, &stop);
  find_differences(a, pairs, wanted);
  if (!changed) mark_differing(wanted);
  return wanted;
}

// Layers whose figures are not known count for nothing.
void add_node(const Graph& a, const Comparison& comparison, const Node& node, Comparison::Column* sum) {
  for (const int32_t layer : node.layers) {
    const int32_t at = comparison.of_b[static_cast<size_t>(layer)];
    if (at < 0) continue;
    const network::LayerPair& pair = comparison.layers[static_cast<size_t>(at)].layers;
    const auto add = [&](network::Count network::LayerFigures::*figure, Comparison::Sums* sums) {
      const auto of = [&](const Graph& graph, int32_t i) {
        return graph.figures.layers[static_cast<size_t>(i)].*figure;
      };
      sums->b = sum_of(sums->b, of(*comparison.net.graph, layer));
      if (pair.a >= 0) sums->a = sum_of(sums->a, of(a, pair.a));
    };
    add(&network::LayerFigures::params, &sum->params);
    add(&network::LayerFigures::macs, &sum->macs);
  }
}

void sum_columns(Comparison& comparison) {
  const Lanes& lanes = comparison.net.lanes;
  const std::vector<Node>& nodes = comparison.net.outline.nodes;
  const auto add = [&](int32_t node, int32_t column) {
    add_node(*comparison.of, comparison, nodes[static_cast<size_t>(node)],
             &comparison.columns[static_cast<size_t>(column)]);
  };
  comparison.columns.assign(lanes.spine.size(), {});
  for (size_t c = 0; c < lanes.spine.size(); ++c) add(lanes.spine[c], static_cast<int32_t>(c));
  for (const Branch& branch : lanes.branches) {
    for (const int32_t node : branch.nodes) add(node, column_of(lanes, branch));
  }
  const auto end = [](Comparison::Sums* sums, int64_t* most) {
    sums->more = difference_of(sums->a, sums->b);
    *most = std::max({*most, sums->a.value, sums->b.value});
  };
  comparison.most_params = comparison.most_macs = 0;
  for (Comparison::Column& column : comparison.columns) {
    end(&column.params, &comparison.most_params);
    end(&column.macs, &comparison.most_macs);
  }
  const network::Outcome &a = comparison.a, &b = comparison.b;
  comparison.total = {{a.params, b.params, comparison.more.params}, {a.macs, b.macs, comparison.more.macs}};
}

void find_field(Comparison& comparison, Cell cell) {
  const GraphResults& net = comparison.net;
  if (net.graph->figures.input_size != comparison.of->figures.input_size) return;
  const UnitField unit = unit_field(*net.graph, static_cast<size_t>(net.selected), cell.row, cell.column);
  if (unit.known && !unit.whole)
    comparison.field = {{unit.rows.first, unit.rows.last}, {unit.columns.first, unit.columns.last}};
}

void select_in_b(const Derived& derived, Comparison& comparison) {
  GraphResults* net = &comparison.net;
  const Graph& graph = *net->graph;
  const int32_t layer = layer_in_b(derived.network.selected, comparison);
  net->selected = std::max(layer, 0);
  const auto index = static_cast<size_t>(net->selected);
  net->node = net->outline.node_of[index];
  net->figures = chain_figures(graph, index);
  net->traced = -1;
  comparison.field.reset();
  if (!graph.known(index) || graph.network.layers[index].kind == network::Kind::kInput) return;
  const Cell cell = same_place(derived.cell, derived.plane, plane_of(graph, net->selected));
  derive_cone(net->selected, cell, net);
  find_field(comparison, cell);
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

void derive_comparison(const Model& model, Derived& derived, double patience) {
  Comparison& comparison = derived.comparison;
  Comparison wanted;
  wanted.of = derived.network.graph;
  wanted.rival = model.document.rival;
  const auto same = [](const Comparison& a, const Comparison& b) {
    return a.of == b.of && a.rival == b.rival;
  };
  if (same(comparison, wanted)) {
    derived.finding_comparison.reset();
  } else {
    if (comparison.of == wanted.of) {
      wanted.a = comparison.a;
      wanted.options = comparison.options;
    }
    if (!search_for(wanted, patience, same, compared, derived.finding_comparison, comparison)) {
      comparison = std::move(wanted);  // the changes that there are can be chosen all the same
      comparison.rival.reset();
      comparison.why_not = "what changes is being found";
    }
  }
  GraphResults& net = comparison.net;
  if (!net.graph) return;
  const GraphView view = derived.network.view;
  if (net.lanes.spine.empty() || net.view != view) {
    derive_outline({}, view, &net);
    sum_columns(comparison);
  }
  select_in_b(derived, comparison);
}

}  // namespace poolglass::chain
