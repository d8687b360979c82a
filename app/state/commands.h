// Every command of the app, those of the rooms included.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/state/command.h"

namespace poolglass {

struct Command {
  std::string id;
  Chord chord;
  std::string section;
  std::string words;
  std::optional<Room> room;  // in which it works; none: everywhere
  std::function<Action(const Model&, const Derived&)> action;
  std::function<WhyNot(const Model&, const Derived&)> why_not;
};

// In the order of the `?` sheet.
std::span<const Command> all_commands();
const Command* find_command(std::string_view id);  // null when there is none

// What a chord means in the current room: the command's action, or a notice that says why it cannot be used
// now. None when the chord means nothing there.
std::optional<Action> action_for(const Chord& chord, const Model& model, const Derived& derived);

// "Space" for "play"; empty when the command has no key.
std::string key_text(std::string_view command_id);

// Rooms list theirs in their own files.
#define ROOM(Name, name)                                    \
  namespace name {                                          \
  using CommandRow = poolglass::CommandRow<Model, Derived>; \
  std::span<const CommandRow> commands();                   \
  }
POOLGLASS_ROOMS(ROOM)
#undef ROOM

}  // namespace poolglass
