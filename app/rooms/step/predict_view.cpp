#include "app/rooms/step/predict_view.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/predict_state.h"
#include "app/views/answer.h"
#include "app/views/imgui_canvas.h"
#include "app/views/imgui_compat.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

constexpr std::string_view kGuessField = "step/guess";

ImGuiCanvas panel_canvas(const Ui& ui) { return {*ImGui::GetWindowDrawList(), ui.fonts}; }

// "Padding and the divisor                5 of 12", and how each of them went.
void heading(Ui& ui, const Prediction& predict) {
  ImGuiCanvas canvas = panel_canvas(ui);
  const Exercise* exercise = predict.exercise.get();
  gap(ui, 0.4f);
  const Rect row = take_row(std::round(2.4f * ui.em));
  const std::string title = exercise == nullptr ? "This picture" : exercise->title;
  const bool counted = exercise != nullptr && exercise->count > 0;
  const std::string number =
      counted ? grouped(exercise->index + 1) + " of " + grouped(exercise->count) : std::string();
  const float room = row.width() - canvas.text_size(number, Font::kMono, kCaption * ui.em).x - ui.em;
  canvas.text({row.min.x, row.centre().y}, fitted(canvas, title, Font::kStrong, ui.em, room), Font::kStrong,
              ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  canvas.text({row.max.x, row.centre().y}, number, Font::kMono, kCaption * ui.em, ui.theme.muted,
              AlignX::kRight, AlignY::kMiddle);
  if (!counted) return;
  const Rect marks = take_row(std::round(1.7f * ui.em));
  const float each = marks.width() / static_cast<float>(exercise->count),
              line = std::max(1.5f, 0.11f * ui.em);
  for (int64_t i = 0; i < exercise->count; ++i) {
    const glm::vec2 at(marks.min.x + each * (static_cast<float>(i) + 0.5f), marks.centre().y);
    const std::vector<Mark>& all = predict.score.exercises;
    const Mark mark = static_cast<size_t>(i) < all.size() ? all[static_cast<size_t>(i)] : Mark::kNone;
    const float half = 0.32f * ui.em;
    if (mark == Mark::kRight) right_tick(canvas, at, half, ui.theme.average_pool, line);
    if (mark == Mark::kWrong) wrong_cross(canvas, at, 0.8f * half, ui.theme.warning, line);
    if (mark == Mark::kNone && i != exercise->index) canvas.fill_circle(at, 0.12f * ui.em, ui.theme.hairline);
    if (i == exercise->index) canvas.stroke_circle(at, 1.6f * half, ui.theme.text, line);
  }
  gap(ui, 0.4f);
}

void commit(Ui& ui, const std::string& text, bool enter, Asked asked) {
  if (!enter) {
    ui.push(Action(SetDraft{text}));
  } else if (parsed_answer(asked, text)) {
    ui.push(Action(Guess{text}));
  } else if (!text.empty()) {
    ui.push(Action(SetDraft{text}));
    const std::string wanted = numbers_of(asked) == 2 ? "two numbers, as in 3, 4" : "a number";
    ui.push(SetNotice{"“" + text + "” is not " + wanted + ": nothing is revealed", true});
  }
}

// The field while it is typed in, else the draft, or what is asked for.
void guess_field(Ui& ui, const Prediction& predict) {
  const Rect rect = labelled_row(ui, "Your guess");
  if (ui.widgets.edit.name == kGuessField) {
    const bool enter = std::ranges::any_of(ui.widgets.edit.keys, [](const KeyPress& press) {
      return press.chord.key == kKeyEnter && !press.repeat;
    });
    const EditResult result = edit_number_at(ui, kGuessField, rect);
    if (result == EditResult::kCommitted) commit(ui, ui.widgets.edit.text, enter, predict.asked);
    return;
  }
  std::string text = predict.typed;
  if (text_field_at(ui, kGuessField, rect, {"", "Type your answer; Enter reveals the truth", "step.pin", ""},
                    &text)) {
    ui.push(Action(SetDraft{text}));
  }
  dress_guess_field(ui, rect, predict.typed.empty());
}

void open_question(Ui& ui, const Prediction& predict) {
  gap(ui, 0.6f);
  guess_field(ui, predict);
  gap(ui, 0.4f);
  const std::string why = predict.typed.empty() ? "Type your guess first" : "";
  if (primary_button(ui, "step/reveal", {"Reveal", "The truth beside your guess", "step.pin", why}))
    commit(ui, predict.typed, true, predict.asked);
  if (button(ui, "step/show-truth",
             {"I do not know", "The truth without a guess; it counts as not right", "", ""}))
    ui.push(Action(ShowTruth{}));
}

void answer(Ui& ui, const Prediction& predict, const PredictFacts& facts) {
  AnswerText text{.guess = {}, .truth = answer_text(predict.asked, *facts.truth), .right = {}};
  if (facts.guess) {
    text.guess = answer_text(predict.asked, *facts.guess);
    text.right = facts.right;
  }
  answer_rows(ui, text, "step/truth");
  if (!facts.truth_text.empty()) {
    paragraph(ui, facts.truth_text, Font::kMono, 0.8f * ui.em, ui.theme.muted);
  }
  if (!facts.guess || facts.right) return;
  if (facts.mistake) return mistake_note(ui, facts.words.verdict, facts.words.explanation);
  mistake_note(ui, "", "No mistake that is often made gives this number.");
}

void revealed(Ui& ui, const Prediction& predict, const PredictFacts& facts, const Document& document) {
  gap(ui, 0.6f);
  answer(ui, predict, facts);
  gap(ui, 0.8f);
  const std::optional<Trial> trial = facts.mistake ? trial_of(*facts.mistake, document) : std::nullopt;
  if (trial &&
      button(ui, "step/trial", {trial->words, "Change the picture to what your guess is right for", "", ""}))
    ui.push(trial->action);
}

void session(Ui& ui, const Model& model) {
  const Score& score = model.predict.score;
  section(ui, "step/score", "This session", false);
  readout(ui, "Right", grouped(score.right) + " of " + grouped(score.asked));
  if (const auto most = most_made(score); most && model.predict.question) {
    readout(ui, "Most often missed", words_of(*most, *model.predict.question, {}).topic);
  }
}

void ask_for(Ui& ui, const Model& model) {
  section(ui, "step/ask-section", "Questions", false);
  std::vector<std::string_view> titles;
  for (const AskedWords& words : kAsked) titles.push_back(words.title);
  int selected = static_cast<int>(model.predict.asked);
  if (dropdown(ui, "step/asked", {"Ask for", "What is asked about this picture", "step.asked", ""}, titles,
               &selected)) {
    ui.push(Action(SetAsked{kAsked[static_cast<size_t>(selected)].asked}));
  }
  const Exercise* exercise = model.predict.exercise.get();
  const ControlText course{exercise == nullptr ? "The twelve exercises" : "Back to my own picture",
                           exercise == nullptr ? "Twelve questions, each about a picture of its own"
                                               : "Ask about the picture as it is",
                           exercise == nullptr ? "step.exercises" : "", ""};
  if (button(ui, "step/exercises", course)) {
    if (exercise == nullptr) ui.push(Request(OpenExerciseNumber{first_to_do(model.predict.score)}));
    if (exercise != nullptr) ui.push(Action(AskNext{}));
  }
  const ControlText keep{"Save my answer…", "Write your guess to a file that a teacher can mark",
                         "step.save-answer",
                         model.predict.exercise == nullptr ? "Only the answer to an exercise can be marked"
                         : model.predict.typed.empty()     ? "There is no guess yet"
                                                           : ""};
  if (exercise != nullptr && button(ui, "step/save-answer", keep))
    ui.push(Request(AskSave{SaveKind::kStepAnswer}));
}

void for_teachers(Ui& ui, const Model& model) {
  section(ui, "step/teachers", "For teachers", false);
  std::vector<std::string_view> titles = {"Nothing"};
  std::vector<Hidden> choices(1);
  Hidden all;
  for (const HiddenWords& words : kHidden) {
    titles.push_back(words.title);
    choices.emplace_back().*words.part = true;
    all.*words.part = true;
  }
  titles.push_back("All of these");
  choices.push_back(all);
  const auto at = std::ranges::find(choices, model.predict.hidden);
  int selected = at == choices.end() ? -1 : static_cast<int>(at - choices.begin());
  if (dropdown(ui, "step/hide", {"Hide", "What the window leaves out while the exercise is open", "", ""},
               titles, &selected, "Several")) {
    ui.push(Action(SetHidden{choices[static_cast<size_t>(selected)]}));
  }
  if (button(ui, "step/make-exercise",
             {"Make an exercise of this…", "Write picture and question to a file for others to answer",
              "step.make-exercise", why_no_exercise(model)})) {
    ui.push(Request(AskSave{SaveKind::kStepExercise}));
  }
}

}  // namespace

