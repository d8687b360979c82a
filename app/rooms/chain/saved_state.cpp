// The Chain room's part of a saved state.
#include "app/files/state_rooms.h"
#include "core/chain/presets.h"
#include "core/io/chain_json_value.h"

namespace poolglass::chain {
namespace {

LayerId id_of(const Document& document, int64_t number) {
  return number == 0 ? kInput : document.identities[static_cast<size_t>(number - 1)].id;
}

int64_t number_of(const Document& document, LayerId id) {
  for (size_t i = 0; i < document.identities.size(); ++i) {
    if (document.identities[i].id == id) return static_cast<int64_t>(i) + 1;
  }
  return 0;
}

}  // namespace

Status read_state(const Json& json, Model* model) {
  FieldReader fields(json, "chain");
  std::string preset;
  fields.text("preset", &preset);
  const bool own = fields.has("input") || fields.has("layers");
  if (own && !preset.empty()) return invalid_argument("chain: preset and layers exclude each other");
  const std::string name = preset.empty() ? "lesson" : preset;
  const Result<Chain> chain = own ? read_chain_fields(fields) : chain_preset(name);
  if (!chain.ok()) return Status(chain.status().code(), "chain: " + chain.status().message());
  update(*model, SetChain{*chain});
  model->history = {};

  int64_t selected = static_cast<int64_t>(chain->layers.size());
  fields.integer("selected", &selected);
  if (selected < 0 || selected > static_cast<int64_t>(chain->layers.size())) {
    fields.fail("selected must be between 0 (the input) and " + std::to_string(chain->layers.size()));
    return fields.status();
  }
  update(*model, Select{id_of(model->document, selected)});
  Cell cell, hover;
  const bool walked = model->walked.h > 0;  // else the chain is broken there, and no cell can be shown
  if (fields.has("cell") && walked) {
    read_cell(fields, "cell", model->walked, &cell.row, &cell.column);
    update(*model, PinCell{cell});
  }
  if (fields.has("hover") && walked) {
    read_cell(fields, "hover", model->walked, &hover.row, &hover.column);
    model->hovered = hover;
  }
  read_playback(fields, &model->playhead);
  double zoom = 1, left = 0;
  fields.number("zoom", &zoom);
  fields.number("left", &left);
  if (zoom < double{Camera::kMinZoom} || zoom > double{Camera::kMaxZoom}) {
    fields.fail("zoom must be between 0.2 and 3");
  }
  if (left < 0 || left > 1e6) fields.fail("left must be between 0 and 1000000");
  model->camera = {static_cast<float>(zoom), static_cast<float>(left)};
  return fields.status();
}

std::string state_text(const Model& model) {
  std::string text = "{" + chain_fields_text(model.document.chain, "    ");
  text.append(",\n    \"selected\": ")
      .append(std::to_string(number_of(model.document, model.document.selected)));
  if (model.pinned && model.walked.w > 0) {
    text.append(", \"cell\": ")
        .append(pair_text(*model.pinned / model.walked.w, *model.pinned % model.walked.w));
  }
  text.append(", ").append(playback_text(model.playhead));
  text.append(", \"zoom\": ").append(number_text(model.camera.zoom));
  return text.append(", \"left\": ").append(number_text(model.camera.left)).append("}");
}

}  // namespace poolglass::chain
