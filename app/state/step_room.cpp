#include "app/state/step_room.h"

#include "app/state/commands.h"

namespace poolglass::step {

void update(Model&, const Action&) {}
void undo(Model& model) { model.history.undo(model.document); }
void redo(Model& model) { model.history.redo(model.document); }
void derive(const Model&, Derived&) {}
std::string status_sentence(const Model&, const Derived&) { return {}; }
std::span<const Command> commands() { return {}; }
std::optional<poolglass::Action> action_for(std::string_view, const Model&, const Derived&) { return {}; }

}  // namespace poolglass::step
