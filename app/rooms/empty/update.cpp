#include "app/rooms/empty/model.h"

namespace poolglass::empty {
namespace {

struct Updater {
  void operator()(const Wait&) {}
};

}  // namespace

void update(Model&, const Action& action) { std::visit(Updater{}, action); }
bool only_looks(const Action&) { return true; }
void moved_on(Model&) {}
void undo(Model& model) { model.history.undo(model.document); }
void redo(Model& model) { model.history.redo(model.document); }
void restored(Model&, const Model&) {}
void advance(Model&, double, bool) {}
bool animating(const Model&) { return false; }

}  // namespace poolglass::empty
