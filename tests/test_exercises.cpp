// Exercises and answers as files, and the twelve that come with the program.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/files/exercise_file.h"
#include "app/files/open.h"
#include "app/files/state_file.h"
#include "app/rooms/step/predict_state.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

const std::string kGood =
    R"({"poolglass_exercise": 1, "title": "T", "ask": "output-cell", "cell": [0, 1], "hide": ["settings"],
        "state": {"preset": "lesson", "op": "avg", "kernel": 2}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string exercise_error(const std::string& text) {
  const Result<step::Exercise> exercise = parse_exercise(text);
  REQUIRE_MESSAGE(!exercise.ok(), text);
  CHECK(exercise.status().message().find('\n') == std::string::npos);
  return exercise.status().message();
}

struct Shipped {
  std::string file;
  Answer truth;
  std::string wrong;    // a guess
  std::string mistake;  // that it is
};

}  // namespace

TEST_CASE("an exercise is read with its document, and refused with the field that is wrong") {
  const Result<step::Exercise> exercise = parse_exercise(kGood);
  REQUIRE_MESSAGE(exercise.ok(), exercise.status().message());
  CHECK(exercise->document->params.reduction == Reduction::kAverage);
  CHECK(exercise->cell == Cell{0, 1});
  CHECK(exercise->hidden.settings);
  CHECK_FALSE(exercise->hidden.code);
  const auto changed = [&](const std::string& from, const std::string& to) {
    return exercise_error(replaced(kGood, from, to));
  };
  CHECK(exercise_error("[]") == "an exercise: must be an object");
  CHECK(exercise_error("{") != "");
  CHECK(changed("exercise\": 1", "exercise\": 2") ==
        "poolglass_exercise must be 1, the only format version there is");
  CHECK(changed("\"title\": \"T\",", "") == "title is missing");
  CHECK(changed("\"T\"", "7") == "title must be a string");
  CHECK(changed("\"T\"", "\"" + std::string(1001, 'x') + "\"") == "title must have at most 1000 bytes");
  CHECK(changed("output-cell", "answer") ==
        "ask must be output-cell, output-size, winner, divisor or gradient");
  CHECK(changed("\"cell\": [0, 1],", "") == "cell is missing");
  CHECK(changed("output-cell", "output-size") == "cell is none of an output's size");
  CHECK(changed("[\"settings\"]", "[\"all\"]") ==
        "hide must list some of settings, formulas, number-line or code");
  CHECK(changed("[\"settings\"]", "[1]").starts_with("hide must list"));
  CHECK(changed("[0, 1]", "[0, 4]") ==
        "state, ask and cell do not go together: the output has no cell [0, 4]");
  CHECK(changed("output-cell", "winner") ==
        "state, ask and cell do not go together: an average has no winner");
  CHECK(changed("\"kernel\": 2", "\"kernel\": 65").starts_with("state: step: kernel must be between"));
  CHECK(changed("\"kernel\": 2", "\"kernel\": 9")
            .starts_with("state, ask and cell do not go together: kernel"));
  CHECK(changed("\"hide\"", "\"hid\"") == "unknown key \"hid\"");
  for (size_t length = 0; length < kGood.size(); length += 3)
    CHECK_FALSE(parse_exercise(kGood.substr(0, length)).ok());
}

TEST_CASE("what a teacher makes of a picture opens as that exercise") {
  TempFolder folder;
  for (const step::AskedWords& words : step::kAsked) {
    Model model;
    const auto act = [&](const step::Action& action) { step::update(model.step, action); };
    act(step::SetKernel{{3, 3}});
    act(step::SetCell{{2, 2}, -4});
    if (words.asked == Asked::kDivisor) act(step::ToggleReduction{});
    act(step::SetAsked{words.asked});
    act(step::SetHidden{{.formulas = true}});
    const std::string path =
        folder.write("Odd windows.json",
                     step::Document() == model.step.document ? "" : exercise_text(model.step, "Odd windows"));
    CAPTURE(words.name);
    const Result<step::Exercise> exercise = read_exercise_file(path);
    REQUIRE_MESSAGE(exercise.ok(), exercise.status().message());
    CHECK(exercise->title == "Odd windows");
    CHECK(exercise->asked == words.asked);
    CHECK(exercise->hidden.formulas);
    CHECK(step::same_work(*exercise->document, model.step.document));
    const Result<std::vector<Action>> opened = open_path(path);
    REQUIRE(opened.ok());
    Model other;
    for (const Action& action : *opened) update(other, Derived{}, action);
    CHECK(step::asks(other.step));
    CHECK(other.step.predict.cell == exercise->cell);
    CHECK(other.room == Room::kStep);
  }
}

