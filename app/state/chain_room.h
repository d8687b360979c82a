// The Chain room: an editable downsampling chain. Its document, its actions, and what follows from them.
#pragma once

#include <string>
#include <variant>

#include "app/state/history.h"
#include "app/state/playhead.h"
#include "core/chain/chain.h"

namespace poolglass::chain {

struct Document {
  Chain chain;
  friend bool operator==(const Document&, const Document&) = default;
};

struct Model {
  Document document;
  History<Document> history;
  Playhead playhead;  // walks the selected layer's output cells
};

struct Nothing {};
using Action = std::variant<Nothing>;

struct Derived {
  int64_t cells = 1;  // output cells of the selected layer
};

void update(Model& model, const Action& action);
void undo(Model& model);
void redo(Model& model);
void derive(const Model& model, Derived& derived);  // recomputes only what changed
std::string status_sentence(const Model& model, const Derived& derived);

}  // namespace poolglass::chain
