// The window on the input and what it sends to the output.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

// An outline that reads on dark and bright cells alike: the colour on a rim of the ground.
void rimmed(Picture& p, const Rect& rect, Color color, float width, float radius = 0) {
  p.canvas.stroke(rect, with_alpha(p.theme.ground, 0.9f), width + 2 * p.hair(), radius);
  p.canvas.stroke(rect, color, width, radius);
}

float window_line(const Picture& p) {
  return std::max(p.hair(), std::round(std::min(0.18f * p.em, 0.08f * p.layout.input.cell + p.hair())));
}

// A winner is a ring and a colour.
void draw_winner(Picture& p, Cell cell) {
  const Rect rect = cell_rect(p.layout.input, cell);
  if (!p.layout.numbers) {
    p.canvas.fill(rect.inset(std::min(p.hair(), 0.2f * rect.width())), p.theme.winner);
    return;
  }
  const float width = std::clamp(std::round(0.05f * rect.width()), p.hair(), 3 * p.hair());
  const float inset = std::max(std::round(0.07f * rect.width()), 0.5f * window_line(p) + p.hair());
  const Rect ring = Rect{rect.min, rect.max - glm::vec2(p.hair())}.inset(inset);
  rimmed(p, ring, p.theme.winner, width, 0.4f * ring.width());
}

void draw_taps(Picture& p) {
  const WindowFacts& window = p.derived.window;
  if (window.rows.step * window.columns.step == 1 || p.layout.input.cell < 0.4f * p.em) return;
  for (const Tap& tap : window.taps) {
    const Rect cell = cell_rect(p.layout.input, tap.cell);
    rimmed(p, cell.inset(0.5f * p.hair() + std::round(0.04f * cell.width())), p.theme.accent,
           std::max(p.hair(), std::round(0.5f * window_line(p))));
  }
}

// Large enough to be seen around the smallest cell.
Rect visible(const Picture& p, Rect rect) {
  const glm::vec2 grow = glm::max(glm::vec2(0.45f * p.em) - rect.size(), glm::vec2(0)) * 0.5f;
  return rect.inset(-grow.x, -grow.y);
}

Rect output_face(const Picture& p) {
  Rect rect = cell_rect(p.layout.output, p.derived.window.output);
  rect.max -= glm::vec2(p.hair());
  return visible(p, rect);
}

}  // namespace

Rect Picture::window_now() const {
  const GridBox& box = layout.input;
  const Rect here = window_rect(box, derived.window.rows, derived.window.columns);
  if (explores() || !derived.readers.empty() || motion.glide >= 1) return here;
  const Cell from = derived.output_cell(std::clamp<int64_t>(model.playhead.from, 0, derived.windows - 1));
  const Rect there =
      window_rect(box, derived.geometry.rows.window(from.row), derived.geometry.columns.window(from.column));
  return lerp(there, here, motion.glide);
}

void draw_window(Picture& p) {
  const bool settled = p.explores() || !p.derived.readers.empty() || p.motion.glide >= 1;
  if (settled) draw_taps(p);
  if (settled && p.model.lens == kWindowLens && p.derived.window.winner)
    draw_winner(p, *p.derived.window.winner);
  const float line = window_line(p);
  Rect window = p.window_now();
  window.max -= glm::vec2(p.hair());
  rimmed(p, visible(p, window), p.theme.accent, line, std::round(0.13f * p.em));
  rimmed(p, output_face(p), p.theme.accent, std::max(p.hair(), std::round(0.6f * line)),
         std::round(0.13f * p.em));
}

void draw_readers(Picture& p) {
  const Derived& d = p.derived;
  if (!d.focus || d.focus->side != Side::kInput) return;
  const float width = std::max(p.hair(), std::round(0.45f * window_line(p)));
  for (const Cell& reader : d.readers) {
    const Rect window = window_rect(p.layout.input, d.geometry.rows.window(reader.row),
                                    d.geometry.columns.window(reader.column));
    rimmed(p, {window.min, window.max - glm::vec2(p.hair())}, p.theme.text, width);
    const Rect cell = cell_rect(p.layout.output, reader);
    rimmed(p, {cell.min, cell.max - glm::vec2(p.hair())}, p.theme.text, width);
  }
  const Rect cell = cell_rect(p.layout.input, d.focus->cell);
  p.canvas.fill(cell, with_alpha(p.theme.accent, 0.25f));
}

void draw_pin(Picture& p) {
  const auto& pin = p.model.pin;
  if (!pin || p.derived.focus != pin) return;
  const Rect cell = cell_rect(pin->side == Side::kInput ? p.layout.input : p.layout.output, pin->cell);
  // A corner flag: it stays while the pointer explores elsewhere.
  const float side = std::clamp(0.28f * cell.width(), 3.0f, 0.9f * p.em);
  const glm::vec2 corner(cell.max.x - p.hair(), cell.min.y);
  const glm::vec2 flag[] = {corner, corner + glm::vec2(0, side), corner - glm::vec2(side, 0)};
  p.canvas.fill_convex(flag, p.theme.accent);
}

void draw_traveller(Picture& p) {
  const float t = p.motion.travel;
  if (p.explores() || t <= 0 || p.motion.land >= 1) return;
  const WindowFacts& window = p.derived.window;
  const Rect from = window.winner ? cell_rect(p.layout.input, *window.winner) : p.window_now();
  const Rect to = cell_rect(p.layout.output, window.output);
  const glm::vec2 at = travel_point(from.centre(), to.centre(), t);
  if (!p.layout.output_numbers) {
    const float side = std::max(p.layout.input.cell, 0.5f * p.em);
    rimmed(p, Rect::from_size(at - glm::vec2(side / 2), glm::vec2(side)), p.theme.accent, p.hair());
    p.canvas.fill(Rect::from_size(at - glm::vec2(side / 2), glm::vec2(side)), p.value_color(window.result));
    return;
  }
  const std::string text = short_text(window.result);
  const float size = std::min(1.33f * p.em, 0.4f * p.layout.output.cell);
  const glm::vec2 half = (p.canvas.text_size(text, Font::kMono, size) + glm::vec2(1.0f, 0.5f) * p.em) * 0.5f;
  const Rect chip{at - half, at + half};
  p.canvas.fill(chip, with_alpha(p.value_color(window.result), 1 - 0.6f * p.motion.land), 0.35f * p.em);
  p.canvas.stroke(chip, with_alpha(window.winner ? p.theme.winner : p.theme.accent, 1 - p.motion.land),
                  std::round(0.13f * p.em), 0.35f * p.em);
  p.canvas.text(at, text, Font::kMono, size, with_alpha(p.ink_on(window.result), 1 - p.motion.land),
                AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
