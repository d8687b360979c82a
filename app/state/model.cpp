#include "app/state/model.h"

#include <algorithm>

namespace poolglass {
namespace {

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

void tick(Model& model, const Derived& derived, double dt) {
  advance(current_playhead(model), dt, playback_length(model, derived), model.reduce_motion);
  in_each_room([&](auto& room) { advance(room, dt, model.reduce_motion); }, model);
}

void restore(Model& model, const Model& saved) {
  const RoomModels before = model;
  model = saved;
  in_each_room([](auto& room, const auto& old) { restored(room, old); }, model, before);
}

bool only_looks_at_room(const Action& action) {
#define ROOM(Name, name) \
  if (const auto* a = std::get_if<name::Action>(&action)) return name::only_looks(*a);
  POOLGLASS_ROOMS(ROOM)
#undef ROOM
  return false;
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
  const auto* playback = std::get_if<PlayheadAction>(&action);
  const bool holds = playback != nullptr && std::holds_alternative<HoldPlayback>(*playback);
  return holds || only_looks_at_room(action) || std::holds_alternative<Tick>(action) ||
         std::holds_alternative<SetNotice>(action);
}

void update(Model& model, const Derived& derived, const Action& action) {
  if (!is_passive(action) && !std::holds_alternative<PlayheadAction>(action)) model.notice.clear();
  std::visit(Overloaded{
                 [&](const SelectRoom& a) { model.room = a.room; },
                 [&](const SetLens& a) {
                   const size_t lenses = room_info(model.room).words.lenses.size();
                   in_room(
                       model.room, [&](auto& room) { room.lens = a.lens < lenses ? a.lens : room.lens; },
                       model);
                 },
                 [&](const SetTheme& a) { model.theme = a.theme; },
                 [&](const SetScale& a) { model.scale = std::clamp(a.scale, kMinScale, kMaxScale); },
                 [&](const SetReduceMotion& a) { model.reduce_motion = a.on; },
                 [&](const SetHelpOpen& a) { model.help_open = a.open; },
                 [&](const SetPanelOpen& a) { model.panel_open = a.open; },
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
                 [&](const Undo&) {
                   in_room(
                       model.room, [](auto& room) { undo(room); }, model);
                 },
                 [&](const Redo&) {
                   in_room(
                       model.room, [](auto& room) { redo(room); }, model);
                 },
                 [&](const Tick& a) { tick(model, derived, a.dt); },
                 [&](const PlayheadAction& a) {
                   const bool moves = std::holds_alternative<TogglePlay>(a) ||
                                      std::holds_alternative<StepBy>(a) || std::holds_alternative<SeekTo>(a);
                   if (moves)
                     in_room(
                         model.room, [](auto& room) { moved_on(room); }, model);
                   apply(current_playhead(model), a, playback_length(model, derived), model.reduce_motion);
                 },
#define ROOM(Name, name) [&](const name::Action& a) { name::update(model.name, a); },
                 POOLGLASS_ROOMS(ROOM)
#undef ROOM
                     [&](const Request&){},
             },
             action);
  look_across(model);
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  in_room(
      model.room, [&](const auto& room, auto& results) { derive(room, results, environment); }, model,
      derived);
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

std::string gpu_in_use(const Model& model, const Derived& derived) {
  return in_room(
      model.room, [](const auto& results) { return gpu_in_use(results); }, derived);
}

bool animating(const Model& model) {
  return current_playhead(model).moving() ||
         in_room(
             model.room, [](const auto& room) { return animating(room); }, model);
}

}  // namespace poolglass
