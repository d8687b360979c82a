#include "app/rooms/chain/graph.h"

#include "app/rooms/format.h"
#include "core/printable.h"

namespace poolglass::chain {
namespace {

std::string extent_text(int64_t extent) { return extent < 0 ? "?" : std::to_string(extent); }

// Of one axis: "46", "188…204", "all", "≤ 64", "?".
std::string along_text(const network::Field& field, int64_t extent) {
  using network::FieldState;
  const network::Receptive r = receptive(field, extent);
  switch (field.state) {
    case FieldState::kWhole:
      return "all";
    case FieldState::kBound:
      return "≤ " + extent_text(r.most);
    case FieldState::kUnavailable:
      return "?";
    case FieldState::kLocal:
      break;
  }
  return r.least == r.most ? std::to_string(r.most) : std::to_string(r.least) + "…" + std::to_string(r.most);
}

}  // namespace

std::shared_ptr<const Graph> make_graph(network::Network network, std::string title, Origin origin) {
  auto graph = std::make_shared<Graph>();
  graph->network = std::move(network);
  graph->title = one_line(title, kShownName);
  graph->origin = origin;
  graph->figures = analyze(graph->network);
  graph->names = effective_names(graph->network);
  for (std::string& name : graph->names) name = one_line(name, kShownName);
  graph->operations.reserve(graph->size());
  for (size_t i = 0; i < graph->size(); ++i) {
    const network::Sources from = graph->inputs(i);
    const bool known = from.size() > 0 && graph->known(static_cast<size_t>(from[0]));
    const int64_t channels =
        known ? graph->figures.layers[static_cast<size_t>(from[0])].channels() : network::kUnknownSize;
    graph->operations.push_back(one_line(operation_label(graph->network.layers[i], channels), kShownName));
  }
  return graph;
}

bool same_network(const std::shared_ptr<const Graph>& a, const std::shared_ptr<const Graph>& b) {
  if (a == b) return true;
  return a && b && a->network == b->network;
}

UnitField unit_field(const Graph& graph, size_t layer, int64_t row, int64_t column) {
  using network::FieldState;
  const network::LayerFigures& at = graph.figures.layers[layer];
  const Size2 input = graph.figures.input_size;
  UnitField unit;
  const auto along = [&](const network::Field& field, int64_t index, int64_t extent) {
    if (field.state == FieldState::kLocal) return field.unit(index);
    unit.known = unit.known && field.state != FieldState::kUnavailable;
    return network::Interval{0, std::max<int64_t>(extent, 1) - 1};
  };
  unit.rows = along(at.rows, row, input.h);
  unit.columns = along(at.columns, column, input.w);
  unit.whole = at.rows.state != FieldState::kLocal && at.columns.state != FieldState::kLocal;
  return unit;
}

std::string field_text(const Graph& graph, size_t layer) {
  if (!graph.known(layer)) return "—";
  const network::LayerFigures& at = graph.figures.layers[layer];
  const Size2 input = graph.figures.input_size;
  const std::string rows = along_text(at.rows, input.h), columns = along_text(at.columns, input.w);
  return rows == columns ? rows : rows + "×" + columns;
}

std::string dims_label(const network::LayerFigures& figures) {
  if (figures.output.rank == 0) return "?";
  const std::string channels = extent_text(figures.channels());
  if (figures.axes.rows < 0) return channels;
  const std::string h = extent_text(figures.height()), w = extent_text(figures.width());
  return channels + "×" + (h == w ? h + "²" : h + "×" + w);
}

std::vector<std::string> chip_labels(const Graph& graph, int32_t layer) {
  const auto index = static_cast<size_t>(layer);
  const network::Layer& at = graph.network.layers[index];
  std::vector<std::string> labels;
  if (network::has_window(at.kind)) {
    const std::string window = size_text(at.kernel);
    const bool stepped = at.stride != Size2{1, 1};
    const std::string stride = stepped ? " /" + short_size_text(at.stride) : "";
    if (network::is_pool(at.kind)) {
      labels.push_back((at.kind == network::Kind::kMaxPool2d ? "max " : "avg ") + window);
    } else {
      if (stepped) labels.push_back(window + stride + " " + std::to_string(at.out_channels));
      labels.push_back(window + " " + std::to_string(at.out_channels));
    }
    labels.push_back(window);
    return labels;
  }
  labels.push_back(graph.operations[index]);
  std::string first = graph.operations[index].substr(0, graph.operations[index].find(' '));
  labels.push_back(std::move(first));
  return labels;
}

}  // namespace poolglass::chain
