// The picture's words: size formulas, legend, captions, refusals.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/rooms/step/picture_view.h"

namespace poolglass::step {
namespace {

float text_at(Picture& p, glm::vec2 at, std::string_view text, Font font, Color color) {
  const float size = kCaption * p.em;
  p.canvas.text(at, text, font, size, color, AlignX::kLeft, AlignY::kMiddle);
  return at.x + p.canvas.text_size(text, font, size).x;
}

struct FormulaLine {
  std::string_view label;
  std::string_view text;
  std::string_view note;
  bool general = false;
};

std::vector<FormulaLine> formula_lines(const Derived& d) {
  const bool ceil = d.params.ceil_mode, adaptive = d.geometry.rows.adaptive;
  std::vector<FormulaLine> lines = {
      adaptive
          ? FormulaLine{"bin i of o", "[⌊i·n / o⌋, ⌈(i + 1)·n / o⌉)", "", true}
          : FormulaLine{"output size",
                        ceil ? "⌈(n + 2·p − d·(k − 1) − 1) / s⌉ + 1" : "⌊(n + 2·p − d·(k − 1) − 1) / s⌋ + 1",
                        "", true}};
  if (d.row_formula == d.column_formula) {
    lines.push_back({"each side", d.row_formula.text, d.row_formula.note, false});
  } else {
    lines.push_back({"rows", d.row_formula.text, d.row_formula.note, false});
    lines.push_back({"columns", d.column_formula.text, d.column_formula.note, false});
  }
  return lines;
}

}  // namespace

void draw_formulas(Picture& p) {
  if (p.layout.formula_lines == 0 || !p.derived.status.ok()) return;
  const Rect& room = p.layout.formulas;
  auto lines = formula_lines(p.derived);
  if (static_cast<size_t>(p.layout.formula_lines) < lines.size()) lines.erase(lines.begin());
  const float label = 6.0f * p.em;
  float width = 0;
  for (const FormulaLine& line : lines) {
    const float text = p.canvas.text_size(line.text, Font::kMono, kCaption * p.em).x;
    width = std::max(width, label + text + p.canvas.text_size(line.note, Font::kText, kCaption * p.em).x);
  }
  const float left =
      std::round(std::max(room.min.x, std::min(p.layout.input.area().min.x, room.max.x - width)));
  const float leading = room.height() / static_cast<float>(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const FormulaLine& line = lines[i];
    const float y = room.min.y + leading * (static_cast<float>(i) + 0.5f);
    text_at(p, {left, y}, line.label, Font::kText, p.theme.muted);
    const float end =
        text_at(p, {left + label, y}, line.text, Font::kMono, line.general ? p.theme.muted : p.theme.text);
    if (!line.note.empty()) text_at(p, {end + p.em, y}, line.note, Font::kText, p.theme.warning);
  }
}

void draw_scale(Picture& p, const Rect& room, float low, float high,
                const std::function<Color(double)>& map) {
  if (room == Rect{}) return;
  const bool single = !(high > low);
  const std::string first = short_text(low), last = single ? "" : short_text(high);
  const float size = kCaption * p.em, gap = 0.5f * p.em, thick = std::round(0.6f * p.em), y = room.centre().y;
  const float first_width = p.canvas.text_size(first, Font::kMono, size).x + gap;
  const float last_width = single ? 0 : p.canvas.text_size(last, Font::kMono, size).x + gap;
  const float free = room.width() - first_width - last_width;
  const float length = single ? thick : std::round(std::clamp(free, 3.0f * p.em, 10.0f * p.em));
  const float x = std::round(room.min.x + first_width);
  p.canvas.text({x - gap, y}, first, Font::kMono, size, p.theme.muted, AlignX::kRight, AlignY::kMiddle);
  p.canvas.text({x + length + gap, y}, last, Font::kMono, size, p.theme.muted, AlignX::kLeft,
                AlignY::kMiddle);
  constexpr int kSteps = 48;
  const float top = std::round(y - thick / 2);
  for (int i = 0; i < kSteps; ++i) {
    const float from = std::round(length * static_cast<float>(i) / kSteps);
    const float to = std::round(length * static_cast<float>(i + 1) / kSteps);
    p.canvas.fill({{x + from, top}, {x + to, top + thick}}, map(single ? 0.5 : (i + 0.5) / kSteps));
  }
}

void draw_signed_scale(Picture& p, const Rect& room, float span) {
  draw_scale(p, room, -span, span, [dark = p.theme.dark](double t) { return diverging(t, dark); });
}

void draw_legend(Picture& p) {
  const ValueRange& range = p.derived.range;
  draw_scale(p, p.layout.legend, static_cast<float>(range.low), static_cast<float>(range.high), cividis);
}

void draw_caption(Picture& p) {
  if (p.derived.predict.hides_size) return;
  const std::string& sentence = p.derived.never_read_sentence;
  const Rect& room = p.layout.caption;
  if (sentence.empty() || room == Rect{}) return;
  const float size = kCaption * p.em, leading = 1.3f * size;
  const float side = std::round(0.87f * p.em), gap = 0.5f * p.em;
  const float x = std::round(room.min.x), width = room.width() - side - gap;
  const auto most = std::max<size_t>(1, static_cast<size_t>(room.height() / leading));
  auto lines = wrapped(p.canvas, sentence, Font::kText, size, width);
  if (lines.size() > most) {
    lines = wrapped_within(p.canvas, grouped(p.derived.never_read) + " never read", Font::kText, size, width,
                           most);
  }
  float y = room.min.y + 0.8f * p.em;
  const Rect swatch = Rect::from_size({x, std::round(y - side / 2)}, {side, side});
  p.canvas.hatch(swatch, p.theme.muted, std::max(3.0f, 0.3f * p.em), p.hair());
  p.canvas.stroke(swatch, p.theme.muted, p.hair());
  for (const std::string& line : lines) {
    text_at(p, {x + side + gap, y}, line, Font::kText, p.theme.text);
    y += leading;
  }
}

void draw_refusal(Picture& p, const Rect& area) {
  if (p.derived.status.ok()) return;
  p.canvas.fill(area, with_alpha(p.theme.ground, 0.6f));
  const std::string refusal = "⚠ " + p.derived.refusal;
  std::string text = refusal + "; the picture shows the last that fitted";
  if (p.canvas.text_size(text, Font::kText, p.em).x > area.width() - 4 * p.em) text = refusal;
  const glm::vec2 size =
      glm::round(p.canvas.text_size(text, Font::kText, p.em) + glm::vec2(2.0f, 1.2f) * p.em);
  const glm::vec2 corner =
      glm::round(glm::vec2(area.centre().x - size.x / 2, area.max.y - 0.8f * p.em - size.y));
  const Rect banner = Rect::from_size(corner, size);
  p.canvas.fill(banner, p.theme.raised, 0.4f * p.em);
  p.canvas.stroke(banner, p.theme.warning, p.hair(), 0.4f * p.em);
  p.canvas.text(banner.centre(), text, Font::kText, p.em, p.theme.text, AlignX::kCentre, AlignY::kMiddle);
}

}  // namespace poolglass::step
