#include "app/rooms/step/predict_state.h"

#include <algorithm>
#include <utility>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/map.h"
#include "app/rooms/step/words.h"
#include "app/state/model.h"

namespace poolglass::step {
namespace {

Size2 output_of(const Document& document) {
  const Result<Size2> size = output_size(document.params, document.grid.size);
  return size.ok() ? *size : Size2{0, 0};
}

void seek(Playhead& playhead, int64_t window) {
  playhead.index = playhead.from = window;
  playhead.phase = 1;
  playhead.playing = false;
}

// Of the cells that a gradient reaches the one after `cell`, in row-major order and round; where none is
// reached, the next one.
Cell next_reached(const Document& document, Cell cell) {
  const Size2 size = document.grid.size;
  std::vector<float> dx(document.grid.values.size());
  const Grid upstream = upstream_grid(document.upstream, output_of(document));
  const Status status = route_gradient(document.params, size, document.ties, document.grid.values.data(),
                                       upstream.values.data(), dx.data());
  const int64_t cells = size.h * size.w, here = cell.row * size.w + cell.column;
  int64_t next = (here + 1) % cells;
  for (int64_t by = 1; status.ok() && by <= cells; ++by) {
    const int64_t at = (here + by) % cells;
    if (dx[static_cast<size_t>(at)] == 0) continue;
    next = at;
    break;
  }
  return {next / size.w, next % size.w};
}

// What is asked about after `window`, or what is pinned.
Cell next_cell(const Model& model, int64_t window) {
  const Document& document = model.document;
  const bool gradient = model.predict.asked == Asked::kGradient;
  const Side side = gradient ? Side::kInput : Side::kOutput;
  // One in another library's output is asked about where this output has it, too.
  if (model.pin && model.pin->side == side && has_cell(document, {side, model.pin->cell}))
    return model.pin->cell;
  if (gradient && !is_map(document.grid.size)) return next_reached(document, model.predict.cell);
  const Size2 output = output_of(document);
  const int64_t windows = std::max<int64_t>(output.h * output.w, 1);
  const int64_t next = (window + 1) % windows, columns = std::max<int64_t>(output.w, 1);
  return {next / columns, next % columns};
}

// Of a map, the window that is asked about comes into sight, so near that its figures can be read.
void look_at_window(Model& model) {
  constexpr double kNear = 8;  // cells
  const Document& document = model.document;
  const Result<WindowGeometry> geometry = window_geometry(document.params, document.grid.size);
  if (!geometry.ok() || !is_map(document.grid.size) || model.predict.asked == Asked::kOutputSize) return;
  const AxisWindow rows = geometry->rows.window(model.predict.cell.row);
  const AxisWindow columns = geometry->columns.window(model.predict.cell.column);
  const CellRange down{rows.start, rows.last() + 1}, across{columns.start, columns.last() + 1};
  const double near = std::max(kNear, 2 * static_cast<double>(std::max(down.count(), across.count())));
  if (cells_in_sight(model.sight, document.grid.size) > near) model.sight.cells = near;
  model.sight = following(model.sight, document.grid.size, down, across);
}

std::vector<Mark>& marks(Score& score, int64_t count) {
  score.exercises.resize(static_cast<size_t>(count), Mark::kNone);
  return score.exercises;
}

}  // namespace

bool asks(const Model& model) { return model.predict.state == GuessState::kOpen; }

void ask_about(Model& model, Asked asked, Cell cell) {
  Prediction& predict = model.predict;
  if (!why_not_asked(model.document, asked).empty()) {  // the panel says it
    predict.asked = asked;
    return stop_asking(model);
  }
  const Size2 output = output_of(model.document);
  predict.asked = asked;
  predict.cell = cell;
  predict.typed.clear();
  predict.shown_for = 0;
  predict.question = output.h > 0 ? pool_question(model.document, asked, cell) : nullptr;
  predict.state = GuessState::kOpen;
  model.pin.reset();
  model.hover.reset();
  model.both = false;  // the other operation's grid, and divisors, would tell
  model.divisors = false;
  model.playhead.held = false;
  const bool gradient = asked == Asked::kGradient;
  model.lens = gradient ? kGradientLens : kWindowLens;
  const int64_t windows = output.h * output.w;
  int64_t window = cell.row * output.w + cell.column;
  if (asked == Asked::kOutputSize) window = 0;
  if (gradient) window = windows - 1;
  if (windows > 0) seek(model.playhead, std::clamp<int64_t>(window, 0, windows - 1));
}

void ask(Model& model) {
  const Exercise* exercise = model.predict.exercise.get();
  const Asked asked = exercise != nullptr ? exercise->asked : model.predict.asked;
  ask_about(model, asked, exercise != nullptr ? exercise->cell : next_cell(model, model.playhead.index));
  if (asks(model)) look_at_window(model);
}

void stop_asking(Model& model) {
  model.predict.state = GuessState::kNone;
  model.predict.typed.clear();
}

std::string why_not_asked(const Document& document, Asked asked) {
  if (!is_map(document.grid.size) || asked == Asked::kOutputSize) return {};
  if (asked == Asked::kGradient)
    return "A gradient is asked for where all its cells are seen" + std::string(kCropsMap);
  const Result<WindowGeometry> geometry = window_geometry(document.params, document.grid.size);
  const int64_t taps = geometry.ok() ? most_taps(*geometry) : 0;
  if (taps <= kMostTaps) return {};
  return "A window of " + grouped(taps) + " cells is not asked about" + std::string(kCropsMap);
}

std::string why_no_exercise(const Model& model) {
  if (is_map(model.document.grid.size)) return "An exercise holds its grid" + std::string(kCropsMap);
  return model.predict.question ? "" : "There is nothing to ask about";
}

void reveal(Model& model, const std::string& typed) {
  Prediction& predict = model.predict;
  if (!asks(model) || !predict.question) return;
  const Result<Answer> truth = right_answer(*predict.question);
  const auto guess = parsed_answer(predict.asked, typed);
  if (!truth.ok() || (!guess && !typed.empty())) return;
  predict.state = GuessState::kRevealed;
  predict.typed = typed;
  predict.shown_for = 0;
  Score& score = predict.score;
  const bool right = guess && agrees(predict.asked, *truth, *guess);
  ++score.asked;
  score.right += right ? 1 : 0;
  if (const auto mistake = guess ? diagnosis(*predict.question, *guess) : std::nullopt) {
    const auto at = std::ranges::find(kMistakes, *mistake, &NamedMistake::mistake) - kMistakes.begin();
    ++score.made[static_cast<size_t>(at)];
  }
  const Exercise* exercise = predict.exercise.get();
  if (exercise == nullptr || exercise->count == 0) return;
  Mark& mark = marks(score, exercise->count)[static_cast<size_t>(exercise->index)];
  if (mark == Mark::kNone) mark = right ? Mark::kRight : Mark::kWrong;  // the first try counts
}

void ask_next(Model& model) {
  model.predict.exercise.reset();
  ask(model);
}

poolglass::Action next_question(const Prediction& predict) {
  const Exercise* exercise = predict.exercise.get();
  if (exercise != nullptr && exercise->of_tour) return tour::Action(tour::Turn{1});
  if (exercise == nullptr || exercise->count == 0) return Action(AskNext{});
  return Request(OpenExerciseNumber{(exercise->index + 1) % exercise->count});
}

int64_t first_to_do(const Score& score) {
  const auto at = std::ranges::find(score.exercises, Mark::kNone);
  const bool all = at == score.exercises.end();
  return all ? 0 : at - score.exercises.begin();
}

bool locked(const Model& model) { return asks(model); }

void panel_shown(Model& model) {
  if (model.panel == kPredictPanel && model.predict.state == GuessState::kNone) ask(model);
}

void panel_closed(Model& model) { stop_asking(model); }

void open_exercise(Model& model, std::shared_ptr<const Exercise> exercise) {
  if (model.document != *exercise->document) {
    model.history.remember(model.document, 0);
    model.document = *exercise->document;
  }
  model.panel = kPredictPanel;
  model.predict.exercise = std::move(exercise);
  ask(model);
}

PredictFacts predict_facts(const Prediction& predict) {
  PredictFacts facts;
  facts.open = predict.state == GuessState::kOpen;
  if (predict.state == GuessState::kNone) return facts;
  const Asked asked = predict.asked;
  facts.hides_result = facts.open && asked != Asked::kOutputSize && asked != Asked::kGradient;
  facts.hides_size = facts.open && asked == Asked::kOutputSize;
  facts.hides_gradient = facts.open && asked == Asked::kGradient;
  if (!predict.question) {
    facts.status = invalid_argument("the parameters do not fit the grid: there is nothing to ask about");
    return facts;
  }
  const PoolQuestion& question = *predict.question;
  const bool own_words = predict.exercise && !predict.exercise->question.empty();
  facts.question = own_words ? predict.exercise->question : question_text(question);
  const Result<Answer> truth = right_answer(question);
  facts.status = truth.status();
  if (!truth.ok() || facts.open) return facts;
  facts.truth = *truth;
  facts.truth_text = truth_text(question, *truth);
  facts.guess = parsed_answer(asked, predict.typed);
  if (!facts.guess) return facts;
  facts.right = agrees(asked, *truth, *facts.guess);
  facts.mistake = diagnosis(question, *facts.guess);
  if (facts.mistake) facts.words = words_of(*facts.mistake, question, *facts.guess);
  return facts;
}

void derive_predict(const Model& model, Derived& derived) {
  const Prediction& predict = model.predict;
  PredictFacts& facts = derived.predict;
  const PredictFacts::Key now{predict.question, predict.state, predict.typed, predict.exercise};
  if (facts.key == now) return;
  facts = predict_facts(predict);
  facts.key = now;
}

std::optional<Trial> trial_of(Mistake mistake, const Document& document) {
  const PoolParams& params = document.params;
  switch (mistake) {
    case Mistake::kDividedByReal:
      return Trial{"See it with count off", SetCountIncludePad{false}};
    case Mistake::kDividedByAll:
      if (params.count_include_pad) return std::nullopt;
      return Trial{"See it with count on", SetCountIncludePad{true}};
    case Mistake::kRoundedUp:
      return Trial{"See it with ceil mode", SetCeilMode{true}};
    case Mistake::kRoundedDown:
    case Mistake::kKeptLastWindow:
      return Trial{"See it without ceil mode", SetCeilMode{false}};
    case Mistake::kForgotPadding:
      return Trial{"See it without padding", SetPadding{{0, 0}}};
    case Mistake::kForgotStride:
      return Trial{"See it with stride 1", SetStride{{1, 1}}};
    case Mistake::kForgotDilation:
      return Trial{"See it without dilation", SetDilation{{1, 1}}};
    case Mistake::kOtherOperation: {
      const bool max = params.reduction == Reduction::kMax;
      return Trial{max ? "See the average" : "See the maximum", ToggleReduction{}};
    }
    case Mistake::kLastTie:
      return Trial{"See the last one win", SetTies{TiePolicy::kLast}};
    case Mistake::kSplitTies:
      return Trial{"See it shared", SetTies{TiePolicy::kSplit}};
    case Mistake::kAllTies:
      return Trial{"See all of them get it", SetTies{TiePolicy::kAll}};
    default:
      return std::nullopt;
  }
}

std::string predict_sentence(const Model& model, const Derived& derived) {
  const Prediction& predict = model.predict;
  const PredictFacts& facts = derived.predict;
  if (!facts.status.ok()) return sentence(facts.status.message());
  const std::string place = place_text(predict.asked, predict.cell);
  if (facts.open) return facts.question + " Type it, Enter reveals";
  const std::string truth = answer_text(predict.asked, *facts.truth);
  if (!facts.guess) return "The truth for " + place + " is " + truth;
  const std::string guess = answer_text(predict.asked, *facts.guess);
  if (facts.right) return "Right: " + place + " is " + truth;
  std::string text = "Your guess for " + place + " was " + guess + ", the truth is " + truth;
  return facts.mistake ? text + ". " + facts.words.verdict : text;
}

}  // namespace poolglass::step
