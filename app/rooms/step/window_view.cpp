// The window on the input and what it sends to the output.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/step/dialects.h"
#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

// An outline that reads on dark and bright cells alike: the colour on a rim of the ground.
void rimmed(Picture& p, const Rect& rect, Color color, float width, float radius = 0) {
  p.canvas.stroke(rect, with_alpha(p.theme.ground, 0.9f), width + 2 * p.hair(), radius);
  p.canvas.stroke(rect, color, width, radius);
}

float window_line(const Picture& p) {
  if (p.layout.map) return std::max(p.hair(), std::round(0.16f * p.em));
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

void draw_taps(Picture& p, const GridBox& box) {
  const WindowFacts& window = p.window();
  if (window.rows.step * window.columns.step == 1 || p.layout.input.cell < 0.4f * p.em) return;
  for (const Tap& tap : window.taps) {
    const Rect cell = cell_rect(box, tap.cell);
    rimmed(p, cell.inset(0.5f * p.hair() + std::round(0.04f * cell.width())), p.theme.accent,
           std::max(p.hair(), std::round(0.5f * window_line(p))));
  }
}

// Large enough to be seen around the smallest cell.
Rect visible(const Picture& p, Rect rect) {
  const glm::vec2 grow = glm::max(glm::vec2(0.45f * p.em) - rect.size(), glm::vec2(0)) * 0.5f;
  return rect.inset(-grow.x, -grow.y);
}

Rect output_face(const Picture& p, const GridBox& box) {
  Rect rect = cell_rect(box, p.window().output);
  rect.max -= glm::vec2(p.hair());
  return visible(p, rect);
}

// A dialect's output may lack the window.
bool has_window(const Picture& p, const Panel& panel) {
  if (p.lens() != kDialectsLens) return true;
  if (p.layout.map) return shown_dialect(p.derived).refusal.empty();
  const auto index = static_cast<size_t>(&panel - p.layout.panels.data());
  return p.derived.dialects.all[index - 1].output.contains(p.window().output) &&
         p.derived.dialects.all[index - 1].refusal.empty();
}

// A result on its way from `from` to its cell.
void draw_chip(Picture& p, const Rect& from, const Rect& to, float result, Color rim) {
  const glm::vec2 at = travel_point(from.centre(), to.centre(), p.motion.travel);
  if (!p.layout.output_numbers) {
    const float side = std::max(p.layout.input.cell, 0.5f * p.em);
    rimmed(p, Rect::from_size(at - glm::vec2(side / 2), glm::vec2(side)), p.theme.accent, p.hair());
    p.canvas.fill(Rect::from_size(at - glm::vec2(side / 2), glm::vec2(side)), p.value_color(result));
    return;
  }
  const float landing = p.motion.land;
  const std::string text = short_text(result);
  const float size = std::min(1.33f * p.em, 0.4f * p.layout.output.cell);
  const glm::vec2 half = (p.canvas.text_size(text, Font::kMono, size) + glm::vec2(1.0f, 0.5f) * p.em) * 0.5f;
  const Rect chip{at - half, at + half};
  p.canvas.fill(chip, with_alpha(p.value_color(result), 1 - 0.6f * landing), 0.35f * p.em);
  p.canvas.stroke(chip, with_alpha(rim, 1 - landing), std::round(0.13f * p.em), 0.35f * p.em);
  p.canvas.text(at, text, Font::kMono, size, with_alpha(p.ink_on(result), 1 - landing), AlignX::kCentre,
                AlignY::kMiddle);
}

}  // namespace

const WindowFacts& Picture::window() const {
  return lens() == kDialectsLens ? derived.dialects.window : derived.window;
}

const WindowGeometry& Picture::geometry() const {
  if (lens() != kDialectsLens) return derived.geometry;
  const DialectView& shown = derived.dialects.all[static_cast<size_t>(derived.dialects.shown)];
  return shown.refusal.empty() ? shown.windows.geometry : derived.geometry;
}

Rect Picture::window_on(const GridBox& box) const {
  const Rect here = window_rect(box, window().rows, window().columns);
  if (explores() || !derived.readers.empty() || motion.glide >= 1) return here;
  const auto& [rows, columns] = geometry();
  const Cell from = derived.output_cell(std::clamp<int64_t>(model.playhead.from, 0, derived.windows - 1));
  const Rect there = window_rect(box, rows.window(std::min(from.row, rows.output - 1)),
                                 columns.window(std::min(from.column, columns.output - 1)));
  return lerp(there, here, motion.glide);
}

