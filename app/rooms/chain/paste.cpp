// Text pasted into the Chain room: layers.
#include <utility>

#include "app/rooms/chain/model.h"
#include "core/io/chain_json.h"
#include "core/io/pasted_text.h"

namespace poolglass::chain {

Result<Action> pasted(std::string_view text, const Model& model) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    Result<Chain> chain = parse_chain_json(text);
    if (!chain.ok()) return chain.status();
    return Action(SetChain{*std::move(chain)});
  }
  Result<PastedLayers> layers = parse_layers(text);
  if (!layers.ok()) return layers.status();
  if (layers->input) {
    Chain chain = *std::move(layers->input);
    chain.layers = std::move(layers->layers);
    return Action(SetChain{std::move(chain)});
  }
  const Document& document = model.document;
  size_t position = 0;
  for (size_t i = 0; i < document.identities.size(); ++i) {
    if (document.identities[i].id == document.selected) position = i + 1;
  }
  return Action(AddLayers{std::move(layers->layers), position});
}

}  // namespace poolglass::chain