TEST_CASE("answers come back as they were typed, numbers or not") {
  TempFolder folder;
  for (const std::string typed : {"5.25", "2, 3", "no idea", "\"", ""}) {
    const std::string path = folder.write("a.json", answer_file_text({"Padding, “counted”", typed}));
    const Result<SavedAnswer> answer = read_answer_file(path);
    REQUIRE_MESSAGE(answer.ok(), answer.status().message());
    CHECK(answer->exercise == "Padding, “counted”");
    CHECK(answer->typed == typed);
  }
  const std::string bad = folder.write("b.json", R"({"poolglass_answer": 1, "exercise": "T", "answer": 7})");
  CHECK(read_answer_file(bad).status().message() == bad + ": answer must be a string");
  CHECK_FALSE(read_answer_file(folder / "none.json").ok());
}

TEST_CASE("the twelve exercises have one answer each, and know the mistake they are about") {
  const std::vector<Shipped> shipped = {
      {"01", {7, 0}, "3.25", "other-operation"},       {"02", {5.25, 0}, "21", "forgot-division"},
      {"03", {2.25, 0}, "9", "other-operation"},       {"04", {2, 3}, "0 1", "place-in-window"},
      {"05", {7.0 / 3, 0}, "5.25", "divided-by-real"}, {"06", {4, 0}, "9", "divided-by-all"},
      {"07", {3, 3}, "3.5 3.5", "not-rounded"},        {"08", {4, 4}, "3 3", "rounded-down"},
      {"09", {4, 4}, "6 6", "forgot-dilation"},        {"10", {-1, 0}, "0", "zero-padding"},
      {"11", {0, 0}, "0.333", "split-ties"},           {"12", {4, 0}, "1", "last-window-only"}};
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(POOLGLASS_EXERCISES)) files += entry.exists();
  CHECK(files == shipped.size());
  for (const Shipped& known : shipped) {
    CAPTURE(known.file);
    const Result<step::Exercise> exercise =
        read_exercise_file(std::string(POOLGLASS_EXERCISES) + "/" + known.file + ".json");
    REQUIRE_MESSAGE(exercise.ok(), exercise.status().message());
    CHECK_FALSE(exercise->title.empty());
    CHECK(exercise->question.ends_with(exercise->asked == Asked::kWinner ? "on it." : "?"));
    const auto question = step::pool_question(*exercise->document, exercise->asked, exercise->cell);
    const Answer truth = *right_answer(*question);
    CHECK(agrees(exercise->asked, truth, known.truth));
    const auto wrong = step::parsed_answer(exercise->asked, known.wrong);
    REQUIRE(wrong.has_value());
    const std::optional<Mistake> mistake = diagnosis(*question, *wrong);
    REQUIRE(mistake.has_value());
    CHECK(name_of(*mistake) == known.mistake);
  }
}

TEST_CASE("questions, guesses and the score are part of the state") {
  Model model;
  const auto act = [&](const step::Action& action) { step::update(model.step, action); };
  act(step::SetAsked{Asked::kOutputSize});
  act(step::Guess{"5 5"});
  act(step::AskNext{});
  act(step::SetDraft{"4"});
  act(step::SetHidden{{.number_line = true}});
  model.step.panel = step::kPredictPanel;
  const std::string text = write_state_json(model);
  Result<Model> read = parse_state_json(text);
  REQUIRE_MESSAGE(read.ok(), read.status().message());
  CHECK(write_state_json(*read) == text);
  const step::Prediction& predict = read->step.predict;
  CHECK(step::asks(read->step));
  CHECK(predict.typed == "4");
  CHECK(predict.score == model.step.predict.score);
  CHECK(predict.hidden.number_line);
  act(step::Guess{"4 4"});
  const Result<Model> revealed = parse_state_json(write_state_json(model));
  REQUIRE(revealed.ok());
  CHECK(revealed->step.predict.state == step::GuessState::kRevealed);
  CHECK(write_state_json(*revealed) == write_state_json(model));
  const Result<step::Exercise> exercise = parse_exercise(kGood);
  act(step::OpenExercise{std::make_shared<const step::Exercise>(*exercise)});
  const Result<Model> open = parse_state_json(write_state_json(model));
  REQUIRE_MESSAGE(open.ok(), open.status().message());
  REQUIRE(open->step.predict.exercise != nullptr);
  CHECK(open->step.predict.exercise->title == "T");
  CHECK(open->step.predict.exercise->hidden.settings);
  CHECK(write_state_json(*open) == write_state_json(model));
  const auto refused = [](const std::string& fields) {
    const Result<Model> state =
        parse_state_json("{\"poolglass\": 1, \"step\": {\"predict\": " + fields + "}}");
    return state.ok() ? std::string() : state.status().message();
  };
  CHECK(refused("{}").empty());
  CHECK(refused("{\"ask\": \"all\"}").starts_with("step: predict: ask must be"));
  CHECK(refused("{\"cell\": [4, 0]}") == "step: predict: cell must be a cell of its 4x4 plane");
  CHECK(refused("{\"score\": {\"asked\": 1, \"right\": 2}}") ==
        "step: predict: score: right must be at most asked");
  CHECK(
      refused("{\"score\": {\"exercises\": \"x\"}}").starts_with("step: predict: score: exercises must be"));
  CHECK(refused("{\"exercise\": {\"title\": \"T\", \"number\": [3, 2]}}")
            .starts_with("step: predict: exercise: number must be"));
}

}  // namespace poolglass
