#include "app/state/model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/printable.h"

namespace poolglass {
namespace {

constexpr size_t kShownName = 200;  // bytes of a file's

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Playhead& current_playhead(Model& model) {
  return in_room(
      model.room, [](auto& room) -> Playhead& { return room.playhead; }, model);
}

// How many times longer than usual the current room takes for a position.
double pace_of(const Model& model, const Derived& derived) {
  return in_room(
      model.room,
      [](const auto& room, const auto& results) -> double {
        if constexpr (requires { pace(room, results); }) return pace(room, results);
        return 1;
      },
      model, derived);
}

void tick(Model& model, const Derived& derived, double dt) {
  advance(current_playhead(model), dt / pace_of(model, derived), playback_length(model, derived),
          model.reduce_motion);
  in_each_room([&](auto& room) { advance(room, dt, model.reduce_motion); }, model);
}

void restore(Model& model, const Model& saved) {
  const RoomModels before = model;
  tour::Place place = std::move(model.tour);
  Log log = std::move(model.log);
  const std::optional<OpeningFile> opening = model.opening;
  model = saved;
  model.opening = opening;
  if (!log.lines.empty()) model.log = std::move(log);
  if (model.tour.course == nullptr) {  // the tour goes on where it was left
    place.open = place.shown = false;
    place.own.reset();
    model.tour = std::move(place);
  }
  in_each_room([](auto& room, const auto& old) { restored(room, old); }, model, before);
}

// Of rooms that have more than their settings beside the picture.
template <class M>
constexpr bool kHasPanels = requires(M& room) {
  room.panel;
};

void show_panel(Model& model, size_t panel) {
  in_room(
      model.room,
      [&](auto& room) {
        if constexpr (kHasPanels<decltype(room)>) room.panel = panel;
      },
      model);
}

void set_panel(Model& model, size_t panel) {
  if (panel >= room_info(model.room).words.panels.size()) return;
  model.panel_open =
      !model.panel_open || tour::is_shown(model) || model.log.shown || panel != current_panel(model);
  model.tour.shown = model.log.shown = false;
  show_panel(model, panel);
  in_room(
      model.room,
      [](auto& room) {
        if constexpr (requires { panel_shown(room); }) panel_shown(room);
      },
      model);
}

void close_panel(Model& model) {
  if (model.log.shown) {
    model.log.shown = false;
    return;
  }
  if (tour::is_shown(model) && model.panel_open) return tour::update(model, tour::Leave{});
  if (tour::is_open(model)) return tour::update(model, tour::Show{true});
  show_panel(model, 0);
  model.panel_open = false;
  in_room(
      model.room,
      [](auto& room) {
        if constexpr (requires { panel_closed(room); }) panel_closed(room);
      },
      model);
}

bool only_looks_at_room(const Action& action) {
#define ROOM(Name, name) \
  if (const auto* a = get_if<name::Action>(action)) return name::only_looks(*a);
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
  return false;
}

void hear(Model& model, const Derived& derived) {
  Log& log = model.log;
  if (model.notice.empty()) log.notice.clear();  // the same is news the next time
  log.say(notice_text(model), log.notice);
  const std::string title(room_info(model.room).words.title);
  log.say(title + ": " + status_sentence(model, derived), log.room);
  if (tour::is_open(model)) log.say(tour::sentence(model, derived.tour), log.tour);
}

// Of a tour that was put out of the way; a presentation hides it on purpose.
std::string way_back_to_tour(const Model& model) {
  if (!tour::is_open(model) || tour::in_sight(model) || model.presenting) return {};
  return "Alt+T goes on with the tour · ";
}

// What a room shows of another one's document.
void look_across(Model& model) {
  const chain::Document& shown = model.chain.document;
  if (model.head.chain != shown.chain) model.head.chain = shown.chain;
  model.head.graph = shown.graph;
}

}  // namespace

const Playhead& current_playhead(const Model& model) {
  return in_room(
      model.room, [](const auto& room) -> const Playhead& { return room.playhead; }, model);
}

int64_t playback_length(const Model& model, const Derived& derived) {
  return in_room(
      model.room, [](const auto& results) { return playback_length(results); }, derived);
}

bool can_undo(const Model& model) {
  return in_room(
      model.room, [](const auto& room) { return room.history.can_undo(); }, model);
}

bool can_redo(const Model& model) {
  return in_room(
      model.room, [](const auto& room) { return room.history.can_redo(); }, model);
}

bool is_passive(const Action& action) {
  const auto* playback = get_if<PlayheadAction>(action);
  const bool pauses = playback != nullptr && holds<HoldPlayback>(*playback);
  return pauses || only_looks_at_room(action) || holds<Tick>(action) || holds<SetNotice>(action) ||
         holds<SetOpening>(action);
}

void update(Model& model, const Derived& derived, const Action& action) {
  const bool hears = holds<Hear>(action);
  if (!hears && !is_passive(action) && !holds<PlayheadAction>(action)) model.notice.clear();
  action.visit(Overloaded{
      [&](const SelectRoom& a) { model.room = a.room; },
      [&](const SetLens& a) {
        if (locked(model)) return;
        const size_t lenses = room_info(model.room).words.lenses.size();
        in_room(
            model.room,
            [&](auto& room) {
              if (a.lens >= lenses) return;
              if constexpr (requires { change_lens(room, a.lens); }) {
                change_lens(room, a.lens);
              } else {
                room.lens = a.lens;
              }
            },
            model);
      },
      [&](const SetTheme& a) { model.theme = a.theme; },
      [&](const SetScale& a) { model.scale = std::clamp(a.scale, kMinScale, kMaxScale); },
      [&](const SetReduceMotion& a) { model.reduce_motion = a.on; },
      [&](const SetHelpOpen& a) { model.help_open = a.open; },
      [&](const SetPanel& a) { set_panel(model, a.panel); },
      [&](const ClosePanel&) { close_panel(model); },
      [&](const ShowLog& a) {
        model.log.shown = a.on;
        model.panel_open = model.panel_open || a.on;
      },
      [&](const Hear&) { hear(model, derived); },
      [&](const SetPresenting& a) { model.presenting = a.on; },
      [&](const SetNotice& a) {
        model.notice = a.text;
        model.notice_is_error = a.is_error;
      },
      [&](const Restore& a) { restore(model, *a.model); },
      [&](const SetDocument& a) {
        model.file = {a.path, a.name, snapshot(model), false};
      },
      [&](const SetLeave& a) { model.leave = a.leave; },
      [&](const SetOpening& a) { model.opening = a.opening; },
      [&](const Undo&) {
        in_room(
            model.room, [](auto& room) { undo(room); }, model);
      },
      [&](const Redo&) {
        in_room(
            model.room, [](auto& room) { redo(room); }, model);
      },
      [&](const Tick& a) { tick(model, derived, a.dt); },
      [&](const tour::Action& a) {
        model.log.shown = false;
        tour::update(model, a);
      },
      [&](const PlayheadAction& a) {
        if (locked(model)) return;
        const bool moves = holds<TogglePlay>(a) || holds<StepBy>(a) || holds<SeekTo>(a);
        if (moves)
          in_room(
              model.room, [](auto& room) { moved_on(room); }, model);
        apply(current_playhead(model), a, playback_length(model, derived), model.reduce_motion);
      },
#define ROOM(Name, name) [&](const name::Action& a) { name::update(model.name, a); },
      POOLGLASS_ROOMS(ROOM)
#undef ROOM
          [&](const Request&){},
  });
  tour::look_along(model);
  look_across(model);
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  in_room(
      model.room, [&](const auto& room, auto& results) { derive(room, results, environment); }, model,
      derived);
  tour::derive(model, derived.tour);
}

std::string notice_text(const Model& model) {
  return (model.notice_is_error && !model.notice.empty() ? "⚠ " : "") + model.notice;
}

bool has_news(const Model& model) { return !model.notice.empty() && model.log.notice != notice_text(model); }

std::string status_line(const Model& model, const Derived& derived) {
  if (!model.opening && !model.notice.empty()) return notice_text(model);
  if (!model.opening) return way_back_to_tour(model) + status_sentence(model, derived);
  const std::string opening = "Opening " + one_line(model.opening->name, kShownName);
  if (!model.opening->share) return opening + " …";
  return opening + ", " + std::to_string(std::lround(100 * *model.opening->share)) + " % · Esc stops";
}

std::string status_sentence(const Model& model, const Derived& derived) {
  const auto sentence = [](const auto& room, const auto& results) { return status_sentence(room, results); };
  return in_room(model.room, sentence, model, derived);
}

size_t current_lens(const Model& model) {
  return in_room(
      model.room, [](const auto& room) { return room.lens; }, model);
}

const LensWords& lens_words(const Model& model) {
  return room_info(model.room).words.lenses[current_lens(model)];
}

size_t current_panel(const Model& model) {
  return in_room(
      model.room,
      [](const auto& room) -> size_t {
        if constexpr (kHasPanels<decltype(room)>) return room.panel;
        return 0;
      },
      model);
}

const PanelWords& panel_words(const Model& model) {
  return room_info(model.room).words.panels[current_panel(model)];
}

std::string gpu_in_use(const Model& model, const Derived& derived) {
  return in_room(
      model.room, [](const auto& results) { return gpu_in_use(results); }, derived);
}

bool locked(const Model& model) {
  return in_room(
      model.room,
      [](const auto& room) {
        if constexpr (requires { locked(room); }) return locked(room);
        return false;
      },
      model);
}

bool animating(const Model& model) {
  return current_playhead(model).moving() ||
         in_room(
             model.room, [](const auto& room) { return animating(room); }, model);
}

}  // namespace poolglass
