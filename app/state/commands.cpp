#include "app/state/commands.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace poolglass {
namespace {

constexpr std::string_view kPlayback = "Playback";
constexpr std::string_view kFile = "File and edit";
constexpr std::string_view kWindow = "Window";

constexpr Chord key(int k) { return {k, false, false, false}; }
constexpr Chord ctrl(int k) { return {k, true, false, false}; }
constexpr Chord ctrl_shift(int k) { return {k, true, true, false}; }

constexpr std::array kShellCommands = {
    Command{"play", key(' '), kPlayback, "Play or pause"},
    Command{"step-back", key(','), kPlayback, "One step back"},
    Command{"step-forward", key('.'), kPlayback, "One step forward"},
    Command{"first", key(kKeyHome), kPlayback, "To the first position"},
    Command{"last", key(kKeyEnd), kPlayback, "To the last position"},
    Command{"loop", key('L'), kPlayback, "Loop on or off"},
    Command{"slower", key('['), kPlayback, "Half the speed"},
    Command{"faster", key(']'), kPlayback, "Twice the speed"},
    Command{"open", ctrl('O'), kFile, "Open a file (or drop one on the window)"},
    Command{"save", ctrl('S'), kFile, "Save the output grid, or the chain"},
    Command{"save-session", ctrl_shift('S'), kFile, "Save everything on the screen"},
    Command{"undo", ctrl('Z'), kFile, "Undo"},
    Command{"redo", ctrl_shift('Z'), kFile, "Redo"},
    Command{"export-png", ctrl_shift('E'), kFile, "Export the window as PNG"},
    Command{"export-svg", Chord{'E', true, false, true}, kFile, "Export the picture as SVG"},
    Command{"room-step", ctrl('1'), kWindow, "Step room"},
    Command{"room-chain", ctrl('2'), kWindow, "Chain room"},
    Command{"theme", ctrl('T'), kWindow, "Dark or light"},
    Command{"reduce-motion", ctrl('R'), kWindow, "Reduce motion on or off"},
    Command{"larger", ctrl('='), kWindow, "Everything larger"},
    Command{"smaller", ctrl('-'), kWindow, "Everything smaller"},
    Command{"natural-size", ctrl('0'), kWindow, "Back to 100 %"},
    Command{"fullscreen", key(kKeyF11), kWindow, "Full screen"},
    Command{"help", key('?'), kWindow, "This sheet"},
    Command{"quit", ctrl('Q'), kWindow, "Quit"},
};

Action shell_action(std::string_view id, const Model& model, const Derived& derived) {
  const Playhead& playhead = current_playhead(model);
  if (id == "play") return PlayheadAction(TogglePlay{});
  if (id == "step-back") return PlayheadAction(StepBy{-1});
  if (id == "step-forward") return PlayheadAction(StepBy{1});
  if (id == "first") return PlayheadAction(SeekTo{0});
  if (id == "last") return PlayheadAction(SeekTo{playback_length(model, derived) - 1});
  if (id == "loop") return PlayheadAction(ToggleLoop{});
  if (id == "slower") return PlayheadAction(SetSpeed{playhead.speed / 2});
  if (id == "faster") return PlayheadAction(SetSpeed{playhead.speed * 2});
  if (id == "open") return Request(AskOpen{});
  if (id == "save")
    return Request(AskSave{model.room == Room::kStep ? SaveKind::kStepOutput : SaveKind::kChain});
  if (id == "save-session") return Request(AskSave{SaveKind::kState});
  if (id == "undo") return Undo{};
  if (id == "redo") return Redo{};
  if (id == "export-png") return Request(AskSave{SaveKind::kPng});
  if (id == "export-svg") return Request(AskSave{SaveKind::kSvg});
  if (id == "room-step") return SelectRoom{Room::kStep};
  if (id == "room-chain") return SelectRoom{Room::kChain};
  if (id == "theme") return SetTheme{model.theme == ThemeName::kDark ? ThemeName::kLight : ThemeName::kDark};
  if (id == "reduce-motion") return SetReduceMotion{!model.reduce_motion};
  if (id == "larger") return SetScale{model.scale + 0.25f};
  if (id == "smaller") return SetScale{model.scale - 0.25f};
  if (id == "natural-size") return SetScale{1};
  if (id == "fullscreen") return Request(ToggleFullscreen{});
  if (id == "help") return SetHelpOpen{!model.help_open};
  return Request(Quit{});
}

std::vector<Command> make_all_commands() {
  std::vector<Command> all(kShellCommands.begin(), kShellCommands.end());
  std::ranges::copy(step::commands(), std::back_inserter(all));
  std::ranges::copy(chain::commands(), std::back_inserter(all));
  return all;
}

std::string_view find_id(std::span<const Command> commands, const Chord& chord) {
  for (const Command& command : commands) {
    if (command.chord == chord) return command.id;
  }
  return {};
}

}  // namespace

std::span<const Command> all_commands() {
  static const std::vector<Command> all = make_all_commands();
  return all;
}

std::optional<Action> action_for(const Chord& chord, const Model& model, const Derived& derived) {
  if (chord.key == kKeyNone) return std::nullopt;
  if (model.help_open && chord == key(kKeyEscape)) return SetHelpOpen{false};
  const auto room_commands = model.room == Room::kStep ? step::commands() : chain::commands();
  if (const auto id = find_id(room_commands, chord); !id.empty()) {
    return model.room == Room::kStep ? step::action_for(id, model.step, derived.step)
                                     : chain::action_for(id, model.chain, derived.chain);
  }
  if (const auto id = find_id(kShellCommands, chord); !id.empty()) return shell_action(id, model, derived);
  if (chord == ctrl('Y')) return Redo{};  // the other habit
  return std::nullopt;
}

std::string key_text(std::string_view command_id) {
  for (const Command& command : all_commands()) {
    if (command.id == command_id) return chord_text(command.chord);
  }
  return {};
}

}  // namespace poolglass
