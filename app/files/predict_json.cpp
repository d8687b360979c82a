// The Predict panel's part of a saved state.
#include <algorithm>

#include "app/files/exercise_json.h"
#include "app/files/state_rooms.h"
#include "app/rooms/step/predict_state.h"
#include "core/printable.h"

namespace poolglass {
namespace {

using step::Exercise;
using step::Hidden;
using step::kAsked;
using step::kHidden;
using step::Mark;
using step::Prediction;
using step::Score;

constexpr size_t kMostExercises = 100;
constexpr int64_t kMostGuesses = 1'000'000;

// Reads an object within an object; its failure becomes the outer one's.
void read_part(FieldReader& fields, const char* key, auto&& read) {
  const Json* json = fields.object(key);
  if (json == nullptr) return;
  FieldReader part(*json, key);
  read(part);
  if (const Status status = part.status(); !status.ok()) fields.fail(status.message());
}

void read_count(FieldReader& fields, const char* key, int64_t* count) {
  fields.integer(key, count);
  if (*count < 0 || *count > kMostGuesses)
    fields.fail(std::string(key) + " must be between 0 and " + std::to_string(kMostGuesses));
}

void read_score(FieldReader& fields, Score* score) {
  read_count(fields, "asked", &score->asked);
  read_count(fields, "right", &score->right);
  if (score->right > score->asked) fields.fail("right must be at most asked");
  read_part(fields, "made", [&](FieldReader& made) {
    for (size_t i = 0; i < kMistakes.size(); ++i)
      read_count(made, kMistakes[i].name.data(), &score->made[i]);  // a literal
  });
  std::string marks;
  fields.text("exercises", &marks);
  if (marks.size() > kMostExercises || marks.find_first_not_of("-rw") != std::string::npos)
    return fields.fail("exercises must be at most " + std::to_string(kMostExercises) + " of r, w and -");
  for (const char mark : marks) score->exercises.push_back(static_cast<Mark>(mark));
}

void read_exercise(FieldReader& fields, const step::Model& model, std::shared_ptr<const Exercise>* exercise) {
  auto read = std::make_shared<Exercise>();
  fields.require("title");
  read_short_text(fields, "title", &read->title);
  read_short_text(fields, "question", &read->question);
  read_hidden(fields, &read->hidden);
  if (fields.has("number")) fields.integers("number", {&read->index, &read->count});
  const bool counted =
      read->index >= 0 && read->index < read->count && read->count <= static_cast<int64_t>(kMostExercises);
  if (!counted && (read->index != 0 || read->count != 0))
    fields.fail("number must be [index, count], the index from 0 and below the count");
  read->asked = model.predict.asked;
  read->cell = model.predict.cell;
  read->document = std::make_shared<const step::Document>(model.document);
  *exercise = std::move(read);
}

std::string score_text(const Score& score) {
  std::string made, marks;
  for (size_t i = 0; i < kMistakes.size(); ++i) {
    if (score.made[i] == 0) continue;
    made += (made.empty() ? "" : ", ") + json_quote(std::string(kMistakes[i].name)) + ": " +
            std::to_string(score.made[i]);
  }
  for (const Mark mark : score.exercises) marks += static_cast<char>(mark);
  std::string text =
      "{\"asked\": " + std::to_string(score.asked) + ", \"right\": " + std::to_string(score.right);
  if (!made.empty()) text += ", \"made\": {" + made + "}";
  if (!marks.empty()) text += ", \"exercises\": " + json_quote(marks);
  return text + "}";
}

std::string text_of(const Exercise& exercise) {
  std::string text = "{\"title\": " + json_quote(exercise.title);
  if (!exercise.question.empty()) text += ", \"question\": " + json_quote(exercise.question);
  if (const std::string hidden = hidden_text(exercise.hidden); !hidden.empty())
    text += ", \"hide\": " + hidden;
  if (exercise.count > 0) text += ", \"number\": " + pair_text(exercise.index, exercise.count);
  return text + "}";
}

}  // namespace

void read_asked(FieldReader& fields, Asked* asked) {
  std::string name(step::words_of(*asked).name);
  fields.text("ask", &name);
  const auto at = std::ranges::find(kAsked, name, &step::AskedWords::name);
  if (at == kAsked.end()) return fields.fail("ask must be " + names_of(kAsked));
  *asked = at->asked;
}

void read_hidden(FieldReader& fields, Hidden* hidden) {
  const Json* list = fields.list("hide");
  if (list == nullptr) return;
  for (const Json& json : *list) {
    const std::string name = json.is_string() ? json.get<std::string>() : "";
    const auto at = std::ranges::find(kHidden, name, &step::HiddenWords::name);
    if (at == kHidden.end()) return fields.fail("hide must list some of " + names_of(kHidden));
    hidden->*at->part = true;
  }
}

std::string hidden_text(const Hidden& hidden) {
  std::string text;
  for (const step::HiddenWords& words : kHidden) {
    if (hidden.*words.part) text += (text.empty() ? "" : ", ") + json_quote(std::string(words.name));
  }
  return text.empty() ? text : "[" + text + "]";
}

void read_predict(FieldReader& fields, bool loses_map, step::Model* model) {
  read_part(fields, "predict", [&](FieldReader& part) {
    Prediction& predict = model->predict;
    read_asked(part, &predict.asked);
    bool revealed = false;
    std::string typed;
    read_short_text(part, "guess", &typed);
    part.boolean("revealed", &revealed);
    read_hidden(part, &predict.hidden);
    read_part(part, "score", [&](FieldReader& score) { read_score(score, &predict.score); });
    if (part.has("cell")) {
      const Result<Size2> output = output_size(model->document.params, model->document.grid.size);
      const Size2 any{2 * step::kMaxSide, 2 * step::kMaxSide};
      const Size2 of_output = output.ok() ? *output : any;
      const Size2 plane = predict.asked == Asked::kGradient ? model->document.grid.size : of_output;
      read_cell(part, "cell", loses_map ? any : plane, &predict.cell.row, &predict.cell.column);
    }
    read_part(part, "exercise",
              [&](FieldReader& exercise) { read_exercise(exercise, *model, &predict.exercise); });
    if (loses_map) {
      predict.cell = {};
      predict.exercise.reset();
      return;
    }
    const bool asked = part.has("cell") || part.has("guess") || part.has("revealed");
    if (!part.ok() || !asked) return;
    step::ask_about(*model, predict.asked, predict.cell);
    if (!step::asks(*model)) return;
    predict.typed = typed;
    if (!revealed) return;
    predict.state = step::GuessState::kRevealed;
    predict.shown_for = step::kRevealSeconds;
  });
}

std::string predict_text(const step::Model& model) {
  const Prediction& predict = model.predict;
  const step::Side side = predict.asked == Asked::kGradient ? step::Side::kInput : step::Side::kOutput;
  // A question that was answered stays while the grid changes, but not where the cell is gone.
  const bool asked =
      predict.state != step::GuessState::kNone && step::has_cell(model.document, {side, predict.cell});
  const bool fresh = !asked && predict.score == Score{} && predict.hidden == Hidden{} &&
                     predict.asked == Asked::kOutputCell && predict.exercise == nullptr;
  if (fresh) return {};
  std::string text =
      ",\n    \"predict\": {\"ask\": " + json_quote(std::string(step::words_of(predict.asked).name));
  if (asked) {
    text += ", \"cell\": " + pair_text(predict.cell.row, predict.cell.column);
    text += ", \"guess\": " + json_quote(one_line(predict.typed, kMostText));
    text += std::string(", \"revealed\": ") + bool_text(predict.state == step::GuessState::kRevealed);
  }
  if (predict.exercise) text += ", \"exercise\": " + text_of(*predict.exercise);
  if (const std::string hidden = hidden_text(predict.hidden); !hidden.empty())
    text += ", \"hide\": " + hidden;
  if (predict.score != Score{}) text += ", \"score\": " + score_text(predict.score);
  return text + "}";
}

}  // namespace poolglass
