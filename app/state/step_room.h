// The Step room: a window walks the grid. Its document, its actions, and what follows from them.
#pragma once

#include <string>
#include <variant>

#include "app/state/history.h"
#include "app/state/playhead.h"

namespace poolglass::step {

struct Document {
  friend bool operator==(const Document&, const Document&) = default;
};

struct Model {
  Document document;
  History<Document> history;
  Playhead playhead;
};

struct Nothing {};
using Action = std::variant<Nothing>;

struct Derived {
  int64_t windows = 1;
};

void update(Model& model, const Action& action);
void undo(Model& model);
void redo(Model& model);
void derive(const Model& model, Derived& derived);  // recomputes only what changed
std::string status_sentence(const Model& model, const Derived& derived);

}  // namespace poolglass::step
