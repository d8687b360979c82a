// Every command of the app, and the action each one means in the current state.
#pragma once

#include <optional>
#include <span>

#include "app/state/command.h"
#include "app/state/model.h"

namespace poolglass {

// In the order of the `?` sheet. Room-only commands come from the rooms' own lists.
std::span<const Command> all_commands();

// The action of a chord in the current room; none when the chord means nothing there.
std::optional<Action> action_for(const Chord& chord, const Model& model, const Derived& derived);

// "Space" for "play"; empty when the command has no key.
std::string key_text(std::string_view command_id);

// Rooms implement these in their own files.
namespace step {
std::span<const Command> commands();
std::optional<poolglass::Action> action_for(std::string_view command_id, const Model& model,
                                            const Derived& derived);
}  // namespace step
namespace chain {
std::span<const Command> commands();
std::optional<poolglass::Action> action_for(std::string_view command_id, const Model& model,
                                            const Derived& derived);
}  // namespace chain

}  // namespace poolglass
