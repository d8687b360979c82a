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
  return model.room == Room::kStep ? model.step.playhead : model.chain.playhead;
}

void tick(Model& model, const Derived& derived, double dt) {
  advance(current_playhead(model), dt, playback_length(model, derived), model.reduce_motion);
  chain::advance(model.chain, dt, model.reduce_motion);
}

// What was derived from the model before must not pass for the restored one's.
void restore(Model& model, const Model& saved) {
  const uint64_t revision = std::max(model.chain.revision, saved.chain.revision);
  model = saved;
  model.chain.revision = revision + 1;
}

}  // namespace

const Playhead& current_playhead(const Model& model) {
  return model.room == Room::kStep ? model.step.playhead : model.chain.playhead;
}

int64_t playback_length(const Model& model, const Derived& derived) {
  return model.room == Room::kStep ? derived.step.windows : derived.chain.cells;
}

void update(Model& model, const Derived& derived, const Action& action) {
  const auto* step_action = std::get_if<step::Action>(&action);
  const bool looks = step_action != nullptr && step::only_looks(*step_action);
  const bool passive = looks || std::holds_alternative<Tick>(action) ||
                       std::holds_alternative<SetNotice>(action) ||
                       std::holds_alternative<PlayheadAction>(action);
  if (!passive) model.notice.clear();
  std::visit(
      Overloaded{
          [&](const SelectRoom& a) { model.room = a.room; },
          [&](const SetTheme& a) { model.theme = a.theme; },
          [&](const SetScale& a) { model.scale = std::clamp(a.scale, kMinScale, kMaxScale); },
          [&](const SetReduceMotion& a) { model.reduce_motion = a.on; },
          [&](const SetHelpOpen& a) { model.help_open = a.open; },
          [&](const SetNotice& a) {
            model.notice = a.text;
            model.notice_is_error = a.is_error;
          },
          [&](const Restore& a) { restore(model, *a.model); },
          [&](const Undo&) { model.room == Room::kStep ? step::undo(model.step) : chain::undo(model.chain); },
          [&](const Redo&) { model.room == Room::kStep ? step::redo(model.step) : chain::redo(model.chain); },
          [&](const Tick& a) { tick(model, derived, a.dt); },
          [&](const PlayheadAction& a) {
            const bool moves = std::holds_alternative<TogglePlay>(a) || std::holds_alternative<StepBy>(a) ||
                               std::holds_alternative<SeekTo>(a);
            if (moves && model.room == Room::kStep) step::moved_on(model.step);
            apply(current_playhead(model), a, playback_length(model, derived), model.reduce_motion);
          },
          [&](const step::Action& a) { step::update(model.step, a); },
          [&](const chain::Action& a) { chain::update(model.chain, a); },
          [&](const Request&) {},
      },
      action);
}

void derive(const Model& model, Derived& derived, const Environment& environment) {
  step::derive(model.step, derived.step, environment);
  chain::derive(model.chain, derived.chain);
}

std::string status_sentence(const Model& model, const Derived& derived) {
  return model.room == Room::kStep ? step::status_sentence(model.step, derived.step)
                                   : chain::status_sentence(model.chain, derived.chain);
}

bool animating(const Model& model) {
  return current_playhead(model).moving() || (model.room == Room::kChain && chain::animating(model.chain));
}

}  // namespace poolglass
