// What follows from the network that is shown: its outline, lanes and costs when it, the view or what is
// opened changed; the cone when the cell changed.
#include <algorithm>
#include <cctype>
#include <utility>

#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"
#include "core/printable.h"

namespace poolglass::chain {
namespace {

int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? kBeyondCount : sum;
}

int64_t at_least_one(int64_t extent) { return std::max<int64_t>(extent, 1); }

}  // namespace

LayerFigures chain_figures(const Graph& graph, size_t layer) {
  using network::FieldState;
  LayerFigures at;
  if (!graph.known(layer)) return at;
  const network::LayerFigures& from = graph.figures.layers[layer];
  at.output = {1, at_least_one(from.channels()), at_least_one(from.height()), at_least_one(from.width())};
  at.flat = from.axes.rows < 0;
  const Size2 input = graph.figures.input_size;
  at.receptive_field = {receptive(from.rows, input.h).most, receptive(from.columns, input.w).most};
  if (from.rows.state == FieldState::kLocal) at.padding.h = from.rows.padding();
  if (from.columns.state == FieldState::kLocal) at.padding.w = from.columns.padding();
  at.whole_input = from.rows.state == FieldState::kWhole && from.columns.state == FieldState::kWhole;
  at.field_is_bound = from.rows.state == FieldState::kBound || from.columns.state == FieldState::kBound;
  at.params = from.params.value;
  at.macs = from.macs.value;
  at.activations = from.activations.value;
  at.bytes = from.bytes;
  return at;
}

namespace {

void add(const Node& node, Costs* costs) {
  costs->activations = saturating_add(costs->activations, node.activations);
  costs->params = saturating_add(costs->params, node.params);
  costs->macs = saturating_add(costs->macs, node.macs);
}

void sum_costs(GraphResults* results) {
  const Lanes& lanes = results->lanes;
  const std::vector<Node>& nodes = results->outline.nodes;
  results->columns.assign(lanes.spine.size(), {});
  for (size_t c = 0; c < lanes.spine.size(); ++c) {
    const Node& node = nodes[static_cast<size_t>(lanes.spine[c])];
    add(node, &results->columns[c]);
    results->columns[c].bytes = node.bytes;
  }
  for (const Branch& branch : lanes.branches) {
    if (branch.nodes.empty()) continue;
    Costs* costs = &results->columns[static_cast<size_t>(column_of(lanes, branch))];
    for (const int32_t node : branch.nodes) add(nodes[static_cast<size_t>(node)], costs);
  }
  results->most = {};
  for (const Costs& costs : results->columns) {
    results->most.activations = std::max(results->most.activations, costs.activations);
    results->most.params = std::max(results->most.params, costs.params);
    results->most.macs = std::max(results->most.macs, costs.macs);
    results->most.bytes = std::max(results->most.bytes, costs.bytes);
  }
}

void find_widest(GraphResults* results) {
  results->widest_field = 1;
  for (const Node& node : results->outline.nodes) {
    if (!results->graph->known(static_cast<size_t>(node.layer))) continue;
    const network::LayerFigures& at = results->graph->figures.layers[static_cast<size_t>(node.layer)];
    for (const network::Field* field : {&at.rows, &at.columns}) {
      if (field->state == network::FieldState::kLocal)
        results->widest_field = std::max(results->widest_field, field->r_most());
    }
  }
}

void derive_totals(const Graph& graph, Derived& derived) {
  derived.error.clear();
  if (graph.figures.error)
    derived.error = with_times_signs(one_line(graph.figures.error->status.message(), kShownError));
  derived.totals_known = true;
  derived.totals_stale = false;
  derived.total_params = graph.figures.params.value;
  derived.total_macs = graph.figures.macs.value;
  derived.total_activations = graph.figures.activations.value;
}

// A chain shows all of its layers.
GraphView view_of(const Model& model) { return model.document.graph ? model.look.view : GraphView::kLayers; }

void derive_network(const Model& model, const std::shared_ptr<const Graph>& graph, Derived& derived) {
  GraphResults& results = derived.network;
  const bool same =
      results.graph == graph && results.view == view_of(model) && results.opened == model.look.opened;
  if (same) return;
  const bool same_graph = results.graph == graph;
  results.graph = graph;
  const GraphView view = view_of(model);
  const std::vector<int32_t>& opened = model.look.opened;
  set_outline(make_outline(*graph, view, opened), view, opened, &results);
  if (same_graph) return;
  results.traced = -1;
  results.pixel.reset();
  results.lit_rows.clear();
  results.found_text.clear();
  results.found.clear();
  derived.rows.clear();
  derived.revision = 0;  // a chain that comes back is derived anew
  derived.broken.reset();
  derived.selected.reset();
  derived.input = chain_figures(*graph, 0);
  derived.input_broken = false;
  derive_totals(*graph, derived);
}

// The cell of the selected layer's map that the playhead, the pointer or the pin says.
Cell shown_cell(const Model& model, Size2 plane) {
  const Playhead& head = cell_head(model);
  const int64_t index = std::clamp<int64_t>(head.index, 0, plane.h * plane.w - 1);
  if (!model.hovered || shows_pin(model)) return {index / plane.w, index % plane.w};
  return {std::clamp<int64_t>(model.hovered->row, 0, plane.h - 1),
          std::clamp<int64_t>(model.hovered->column, 0, plane.w - 1)};
}

// What the shown cell reads through each path of a join that is not aligned.
std::vector<ReceptiveBox> paths_of(const Graph& graph, size_t layer, Cell cell) {
  std::vector<ReceptiveBox> paths;
  if (!graph.known(layer) || !network::is_join(graph.network.layers[layer].kind)) return paths;
  const network::LayerFigures& at = graph.figures.layers[layer];
  const bool apart = at.align_rows.state == network::Alignment::kMisaligned ||
                     at.align_columns.state == network::Alignment::kMisaligned;
  if (!apart) return paths;
  for (const int32_t from : graph.inputs(layer)) {
    const UnitField unit = unit_field(graph, static_cast<size_t>(from), cell.row, cell.column);
    if (unit.known && !unit.whole)
      paths.push_back({{unit.rows.first, unit.rows.last}, {unit.columns.first, unit.columns.last}});
  }
  return paths;
}

// The cone of the second pinned cell.
void derive_second(const Model& model, const Derived& derived, GraphResults* results) {
  results->second_rows.clear();
  const Graph& graph = *results->graph;
  const auto layer = static_cast<size_t>(model.second_layer);
  if (!model.second || results->traced < 0 || !derived.field_known || !graph.known(layer)) return;
  const int64_t row = std::min(model.second->row, plane_of(graph, model.second_layer).h - 1);
  results->second_rows =
      trace(graph.network, graph.figures, layer, {row, row}, network::Along::kRows, network::Cut::kNot).cells;
}

// The field of the layer under the pointer, where it has one of its own.
void derive_hovered(const Model& model, const Derived& derived, GraphResults* results) {
  results->hovered_field.reset();
  if (!model.hovered_layer || *model.hovered_layer == results->selected) return;
  const Graph& graph = *results->graph;
  const auto layer = static_cast<size_t>(*model.hovered_layer);
  if (!graph.known(layer) || graph.network.layers[layer].kind == network::Kind::kInput) return;
  results->hovered_cell = same_place(derived.cell, derived.plane, plane_of(graph, *model.hovered_layer));
  const UnitField unit = unit_field(graph, layer, results->hovered_cell.row, results->hovered_cell.column);
  if (unit.known && !unit.whole)
    results->hovered_field = {{unit.rows.first, unit.rows.last}, {unit.columns.first, unit.columns.last}};
}

void derive_lit(const Model& model, GraphResults& results) {
  const bool lit = !results.lit_rows.empty();
  if (results.pixel == model.pixel && lit == model.pixel.has_value()) return;
  results.pixel = model.pixel;
  results.lit_rows.clear();
  if (!model.pixel) return;
  results.lit_rows.reserve(results.graph->figures.layers.size());
  for (const network::LayerFigures& at : results.graph->figures.layers)
    results.lit_rows.push_back(units_seeing(at.rows, at.height(), model.pixel->row));
}

void derive_unit(const Model& model, int32_t layer, Derived& derived) {
  GraphResults& results = derived.network;
  const Graph& graph = *results.graph;
  const auto index = static_cast<size_t>(layer);
  results.selected = layer;
  results.node = results.outline.node_of[index];
  results.figures = chain_figures(graph, index);
  const bool input = graph.network.layers[index].kind == network::Kind::kInput;
  derived.cell_known = graph.known(index) && !input;
  derived.plane = derived.cell_known ? plane_of(graph, layer) : Size2{1, 1};
  derived.cells = derived.plane.h * derived.plane.w;
  derived.cell = shown_cell(model, derived.plane);
  derived.field_known =
      derived.cell_known && unit_field(graph, index, derived.cell.row, derived.cell.column).known;
  derived.field = field_of(derived, derived.cell);
  derived.visible = clip(derived.field, derived.input.output.plane());
  results.paths = paths_of(graph, index, derived.cell);
  if (!derived.cell_known) results.traced = -1;
  if (derived.cell_known) derive_cone(layer, derived.cell, &results);
  derive_second(model, derived, &results);
  derive_hovered(model, derived, &results);
}

bool contains(const std::string& text, const std::string& lower) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

}  // namespace

