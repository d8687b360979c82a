// A saved state as parsed JSON, and the rooms' parts of it. Internal to the readers of files.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/files/state_file.h"
#include "app/rooms/history.h"
#include "app/rooms/list.h"
#include "core/io/strict_json.h"

namespace poolglass {

// Of any document: what is written as one is within them, too, so that it can be opened again.
inline constexpr JsonLimits kDocumentLimits{.depth = 24};  // a network lies deeper than in its own file

// Whether a document is meant as a state and not as another one: an object with the key "poolglass".
bool is_state(const Json& json);
// parse_state_json and parse_kept_state_json (app/files/state_file.h)
Result<Model> state_from(const Json& json, ReadProgress* progress = nullptr);
Result<KeptState> kept_state_from(const Json& json, ReadProgress* progress = nullptr);

#define ROOM(Name, name)                                                                                  \
  namespace name {                                                                                        \
  Status read_state(const Json& json, Model* model);                                                      \
  /* An object, indented as a value of the document's own keys; with_history: what can be undone, too. */ \
  std::string state_text(const Model& model, bool with_history);                                          \
  }
POOLGLASS_ROOMS(ROOM)
#undef ROOM

// The same for someone who may stop it: then an array that it names counts as one that cannot be read. Where
// that is the document's, the places in it (window, pin, hover, sight, question) are as at the first start.
namespace step {
Status read_state(const Json& json, Model* model, ReadProgress* progress);
}

// The shortest JSON that reads back as the same float: a number, or "NaN", "Infinity", "-Infinity".
std::string number_text(float value);
bool read_number(const Json& json, float* value);

std::string pair_text(int64_t a, int64_t b);  // "[0, 1]"
std::string size_json(Size2 size);            // "3" when both are the same, else "[3, 5]"
const char* bool_text(bool value);

// A title, a question, an answer: at most kMostText bytes.
inline constexpr size_t kMostText = 1000;
void read_short_text(FieldReader& fields, const char* key, std::string* text);

// [row, column] of a cell of the plane.
void read_cell(FieldReader& fields, const char* key, Size2 plane, int64_t* row, int64_t* column);

// "lens": by its name among the room's; written where it is not the first.
void read_lens(FieldReader& fields, std::span<const LensWords> lenses, size_t* lens);
std::string lens_text(std::span<const LensWords> lenses, size_t lens);

// "panel", alike.
void read_panel(FieldReader& fields, std::span<const PanelWords> panels, size_t* panel);
std::string panel_text(std::span<const PanelWords> panels, size_t panel);

// Speed and loop, which both rooms have.
void read_playback(FieldReader& fields, Playhead* playhead);
std::string playback_text(const Playhead& playhead);

// `, "undo": [...], "redo": [...]`, each the documents in the order of History; nothing when there are none.
// At most the nearest kKeptSteps of each, and fewer when documents are so large that they do not fit
// kKeptBytes.
inline constexpr size_t kKeptSteps = 100;
inline constexpr size_t kKeptBytes = size_t{8} << 20;
std::string steps_text(const char* key, const std::vector<std::string>& nearest_first);

template <class Document, class TextOf>
std::string history_text(const History<Document>& history, const TextOf& text_of) {
  const auto nearest_first = [&](const auto& documents) {
    std::vector<std::string> texts;
    size_t bytes = 0;
    for (auto at = documents.rbegin(); at != documents.rend() && texts.size() < kKeptSteps; ++at) {
      texts.push_back(text_of(*at));
      bytes += texts.back().size();
      if (bytes > kKeptBytes) break;
    }
    return texts;
  };
  return steps_text("undo", nearest_first(history.past())) +
         steps_text("redo", nearest_first(history.future()));
}

// Reads what history_text() wrote; read_document(FieldReader&, Document*) reads one, already named in
// messages.
template <class Document, class ReadDocument>
void read_history(FieldReader& fields, const ReadDocument& read_document, History<Document>* history) {
  const auto read_steps = [&](const char* key, auto* documents) {
    const Json* list = fields.list(key);
    if (list == nullptr) return;
    if (list->size() > History<Document>::kDepth) {
      return fields.fail(std::string(key) + " has more than " + std::to_string(History<Document>::kDepth) +
                         " steps");
    }
    for (const Json& json : *list) {
      FieldReader step(json, key);
      Document document;
      read_document(step, &document);
      if (const Status s = step.status(); !s.ok()) return fields.fail(s.message());
      documents->push_back(std::move(document));
    }
  };
  std::deque<Document> past;
  std::vector<Document> future;
  read_steps("undo", &past);
  read_steps("redo", &future);
  *history = History<Document>(std::move(past), std::move(future));
}

}  // namespace poolglass
