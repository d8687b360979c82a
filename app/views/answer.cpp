#include "app/views/answer.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr float kIndent = 1.2f;  // em: what stands beside the guess's diamond

// Figures stand in the row and are wrapped below it where they are longer; words have lines of their own.
void value_lines(Ui& ui, const Rect& room, const std::string& text, Font font, float right) {
  if (font == Font::kText) return paragraph(ui, text, font, ui.em, ui.theme.text);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float x = room.min.x + kIndent * ui.em;
  const auto lines = wrapped(canvas, text, font, ui.em, std::max(right - x, 4 * ui.em));
  for (size_t i = 0; i < lines.size(); ++i) {
    const float y = i == 0 ? room.centre().y : take_row(std::round(1.45f * ui.em)).centre().y;
    canvas.text({x, y}, lines[i], font, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  }
}

}  // namespace

Rect take_row(float height) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({width, height});
  return Rect::from_size(at, {width, height});
}

void paragraph(Ui& ui, const std::string& text, Font font, float size, Color color) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float width = ImGui::GetContentRegionAvail().x;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    for (const std::string& line : wrapped(canvas, text.substr(at, end - at), font, size, width)) {
      const Rect rect = take_row(std::round(1.45f * size));
      canvas.text({rect.min.x, rect.centre().y}, line, font, size, color, AlignX::kLeft, AlignY::kMiddle);
    }
    at = end + 1;
  }
}

Rect labelled_row(Ui& ui, std::string_view label) {
  const Rect row = take_row(std::round(2.35f * ui.em));
  parts::window_canvas(ui).text({row.min.x, row.centre().y}, label, Font::kText, kCaption * ui.em,
                                ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  return {{row.min.x + std::round(6.4f * ui.em), row.min.y + std::round(0.2f * ui.em)},
          {row.max.x, row.max.y - std::round(0.2f * ui.em)}};
}

void guess_diamond(Canvas& canvas, glm::vec2 centre, float half, Color color) {
  const glm::vec2 points[] = {centre - glm::vec2(0, half), centre + glm::vec2(half, 0),
                              centre + glm::vec2(0, half), centre - glm::vec2(half, 0)};
  canvas.fill_convex(points, color);
}

void right_tick(Canvas& canvas, glm::vec2 centre, float half, Color color, float width) {
  const glm::vec2 points[] = {centre + glm::vec2(-half, 0.1f * half),
                              centre + glm::vec2(-0.25f * half, 0.75f * half),
                              centre + glm::vec2(half, -0.75f * half)};
  canvas.polyline(points, color, width, false);
}

void wrong_cross(Canvas& canvas, glm::vec2 centre, float half, Color color, float width) {
  canvas.line(centre - glm::vec2(half), centre + glm::vec2(half), color, width);
  canvas.line(centre + glm::vec2(-half, half), centre + glm::vec2(half, -half), color, width);
}

void answer_rows(Ui& ui, const AnswerText& text, std::string_view truth_tag) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (text.right) {
    const Rect rect = labelled_row(ui, "Your guess");
    guess_diamond(canvas, {rect.min.x + 0.4f * ui.em, rect.centre().y}, 0.4f * ui.em, ui.theme.guess);
    const Color color = *text.right ? ui.theme.average_pool : ui.theme.warning;
    const std::string_view words = *text.right ? "right" : "not quite";
    const float width = canvas.text_size(words, Font::kText, kCaption * ui.em).x;
    canvas.text({rect.max.x, rect.centre().y}, words, Font::kText, kCaption * ui.em, color, AlignX::kRight,
                AlignY::kMiddle);
    const glm::vec2 at(rect.max.x - width - 0.8f * ui.em, rect.centre().y);
    const float line = std::max(1.5f, 0.11f * ui.em);
    if (*text.right) right_tick(canvas, at, 0.3f * ui.em, color, line);
    if (!*text.right) wrong_cross(canvas, at, 0.24f * ui.em, color, line);
    value_lines(ui, rect, text.guess, text.font, at.x - 0.6f * ui.em);
  }
  const Rect rect = labelled_row(ui, "Truth");
  ui.tag(truth_tag, rect);
  value_lines(ui, rect, text.truth, text.font, rect.max.x);
}

void mistake_note(Ui& ui, const std::string& verdict, const std::string& reason) {
  gap(ui, 0.5f);
  const float top = ImGui::GetCursorScreenPos().y, indent = std::round(0.9f * ui.em);
  const float left = ImGui::GetCursorScreenPos().x;
  ImGui::Indent(indent);
  if (!verdict.empty()) paragraph(ui, verdict, Font::kStrong, ui.em, ui.theme.text);
  if (!verdict.empty() && !reason.empty()) gap(ui, 0.2f);
  if (!reason.empty()) paragraph(ui, reason, Font::kText, kCaption * ui.em, ui.theme.muted);
  ImGui::Unindent(indent);
  const float bottom = ImGui::GetCursorScreenPos().y;
  parts::window_canvas(ui).fill({{left, top}, {left + std::max(2.0f, std::round(0.2f * ui.em)), bottom}},
                                ui.theme.guess);
}

void dress_guess_field(Ui& ui, const Rect& rect, bool is_empty) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float hair = std::max(1.0f, std::round(ui.em / 15));
  canvas.dashed_stroke(rect.inset(hair), ui.theme.guess, hair, 0.35f * ui.em);
  if (!is_empty) return;
  canvas.text({rect.min.x + 0.7f * ui.em, rect.centre().y}, "?", Font::kMono, ui.em, ui.theme.guess,
              AlignX::kLeft, AlignY::kMiddle);
}

}  // namespace poolglass
