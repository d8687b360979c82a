// A and B: what each change would make of the network that is shown, and what the chosen one does.
#include <algorithm>
#include <span>

#include "app/rooms/chain/model.h"
#include "app/rooms/chain/shared_columns.h"
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

// Whether layer i of a changed network is A's, but for what it reads.
bool is_kept(const Graph& a, const Comparison::Option& option, size_t i) {
  network::Layer was = a.network.layers[static_cast<size_t>(option.from[i])];
  network::Layer is = option.graph->network.layers[i];
  was.inputs.clear();
  is.inputs.clear();
  was.written.clear();
  is.written.clear();
  was.name.clear();  // a name may be written out that was made before
  is.name.clear();
  return was == is;
}

// Which layers of a changed network are not A's, and whose place each has. What was put before or behind a
// layer that is kept has no place of A's.
void find_changed(const Graph& a, const Comparison::Option& option, Comparison& comparison) {
  std::vector<bool> kept_in_a(a.size(), false);
  comparison.changed.clear();
  for (size_t i = 0; i < option.from.size(); ++i) {
    const auto from = static_cast<size_t>(option.from[i]);
    const bool kept = !kept_in_a[from] && is_kept(a, option, i);
    comparison.changed.push_back(!kept);
    if (kept) kept_in_a[from] = true;
  }
  comparison.stands_for = option.from;
  for (size_t i = 0; i < option.from.size(); ++i) {
    if (comparison.changed[i] && kept_in_a[static_cast<size_t>(option.from[i])])
      comparison.stands_for[i] = -1;
  }
}

// Of another network, the layers that have the names of their pairs, where these are all of A's or all of
// B's.
std::vector<int32_t> same_layers(const Graph& a, const Graph& b, std::span<const network::LayerPair> pairs) {
  const std::vector<std::string> a_names = effective_names(a.network), b_names = effective_names(b.network);
  std::vector<int32_t> stands_for(b.size(), -1);
  size_t same = 0;
  for (const network::LayerPair& pair : pairs) {
    if (pair.a < 0 || pair.b < 0) continue;
    if (a_names[static_cast<size_t>(pair.a)] != b_names[static_cast<size_t>(pair.b)]) continue;
    stands_for[static_cast<size_t>(pair.b)] = pair.a;
    ++same;
  }
  if (same < std::min(a.size(), b.size())) stands_for.clear();
  return stands_for;
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
Comparison compared(Comparison wanted, const Stop& stop) {
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
    if (option.graph) find_changed(a, option, wanted);
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
  if (changed) return wanted;
  mark_differing(wanted);
  wanted.stands_for = same_layers(a, *b, pairs);
  return wanted;
}

// Of A or of B. Layers whose figures are not known count for nothing.
void add_layers(const Graph& graph, const Node& node, network::Count Comparison::Sums::*side,
                Comparison::Column* column) {
  for (const int32_t layer : node.layers) {
    if (!graph.known(static_cast<size_t>(layer))) continue;
    const network::LayerFigures& at = graph.figures.layers[static_cast<size_t>(layer)];
    column->params.*side = sum_of(column->params.*side, at.params);
    column->macs.*side = sum_of(column->macs.*side, at.macs);
  }
}

void add_network(const Graph& graph, const Outline& outline, const Lanes& lanes,
                 network::Count Comparison::Sums::*side, std::vector<Comparison::Column>& columns) {
  const auto add = [&](int32_t node, size_t column) {
    add_layers(graph, outline.nodes[static_cast<size_t>(node)], side, &columns[column]);
  };
  for (size_t c = 0; c < lanes.spine.size(); ++c) {
    if (lanes.spine[c] >= 0) add(lanes.spine[c], c);
  }
  for (const Branch& branch : lanes.branches) {
    for (const int32_t node : branch.nodes) add(node, static_cast<size_t>(column_of(lanes, branch)));
  }
}

void sum_columns(const GraphResults& a, Comparison& comparison) {
  using Sums = Comparison::Sums;
  comparison.columns.assign(comparison.lanes_a.spine.size(), {});
  add_network(*a.graph, a.outline, comparison.lanes_a, &Sums::a, comparison.columns);
  add_network(*comparison.net.graph, comparison.net.outline, comparison.lanes_b, &Sums::b,
              comparison.columns);
  const auto end = [](Sums* sums, int64_t* most) {
    sums->more = difference_of(sums->a, sums->b);
    *most = std::max({*most, sums->a.value, sums->b.value});
  };
  comparison.most_params = comparison.most_macs = 0;
  for (Comparison::Column& column : comparison.columns) {
    end(&column.params, &comparison.most_params);
    end(&column.macs, &comparison.most_macs);
  }
  const network::Outcome &of_a = comparison.a, &of_b = comparison.b;
  comparison.total = {{of_a.params, of_b.params, comparison.more.params},
                      {of_a.macs, of_b.macs, comparison.more.macs}};
}

// B's outline as A's is now, and what stands above what.
void arrange(const GraphResults& a, Comparison& comparison) {
  GraphResults& b = comparison.net;
  set_outline(comparison.stands_for.empty()
                  ? make_outline(*b.graph, a.view, {})
                  : make_outline_like(a.outline, comparison.stands_for, *b.graph, a.view),
              a.view, a.opened, &b);
  std::vector<network::LayerPair> pairs;
  for (const Comparison::Difference& at : comparison.layers) pairs.push_back(at.layers);
  const SharedColumns columns = share_columns(a.outline, a.lanes, b.outline, b.lanes, pairs);
  comparison.lanes_a = spread(a.lanes, columns.a, columns.count);
  comparison.lanes_b = spread(b.lanes, columns.b, columns.count);
  sum_columns(a, comparison);
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
  const GraphResults& a = derived.network;
  if (net.lanes.spine.empty() || net.view != a.view || net.opened != a.opened) arrange(a, comparison);
  select_in_b(derived, comparison);
}

}  // namespace poolglass::chain
