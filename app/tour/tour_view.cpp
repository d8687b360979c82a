#include "app/tour/tour_view.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/state/model.h"
#include "app/tour/parts_view.h"
#include "app/tour/words_view.h"
#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass::tour {
namespace {

// Words with a dot before them. Returns where the words stand.
Rect draw_point(Ui& ui, const Words& words) {
  const Rect at = set_words(ui, words, {ui.em, ui.theme.text, std::round(1.1f * ui.em)});
  parts::window_canvas(ui).fill_circle({at.min.x - 0.7f * ui.em, at.min.y + 0.72f * ui.em}, 0.13f * ui.em,
                                       ui.theme.muted);
  return at;
}

void draw_link(Ui& ui, const Block& block, const std::string& name) {
  const Rect words = draw_point(ui, block.words);
  const parts::Item it = parts::item(ui, name, words);
  if (it.hovered) parts::window_canvas(ui).fill(words, with_alpha(ui.theme.focus, 0.12f), parts::corner(ui));
  if (parts::pressed(ui, name, words) || it.clicked) ui.push(tour::Action(Follow{block.view}));
}

void draw_block(Ui& ui, const Block& block, const std::string& name, const Place& place,
                const Results& results, ViewState& view) {
  switch (block.kind) {
    case BlockKind::kParagraph:
      gap(ui, 0.45f);
      set_words(ui, block.words, {ui.em, ui.theme.text});
      break;
    case BlockKind::kHeading:
      gap(ui, 0.7f);
      set_words(ui, {{Style::kStrong, plain(block.words)}}, {ui.em, ui.theme.text});
      break;
    case BlockKind::kPoint:
      gap(ui, 0.15f);
      draw_point(ui, block.words);
      break;
    case BlockKind::kLink:
      gap(ui, 0.15f);
      draw_link(ui, block, name);
      break;
    case BlockKind::kJobs:
      gap(ui, 0.4f);
      draw_jobs(ui, place, results);
      break;
    case BlockKind::kClaims:
      draw_claims(ui, place, results, view);
      break;
  }
}

void draw_blocks(Ui& ui, const std::vector<Block>& blocks, std::string_view part, const Place& place,
                 const Results& results, ViewState& view) {
  for (size_t i = 0; i < blocks.size(); ++i)
    draw_block(ui, blocks[i], "tour/" + std::string(part) + "/" + std::to_string(i), place, results, view);
}

// One dot a step: those behind are bright, the current one is a ring; a click goes there.
void draw_dots(Ui& ui, const Rect& rect, const Place& place) {
  const size_t count = place.course->steps.size();
  const float each = std::min(rect.width() / static_cast<float>(count), 0.7f * ui.em);
  const float left = rect.centre().x - each * static_cast<float>(count) / 2;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  for (size_t i = 0; i < count; ++i) {
    const glm::vec2 at(left + each * (static_cast<float>(i) + 0.5f), rect.centre().y);
    const bool current = i == place.step;
    const Color color = current || place.answers[i].given ? ui.theme.text : with_alpha(ui.theme.muted, 0.45f);
    canvas.fill_circle(at, (current ? 0.25f : 0.15f) * ui.em, color);
  }
  const Rect dots{{left, rect.min.y}, {left + each * static_cast<float>(count), rect.max.y}};
  const parts::Item it = parts::item(ui, "tour/dots", dots);
  tooltip(ui, dots, "Every step of the tour: click to go there");
  if (it.clicked) {
    const float x = (ImGui::GetIO().MousePos.x - left) / each;
    ui.push(tour::Action(GoTo{static_cast<size_t>(std::clamp(x, 0.0f, static_cast<float>(count) - 0.5f))}));
  }
  for (const KeyPress& press : parts::stop(ui, "tour/dots", dots, StopKind::kSlider)) {
    if (const int by = stepped(press, 1); by != 0) ui.push(tour::Action(Turn{by}));
    if (is_plain(press, kKeyHome)) ui.push(tour::Action(GoTo{0}));
    if (is_plain(press, kKeyEnd)) ui.push(tour::Action(GoTo{count - 1}));
  }
}

}  // namespace

