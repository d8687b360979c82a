// Text pasted into the Chain room: layers, a chain, a network as other programs write it down, or a summary
// that they print.
#include <memory>
#include <utility>

#include "app/rooms/chain/model.h"
#include "core/chain/as_network.h"
#include "core/io/network_json.h"
#include "core/io/network_text.h"
#include "core/io/pasted_text.h"
#include "core/io/summary_text.h"

namespace poolglass::chain {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Which program wrote the text; nothing: it is ours.
std::optional<NetworkText> written_by(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  if (text[first] == '{') {
    return has(text, "\"class_name\"") ? std::optional(NetworkText::kKeras) : std::nullopt;
  }
  if (has(text, "layer {") || has(text, "layer{") || has(text, "layers {") || has(text, "layers{"))
    return NetworkText::kCaffe;
  if (has(text, "Sequential(") || has(text, "nn.") || has(text, "): ")) return NetworkText::kTorch;
  return std::nullopt;
}

// Torch says nothing of sizes: those of the input that is there stand in.
TextInput input_here(const Document& document) {
  if (!document.graph) return {{document.chain.channels, document.chain.plane.h, document.chain.plane.w}};
  if (!document.graph->known(0)) return std::nullopt;
  const network::LayerFigures& input = document.graph->figures.layers[0];
  return {{input.channels(), input.height(), input.width()}};
}

Result<Action> pasted_network(NetworkText kind, std::string_view text, const Document& document) {
  const TextInput input = kind == NetworkText::kTorch ? input_here(document) : TextInput();
  Result<TextNetwork> read = parse_network_text(kind, text, input);
  if (!read.ok()) return read.status();
  return show_network(std::move(read->network), "pasted");
}

}  // namespace

Result<Action> pasted(std::string_view text, const Model& model) {
  const Document& document = model.document;
  if (is_summary(text)) {
    Result<network::Summary> summary = parse_summary(text);
    if (!summary.ok()) return summary.status();
    return Action(SetSummary{std::make_shared<const network::Summary>(*std::move(summary))});
  }
  if (const auto kind = written_by(text)) return pasted_network(*kind, text, document);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    Result<network::Network> network = parse_network_json(text);
    if (!network.ok()) return network.status();
    return show_network(*std::move(network), "pasted");
  }
  Result<PastedLayers> layers = parse_layers(text);
  if (!layers.ok()) return layers.status();
  if (layers->input) {
    Chain chain = *std::move(layers->input);
    chain.layers = std::move(layers->layers);
    return Action(SetChain{std::move(chain)});
  }
  if (document.graph)
    return invalid_argument("single layers go into a plain chain, but a network with branches is shown");
  size_t position = 0;
  for (size_t i = 0; i < document.identities.size(); ++i) {
    if (document.identities[i].id == document.selected) position = i + 1;
  }
  return Action(AddLayers{std::move(layers->layers), position});
}

}  // namespace poolglass::chain
