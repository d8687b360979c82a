// The Head room's part of a saved state.
#include <algorithm>

#include "app/files/state_rooms.h"
#include "app/rooms/head/backbones.h"

namespace poolglass::head {
namespace {

void read_range(FieldReader& fields, const char* key, int64_t low, int64_t high, int64_t* value) {
  fields.integer(key, value);
  if (*value < low || *value > high) {
    fields.fail(std::string(key) + " must be between " + std::to_string(low) + " and " +
                std::to_string(high));
  }
}

void read_document(FieldReader& fields, Document* document) {
  fields.text("backbone", &document->backbone);
  const NamedBackbone* named = find_backbone(document->backbone);
  if (named == nullptr) {
    return fields.fail("backbone \"" + document->backbone.substr(0, 40) + "\" is unknown");
  }
  document->side = named->side;
  read_range(fields, "side", kLeastSide, kMostSide, &document->side);
  read_range(fields, "classes", 1, kMostClasses, &document->classes);
  std::string maps = "photograph";
  fields.text("maps", &maps);
  if (maps != "photograph" && maps != "equal-means") fields.fail("maps must be photograph or equal-means");
  document->maps = maps == "equal-means" ? MapSource::kEqualMeans : MapSource::kPhotograph;
  int64_t shuffle = 0;
  fields.integer("shuffle", &shuffle);
  if (shuffle < 0) fields.fail("shuffle must not be negative");
  document->shuffle = static_cast<uint64_t>(shuffle);
}

std::string document_text(const Document& document) {
  std::string text = "\"backbone\": " + json_quote(document.backbone);
  text.append(", \"side\": ").append(std::to_string(document.side));
  text.append(", \"classes\": ").append(std::to_string(document.classes));
  text.append(", \"maps\": ");
  text.append(document.maps == MapSource::kEqualMeans ? "\"equal-means\"" : "\"photograph\"");
  return text.append(", \"shuffle\": ").append(std::to_string(document.shuffle));
}

}  // namespace

Status read_state(const Json& json, Model* model) {
  FieldReader fields(json, "head");
  read_document(fields, &model->document);
  read_history(fields, read_document, &model->history);
  read_lens(fields, kLenses, &model->lens);
  read_playback(fields, &model->playhead);
  int64_t collapsed = kShownMaps;
  read_range(fields, "collapsed", 0, kShownMaps, &collapsed);
  model->playhead.index = model->playhead.from = std::clamp<int64_t>(collapsed, 0, kShownMaps);
  return fields.status();
}

std::string state_text(const Model& model, bool with_history) {
  std::string text = "{" + document_text(model.document);
  text.append(",\n    ").append(lens_text(kLenses, model.lens));
  text.append("\"collapsed\": ").append(std::to_string(model.playhead.index));
  text.append(", ").append(playback_text(model.playhead));
  if (with_history) text.append(history_text(model.history, document_text));
  return text.append("}");
}

}  // namespace poolglass::head
