// Questions in the Step room: asked, hidden, locked, answered, counted.
#include <doctest/doctest.h>

#include <string>

#include "app/rooms/step/model.h"
#include "app/rooms/step/predict_state.h"
#include "tests/support/step_room.h"

namespace poolglass::step {
namespace {

void act(Model& model, const Action& action) { update(model, action); }

struct Shown {
  Model model;
  Derived derived;
  void act(const Action& action) {
    update(model, action);
    derive(model, derived);
  }
};

std::string status(const Shown& shown) { return status_sentence(shown.model, shown.derived); }

}  // namespace

TEST_CASE("a guess is a number however it is written, and nothing else") {
  const auto one = [](std::string_view typed) { return parsed_answer(Asked::kOutputCell, typed); };
  for (const std::string_view typed : {"5.25", "5,25", "+5.25", " 5.25 ", "525e-2"})
    CHECK(one(typed) == Answer{5.25, 0});
  CHECK(one("−1") == Answer{-1, 0});
  CHECK(one("-∞")->first < 0);
  CHECK(one("nan").has_value());
  for (const std::string_view typed : {"", " ", "five", "5.25.1", "1 2", "0x", "5;", "--1", "1e", "5 cells"})
    CHECK_FALSE(one(typed));
  CHECK_FALSE(one(std::string(200, '1')));
  const auto two = [](std::string_view typed) { return parsed_answer(Asked::kOutputSize, typed); };
  for (const std::string_view typed : {"3 4", "3,4", "3, 4", "3x4", "3 × 4", "(3, 4)", "3;4"})
    CHECK(two(typed) == Answer{3, 4});
  CHECK(two("3.5 × 4") == Answer{3.5, 4});
  for (const std::string_view typed : {"3", "3 4 5", "a 4", "3 x", ""}) CHECK_FALSE(two(typed));
}

TEST_CASE("the panel asks about the window after the playhead's, or the pinned one") {
  Shown shown;
  shown.model.panel = kPredictPanel;
  panel_shown(shown.model);
  CHECK(asks(shown.model));
  CHECK(shown.model.predict.cell == Cell{0, 1});
  CHECK(shown.model.playhead.index == 1);
  panel_closed(shown.model);
  CHECK_FALSE(asks(shown.model));
  shown.act(Pin{{Side::kOutput, {2, 3}}});
  shown.act(Ask{});
  CHECK(shown.model.predict.cell == Cell{2, 3});
  CHECK_FALSE(shown.model.pin.has_value());
}

TEST_CASE("a cell that is pinned in another library's output is asked about where this one has it") {
  for (const int64_t row : {1, 3}) {
    Model model;
    act(model, ApplyPreset{"odd"});
    REQUIRE(derived_of(model).output.size == Size2{3, 3});  // Caffe's is 4×4
    model.pin = Selection{Side::kOutput, {row, 2}, static_cast<size_t>(Dialect::kCaffe)};
    ask(model);
    CHECK(model.predict.cell == (row == 1 ? Cell{1, 2} : Cell{0, 1}));
    CHECK(model.predict.question);
  }
}

TEST_CASE("while a guess is open nothing changes the document, and nothing says the answer") {
  Shown shown;
  shown.act(Ask{});
  const Document before = shown.model.document;
  const Action edits[] = {SetReduction{Reduction::kAverage},
                          ToggleReduction{},
                          SetKernel{{3, 3}},
                          SetCell{{0, 0}, 9},
                          NewSeed{},
                          ApplyPreset{"ties"},
                          SetCeilMode{true},
                          Nudge{Field::kGrid, 1}};
  for (const Action& edit : edits) shown.act(edit);
  CHECK(shown.model.document == before);
  shown.act(Hover{Selection{Side::kOutput, {0, 1}}});
  shown.act(Pin{{Side::kOutput, {0, 1}}});
  CHECK_FALSE(shown.model.hover.has_value());
  CHECK_FALSE(shown.model.pin.has_value());
  CHECK(locked(shown.model));
  CHECK(shown.derived.predict.hides_result);
  CHECK_FALSE(shown.derived.predict.truth.has_value());
  CHECK(status(shown) == "Max pooling, 2×2, stride 2. What is out[0,1]? Type it, Enter reveals");
  shown.model.panel = kCodePanel;
  derive(shown.model, shown.derived);
  CHECK_FALSE(shown.derived.code.run.has_value());
  CHECK_FALSE(shown.derived.code.lines.empty());
}

TEST_CASE("a guess is counted once, a word that is no number never") {
  Shown shown;
  shown.act(Ask{});
  shown.act(Guess{"seven"});
  CHECK(asks(shown.model));
  CHECK(shown.model.predict.score.asked == 0);
  shown.act(Guess{"7"});
  CHECK(shown.derived.predict.right);
  CHECK(shown.model.predict.score.right == 1);
  shown.act(Guess{"8"});
  CHECK(shown.model.predict.score.asked == 1);
  shown.model.panel = kPredictPanel;
  CHECK(status(shown) == "Right: out[0,1] is 7");
  shown.act(AskNext{});
  CHECK(shown.model.predict.cell == Cell{0, 2});
  shown.act(ShowTruth{});
  CHECK(shown.model.predict.score.asked == 2);
  CHECK(shown.model.predict.score.right == 1);
  CHECK(status(shown) == "The truth for out[0,2] is 2");
}

TEST_CASE("a wrong guess stays beside the truth, and its mistake is named and counted") {
  Shown shown;
  shown.model.panel = kPredictPanel;
  shown.act(SetReduction{Reduction::kAverage});
  shown.act(SetKernel{{3, 3}});
  shown.act(SetStride{{2, 2}});
  shown.act(SetPadding{{1, 1}});
  shown.act(Pin{{Side::kOutput, {0, 0}}});
  shown.act(Ask{});
  shown.act(Guess{"5.25"});
  const PredictFacts& facts = shown.derived.predict;
  CHECK(facts.mistake == Mistake::kDividedByReal);
  CHECK(facts.words.verdict == "You divided by the 4 real cells.");
  CHECK(contains(facts.words.explanation, "21 ÷ 4 = 5.25"));
  CHECK(facts.truth_text == "21 ÷ 9 = 2.333");
  CHECK(status(shown) ==
        "Your guess for out[0,0] was 5.25, the truth is 2.333. You divided by the 4 real cells.");
  CHECK(most_made(shown.model.predict.score) == Mistake::kDividedByReal);
  const auto trial = trial_of(*facts.mistake, shown.model.document);
  REQUIRE(trial.has_value());
  shown.act(trial->action);
  CHECK(shown.derived.output.at({0, 0}) == 5.25f);
  CHECK(facts.truth->first == doctest::Approx(21.0 / 9));  // of the question as it was asked
}

TEST_CASE("every mistake has a topic, a verdict and a reason for every question that it is made at") {
  for (const auto& [mistake, name] : kMistakes) {
    for (const AskedWords& words : kAsked) {
      Document document;
      document.params.reduction = words.asked == Asked::kDivisor ? Reduction::kAverage : Reduction::kMax;
      const auto question = pool_question(document, words.asked, {1, 1});
      const MistakeWords said = words_of(mistake, *question, {1, 2});
      CAPTURE(name);
      CHECK_FALSE(said.topic.empty());
      CHECK(said.verdict.ends_with('.'));
      CHECK(said.verdict.starts_with("You "));
      CHECK(said.explanation.size() > 20);
    }
  }
}

TEST_CASE("the gradient is asked for in its lens, of cells that it reaches, one after the other") {
  Shown shown;
  shown.act(SetAsked{Asked::kGradient});
  CHECK(shown.model.lens == kGradientLens);
  CHECK(shown.model.playhead.index == 15);
  CHECK(shown.derived.predict.hides_gradient);
  const Cell first = shown.model.predict.cell;
  CHECK(shown.derived.gradient.arrived.at(first) != 0);
  shown.act(Guess{"1"});
  CHECK(shown.derived.predict.right);
  shown.act(AskNext{});
  CHECK(shown.model.predict.cell != first);
  CHECK(shown.derived.gradient.arrived.at(shown.model.predict.cell) != 0);
}

TEST_CASE("what cannot be asked says why, and is not counted") {
  Shown shown;
  shown.model.panel = kPredictPanel;
  shown.act(SetAsked{Asked::kDivisor});
  CHECK(status(shown) == "A maximum has no divisor");
  shown.act(Guess{"4"});
  CHECK(shown.model.predict.score.asked == 0);
  panel_closed(shown.model);
  act(shown.model, SetKernel{{9, 9}});
  shown.act(SetAsked{Asked::kOutputCell});
  CHECK_FALSE(shown.derived.predict.status.ok());
  shown.act(Guess{"4"});
  CHECK(shown.model.predict.score.asked == 0);
}

TEST_CASE("an exercise brings its document, its words and what it hides; its first guess is its mark") {
  Shown shown;
  Exercise exercise;
  exercise.title = "Odd";
  exercise.question = "How large?";
  Document document;
  document.params.ceil_mode = true;
  exercise.document = std::make_shared<const Document>(document);
  exercise.asked = Asked::kOutputSize;
  exercise.index = 2;
  exercise.count = 12;
  shown.act(OpenExercise{std::make_shared<const Exercise>(exercise)});
  CHECK(shown.model.panel == kPredictPanel);
  CHECK(shown.model.document == document);
  CHECK(shown.derived.predict.hides_size);
  CHECK(status(shown) == "How large? Type it, Enter reveals");
  shown.act(Guess{"5 5"});
  shown.act(OpenExercise{std::make_shared<const Exercise>(exercise)});
  shown.act(Guess{"4 4"});
  REQUIRE(shown.model.predict.score.exercises.size() == 12);
  CHECK(shown.model.predict.score.exercises[2] == Mark::kWrong);
  CHECK(shown.model.predict.score.right == 1);
  CHECK(first_to_do(shown.model.predict.score) == 0);
}

}  // namespace poolglass::step
