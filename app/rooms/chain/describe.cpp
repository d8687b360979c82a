// What the Chain room shows, in words, for `poolglass describe`.
#include "app/rooms/chain/model.h"

namespace poolglass::chain {

Result<std::string> describe(Model model, const DescribeWhat& what) {
  Derived derived;
  derive(model, derived);
  if (!derived.error.empty()) return invalid_argument(derived.error);
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
