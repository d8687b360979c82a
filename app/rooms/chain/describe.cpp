// What the Chain room shows, in words, for `poolglass describe`.
#include <utility>

#include "app/rooms/chain/model.h"

namespace poolglass::chain {

namespace {

// Layers are counted in order of execution, the first input being 0.
Result<std::string> describe_network(const Model& model, const DescribeWhat& what) {
  const Graph& graph = *model.document.graph;
  const auto sentence_of = [&](size_t layer) {
    const Size2 plane = plane_of(graph, static_cast<int32_t>(layer));
    const Cell middle{(plane.h - 1) / 2, (plane.w - 1) / 2};
    return layer_sentence(graph, static_cast<int32_t>(layer), middle) + "\n";
  };
  if (what.all) {
    std::string text;
    for (size_t i = 0; i < graph.size(); ++i) text += sentence_of(i);
    return text;
  }
  const int64_t most = static_cast<int64_t>(graph.size()) - 1;
  if (what.place && *what.place > most) {
    return invalid_argument("--layer " + std::to_string(*what.place) + " must be between 0 (the input) and " +
                            std::to_string(most));
  }
  if (what.place) return sentence_of(static_cast<size_t>(*what.place));
  Derived derived;
  derive(model, derived);
  return status_sentence(model, derived) + "\n";
}

// Through a lens: of the layer that is selected, or of one that is asked for.
Result<std::string> describe_lens(Model model, const DescribeWhat& what) {
  Derived derived;
  derive(model, derived);
  if (what.place) {
    const int64_t most = static_cast<int64_t>(derived.network.graph->size()) - 1;
    if (*what.place < 0 || *what.place > most) {
      return invalid_argument("--layer " + std::to_string(*what.place) +
                              " must be between 0 (the input) and " + std::to_string(most));
    }
    update(model, SelectLayer{static_cast<int32_t>(*what.place)});
    derive(model, derived);
  }
  return what.all ? lens_report(model, derived) : status_sentence(model, derived) + "\n";
}

}  // namespace

Result<std::string> describe(Model model, const DescribeWhat& what) {
  if (model.lens != kCostLens) return describe_lens(std::move(model), what);
  Derived derived;
  derive(model, derived);
  if (!derived.error.empty()) return invalid_argument(derived.error);
  if (model.document.graph) return describe_network(model, what);
  const std::vector<Identity> layers = model.document.identities;
  const auto sentence_of = [&](LayerId id) {
    update(model, Select{id});
    derive(model, derived);
    return status_sentence(model, derived) + "\n";
  };
  if (what.all) {
    std::string text = sentence_of(kInput);
    for (size_t row = 0; row < derived.rows.size(); ++row) {
      look_at_row(model, derived, row);
      text += status_sentence(model, derived) + "\n";
    }
    return text;
  }
  if (!what.place) return status_sentence(model, derived) + "\n";
  const int64_t layer = *what.place;
  if (layer > static_cast<int64_t>(layers.size())) {
    return invalid_argument("--layer " + std::to_string(layer) + " must be between 0 (the input) and " +
                            std::to_string(layers.size()));
  }
  return sentence_of(layer == 0 ? kInput : layers[static_cast<size_t>(layer - 1)].id);
}

}  // namespace poolglass::chain
