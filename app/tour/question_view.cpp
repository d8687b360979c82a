#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/predict_view.h"
#include "app/state/model.h"
#include "app/tour/parts_view.h"
#include "app/tour/words_view.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass::tour {
namespace {

constexpr std::string_view kField = "tour/guess";

void commit(Ui& ui, const std::string& text, bool enter) {
  if (enter && parsed_number(text, true)) return ui.push(tour::Action(Answer{text}));
  ui.push(tour::Action(Draft{text}));
  if (enter && !text.empty()) ui.push(SetNotice{"“" + text + "” is not a number: nothing is revealed", true});
}

void guess_field(Ui& ui, const Place& place, ViewState& view) {
  const Rect rect = labelled_row(ui, "Your guess");
  std::string typed;
  for (const KeyPress& press : std::exchange(view.keys, {})) {
    if (press.text != 0) append_utf8(typed, press.text);
  }
  if (!typed.empty() && ui.widgets.edit.name.empty()) open_number(ui, kField, std::move(typed), true);
  if (ui.widgets.edit.name == kField) {
    const bool enter = std::ranges::any_of(ui.widgets.edit.keys, [](const KeyPress& press) {
      return press.chord.key == kKeyEnter && !press.repeat;
    });
    const EditResult result = parts::edit_at(ui, kField, rect, false);
    if (result == EditResult::kCommitted) commit(ui, ui.widgets.edit.text, enter);
    return;
  }
  std::string text = place.draft;
  if (text_field_at(ui, kField, rect, {"", "Type your answer; Enter reveals the truth", "", ""}, &text))
    ui.push(tour::Action(Draft{text}));
  dress_guess_field(ui, rect, place.draft.empty());
}

// "1  Max pooling": chosen by a click or its figure.
void option_button(Ui& ui, const Option& option, size_t index) {
  const std::string name = "tour/option/" + option.key;
  const float pad = 0.6f * ui.em, indent = 2.1f * ui.em;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x;
  // As high as its words, which are set over its ground.
  const std::string words = plain(option.words);
  const auto lines = wrapped(canvas, words, Font::kText, ui.em, width - indent - pad);
  const float height =
      std::round((1.45f * static_cast<float>(std::max<size_t>(lines.size(), 1)) + 0.6f) * ui.em);
  const Rect rect = take_row(height);
  const parts::Item it = parts::item(ui, name, rect);
  canvas.fill(rect, parts::control_fill(ui, it.hovered, it.held), parts::corner(ui));
  float y = at.y + 0.3f * ui.em + 0.725f * ui.em;
  canvas.text({rect.min.x + pad, y}, std::to_string(index + 1), Font::kMono, kCaption * ui.em, ui.theme.muted,
              AlignX::kLeft, AlignY::kMiddle);
  for (const std::string& line : lines) {
    canvas.text({rect.min.x + indent, y}, line, Font::kText, ui.em, ui.theme.text, AlignX::kLeft,
                AlignY::kMiddle);
    y += 1.45f * ui.em;
  }
  if (parts::pressed(ui, name, rect) || it.clicked) ui.push(tour::Action(Answer{option.key}));
  gap(ui, 0.3f);
}

void open_question(Ui& ui, const Question& question, const Results& results, const Place& place,
                   ViewState& view) {
  set_words(ui, results.question, {ui.em, ui.theme.text});
  gap(ui, 0.4f);
  if (question.kind == AskKind::kChoice) {
    for (size_t i = 0; i < question.options.size(); ++i) option_button(ui, question.options[i], i);
  } else {
    guess_field(ui, place, view);
    gap(ui, 0.3f);
    const std::string why = place.draft.empty() ? "Type your guess first" : "";
    if (primary_button(ui, "tour/reveal", {"Reveal", "The truth beside your guess  [Enter]", "", why}))
      commit(ui, place.draft, true);
  }
  if (button(ui, "tour/show-truth", {"I do not know", "The truth without a guess", "", ""}))
    ui.push(tour::Action(Answer{""}));
}

void answered(Ui& ui, AskKind kind, const Results& results) {
  set_words(ui, results.question, {ui.em, ui.theme.text});
  const Outcome& outcome = results.outcome;
  const Font font = kind == AskKind::kChoice ? Font::kText : Font::kMono;
  answer_rows(ui, {outcome.guess, outcome.truth, outcome.right, font}, "tour/truth");
  if (!outcome.slip.empty()) mistake_note(ui, plain(outcome.slip), "");
}

}  // namespace

bool takes_key(const KeyPress& press, bool more, const Model& model) {
  if (!is_shown(model) || !asks(model) || press.chord.ctrl || press.chord.alt) return false;
  const Question& question = current(model.tour).question;
  if (question.kind == AskKind::kPooling) return false;
  if (question.kind == AskKind::kChoice)
    return press.text > U'0' && press.text - U'0' <= question.options.size();
  if (is_plain(press, kKeyEnter)) return true;
  constexpr std::u32string_view kFirst = U"0123456789−-.,";
  return press.text != 0 && (more || kFirst.find(press.text) != std::u32string_view::npos);
}

void draw_question(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  const Place& place = model.tour;
  const Question& question = current(place).question;
  const Results& results = derived.tour;
  if (question.kind == AskKind::kNone) return;
  gap(ui, 0.3f);
  if (question.kind == AskKind::kPooling) {
    // The room's own question, as long as it is about this step's picture.
    const bool live = model.step.predict.exercise == question.exercise &&
                      model.step.predict.state != step::GuessState::kNone;
    const step::Document& document = model.step.document;
    if (live) return step::draw_question(ui, model.step.predict, derived.step.predict, document);
    return step::draw_question(ui, results.prediction, results.predicted, document);
  }
  const std::vector<KeyPress> keys = view.keys;
  if (question.kind == AskKind::kChoice && !place.answers[place.step].given) {
    view.keys.clear();
    for (const KeyPress& press : keys) {
      const size_t index = static_cast<size_t>(press.text) - U'1';
      if (index < question.options.size()) ui.push(tour::Action(Answer{question.options[index].key}));
    }
  } else if (std::ranges::any_of(keys, [](const KeyPress& press) { return is_plain(press, kKeyEnter); })) {
    view.keys.clear();
    commit(ui, place.draft, true);
  }
  place.answers[place.step].given ? answered(ui, question.kind, results)
                                  : open_question(ui, question, results, place, view);
}

}  // namespace poolglass::tour
