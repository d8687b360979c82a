// A command: a key, what it is called, when it can be used and what it does, declared once. Keys, the `?`
// sheet, tooltips and tests read these rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/state/keys.h"
#include "app/state/model.h"

namespace poolglass {

// Why a command cannot be used now, as a sentence (empty: nothing worth saying); none when it can.
using WhyNot = std::optional<std::string>;

// M and D are what the command acts on: a room's model and results, or the whole app's.
template <class M, class D>
struct CommandRow {
  std::string_view id;       // "play", "step.toggle-operation": stable, for tests and tooltips
  Chord chord;               // kKeyNone: no key
  std::string_view section;  // heading in the `?` sheet: "Playback", "Step room"
  std::string_view words;    // "Play or pause"
  Action (*action)(const M& model, const D& derived);
  WhyNot (*why_not)(const M& model, const D& derived) = nullptr;  // null: always available
};

}  // namespace poolglass
