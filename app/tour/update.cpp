#include <algorithm>
#include <utility>

#include "app/rooms/step/predict_state.h"
#include "app/state/model.h"
#include "app/tour/tour.h"

namespace poolglass::tour {
namespace {

// One's own work in the room waits for the end of the tour.
void set_aside(Model& model, Room room) {
  const auto index = static_cast<size_t>(room);
  if (model.tour.own->aside[index]) return;
  auto own = std::make_shared<Own>(*model.tour.own);
  own->aside[index] = true;
  in_room(
      room, [](auto& to, const auto& from) { to = from; }, own->rooms, model);
  model.tour.own = std::move(own);
}

void put(Model& model, Room room, const RoomModels& states) {
  in_room(
      room,
      [](auto& to, const auto& state) {
        const auto before = to;
        to = state;
        restored(to, before);
      },
      model, states);
}

// One's own work in it waits before the tour shows it.
void turn_to(Model& model, Room room) {
  set_aside(model, room);
  model.room = room;
}

void show(Model& model, const View& view) {
  turn_to(model, view.room);
  put(model, view.room, view.rooms);
}

// The exercise's chain with as many pools as the slider says.
void show_pools(Model& model) {
  turn_to(model, Room::kChain);
  chain::update(model.chain, chain::SetChain{chain_with_pools(model.tour.pools)});
  model.chain.history = {};  // the slider goes back, too
}

// The picture of a step, with its question, or with its answer where that was given.
void arrive(Model& model) {
  Place& place = model.tour;
  const Step& step = current(place);
  const Answered& answered = place.answers[place.step];
  const Question& question = step.question;
  place.draft.clear();
  place.away = false;
  place.claim.reset();
  const bool pooling = question.kind == AskKind::kPooling;
  show(model, answered.given && step.then && !pooling ? *step.then : step.view);
  if (has_block(step, BlockKind::kJobs)) show_pools(model);
  if (!pooling) return;
  model.step.panel = step::kPredictPanel;
  model.step.predict.exercise = question.exercise;
  step::ask_about(model.step, question.asked, question.cell);
  if (!answered.given) return;
  step::reveal(model.step, answered.guess);
  model.step.predict.shown_for = step::kRevealSeconds;
}

void leave(Model& model) {
  Place& place = model.tour;
  if (!place.open) return;
  const std::shared_ptr<const Own> own = std::exchange(place.own, nullptr);
  place.open = place.shown = false;
  for (const RoomInfo& info : kRooms) {
    if (own->aside[static_cast<size_t>(info.room)]) put(model, info.room, own->rooms);
  }
  model.room = own->room;
  model.panel_open = own->panel_open;
}

void enter(Model& model, const Enter& entered) {
  Place& place = model.tour;
  if (entered.course == nullptr || entered.course->steps.empty()) return;
  const size_t count = entered.course->steps.size();
  if (!place.open) {
    auto own = std::make_shared<Own>();
    own->room = model.room;
    own->panel_open = model.panel_open;
    place.own = std::move(own);
  }
  place.course = entered.course;
  place.answers.resize(count);
  place.step = std::min(entered.step.value_or(place.step), count - 1);
  place.open = place.shown = model.panel_open = true;
  model.presenting = false;
  arrive(model);
}

void go_to(Model& model, size_t step) {
  model.tour.step = step;
  model.tour.shown = model.panel_open = true;
  arrive(model);
}

// What is asked and was not answered yet; the number of steps where all of it was.
size_t first_open(const Place& place) {
  const std::vector<Step>& steps = place.course->steps;
  size_t at = 0;
  while (at < steps.size() && (steps[at].question.kind == AskKind::kNone || place.answers[at].given)) ++at;
  return at;
}

// As it was never begun.
void forget(Place& place) {
  place.answers.assign(place.course->steps.size(), {});
  place.step = 0;
  place.pools = 0;
}

// The next time it begins with what was left out, or anew.
void finish(Model& model) {
  Place& place = model.tour;
  place.step = first_open(place);
  if (place.step == place.course->steps.size()) forget(place);
  leave(model);
}

void turn(Model& model, int64_t by) {
  const int64_t to = static_cast<int64_t>(model.tour.step) + by;
  const auto count = static_cast<int64_t>(model.tour.course->steps.size());
  if (to >= count) return finish(model);
  if (to >= 0) go_to(model, static_cast<size_t>(to));
}

void answer(Model& model, const std::string& text) {
  Place& place = model.tour;
  const Step& step = current(place);
  if (!asks(model)) return;
  if (step.question.kind == AskKind::kPooling) return step::reveal(model.step, text);
  if (!is_answer(step.question, text)) return;
  place.answers[place.step] = {true, text};
  place.draft.clear();
  if (step.then) show(model, *step.then);
  if (!has_block(step, BlockKind::kJobs)) return;
  place.pools = kMostPools;
  show_pools(model);
}

void show_claim(Model& model, size_t index) {
  const Step& step = current(model.tour);
  if (index >= step.claims.size()) return;
  show(model, *step.claims[index]);
  model.tour.claim = index;
}

// A new action without a place here does not compile. All but the first are for an open tour.
struct Updater {
  Model& model;
  Place& place = model.tour;

