#include "app/rooms/step/predict_view.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>
#include <vector>

#include "app/rooms/format.h"
#include "app/rooms/step/predict_state.h"
#include "app/views/imgui_canvas.h"
#include "app/views/imgui_compat.h"
#include "app/views/widgets.h"

namespace poolglass::step {
namespace {

constexpr std::string_view kGuessField = "step/guess";

ImGuiCanvas panel_canvas(const Ui& ui) { return {*ImGui::GetWindowDrawList(), ui.fonts}; }

// A rectangle of the panel's width at the cursor, which moves on below it.
Rect take(float height) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({width, height});
  return Rect::from_size(at, {width, height});
}

void paragraph(Ui& ui, const std::string& text, Font font, float size, Color color) {
  ImGuiCanvas canvas = panel_canvas(ui);
  const float width = ImGui::GetContentRegionAvail().x;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    for (const std::string& line : wrapped(canvas, text.substr(at, end - at), font, size, width)) {
      const Rect rect = take(std::round(1.45f * size));
      canvas.text({rect.min.x, rect.centre().y}, line, font, size, color, AlignX::kLeft, AlignY::kMiddle);
    }
    at = end + 1;
  }
}

void tick(Canvas& canvas, glm::vec2 centre, float half, Color color, float width) {
  const glm::vec2 points[] = {centre + glm::vec2(-half, 0.1f * half),
                              centre + glm::vec2(-0.25f * half, 0.75f * half),
                              centre + glm::vec2(half, -0.75f * half)};
  canvas.polyline(points, color, width, false);
}

void cross(Canvas& canvas, glm::vec2 centre, float half, Color color, float width) {
  canvas.line(centre - glm::vec2(half), centre + glm::vec2(half), color, width);
  canvas.line(centre + glm::vec2(-half, half), centre + glm::vec2(half, -half), color, width);
}

// "Padding and the divisor                5 of 12", and how each of them went.
void heading(Ui& ui, const Prediction& predict) {
  ImGuiCanvas canvas = panel_canvas(ui);
  const Exercise* exercise = predict.exercise.get();
  gap(ui, 0.4f);
  const Rect row = take(std::round(2.4f * ui.em));
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
  const Rect marks = take(std::round(1.7f * ui.em));
  const float each = marks.width() / static_cast<float>(exercise->count),
              line = std::max(1.5f, 0.11f * ui.em);
  for (int64_t i = 0; i < exercise->count; ++i) {
    const glm::vec2 at(marks.min.x + each * (static_cast<float>(i) + 0.5f), marks.centre().y);
    const std::vector<Mark>& all = predict.score.exercises;
    const Mark mark = static_cast<size_t>(i) < all.size() ? all[static_cast<size_t>(i)] : Mark::kNone;
    const float half = 0.32f * ui.em;
    if (mark == Mark::kRight) tick(canvas, at, half, ui.theme.average_pool, line);
    if (mark == Mark::kWrong) cross(canvas, at, 0.8f * half, ui.theme.warning, line);
    if (mark == Mark::kNone && i != exercise->index) canvas.fill_circle(at, 0.12f * ui.em, ui.theme.hairline);
    if (i == exercise->index) canvas.stroke_circle(at, 1.6f * half, ui.theme.text, line);
  }
  gap(ui, 0.4f);
}