void draw_window(Picture& p) {
  const bool settled = p.explores() || !p.derived.readers.empty() || p.motion.glide >= 1;
  const float line = window_line(p), radius = std::round(0.13f * p.em);
  const bool routes = p.lens() == kGradientLens || p.lens() == kCoverageLens;
  const bool keeps = p.keeps_result();
  if (settled && !routes && !keeps && p.window().winner) {
    const Clip inside(p.canvas, seen_through(p, p.layout.input));
    draw_winner(p, *p.window().winner);
  }
  for (const Panel& panel : p.layout.panels) {
    const Clip inside(p.canvas, seen_through(p, panel.box));
    if (!panel.input) {
      if (p.derived.predict.hides_size || !has_window(p, panel)) continue;
      const float width = std::max(p.hair(), std::round(0.6f * line));
      rimmed(p, output_face(p, panel.box), p.theme.accent, width, radius);
      continue;
    }
    if (settled) draw_taps(p, panel.box);
    Rect window = p.window_on(panel.box);
    window.max -= glm::vec2(p.hair());
    rimmed(p, visible(p, window), p.theme.accent, line, radius);
  }
}

// Those of more windows than can be told apart as one.
void draw_readers(Picture& p) {
  constexpr size_t kMostReaders = 400;
  const Derived& d = p.derived;
  if (!d.focus || d.focus->side != Side::kInput || p.lens() == kDialectsLens) return;
  const float width = std::max(p.hair(), std::round(0.45f * window_line(p)));
  for (const Panel& panel : p.layout.panels) {
    const Clip inside(p.canvas, seen_through(p, panel.box));
    const auto rect_of = [&](Cell reader) {
      return panel.input ? window_rect(panel.box, d.geometry.rows.window(reader.row),
                                       d.geometry.columns.window(reader.column))
                         : cell_rect(panel.box, reader);
    };
    const auto outline = [&](const Rect& rect) {
      rimmed(p, {rect.min, rect.max - glm::vec2(p.hair())}, p.theme.text, width);
    };
    if (d.readers.size() > kMostReaders) {
      outline({rect_of(d.readers.front()).min, rect_of(d.readers.back()).max});
    } else {
      for (const Cell& reader : d.readers) outline(rect_of(reader));
    }
    if (panel.input) p.canvas.fill(cell_rect(panel.box, d.focus->cell), with_alpha(p.theme.accent, 0.25f));
  }
}

void draw_pin(Picture& p) {
  const auto& pin = p.model.pin;
  if (!pin || p.derived.focus != pin) return;
  for (const Panel& panel : p.layout.panels) {
    if (panel.input != (pin->side == Side::kInput)) continue;
    const bool many = p.lens() == kDialectsLens && !p.layout.map;  // outputs
    if (many && !panel.input && &panel != &p.layout.panels[1 + pin->grid]) continue;
    const Clip inside(p.canvas, seen_through(p, panel.box));
    const Rect cell = cell_rect(panel.box, pin->cell);
    // A corner flag: it stays while the pointer explores elsewhere.
    const float side = std::clamp(0.28f * cell.width(), 3.0f, 0.9f * p.em);
    const glm::vec2 corner(cell.max.x - p.hair(), cell.min.y);
    const glm::vec2 flag[] = {corner, corner + glm::vec2(0, side), corner - glm::vec2(side, 0)};
    p.canvas.fill_convex(flag, p.theme.accent);
  }
}

void draw_traveller(Picture& p) {
  const float t = p.motion.travel;
  if (p.explores() || t <= 0 || p.motion.land >= 1) return;
  const WindowFacts& window = p.derived.window;
  const Rect from = window.winner ? cell_rect(p.layout.input, *window.winner) : p.window_now();
  const Rect to = cell_rect(p.layout.output, window.output);
  if (p.derived.both) {
    const Rect average = cell_rect(p.layout.panels[2].box, window.output);
    draw_chip(p, p.window_now(), average, p.derived.other.at(window.output), p.theme.accent);
  }
  draw_chip(p, from, to, window.result, window.winner ? p.theme.winner : p.theme.accent);
}

}  // namespace poolglass::step