  void operator()(const Enter& a) { enter(model, a); }
  void operator()(const Leave&) { leave(model); }
  void operator()(const Restart&) {
    forget(place);
    go_to(model, 0);
  }
  void operator()(const Show& a) {
    place.shown = model.panel_open = a.on;
    if (a.on) model.presenting = false;  // where there is no panel
  }
  void operator()(const Turn& a) { turn(model, a.by); }
  void operator()(const GoTo& a) {
    if (a.step < place.course->steps.size()) go_to(model, a.step);
  }
  void operator()(const Follow& a) {
    if (a.view == nullptr || asks(model)) return;
    show(model, *a.view);
    place.away = true;
  }
  void operator()(const Again&) { arrive(model); }
  void operator()(const Draft& a) {
    if (asks(model)) place.draft = a.text;
  }
  void operator()(const Answer& a) { answer(model, a.text); }
  void operator()(const SetPools& a) {
    if (!has_block(current(place), BlockKind::kJobs)) return;
    place.pools = std::clamp<int64_t>(a.pools, 0, kMostPools);
    show_pools(model);
  }
  void operator()(const ShowClaim& a) { show_claim(model, a.claim); }
};

}  // namespace

bool is_open(const Model& model) { return model.tour.open; }
bool is_shown(const Model& model) { return model.tour.open && model.tour.shown && !model.log.shown; }

bool in_sight(const Model& model) { return is_shown(model) && model.panel_open && !model.presenting; }

bool asks(const Model& model) {
  const Place& place = model.tour;
  return place.open && current(place).question.kind != AskKind::kNone && !place.answers[place.step].given;
}

const Step& current(const Place& place) { return place.course->steps[place.step]; }

bool has_block(const Step& step, BlockKind kind) {
  const auto is = [&](const Block& block) { return block.kind == kind; };
  return std::ranges::any_of(step.before, is) || std::ranges::any_of(step.after, is);
}

bool is_answer(const Question& question, const std::string& text) {
  if (text.size() > kMostAnswer) return false;
  if (text.empty()) return true;
  switch (question.kind) {
    case AskKind::kNone:
      return false;
    case AskKind::kPooling:
      return step::parsed_answer(question.asked, text).has_value();
    case AskKind::kNumber:
      return parsed_number(text, true).has_value();
    case AskKind::kChoice:
      break;
  }
  return std::ranges::find(question.options, text, &Option::key) != question.options.end();
}

const RoomModels& own_rooms(const Model& model, Room room) {
  const bool aside = model.tour.open && model.tour.own->aside[static_cast<size_t>(room)];
  return aside ? model.tour.own->rooms : model;
}

Room own_room(const Model& model) { return model.tour.open ? model.tour.own->room : model.room; }

void update(Model& model, const Action& action) {
  if (!model.tour.open && !holds<Enter>(action)) return;
  action.visit(Updater{model});
}

void look_along(Model& model) {
  if (!asks(model)) return;
  const Question& question = current(model.tour).question;
  const step::Prediction& predict = model.step.predict;
  if (question.kind != AskKind::kPooling || predict.exercise != question.exercise) return;
  if (predict.state == step::GuessState::kRevealed)
    model.tour.answers[model.tour.step] = {true, predict.typed};
}

}  // namespace poolglass::tour
