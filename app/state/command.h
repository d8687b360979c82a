// A command: what a key does. Rooms and the shell list theirs; `?` shows them all.
#pragma once

#include <string_view>
#include <vector>

#include "app/state/keys.h"

namespace poolglass {

struct Command {
  std::string_view id;     // "play", "step.toggle-operation": stable, for tests and tooltips
  Chord chord;             // kKeyNone: no key
  std::string_view group;  // heading in the `?` sheet: "Playback", "Step room"
  std::string_view label;  // "Play or pause"
};

}  // namespace poolglass