// The label of a row and the room for what stands right of it.
Rect labelled(Ui& ui, std::string_view label) {
  const Rect row = take(std::round(2.35f * ui.em));
  panel_canvas(ui).text({row.min.x, row.centre().y}, label, Font::kText, kCaption * ui.em, ui.theme.muted,
                        AlignX::kLeft, AlignY::kMiddle);
  return {{row.min.x + std::round(6.4f * ui.em), row.min.y + std::round(0.2f * ui.em)},
          {row.max.x, row.max.y - std::round(0.2f * ui.em)}};
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
  const Rect rect = labelled(ui, "Your guess");
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
  ImGuiCanvas canvas = panel_canvas(ui);
  canvas.dashed_stroke(rect.inset(std::max(1.0f, std::round(ui.em / 15))), ui.theme.guess,
                       std::max(1.0f, std::round(ui.em / 15)), 0.35f * ui.em);
  if (predict.typed.empty()) {
    canvas.text({rect.min.x + 0.7f * ui.em, rect.centre().y}, "?", Font::kMono, ui.em, ui.theme.guess,
                AlignX::kLeft, AlignY::kMiddle);
  }
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

void truth_row(Ui& ui, const Prediction& predict, const PredictFacts& facts) {
  ImGuiCanvas canvas = panel_canvas(ui);
  if (facts.guess) {
    const Rect rect = labelled(ui, "Your guess");
    diamond(canvas, {rect.min.x + 0.4f * ui.em, rect.centre().y}, 0.4f * ui.em, ui.theme.guess);
    canvas.text({rect.min.x + 1.2f * ui.em, rect.centre().y}, answer_text(predict.asked, *facts.guess),
                Font::kMono, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
    const Color color = facts.right ? ui.theme.average_pool : ui.theme.warning;
    const std::string_view words = facts.right ? "right" : "not quite";
    const float width = canvas.text_size(words, Font::kText, kCaption * ui.em).x;
    canvas.text({rect.max.x, rect.centre().y}, words, Font::kText, kCaption * ui.em, color, AlignX::kRight,
                AlignY::kMiddle);
    const glm::vec2 at(rect.max.x - width - 0.8f * ui.em, rect.centre().y);
    const float line = std::max(1.5f, 0.11f * ui.em);
    if (facts.right) tick(canvas, at, 0.3f * ui.em, color, line);
    if (!facts.right) cross(canvas, at, 0.24f * ui.em, color, line);
  }
  const Rect rect = labelled(ui, "Truth");
  canvas.text({rect.min.x + 1.2f * ui.em, rect.centre().y}, answer_text(predict.asked, *facts.truth),
              Font::kMono, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  ui.tag("step/truth", rect);
}

// What the guess was right for: a bar in the guess's colour, the verdict, its reason.
void verdict(Ui& ui, const PredictFacts& facts) {
  if (!facts.guess || facts.right) return;
  gap(ui, 0.5f);
  const float top = ImGui::GetCursorScreenPos().y, indent = std::round(0.9f * ui.em);
  const float left = ImGui::GetCursorScreenPos().x;
  ImGui::Indent(indent);
  if (facts.mistake) {
    paragraph(ui, facts.words.verdict, Font::kStrong, ui.em, ui.theme.text);
    gap(ui, 0.2f);
    paragraph(ui, facts.words.explanation, Font::kText, kCaption * ui.em, ui.theme.muted);
  } else {
    paragraph(ui, "No mistake that is often made gives this number.", Font::kText, kCaption * ui.em,
              ui.theme.muted);
  }
  ImGui::Unindent(indent);
  const float bottom = ImGui::GetCursorScreenPos().y;
  panel_canvas(ui).fill({{left, top}, {left + std::max(2.0f, std::round(0.2f * ui.em)), bottom}},
                        ui.theme.guess);
}

void revealed(Ui& ui, const Model& model, const PredictFacts& facts) {
  gap(ui, 0.6f);
  truth_row(ui, model.predict, facts);
  if (!facts.truth_text.empty()) {
    paragraph(ui, facts.truth_text, Font::kMono, 0.8f * ui.em, ui.theme.muted);
  }
  verdict(ui, facts);
  gap(ui, 0.8f);
  const std::optional<Trial> trial = facts.mistake ? trial_of(*facts.mistake, model.document) : std::nullopt;
  if (trial &&
      button(ui, "step/trial", {trial->words, "Change the picture to what your guess is right for", "", ""}))
    ui.push(trial->action);
  if (primary_button(ui, "step/next", {"Next question", "Ask about the next one", "step.pin", ""}))
    ui.push(next_question(model.predict));
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
              "step.make-exercise", model.predict.question ? "" : "There is nothing to ask about"})) {
    ui.push(Request(AskSave{SaveKind::kStepExercise}));
  }
}

}  // namespace

void draw_predict(Ui& ui, const Model& model, const Derived& derived, ViewState&) {
  const Prediction& predict = model.predict;
  const PredictFacts& facts = derived.predict;
  heading(ui, predict);
  if (predict.state == GuessState::kNone) {
    if (primary_button(ui, "step/ask", {"Ask me", "A question about this picture", "step.pin", ""}))
      ui.push(Action(Ask{}));
  } else {
    paragraph(ui, facts.question, Font::kText, ui.em, ui.theme.text);
    if (!facts.status.ok()) {
      error_note(ui, sentence(facts.status.message()));
    } else if (facts.open) {
      open_question(ui, predict);
    } else {
      revealed(ui, model, facts);
    }
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
