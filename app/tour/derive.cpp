#include <algorithm>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/step/predict_state.h"
#include "app/state/model.h"
#include "app/tour/figures.h"

namespace poolglass::tour {
namespace {

// As near as the Predict panel asks for, or as the question does.
bool near(double truth, double guess, double within) {
  return agrees(Asked::kOutputCell, {truth, 0}, {guess, 0}) || std::abs(truth - guess) <= within;
}

std::vector<Block> filled(const std::vector<Block>& blocks, Figures& figures) {
  std::vector<Block> all = blocks;
  for (Block& block : all) block.words = figures.filled(block.words);
  return all;
}

Outcome number_outcome(const Question& question, const std::string& typed, Figures& figures) {
  const Figure truth = figures.find(question.figure);
  Outcome outcome{.truth = truth.text, .guess = typed, .right = {}, .slip = {}};
  if (typed.empty() || !truth.number) return outcome;
  const bool whole = *truth.number == std::floor(*truth.number);
  const std::optional<double> guess = parsed_number(typed, whole);
  if (!guess) return outcome;
  outcome.right = near(*truth.number, *guess, question.within);
  for (const Slip& slip : question.slips) {
    const Figure mistaken = figures.find(slip.figure);
    if (*outcome.right || !mistaken.number || !near(*mistaken.number, *guess, 0)) continue;
    outcome.slip = figures.filled(slip.words);
    break;
  }
  return outcome;
}

Outcome choice_outcome(const Question& question, const std::string& key, Figures& figures) {
  const std::string truth = figures.find(question.figure).text;
  const auto words = [&](const std::string& of) {
    const auto at = std::ranges::find(question.options, of, &Option::key);
    return at == question.options.end() ? std::string() : plain(at->words);
  };
  Outcome outcome{.truth = words(truth), .guess = words(key), .right = {}, .slip = {}};
  if (!key.empty()) outcome.right = key == truth;
  return outcome;
}

// A question of the Step room's, as its own panel would have it.
void predict(const Step& step, const Answered& answered, Results& results) {
  const Question& question = step.question;
  const step::Document& document = step.view.rooms.step.document;
  step::Prediction& prediction = results.prediction;
  prediction.state = answered.given ? step::GuessState::kRevealed : step::GuessState::kOpen;
  prediction.asked = question.asked;
  prediction.cell = question.cell;
  prediction.question = step::pool_question(document, question.asked, question.cell);
  prediction.typed = answered.guess;
  prediction.shown_for = step::kRevealSeconds;
  prediction.exercise = question.exercise;
  results.predicted = step::predict_facts(prediction);
  const step::PredictFacts& facts = results.predicted;
  if (!facts.truth) return;
  results.outcome.truth = step::answer_text(question.asked, *facts.truth);
  if (!facts.guess) return;
  results.outcome.guess = step::answer_text(question.asked, *facts.guess);
  results.outcome.right = facts.right;
  if (facts.mistake) results.outcome.slip = {{Style::kPlain, facts.words.verdict}};
}

void derive_claim(const Place& place, Results& results) {
  if (!place.claim) return;
  results.findings.resize(claims().size());
  std::optional<Finding>& finding = results.findings[*place.claim];
  if (finding) return;
  const Result<Finding> found = claims()[*place.claim].experiment();
  finding = found.ok() ? *found : Finding{Verdict(), found.status().message()};
}

// All of a step that its answer does not change.
void derive_text(const Step& step, Results& results) {
  Figures figures(step.view);
  results.before = filled(step.before, figures);
  results.question = figures.filled(step.question.words);
  if (!has_block(step, BlockKind::kJobs)) return;
  for (int64_t pools = 0; pools <= kMostPools; ++pools) {
    const Result<Jobs> jobs = jobs_of(pools);
    if (jobs.ok()) results.jobs.push_back(*jobs);
  }
}

void derive_answer(const Step& step, const Answered& answered, Results& results) {
  results.answered = answered;
  results.after.clear();
  results.outcome = {};
  const AskKind kind = step.question.kind;
  if (kind == AskKind::kPooling) predict(step, answered, results);
  if (kind != AskKind::kNone && !answered.given) return;
  Figures figures(step.then ? *step.then : step.view);
  results.after = filled(step.after, figures);
  if (kind == AskKind::kNumber) results.outcome = number_outcome(step.question, answered.guess, figures);
  if (kind == AskKind::kChoice) results.outcome = choice_outcome(step.question, answered.guess, figures);
}

}  // namespace

void derive_step(const Step& step, const Answered& answered, Results& results) {
  results = {};
  derive_text(step, results);
  derive_answer(step, answered, results);
}

void derive(const Model& model, Results& results) {
  const Place& place = model.tour;
  if (!place.open) return;
  const Results::Key now{place.course.get(), place.step};
  const Answered& answered = place.answers[place.step];
  if (results.key != now) {
    derive_step(current(place), answered, results);
    results.key = now;
  } else if (results.answered != answered) {
    derive_answer(current(place), answered, results);
  }
  derive_claim(place, results);
}

std::optional<double> parsed_number(std::string_view typed, bool whole) {
  std::string text;
  for (const char c : typed) {
    if (c != ' ' && c != '_') text += c;
  }
  for (const std::string_view unit : {"%", "px", "×", "x"}) {
    if (text.ends_with(unit)) text.resize(text.size() - unit.size());
  }
  double scale = 1;
  constexpr std::string_view kUnits = "kKmMgG";
  if (!text.empty() && kUnits.find(text.back()) != std::string_view::npos) {
    scale = std::pow(1000.0, 1 + static_cast<double>(kUnits.find(text.back()) / 2));
    text.pop_back();
  }
  // "102,764,544": commas between groups of three digits; a single one can also begin a fraction.
  const size_t first = text.find_first_of("0123456789");
  const auto commas = std::ranges::count(text, ',');
  bool groups = (commas > 1 || (commas == 1 && whole && scale == 1)) && text.find(',') > first &&
                text.find_first_not_of("0123456789,", first) == std::string::npos;
  for (size_t at = text.find(','); groups && at != std::string::npos; at = text.find(',', at + 1))
    groups = std::min(text.find(',', at + 1), text.size()) - at == 4;
  if (groups) std::erase(text, ',');
  const std::optional<double> value = typed_number(text);
  return value && std::isfinite(scale * *value) ? std::optional(scale * *value) : std::nullopt;
}

}  // namespace poolglass::tour
