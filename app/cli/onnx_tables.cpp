#include "app/cli/onnx_tables.h"

#include "app/cli/command.h"
#include "app/cli/network_table.h"
#include "app/cli/rows.h"
#include "app/rooms/format.h"
#include "core/file_ending.h"
#include "core/io/network_json.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

constexpr size_t kShownTensor = 4096;

Rows shape_rows(const OnnxNetwork& read) {
  Rows rows{{"node", "operator", "tensor", "shape", "layer"}, {}};
  const std::vector<std::string> names = network::effective_names(read.network);
  for (const OnnxShape& at : read.shapes) {
    const auto text = [](const std::string& name) { return Cell::of(one_line(name, kShownTensor)); };
    rows.rows.push_back({text(at.node), text(at.type), text(at.value),
                         at.shape == "?" ? Cell::none("?") : Cell::of(at.shape),
                         at.layer < 0 ? Cell::none("-") : text(names[static_cast<size_t>(at.layer)])});
  }
  return rows;
}

std::string remarks(const OnnxNetwork& read) {
  std::string text = grouped(read.nodes) + (read.nodes == 1 ? " node, of which " : " nodes, of which ") +
                     grouped(read.folded) + " only hold constants or say sizes and have no layer.\n";
  if (!read.unknown.empty()) {
    std::string types;
    for (const std::string& type : read.unknown) types += (types.empty() ? "" : ", ") + one_line(type, 60);
    text += "Operators whose output is not known: " + types + ".\n";
  }
  if (read.shared_params > 0)
    text += grouped(read.shared_params) + " parameters are counted again by layers that share them.\n";
  return text;
}

struct StudiedFile {
  OnnxNetwork read;
  network::Figures figures;
};

Result<StudiedFile> study(ByteSource& source, const OnnxRequest& request) {
  const Result<OnnxSizes> sizes = onnx_sizes(request.sizes);
  if (!sizes.ok()) return sizes.status();
  const auto in_file = [&](const Status& why) {
    return Status(why.code(), request.name + ": " + why.message());
  };
  Result<OnnxNetwork> read = read_onnx(source, *sizes);
  if (!read.ok()) return in_file(read.status());
  StudiedFile studied{*std::move(read), {}};
  studied.figures = analyze(studied.read.network);
  if (studied.figures.error) return in_file(studied.figures.error->status);
  return studied;
}

std::string counted(const network::Count& count, const std::string& noun) {
  if (count.known == network::Known::kUnavailable) return "an unknown number of " + noun;
  return (count.known == network::Known::kPartial ? "at least " : "") + grouped(count.value) + " " + noun;
}

// The last layer whose units do not see everything, before the first past which the field is not known.
std::string field_sentence(const StudiedFile& studied, const std::vector<std::string>& names) {
  const std::vector<network::LayerFigures>& layers = studied.figures.layers;
  const auto is = [&](size_t i, network::FieldState state) {
    return layers[i].rows.state == state && layers[i].columns.state == state;
  };
  size_t last = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (is(i, network::FieldState::kLocal) && layers[i].axes.rows >= 0) last = i;
  }
  if (last == 0) return "";
  const network::LayerFigures& at = layers[last];
  const auto axis = [](const network::Field& field) {
    const bool one = field.r_least() == field.r_most();
    return one ? grouped(field.r_most()) : grouped(field.r_least()) + "–" + grouped(field.r_most());
  };
  return "The last map with a field of its own, " + one_line(names[last], 100) + " (" +
         network::dims_text(at.output) + "), sees " + axis(at.rows) + "×" + axis(at.columns) +
         " of the input's " + grouped(studied.figures.input_size.h) + "×" +
         grouped(studied.figures.input_size.w) + (at.rows.gated ? ", and all of it through gates" : "") +
         ".\n";
}

}  // namespace

Result<OnnxSizes> onnx_sizes(const std::vector<std::string>& texts) {
  OnnxSizes sizes;
  for (const std::string& text : texts) {
    Result<OnnxSizes::value_type> size = parse_onnx_size(text);
    if (!size.ok()) return size.status();
    sizes.push_back(*std::move(size));
  }
  return sizes;
}

Result<bool> is_onnx(const std::string& name, ByteSource& source) {
  if (has_ending(name, ".onnx")) return true;
  const Result<std::string> start = source.start(1);
  return start.ok() ? Result<bool>(may_be_onnx(*start)) : start.status();
}

Status onnx_words(ByteSource& source, const OnnxRequest& request) {
  const Result<StudiedFile> studied = study(source, request);
  if (!studied.ok()) return studied.status();
  const network::Network& network = studied->read.network;
  const network::Figures& figures = studied->figures;
  const std::vector<std::string> names = network::effective_names(network);
  std::string text;
  int64_t inputs = 0;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    if (network.layers[i].kind != network::Kind::kInput) continue;
    ++inputs;
    text += (inputs > 1 ? ", " : "Reads ") + one_line(names[i], 100) + " (" +
            network::dims_text(figures.layers[i].output) + ")";
  }
  text += " in " + grouped(std::ssize(network.layers) - inputs) + " layers.\n";
  std::string outputs;
  for (const int32_t output : network.outputs) {
    const auto i = static_cast<size_t>(output);
    outputs += (outputs.empty() ? "Makes " : ", ") + one_line(names[i], 100) + " (" +
               network::dims_text(figures.layers[i].output) + ")";
  }
  if (!outputs.empty()) text += outputs + ".\n";
  text += "Has " + counted(figures.params, "parameters") + ", takes " +
          counted(figures.macs, "multiply-adds") + " and makes " +
          counted(figures.activations, "activations") + ".\n" + field_sentence(*studied, names) +
          remarks(studied->read);
  return print(text);
}

Status onnx_tables(ByteSource& source, const OnnxRequest& request) {
  const Result<StudiedFile> studied = study(source, request);
  if (!studied.ok()) return studied.status();
  const OnnxNetwork& read = studied->read;
  if (request.shapes) {
    const Rows rows = shape_rows(read);
    return print(request.json ? rows_json(rows) : rows_tsv(rows));
  }
  if (request.json) return print(write_network_figures_json(read.network, studied->figures));
  NetworkTable options;
  options.convention = request.convention;
  return print(network_table(read.network, studied->figures, options) + remarks(read));
}

}  // namespace poolglass::cli