void draw_heading(Ui& ui, const Rect& row, const Model& model) {
  const Place& place = model.tour;
  const std::string number = grouped(static_cast<int64_t>(place.step) + 1) + " of " +
                             grouped(static_cast<int64_t>(place.course->steps.size()));
  if (closable_heading(
          ui, "tour", row, {"Tour", number, Font::kMono},
          {"", "Leave the tour: your own work comes back, and it goes on here later", "tour", ""}))
    ui.push(tour::Action(Leave{}));
  if (icon_button(ui, "tour/fold", heading_button(ui, row, 1), Icon::kMinus,
                  {"", "Out of the way of the picture; the same key brings it back", "tour-fold", ""}))
    ui.push(tour::Action(Show{false}));
}

void draw_step(Ui& ui, const Model& model, const Derived& derived, ViewState& view) {
  const Place& place = model.tour;
  const Results& results = derived.tour;
  const Step& step = current(place);
  const bool same = view.course == place.course.get() && view.step == place.step;
  if (same && view.asks && !asks(model)) view.told = kFramesToGrow;
  if (!same) view.told = 0;
  view.course = place.course.get();
  view.step = place.step;
  view.asks = asks(model);
  view.scroll.reset();
  if (!same) view.scroll = 0;
  gap(ui, 0.9f);
  const float left = ImGui::GetCursorScreenPos().x;
  for (const std::string& line : wrapped(parts::window_canvas(ui), step.title, Font::kStrong, kTitle * ui.em,
                                         ImGui::GetContentRegionAvail().x)) {
    const Rect row = take_row(std::round(1.75f * ui.em));
    parts::window_canvas(ui).text({left, row.centre().y}, line, Font::kStrong, kTitle * ui.em, ui.theme.text,
                                  AlignX::kLeft, AlignY::kMiddle);
  }
  draw_blocks(ui, results.before, "before", place, results, view);
  if (view.told > 0 && step.question.kind != AskKind::kNone) {
    view.scroll = ImGui::GetCursorPosY();
    --view.told;
  }
  draw_question(ui, model, derived, view);
  draw_blocks(ui, results.after, "after", place, results, view);
  gap(ui, 0.8f);
  const bool begun = std::ranges::any_of(place.answers, &Answered::given);
  if (place.step == 0 && begun &&
      button(ui, "tour/restart", {"Begin again", "Forgets what was answered in all steps", "", ""}))
    ui.push(tour::Action(Restart{}));
  if (place.away && button(ui, "tour/again",
                           {"Back to this step's picture", "As it was before you tried", "tour-again", ""}))
    ui.push(tour::Action(Again{}));
  if (!asks(model)) note(ui, "Esc goes back to your own work.");
}

void draw_foot(Ui& ui, const Rect& area, const Model& model) {
  const Place& place = model.tour;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(area, ui.theme.surface);
  canvas.fill({area.min, {area.max.x, area.min.y + parts::hair(ui)}}, ui.theme.hairline);
  canvas.fill({area.min, {area.min.x + parts::hair(ui), area.max.y}}, ui.theme.hairline);
  const float pad = std::round(1.1f * ui.em), height = std::round(1.95f * ui.em);
  const float y = std::round(area.centre().y - height / 2);
  const Rect back = Rect::from_size({area.min.x + pad, y}, {std::round(4.2f * ui.em), height});
  const float wide = std::round(5.0f * ui.em);
  const Rect next = Rect::from_size({area.max.x - pad - wide, y}, {wide, height});
  const bool last = place.step + 1 == place.course->steps.size();
  if (button_at(ui, "tour/back", back,
                {"Back", "The step before", "tour-back", place.step == 0 ? "This is the first step" : ""}))
    ui.push(tour::Action(Turn{-1}));
  draw_dots(ui, {{back.max.x + 0.4f * ui.em, y}, {next.min.x - 0.4f * ui.em, y + height}}, place);
  const ControlText onward{last ? "Finish" : "Next", last ? "Ends the tour" : "The next step", "tour-next",
                           ""};
  if (button_at(ui, "tour/next", next, onward, !asks(model))) ui.push(tour::Action(Turn{1}));
}

}  // namespace poolglass::tour
