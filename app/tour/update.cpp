#include <algorithm>
#include <utility>

#include "app/rooms/step/predict_state.h"
#include "app/state/model.h"
#include "app/tour/tour.h"

namespace poolglass::tour {
namespace {

void show(Model& model, const View& view) {
  model.room = view.room;
  in_room(
      view.room,
      [](auto& room, const auto& state) {
        const auto before = room;
        room = state;
        restored(room, before);
      },
      model, view.rooms);
}

// The exercise's chain with as many pools as the slider says.
void show_pools(Model& model) {
  model.room = Room::kChain;
  chain::update(model.chain, chain::SetChain{chain_with_pools(model.tour.pools)});
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
  const std::shared_ptr<const Model> own = std::exchange(place.own, nullptr);
  place.open = place.shown = false;
  in_each_room(
      [](auto& room, const auto& state) {
        const auto before = room;
        room = state;
        restored(room, before);
      },
      model, *own);
  model.room = own->room;
  model.panel_open = own->panel_open;
}

void enter(Model& model, const Enter& entered) {
  Place& place = model.tour;
  if (entered.course == nullptr || entered.course->steps.empty()) return;
  const size_t count = entered.course->steps.size();
  if (!place.open) {
    auto own = std::make_shared<Model>(model);
    own->tour = {};
    own->log = {};
    place.own = std::move(own);
  }
  place.course = entered.course;
  place.answers.resize(count);
  place.step = std::min(entered.step.value_or(place.step), count - 1);
  place.open = place.shown = model.panel_open = true;
  arrive(model);
}

void go_to(Model& model, size_t step) {
  model.tour.step = step;
  model.tour.shown = model.panel_open = true;
  arrive(model);
}

void turn(Model& model, int64_t by) {
  const int64_t to = static_cast<int64_t>(model.tour.step) + by;
  const auto count = static_cast<int64_t>(model.tour.course->steps.size());
  if (to >= count) return leave(model);
  if (to >= 0) go_to(model, static_cast<size_t>(to));
}

bool is_answer(const Question& question, const std::string& text) {
  if (text.empty()) return true;
  if (question.kind == AskKind::kNumber) return parsed_number(text, true).has_value();
  return std::ranges::find(question.options, text, &Option::key) != question.options.end();
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
  if (index >= claims().size()) return;
  const Claim& claim = claims()[index];
  const auto* const info = std::ranges::find(kRooms, claim.room, &RoomInfo::name);
  if (info == kRooms.end()) return;
  View view{info->room, {}};
  const auto prepared = [&](auto& room) { return apply_preset(room, std::string(claim.preset)); };
  if (!claim.preset.empty() && !in_room(view.room, prepared, view.rooms).ok()) return;
  in_room(
      view.room, [](auto& room) { room.history = {}; }, view.rooms);
  show(model, view);
  model.tour.claim = index;
}

// A new action without a place here does not compile. All but the first are for an open tour.
struct Updater {
  Model& model;
  Place& place = model.tour;

  void operator()(const Enter& a) { enter(model, a); }
  void operator()(const Leave&) { leave(model); }
  void operator()(const Show& a) {
    place.shown = a.on;
    model.panel_open = model.panel_open || a.on;
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
  void operator()(const ShowClaim& a) {
    if (has_block(current(place), BlockKind::kClaims)) show_claim(model, a.claim);
  }
};

}  // namespace

bool is_open(const Model& model) { return model.tour.open; }
bool is_shown(const Model& model) { return model.tour.open && model.tour.shown && !model.log.shown; }

bool asks(const Model& model) {
  const Place& place = model.tour;
  return place.open && current(place).question.kind != AskKind::kNone && !place.answers[place.step].given;
}

const Step& current(const Place& place) { return place.course->steps[place.step]; }

bool has_block(const Step& step, BlockKind kind) {
  const auto is = [&](const Block& block) { return block.kind == kind; };
  return std::ranges::any_of(step.before, is) || std::ranges::any_of(step.after, is);
}

const RoomModels& own_rooms(const Model& model) {
  return model.tour.open ? static_cast<const RoomModels&>(*model.tour.own) : model;
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
