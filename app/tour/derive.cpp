#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/rooms/step/predict_state.h"
#include "app/state/model.h"
#include "app/tour/figures.h"

namespace poolglass::tour {
namespace {

// Three digits, or two behind the point, are enough where the truth has more; as in the Predict panel.
bool near(double truth, double guess, double within) {
  const bool whole = truth == std::floor(truth);
  const double slack = whole ? 0 : std::max(0.005, 0.005 * std::abs(truth));
  return std::abs(truth - guess) <= std::max(within, slack);
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

}  // namespace

void derive_step(const Step& step, const Answered& answered, Results& results) {
  Figures at_first(step.view);
  Figures at_last(step.then ? *step.then : step.view);
  const AskKind kind = step.question.kind;
  results.before = filled(step.before, at_first);
  results.question = at_first.filled(step.question.words);
  if (kind == AskKind::kPooling) predict(step, answered, results);
  if (has_block(step, BlockKind::kJobs)) {
    for (int64_t pools = 0; pools <= kMostPools; ++pools) {
      const Result<Jobs> jobs = jobs_of(pools);
      if (jobs.ok()) results.jobs.push_back(*jobs);
    }
  }
  if (kind != AskKind::kNone && !answered.given) return;
  results.after = filled(step.after, at_last);
  if (kind == AskKind::kNumber) results.outcome = number_outcome(step.question, answered.guess, at_last);
  if (kind == AskKind::kChoice) results.outcome = choice_outcome(step.question, answered.guess, at_last);
}

void derive(const Model& model, Results& results) {
  const Place& place = model.tour;
  if (!place.open) return;
  const Results::Key now{place.course.get(), place.step, place.answers[place.step]};
  if (results.key != now) {
    results = {};
    results.key = now;
    derive_step(current(place), place.answers[place.step], results);
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
  if (const std::string_view minus = "−"; text.starts_with(minus)) text = "-" + text.substr(minus.size());
  double scale = 1;
  constexpr std::string_view kUnits = "kKmMgG";
  if (!text.empty() && kUnits.find(text.back()) != std::string_view::npos) {
    scale = std::pow(1000.0, 1 + static_cast<double>(kUnits.find(text.back()) / 2));
    text.pop_back();
  }
  // "102,764,544": commas between groups of three, where no fraction can be meant.
  const size_t comma = text.find(',');
  bool groups = whole && scale == 1 && comma != std::string::npos && comma > 0;
  for (size_t at = comma; groups && at != std::string::npos; at = text.find(',', at + 1))
    groups = std::min(text.find(',', at + 1), text.size()) - at == 4;
  if (groups) std::erase(text, ',');
  std::ranges::replace(text, ',', '.');
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return scale * value;
}

}  // namespace poolglass::tour
