// What the Predict panel leaves on the picture: "?" where the answer will stand, then the guess beside it.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <string>

#include "app/rooms/step/predict_view.h"
#include "app/views/answer.h"

namespace poolglass::step {
namespace {

// "◆ 5.25" in a frame whose left edge is in the middle of `left`.
Rect draw_tag(Picture& p, glm::vec2 left, std::string_view text) {
  const float size = kCaption * p.em, half = 0.32f * p.em, pad = 0.45f * p.em;
  const float width = p.canvas.text_size(text, Font::kMono, size).x + 3 * pad + 2 * half;
  const Rect tag = Rect::from_size(glm::round(left - glm::vec2(0, 0.85f * p.em)), {width, 1.7f * p.em});
  p.canvas.fill(tag, p.theme.ground, 0.35f * p.em);
  p.canvas.stroke(tag, p.theme.guess, std::max(p.hair(), 0.1f * p.em), 0.35f * p.em);
  guess_diamond(p.canvas, {tag.min.x + pad + half, left.y}, half, p.theme.guess);
  p.canvas.text({tag.min.x + 2 * pad + 2 * half, left.y}, text, Font::kMono, size, p.theme.guess,
                AlignX::kLeft, AlignY::kMiddle);
  return tag;
}

float tag_width(const Picture& p, std::string_view text) {
  return p.canvas.text_size(text, Font::kMono, kCaption * p.em).x + 2.1f * p.em;
}

// Beside a cell: to its right where the grid's side has room for it, else under it.
void tag_beside(Picture& p, const Rect& cell, float right_end, std::string_view text) {
  const float width = tag_width(p, text);
  if (cell.max.x + 0.4f * p.em + width <= right_end) {
    draw_tag(p, {cell.max.x + 0.4f * p.em, cell.centre().y}, text);
    return;
  }
  draw_tag(p, {std::max(cell.max.x - width, p.layout.input.area().min.x), cell.max.y + 1.1f * p.em}, text);
}

// Of a map, a part of which is seen.
bool in_sight(const GridBox& box, Cell cell) {
  return !box.frame || box.frame->contains(cell_rect(box, cell).centre());
}

// The cell that was named as the winner: a ring in the guess's colour, and its diamond.
void mark_named_cell(Picture& p, const Answer& guess) {
  const Cell cell{static_cast<int64_t>(guess.first), static_cast<int64_t>(guess.second)};
  if (!p.derived.grid.contains(cell) || !in_sight(p.layout.input, cell)) return;
  const Rect rect = cell_rect(p.layout.input, cell);
  const float width = std::max(p.hair(), std::round(0.06f * rect.width()));
  p.canvas.stroke(rect.inset(2 * width), p.theme.ground, width + 2 * p.hair(), 0.13f * p.em);
  p.canvas.stroke(rect.inset(2 * width), p.theme.guess, width, 0.13f * p.em);
  const float half = std::clamp(0.14f * rect.width(), 2.0f, 0.4f * p.em);
  guess_diamond(p.canvas, {rect.max.x - 2.4f * half, rect.min.y + 2.4f * half}, half, p.theme.guess);
}

}  // namespace

void draw_asked(Picture& p, const Rect& rect) {
  p.canvas.fill(rect, p.theme.ground);
  p.canvas.dashed_stroke(rect.inset(p.hair()), p.theme.guess, std::max(p.hair(), 0.1f * p.em), 0.3f * p.em);
  const float size = std::clamp(0.46f * std::min(rect.width(), rect.height()), 0.6f * p.em, 1.4f * p.em);
  p.canvas.text(rect.centre(), "?", Font::kMono, size, p.theme.guess, AlignX::kCentre, AlignY::kMiddle);
}

void draw_guess(Picture& p) {
  const PredictFacts& facts = p.derived.predict;
  const Prediction& predict = p.model.predict;
  if (facts.open || !facts.guess || facts.right) return;
  const std::string text = answer_text(predict.asked, *facts.guess);
  const float output_end = std::max(p.layout.legend.max.x, p.layout.output.area().max.x);
  switch (predict.asked) {
    case Asked::kOutputCell:
    case Asked::kDivisor:
      if (!p.derived.output.contains(predict.cell) || !in_sight(p.layout.output, predict.cell)) return;
      return tag_beside(p, cell_rect(p.layout.output, predict.cell), output_end, text);
    case Asked::kOutputSize: {
      const Rect& title = p.layout.output_title;
      const float x = std::min(title.min.x + 9 * p.em, output_end - tag_width(p, text));
      if (p.layout.titles) draw_tag(p, {std::max(x, title.min.x), title.min.y + 0.5f * p.em}, text);
      return;
    }
    case Asked::kWinner:
      return mark_named_cell(p, *facts.guess);
    case Asked::kGradient:
      if (!p.derived.grid.contains(predict.cell)) return;
      return tag_beside(p, cell_rect(p.layout.input, predict.cell), p.layout.input.area().max.x, text);
  }
}

void draw_guess_on_line(Picture& p, const std::function<float(float)>& x_of, float y, const Rect& line) {
  const PredictFacts& facts = p.derived.predict;
  const Prediction& predict = p.model.predict;
  const bool shown = predict.asked == Asked::kOutputCell && facts.guess && !facts.open && !facts.right;
  if (!shown || !std::isfinite(facts.guess->first) || !std::isfinite(facts.truth->first)) return;
  const float guess = std::clamp(x_of(static_cast<float>(facts.guess->first)), line.min.x, line.max.x);
  const float truth = x_of(static_cast<float>(facts.truth->first));
  const double come = std::clamp(predict.shown_for / kRevealSeconds, 0.0, 1.0);
  const float eased = static_cast<float>(come * come * (3 - 2 * come));
  guess_diamond(p.canvas, {guess, y}, 0.45f * p.em, p.theme.guess);
  const float side = truth < guess ? -1.0f : 1.0f, gap = 0.7f * p.em;
  const float from = guess + side * gap, to = truth - side * gap;
  if ((to - from) * side < 0.5f * p.em) return;
  p.canvas.arrow({from, y}, {from + (to - from) * eased, y}, p.theme.guess, p.hair(), 0.4f * p.em);
}

}  // namespace poolglass::step