void draw_question(Ui& ui, const Prediction& predict, const PredictFacts& facts, const Document& document) {
  paragraph(ui, facts.question, Font::kText, ui.em, ui.theme.text);
  if (!facts.status.ok()) {
    error_note(ui, sentence(facts.status.message()));
  } else if (facts.open) {
    open_question(ui, predict);
  } else {
    revealed(ui, predict, facts, document);
  }
}

void draw_predict(Ui& ui, const Model& model, const Derived& derived, ViewState&) {
  const Prediction& predict = model.predict;
  const PredictFacts& facts = derived.predict;
  heading(ui, predict);
  const std::string why = why_not_asked(model.document, predict.asked);
  if (!why.empty() && predict.state == GuessState::kNone) {
    note(ui, why + ".");
  } else if (predict.state == GuessState::kNone) {
    if (primary_button(ui, "step/ask", {"Ask me", "A question about this picture", "step.pin", ""}))
      ui.push(Action(Ask{}));
  } else {
    draw_question(ui, predict, facts, model.document);
    const bool next = predict.state == GuessState::kRevealed && facts.status.ok();
    if (next && primary_button(ui, "step/next", {"Next question", "Ask about the next one", "step.pin", ""}))
      ui.push(next_question(predict));
  }
  session(ui, model);
  ask_for(ui, model);
  if (predict.exercise == nullptr) for_teachers(ui, model);
  if (facts.open) {
    gap(ui, 0.4f);
    note(ui, "Settings are locked while a guess is open.");
  }
}

bool guess_takes_key(const KeyPress& press, bool more, const Model& model) {
  if (!asks(model) || press.chord.ctrl || press.chord.alt) return false;
  constexpr std::u32string_view kFirst = U"0123456789+-−.,∞(";
  return press.text != 0 && (more || kFirst.find(press.text) != std::u32string_view::npos);
}

void type_guess(Ui& ui, const Model& model) {
  std::string text;
  if (!asks(model) || ui.widgets.edit.name == kGuessField) return;
  for (const KeyPress& press : ui.widgets.picture_keys) {
    if (press.text != 0) append_utf8(text, press.text);
  }
  if (text.empty()) return;
  open_number(ui, kGuessField, std::move(text), true);
  if (model.panel != kPredictPanel) ui.push(SetPanel{kPredictPanel});
}

bool click_is_guess(Ui& ui, const Model& model, const std::optional<Selection>& at) {
  if (!asks(model)) return false;
  if (model.predict.asked == Asked::kWinner && at && at->side == Side::kInput) {
    const std::string place = std::to_string(at->cell.row) + ", " + std::to_string(at->cell.column);
    ui.push(Action(SetDraft{place}));
  }
  return true;
}

}  // namespace poolglass::step
