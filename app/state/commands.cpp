#include "app/state/commands.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace poolglass {
namespace {

using Row = CommandRow<Model, Derived>;

constexpr std::string_view kPlayback = "Playback";
constexpr std::string_view kFile = "File and edit";
constexpr std::string_view kWindow = "Window";
constexpr std::string_view kTour = "Tour";

constexpr Chord key(int k) { return {k, false, false, false}; }
constexpr Chord ctrl(int k) { return {k, true, false, false}; }
constexpr Chord ctrl_shift(int k) { return {k, true, true, false}; }

template <int64_t delta>
Action step_by(const Model&, const Derived&) {
  return PlayheadAction(StepBy{delta});
}

template <SaveKind kind>
Action ask_save(const Model&, const Derived&) {
  return Request(AskSave{kind});
}

constexpr std::string_view kWaits = "Waits while a guess is open: Enter reveals it, Esc gives it up";

WhyNot nothing_to_walk(const Model& model, const Derived& derived) {
  if (locked(model)) return std::string(kWaits);
  if (playback_length(model, derived) > 1) return {};
  return "There is only one position to show";
}

constexpr std::array kPlaybackRows = {
    Row{"play", key(' '), kPlayback, "Play or pause",
        [](const Model&, const Derived&) -> Action { return PlayheadAction(TogglePlay{}); }, nothing_to_walk},
    Row{"step-back", key(','), kPlayback, "One step back", step_by<-1>, nothing_to_walk},
    Row{"step-forward", key('.'), kPlayback, "One step forward", step_by<1>, nothing_to_walk},
    Row{"first", key(kKeyHome), kPlayback, "To the first position",
        [](const Model&, const Derived&) -> Action { return PlayheadAction(SeekTo{0}); }, nothing_to_walk},
    Row{"last", key(kKeyEnd), kPlayback, "To the last position",
        [](const Model& model, const Derived& derived) -> Action {
          return PlayheadAction(SeekTo{playback_length(model, derived) - 1});
        },
        nothing_to_walk},
    Row{"loop", key('L'), kPlayback, "Loop on or off",
        [](const Model&, const Derived&) -> Action { return PlayheadAction(ToggleLoop{}); }},
    Row{"slower", key('['), kPlayback, "Half the speed",
        [](const Model& model, const Derived&) -> Action {
          return PlayheadAction(SetSpeed{current_playhead(model).speed / 2});
        }},
    Row{"faster", key(']'), kPlayback, "Twice the speed",
        [](const Model& model, const Derived&) -> Action {
          return PlayheadAction(SetSpeed{current_playhead(model).speed * 2});
        }},
};

// True of an untouched session as well as of one whose earlier steps were let go, in this run or before.
std::string nothing_to_undo() {
  using Steps = History<step::Document>;  // rooms' limits are the same
  return "No earlier step is kept: undo goes back " + std::to_string(Steps::kDepth) +
         " steps at most, with " + std::to_string(Steps::kBytes >> 20) + " MiB of arrays";
}

constexpr std::array kFileRows = {
    Row{"new", ctrl('N'), kFile, "New session",
        [](const Model&, const Derived&) -> Action { return Request(NewDocument{}); }},
    Row{"open", ctrl('O'), kFile, "Open a file (or drop one on the window)",
        [](const Model&, const Derived&) -> Action { return Request(AskOpen{}); }},
    Row{"save", ctrl('S'), kFile, "Save the session",
        [](const Model&, const Derived&) -> Action { return Request(SaveDocument{}); }},
    Row{"save-as", ctrl_shift('S'), kFile, "Save the session under another name", ask_save<SaveKind::kState>},
    Row{"export-data", ctrl('E'), kFile, "Export the output grid, or the chain",
        [](const Model& model, const Derived&) -> Action {
          return Request(AskSave{model.room == Room::kStep ? SaveKind::kStepOutput : SaveKind::kChain});
        },
        [](const Model& model, const Derived&) -> WhyNot {
          if (locked(model)) return WhyNot(kWaits);
          if (model.room == Room::kStep || model.room == Room::kChain) return {};
          return "This room has figures, which Ctrl+C copies";
        }},
    Row{"undo", ctrl('Z'), kFile, "Undo", [](const Model&, const Derived&) -> Action { return Undo{}; },
        [](const Model& model, const Derived&) -> WhyNot {
          if (locked(model)) return std::string(kWaits);
          return can_undo(model) ? WhyNot() : WhyNot(nothing_to_undo());
        }},
    Row{"redo", ctrl_shift('Z'), kFile, "Redo", [](const Model&, const Derived&) -> Action { return Redo{}; },
        [](const Model& model, const Derived&) -> WhyNot {
          if (locked(model)) return std::string(kWaits);
          return can_redo(model) ? WhyNot() : "Nothing is left to redo";
        }},
    Row{"export-png", ctrl_shift('E'), kFile, "Export the window as PNG", ask_save<SaveKind::kPng>},
    Row{"export-svg", Chord{'E', true, false, true}, kFile, "Export the picture as SVG",
        ask_save<SaveKind::kSvg>},
};

WhyNot only_in_tour(const Model& model, const Derived&) {
  return tour::is_open(model) ? WhyNot() : "The tour has not begun: F1 takes it";
}

WhyNot only_beside_jobs(const Model& model, const Derived& derived) {
  if (const WhyNot why = only_in_tour(model, derived)) return why;
  if (tour::has_block(tour::current(model.tour), tour::BlockKind::kJobs)) return {};
  return "Only the tour's step about the three jobs has pools to take out";
}

template <int64_t by>
Action more_pools(const Model& model, const Derived&) {
  return tour::Action(tour::SetPools{model.tour.pools + by});
}

constexpr std::array kTourRows = {
    Row{"tour", key(kKeyF1), kTour, "Take the tour, or leave it: your own work comes back",
        [](const Model& model, const Derived&) -> Action {
          if (!tour::is_open(model)) return Request(OpenTour{});
          if (!tour::in_sight(model)) return tour::Action(tour::Show{true});
          return tour::Action(tour::Leave{});
        }},
    Row{"tour-fold", Chord{'T', false, false, true}, kTour,
        "The tour out of the way of the picture, and back",
        [](const Model& model, const Derived&) -> Action {
          return tour::Action(tour::Show{!tour::in_sight(model)});
        },
        only_in_tour},
    Row{"tour-claims", Chord{kKeyF1, false, true, false}, kTour, "What people say about pooling, decided",
        [](const Model&, const Derived&) -> Action {
          return Request(OpenTour{std::string(tour::kClaimsStep)});
        }},
    Row{"tour-next", key(kKeyPageDown), kTour, "Next step",
        [](const Model&, const Derived&) -> Action { return tour::Action(tour::Turn{1}); }, only_in_tour},
    Row{"tour-back", key(kKeyPageUp), kTour, "The step before",
        [](const Model&, const Derived&) -> Action { return tour::Action(tour::Turn{-1}); },
        [](const Model& model, const Derived& derived) -> WhyNot {
          if (const WhyNot why = only_in_tour(model, derived)) return why;
          return model.tour.step > 0 ? WhyNot() : "This is the tour's first step";
        }},
    Row{"tour-again", ctrl(kKeyHome), kTour, "The step's own picture again",
        [](const Model&, const Derived&) -> Action { return tour::Action(tour::Again{}); }, only_in_tour},
    Row{"tour-more-pools", Chord{kKeyPageUp, false, false, true}, kTour, "The three jobs with one more pool",
        more_pools<1>, only_beside_jobs},
    Row{"tour-fewer-pools", Chord{kKeyPageDown, false, false, true}, kTour,
        "The three jobs with one pool less", more_pools<-1>, only_beside_jobs},
};

constexpr std::array kWindowRows = {
    Row{"lens-next", Chord{kKeyTab, true, false, false}, kWindow, "Next lens",
        [](const Model& model, const Derived&) -> Action {
          return SetLens{(current_lens(model) + 1) % room_info(model.room).words.lenses.size()};
        },
        [](const Model& model, const Derived&) -> WhyNot {
          if (locked(model)) return std::string(kWaits);
          if (room_info(model.room).words.lenses.size() > 1) return {};
          return "This room has one lens";
        }},
    Row{"theme", ctrl('T'), kWindow, "Dark or light",
        [](const Model& model, const Derived&) -> Action {
          return SetTheme{model.theme == ThemeName::kDark ? ThemeName::kLight : ThemeName::kDark};
        }},
    Row{"reduce-motion", ctrl('R'), kWindow, "Reduce motion on or off",
        [](const Model& model, const Derived&) -> Action { return SetReduceMotion{!model.reduce_motion}; }},
    Row{"larger", ctrl('='), kWindow, "Everything larger",
        [](const Model& model, const Derived&) -> Action { return SetScale{model.scale + 0.25f}; }},
    Row{"smaller", ctrl('-'), kWindow, "Everything smaller",
        [](const Model& model, const Derived&) -> Action { return SetScale{model.scale - 0.25f}; }},
    Row{"natural-size", ctrl('0'), kWindow, "Back to 100 %",
        [](const Model&, const Derived&) -> Action { return SetScale{1}; }},
    Row{"present", key(kKeyF5), kWindow, "Present: only the picture, larger",
        [](const Model& model, const Derived&) -> Action { return SetPresenting{!model.presenting}; }},
    Row{"panel-close", key(kKeyEscape), kWindow, "Stop opening a file; back to the settings, out of the tour",
        [](const Model&, const Derived&) -> Action { return ClosePanel{}; },
        [](const Model& model, const Derived&) -> WhyNot {
          const bool guest = current_panel(model) != 0 || tour::is_open(model) || model.log.shown;
          return guest || model.panel_open ? WhyNot() : WhyNot("");
        }},
    Row{"log", ctrl('L'), kWindow, "The log: what was shown, a sentence each",
        [](const Model& model, const Derived&) -> Action { return ShowLog{!model.log.shown}; }},
    Row{"log-copy", ctrl_shift('K'), kWindow, "Copy the log",
        [](const Model& model, const Derived&) -> Action { return Request(CopyText{model.log.text()}); },
        [](const Model& model, const Derived&) -> WhyNot {
          return model.log.lines.empty() ? WhyNot("Nothing has been said yet") : WhyNot();
        }},
    Row{"fullscreen", key(kKeyF11), kWindow, "Full screen",
        [](const Model&, const Derived&) -> Action { return Request(ToggleFullscreen{}); }},
    Row{"help", key('?'), kWindow, "This sheet",
        [](const Model& model, const Derived&) -> Action { return SetHelpOpen{!model.help_open}; }},
    Row{"quit", ctrl('Q'), kWindow, "Quit",
        [](const Model&, const Derived&) -> Action { return Request(Quit{}); }},
};

Command app_command(const Row& row) {
  return {std::string(row.id),
          row.chord,
          std::string(row.section),
          std::string(row.words),
          {},
          row.action,
          row.why_not == nullptr ? [](const Model&, const Derived&) { return WhyNot(); } : row.why_not};
}

// Ctrl+1, Ctrl+2, ... in the order of the list.
Command room_command(const RoomInfo& info) {
  const Chord chord = ctrl('1' + static_cast<int>(info.room));
  Command command = app_command({"", chord, kWindow, "", nullptr});
  command.id = "room-" + std::string(info.name);
  command.words = std::string(info.words.title) + " room";
  command.action = [room = info.room](const Model&, const Derived&) -> Action { return SelectRoom{room}; };
  return command;
}

// Alt+1, Alt+2, ... in the order of the room's tabs.
Command lens_command(size_t lens) {
  static constexpr std::array<std::string_view, 5> kWords = {"First lens of the room", "Second lens",
                                                             "Third lens", "Fourth lens", "Fifth lens"};
  static_assert(kMostLenses <= kWords.size());
  Command command =
      app_command({"", {'1' + static_cast<int>(lens), false, false, true}, kWindow, "", nullptr});
  command.id = "lens-" + std::to_string(lens + 1);
  command.words = kWords[lens];
  command.action = [lens](const Model&, const Derived&) -> Action { return SetLens{lens}; };
  command.why_not = [lens](const Model& model, const Derived&) -> WhyNot {
    if (locked(model)) return std::string(kWaits);
    const size_t count = room_info(model.room).words.lenses.size();
    if (lens < count) return {};
    return count == 1 ? "This room has one lens" : "This room has " + std::to_string(count) + " lenses";
  };
  return command;
}

// Alt and the panel's letter, in every room that has one of this name.
Command panel_command(const PanelWords& panel) {
  Command command = app_command({"", {panel.key, false, false, true}, kWindow, "", nullptr});
  const auto index_in = [name = panel.name](const Model& model) {
    const auto& panels = room_info(model.room).words.panels;
    return static_cast<size_t>(std::ranges::find(panels, name, &PanelWords::name) - panels.begin());
  };
  command.id = "panel-" + std::string(panel.name);
  command.words = panel.words;
  command.action = [index_in](const Model& model, const Derived&) -> Action {
    return SetPanel{index_in(model)};
  };
  command.why_not = [index_in, title = panel.title](const Model& model, const Derived&) -> WhyNot {
    if (index_in(model) < room_info(model.room).words.panels.size()) return {};
    return "The " + std::string(room_info(model.room).words.title) + " room has no panel " +
           std::string(title);
  };
  return command;
}

std::vector<Command> panel_commands() {
  std::vector<Command> commands;
  for (const RoomInfo& info : kRooms) {
    for (const PanelWords& panel : info.words.panels) {
      Command command = panel_command(panel);
      if (std::ranges::find(commands, command.id, &Command::id) == commands.end())
        commands.push_back(std::move(command));
    }
  }
  return commands;
}

template <class R>
Command command_of_room(Room room, const R& row, auto part) {
  return {std::string(row.id),
          row.chord,
          std::string(row.section),
          std::string(row.words),
          room,
          [action = row.action, part](const Model& model, const Derived& derived) {
            return action(part(model), part(derived));
          },
          [why_not = row.why_not, part](const Model& model, const Derived& derived) {
            return why_not == nullptr ? WhyNot() : why_not(part(model), part(derived));
          }};
}

std::vector<Command> make_all_commands() {
  std::vector<Command> all;
  for (const Row& row : kPlaybackRows) all.push_back(app_command(row));
  for (const Row& row : kFileRows) all.push_back(app_command(row));
  for (const RoomInfo& info : kRooms) all.push_back(room_command(info));
  for (size_t lens = 0; lens < kMostLenses; ++lens) all.push_back(lens_command(lens));
  std::ranges::move(panel_commands(), std::back_inserter(all));
  for (const Row& row : kWindowRows) all.push_back(app_command(row));
  for (const Row& row : kTourRows) all.push_back(app_command(row));
#define ROOM(Name, name)                                                                           \
  for (const auto& row : name::commands()) {                                                       \
    all.push_back(command_of_room(                                                                 \
        Room::k##Name, row, [](const auto& all_parts) -> const auto& { return all_parts.name; })); \
  }
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
  return all;
}

const Command* find_chord(const Chord& chord, std::optional<Room> room) {
  const auto at = std::ranges::find_if(
      all_commands(), [&](const Command& command) { return command.room == room && command.chord == chord; });
  return at == all_commands().end() ? nullptr : &*at;
}

}  // namespace

std::span<const Command> all_commands() {
  static const std::vector<Command> all = make_all_commands();
  return all;
}

const Command* find_command(std::string_view id) {
  const auto at = std::ranges::find(all_commands(), id, &Command::id);
  return at == all_commands().end() ? nullptr : &*at;
}

std::optional<Action> action_for(const Chord& chord, const Model& model, const Derived& derived) {
  if (chord.key == kKeyNone) return std::nullopt;
  if (model.help_open && chord == key(kKeyEscape)) return SetHelpOpen{false};
  if (chord == key(kKeyEscape) && model.opening) return Request(StopOpening{});
  if (chord == key(kKeyEscape) && model.presenting) return SetPresenting{false};
  const Chord meant = chord == ctrl('Y') ? ctrl_shift('Z') : chord;  // the other habit
  // Commands of the current room come before those that work everywhere, unless they have nothing to do.
  for (const std::optional<Room> room : {std::optional(model.room), std::optional<Room>()}) {
    const Command* command = find_chord(meant, room);
    if (command == nullptr) continue;
    const WhyNot why_not = command->why_not(model, derived);
    if (!why_not) return command->action(model, derived);
    if (!why_not->empty()) return SetNotice{*why_not, true};
  }
  return std::nullopt;
}

std::string key_text(std::string_view command_id) {
  const Command* command = find_command(command_id);
  return command == nullptr ? std::string() : chord_text(command->chord);
}

}  // namespace poolglass
