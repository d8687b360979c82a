// What the room offers: the engine's chains (core/chain/presets.h) and the published networks (core/zoo).
#include "core/chain/presets.h"

#include "app/rooms/chain/model.h"
#include "core/chain/as_network.h"
#include "core/zoo/zoo.h"

namespace poolglass::chain {

Action show_network(network::Network network, std::string title, Origin origin) {
  network::Network plain = network;
  if (!plain.layers.empty() && plain.layers[0].kind == network::Kind::kInput) {
    plain.layers[0].name = "input";
    if (plain.layers[0].output.rank > 0) plain.layers[0].output[0] = network::kUnknownSize;
  }
  const auto last = static_cast<int32_t>(plain.layers.size()) - 1;
  if (plain.outputs == std::vector<int32_t>{last}) plain.outputs.clear();
  if (std::optional<Chain> chain = as_chain(plain)) return SetChain{*std::move(chain)};
  return SetGraph{make_graph(std::move(network), std::move(title), origin)};
}

std::span<const std::string> published_networks() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    const Result<std::vector<zoo::Model>> models = zoo::models();
    if (!models.ok()) return names;
    for (const zoo::Model& model : *models) {
      if (!chain_preset(model.name).ok()) names.push_back(model.name);
    }
    return names;
  }();
  return kNames;
}

Result<Action> preset_action(const std::string& name) {
  Result<Chain> chain = chain_preset(name);
  if (chain.ok()) return Action(SetChain{*std::move(chain)});
  const Result<zoo::Model> model = zoo::find(name);
  if (!model.ok()) {
    return invalid_argument(chain.status().message() +
                            ", and the published networks that chain --models lists");
  }
  Result<network::Network> network = zoo::open(*model);
  if (!network.ok()) return network.status();
  return show_network(*std::move(network), model->name, Origin::kPublished);
}

Status apply_preset(Model& model, const std::string& name) {
  const Result<Action> action = preset_action(name);
  if (!action.ok()) return action.status();
  update(model, *action);
  return {};
}

}  // namespace poolglass::chain
