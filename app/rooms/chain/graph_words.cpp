// What the Chain room says of a network, in words.
#include <algorithm>

#include "app/rooms/chain/model.h"
#include "app/rooms/format.h"

namespace poolglass::chain {
namespace {

using network::Alignment;

std::string counted(const network::Count& count, int64_t value) {
  if (count.known == network::Known::kUnavailable) return "an unknown number of";
  return (count.known == network::Known::kPartial ? "at least " : "") + grouped(value);
}

std::string shape_words(const network::LayerFigures& figures) {
  return figures.output.rank == 0 ? "a shape that is not known"
                                  : dims_label(figures) + (figures.axes.rows < 0 ? " numbers" : "");
}

std::string input_words(const Graph& graph) {
  const network::Figures& figures = graph.figures;
  std::string text = graph.names.front() + " " + (graph.known(0) ? dims_label(figures.layers.front()) : "");
  const auto layers = static_cast<int64_t>(graph.size()) - 1;
  text += " runs through " + grouped(layers) + (layers == 1 ? " layer" : " layers");
  if (!figures.layers.empty()) text += " to " + shape_words(figures.layers.back());
  text += ": " + counted(figures.params, figures.params.value) + " parameters, ";
  const bool known = figures.macs.known != network::Known::kUnavailable;
  text += known ? (figures.macs.known == network::Known::kPartial ? "at least " : "") +
                      compact(figures.macs.value)
                : "an unknown number of";
  return text + " multiply-adds";
}

// Of all cells that the field has, the share beyond the input, in tenths of a percent.
double padding_percent(const UnitField& unit, Size2 input) {
  const auto length = [](const network::Interval& cells) {
    return static_cast<double>(cells.last) - static_cast<double>(cells.first) + 1;
  };
  const auto inside = [](const network::Interval& cells, int64_t extent) {
    const int64_t first = std::max<int64_t>(cells.first, 0), last = std::min(cells.last, extent - 1);
    return static_cast<double>(std::max<int64_t>(last - first + 1, 0));
  };
  const double all = length(unit.rows) * length(unit.columns);
  const double seen = inside(unit.rows, input.h) * inside(unit.columns, input.w);
  return 100 * (1 - seen / all);
}

std::string span_words(const network::Interval& cells) {
  return cells.first == cells.last ? grouped(cells.first) : grouped(cells.first) + "…" + grouped(cells.last);
}

std::string cell_words(Cell cell) {
  return std::string("(").append(std::to_string(cell.row)).append(",").append(std::to_string(cell.column)) +
         ")";
}

// Whether what reaches the layer comes from one place, by the worse of both axes.
std::string alignment_words(const Graph& graph, const network::LayerFigures& at) {
  for (const network::AxisAlignment* axis : {&at.align_rows, &at.align_columns}) {
    if (axis->upstream != Alignment::kMisaligned) continue;
    return ". The paths that meet at " + graph.names[static_cast<size_t>(axis->upstream_at)] +
           " are not aligned";
  }
  for (const network::AxisAlignment* axis : {&at.align_rows, &at.align_columns}) {
    if (axis->upstream != Alignment::kWithin) continue;
    const network::LayerFigures& join = graph.figures.layers[static_cast<size_t>(axis->upstream_at)];
    const int64_t half =
        std::max(std::abs(join.align_rows.half_cells_least), std::abs(join.align_rows.half_cells_most));
    return ". Paths meet within ±" + decimal(static_cast<double>(half) / 2) + " px";
  }
  return "";
}

}  // namespace

std::string layer_sentence(const Graph& graph, int32_t layer, Cell cell) {
  const auto index = static_cast<size_t>(layer);
  const std::string& name = graph.names[index];
  const network::LayerFigures& at = graph.figures.layers[index];
  const Size2 input = graph.figures.input_size;
  if (graph.network.layers[index].kind == network::Kind::kInput) {
    return layer == 0 ? input_words(graph) : name + " is an input of " + shape_words(at);
  }
  const UnitField unit = unit_field(graph, index, cell.row, cell.column);
  if (!unit.known) {
    const network::Field& field = at.rows.state == network::FieldState::kUnavailable ? at.rows : at.columns;
    return name + " makes " + shape_words(at) + "; its receptive field is " +
           network::field_words(field, graph.names);
  }
  const bool sized = input.h > 0 && input.w > 0;
  const std::string of_input = sized ? size_text(input) + " input" : "input";
  const bool gated = at.rows.gated || at.columns.gated;
  if (unit.whole) return name + " makes " + shape_words(at) + " and sees the whole " + of_input;
  std::string text = name + " sees " + field_text(graph, index) + " of the " + of_input;
  if (gated) text += " (and all of it through gates)";
  text += "; unit " + cell_words(cell) + " covers rows " + span_words(unit.rows) + ", columns " +
          span_words(unit.columns);
  if (sized) {
    const double share = padding_percent(unit, input);
    if (share > 0) text += "; " + decimal(share) + " % of its field is padding";
  }
  return text + alignment_words(graph, at);
}

std::string graph_sentence(const Derived& derived) {
  const Graph& graph = *derived.network.graph;
  if (!derived.error.empty()) return derived.error;
  return layer_sentence(graph, derived.network.selected, derived.cell);
}

std::string graph_table_text(const Graph& graph) {
  std::string text = "layer\toperation\tinputs\tshape\treceptive field\tparameters\tMACs\tactivations\n";
  for (size_t i = 0; i < graph.size(); ++i) {
    std::string inputs;
    for (const int32_t from : graph.inputs(i))
      inputs += (inputs.empty() ? "" : ", ") + graph.names[static_cast<size_t>(from)];
    text += graph.names[i] + "\t" + graph.operations[i] + "\t" + inputs;
    if (!graph.known(i)) {
      text += "\tinvalid\n";
      continue;
    }
    const network::LayerFigures& at = graph.figures.layers[i];
    text += "\t" + network::dims_text(at.output) + "\t" + field_text(graph, i) + "\t" +
            std::to_string(at.params.value) + "\t" + std::to_string(at.macs.value) + "\t" +
            std::to_string(at.activations.value) + "\n";
  }
  return text;
}

}  // namespace poolglass::chain
