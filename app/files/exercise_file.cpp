#include "app/files/exercise_file.h"

#include <algorithm>

#include "app/files/exercise_json.h"
#include "app/files/state_rooms.h"
#include "core/io/file.h"
#include "core/io/json_quote.h"

namespace poolglass {
namespace {

constexpr int64_t kExerciseVersion = 1;
constexpr int64_t kExerciseLimit = int64_t{1} << 20;  // bytes

void read_version(FieldReader& fields, const char* key) {
  int64_t version = 0;
  fields.require(key);
  fields.integer(key, &version);
  if (version != kExerciseVersion)
    fields.fail(std::string(key) + " must be 1, the only format version there is");
}

Status read_document(const Json& state, step::Exercise* exercise) {
  step::Model model;
  const Status status = step::read_state(state, &model);
  if (!status.ok()) return Status(status.code(), "state: " + status.message());
  exercise->document = std::make_shared<const step::Document>(model.document);
  return {};
}

// What is asked has an answer.
Status check(const step::Exercise& exercise) {
  const auto question = step::pool_question(*exercise.document, exercise.asked, exercise.cell);
  const Status status = right_answer(*question).status();
  if (status.ok()) return status;
  return Status(status.code(), "state, ask and cell do not go together: " + status.message());
}

}  // namespace

bool is_exercise(const Json& json) { return json.is_object() && json.contains("poolglass_exercise"); }

Result<step::Exercise> exercise_from(const Json& json) {
  FieldReader fields(json, json.is_object() ? "" : "an exercise");
  step::Exercise exercise;
  read_version(fields, "poolglass_exercise");
  fields.require("title");
  read_short_text(fields, "title", &exercise.title);
  read_short_text(fields, "question", &exercise.question);
  fields.require("ask");
  read_asked(fields, &exercise.asked);
  const bool of_a_cell = exercise.asked != Asked::kOutputSize;
  if (of_a_cell) fields.require("cell");
  if (fields.has("cell")) {
    if (!of_a_cell) fields.fail("cell is none of an output's size");
    fields.integers("cell", {&exercise.cell.row, &exercise.cell.column});
  }
  read_hidden(fields, &exercise.hidden);
  fields.require("state");
  const Json* state = fields.object("state");
  if (Status status = fields.status(); !status.ok()) return status;
  if (Status status = read_document(*state, &exercise); !status.ok()) return status;
  if (Status status = check(exercise); !status.ok()) return status;
  return exercise;
}

Result<step::Exercise> parse_exercise(std::string_view text) {
  const Result<Json> json = parse_strict_json(text, {.bytes = kExerciseLimit});
  return json.ok() ? exercise_from(*json) : json.status();
}

Result<step::Exercise> read_exercise_file(const std::string& path) {
  const Result<std::string> text = read_file(path, kExerciseLimit);
  if (!text.ok()) return text.status();
  Result<step::Exercise> exercise = parse_exercise(*text);
  if (exercise.ok()) return exercise;
  return Status(exercise.status().code(), path + ": " + exercise.status().message());
}

std::string exercise_text(const step::Model& model, const std::string& title) {
  const step::Prediction& predict = model.predict;
  step::Model plain;
  plain.document = model.document;
  std::string text = "{\n  \"poolglass_exercise\": " + std::to_string(kExerciseVersion);
  text += ",\n  \"title\": " + json_quote(title);
  text += ",\n  \"ask\": " + json_quote(std::string(step::words_of(predict.asked).name));
  if (predict.asked != Asked::kOutputSize)
    text += ",\n  \"cell\": " + pair_text(predict.cell.row, predict.cell.column);
  if (const std::string hidden = hidden_text(predict.hidden); !hidden.empty())
    text += ",\n  \"hide\": " + hidden;
  return text + ",\n  \"state\": " + step::state_text(plain, false) + "\n}\n";
}

Result<SavedAnswer> read_answer_file(const std::string& path) {
  const Result<std::string> text = read_file(path, kExerciseLimit);
  if (!text.ok()) return text.status();
  const auto in_file = [&](const Status& why) { return Status(why.code(), path + ": " + why.message()); };
  const Result<Json> json = parse_strict_json(*text, {.bytes = kExerciseLimit});
  if (!json.ok()) return in_file(json.status());
  FieldReader fields(*json, json->is_object() ? "" : "an answer");
  SavedAnswer answer;
  read_version(fields, "poolglass_answer");
  fields.require("exercise");
  read_short_text(fields, "exercise", &answer.exercise);
  fields.require("answer");
  read_short_text(fields, "answer", &answer.typed);
  if (Status status = fields.status(); !status.ok()) return in_file(status);
  return answer;
}

std::string answer_file_text(const SavedAnswer& answer) {
  return "{\"poolglass_answer\": " + std::to_string(kExerciseVersion) +
         ", \"exercise\": " + json_quote(answer.exercise) + ", \"answer\": " + json_quote(answer.typed) +
         "}\n";
}

}  // namespace poolglass
