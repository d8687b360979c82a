// The Shift room's part of a saved state.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "app/files/picture_file.h"
#include "app/files/state_rooms.h"
#include "app/rooms/shift/presets.h"

namespace poolglass::shift {
namespace {

void read_window_size(FieldReader& fields, const char* key, Field field, Size2* size) {
  fields.size(key, size);
  if (std::min(size->h, size->w) < 1 || std::max(size->h, size->w) > most(field)) {
    fields.fail(std::string(key) + " must be between 1 and " + std::to_string(most(field)));
  }
}

void read_picture(FieldReader& fields, Document* document) {
  fields.text("picture", &document->picture);
  fields.text("file", &document->file.name);
  fields.text("path", &document->file.path);
  const Preset* preset = find_preset(document->picture);
  if (!document->picture.empty() && (preset == nullptr || !preset->listed)) {
    fields.fail("picture \"" + document->picture.substr(0, 40) + "\" is unknown");
  }
}

// A file's picture is not part of the state, only where it was: where it is gone, the photograph takes its
// place. Each file is read once, however many steps of the history show it.
void reread_pictures(Model* model) {
  std::map<std::string, std::shared_ptr<const Plane>> pictures;
  const auto reread = [&](Document& document) {
    PictureFile& file = document.file;
    const auto [picture, is_new] = pictures.try_emplace(file.path);
    if (is_new && !file.path.empty()) {
      const Result<Plane> plane = read_picture_file(file.path);
      if (plane.ok())
        picture->second = std::make_shared<const Plane>(middle_of(plane->values.data(), plane->size));
    }
    file.plane = picture->second;
    if (file.plane != nullptr) return;
    file = {};
    if (document.picture.empty()) document.picture = kPhotograph;
  };
  reread(model->document);
  std::deque<Document> past = model->history.past();
  std::vector<Document> future = model->history.future();
  for (Document& document : past) reread(document);
  for (Document& document : future) reread(document);
  model->history = History<Document>(std::move(past), std::move(future));
}

void read_document(FieldReader& fields, Document* document) {
  read_picture(fields, document);
  int64_t seed = 1;
  fields.integer("seed", &seed);
  if (seed < 0) fields.fail("seed must not be negative");
  document->seed = static_cast<uint64_t>(seed);
  fields.integer("period", &document->period);
  if (document->period < kLeastPeriod || document->period > kMostPeriod) {
    fields.fail("period must be between " + std::to_string(kLeastPeriod) + " and " +
                std::to_string(kMostPeriod));
  }
  std::string border = "circular";
  fields.text("border", &border);
  if (border != "circular" && border != "zero") fields.fail("border must be circular or zero");
  document->border = border == "zero" ? Border::kZero : Border::kCircular;
  ShiftWindow& window = document->window;
  read_window_size(fields, "kernel", Field::kKernel, &window.kernel);
  window.stride = window.kernel;
  read_window_size(fields, "stride", Field::kStride, &window.stride);
  read_window_size(fields, "dilation", Field::kDilation, &window.dilation);
  if (fields.has("peak")) {
    read_cell(fields, "peak", window.kernel, &document->peak.row, &document->peak.column);
  }
  fields.boolean("fine", &document->fine);
  fields.boolean("moved", &document->moved);
  const auto same = [](Size2 size) { return size.h == size.w; };
  document->links = {same(window.kernel), same(window.stride), same(window.dilation)};
}

// The document's fields, without braces.
std::string document_text(const Document& document) {
  std::string text = "\"picture\": " + json_quote(document.picture);
  if (!document.file.path.empty()) {
    text.append(", \"file\": ").append(json_quote(document.file.name));
    text.append(", \"path\": ").append(json_quote(document.file.path));
  }
  text.append(", \"seed\": ").append(std::to_string(document.seed));
  text.append(", \"period\": ").append(std::to_string(document.period));
  text.append(", \"border\": ").append(document.border == Border::kZero ? "\"zero\"" : "\"circular\"");
  text.append(",\n    \"kernel\": ").append(size_json(document.window.kernel));
  text.append(", \"stride\": ").append(size_json(document.window.stride));
  text.append(", \"dilation\": ").append(size_json(document.window.dilation));
  text.append(", \"peak\": ").append(pair_text(document.peak.row, document.peak.column));
  text.append(", \"fine\": ").append(bool_text(document.fine));
  return text.append(", \"moved\": ").append(bool_text(document.moved));
}

// In steps.
void read_nudge(FieldReader& fields, Model* model) {
  int64_t right = right_steps(*model), down = model->down;
  const int64_t high = most_steps(model->document);
  if (fields.has("nudge")) {
    right = down = 0;
    fields.integers("nudge", {&down, &right});
  }
  if (std::max(std::abs(right), std::abs(down)) > high) {
    return fields.fail("nudge must be [down, right], each from " + std::to_string(-high) + " to " +
                       std::to_string(high));
  }
  update(*model, SetNudge{right, down});
}

}  // namespace

Status read_state(const Json& json, Model* model) {
  FieldReader fields(json, "shift");
  Document document;
  read_document(fields, &document);
  if (Status s = fields.ok() ? Status() : fields.status(); !s.ok()) return s;
  update(*model, SetFine{document.fine});
  model->document = std::move(document);
  read_history(fields, read_document, &model->history);
  reread_pictures(model);
  read_lens(fields, kLenses, &model->lens);
  read_playback(fields, &model->playhead);
  read_nudge(fields, model);
  int64_t shown = 0;
  fields.integer("shown", &shown);
  if (shown < 0 || shown >= static_cast<int64_t>(kContestantCount)) {
    fields.fail("shown must be between 0 and " + std::to_string(kContestantCount - 1));
    return fields.status();
  }
  model->shown = static_cast<size_t>(shown);
  if (fields.has("detail")) {
    read_cell(fields, "detail", {kMostSide, kMostSide}, &model->detail.row, &model->detail.column);
  }
  return fields.status();
}

std::string state_text(const Model& model, bool with_history) {
  std::string text = "{" + document_text(model.document);
  text.append(",\n    ").append(lens_text(kLenses, model.lens));
  text.append("\"nudge\": ").append(pair_text(model.down, right_steps(model)));
  text.append(", \"shown\": ").append(std::to_string(model.shown));
  text.append(", \"detail\": ").append(pair_text(model.detail.row, model.detail.column));
  text.append(", ").append(playback_text(model.playhead));
  if (with_history) text.append(history_text(model.history, document_text));
  return text.append("}");
}

}  // namespace poolglass::shift