Size2 plane_of(const Graph& graph, int32_t layer) {
  if (!graph.known(static_cast<size_t>(layer))) return {1, 1};
  const network::LayerFigures& at = graph.figures.layers[static_cast<size_t>(layer)];
  return {at_least_one(at.height()), at_least_one(at.width())};
}

void find_layers(const Model& model, GraphResults& results) {
  const std::string& text = model.find.text;
  if (results.found_text == text) return;
  results.found_text = text;
  results.found.clear();
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (size_t i = 0; !lower.empty() && i < results.graph->size(); ++i) {
    if (contains(results.graph->names[i], lower) || contains(results.graph->operations[i], lower))
      results.found.push_back(static_cast<int32_t>(i));
  }
}

void set_outline(Outline outline, GraphView view, const std::vector<int32_t>& opened, GraphResults* results) {
  results->view = view;
  results->opened = opened;
  results->outline = std::move(outline);
  results->lanes = make_lanes(results->outline);
  sum_costs(results);
  find_widest(results);
}

void derive_cone(int32_t layer, Cell cell, GraphResults* results) {
  using network::Along;
  if (results->traced == layer && results->traced_cell == cell) return;
  const Graph& graph = *results->graph;
  results->traced = layer;
  results->traced_cell = cell;
  const auto cells_along = [&](int64_t at, Along along) {
    return trace(graph.network, graph.figures, static_cast<size_t>(layer), {at, at}, along,
                 network::Cut::kNot);
  };
  results->rows = cells_along(cell.row, Along::kRows);
  results->columns_read = cells_along(cell.column, Along::kColumns);
}

void derive_graph(const Model& model, const Shown& shown, Derived& derived) {
  derive_network(model, shown.graph, derived);
  find_layers(model, derived.network);
  derive_lit(model, derived.network);
  derive_unit(model, shown.layer, derived);
}

}  // namespace poolglass::chain
