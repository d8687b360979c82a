#include "app/tour/words_view.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/views/answer.h"
#include "app/views/widget_parts.h"

namespace poolglass::tour {
namespace {

constexpr size_t kWholeFigure = 18;  // bytes: a longer one may be broken at its blanks

Font font_of(Style style) {
  switch (style) {
    case Style::kPlain:
    case Style::kLink:
      return Font::kText;
    case Style::kStrong:
      return Font::kStrong;
    case Style::kMono:
    case Style::kFigure:
      break;
  }
  return Font::kMono;
}

// What is not broken: runs of letters between two blanks.
struct Word {
  std::vector<Run> parts;
  float width = 0;
};

std::vector<Word> words_of(const Canvas& canvas, const Words& runs, float size) {
  std::vector<Word> words(1);
  for (const Run& run : runs) {
    if (run.style == Style::kFigure && run.text.size() <= kWholeFigure) {
      words.back().parts.push_back(run);
      words.back().width += canvas.text_size(run.text, font_of(run.style), size).x;
      continue;
    }
    for (size_t at = 0; at <= run.text.size();) {
      const size_t space = std::min(run.text.find(' ', at), run.text.size());
      if (space > at) {
        const std::string part = run.text.substr(at, space - at);
        words.back().parts.push_back({run.style, part});
        words.back().width += canvas.text_size(part, font_of(run.style), size).x;
      }
      if (space < run.text.size() && !words.back().parts.empty()) words.emplace_back();
      at = space + 1;
    }
  }
  if (words.back().parts.empty()) words.pop_back();
  return words;
}

}  // namespace

Rect set_words(Ui& ui, const Words& runs, const Setting& setting) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float size = setting.size, line_height = std::round(1.45f * size);
  const float blank =
      canvas.text_size("n n", Font::kText, size).x - canvas.text_size("nn", Font::kText, size).x;
  const float width = ImGui::GetContentRegionAvail().x - setting.indent;
  Rect line = take_row(line_height);
  const Rect first = line;
  float x = 0;
  for (const Word& word : words_of(canvas, runs, size)) {
    if (x > 0 && x + blank + word.width > width) {
      line = take_row(line_height);
      x = 0;
    }
    if (x > 0) x += blank;
    for (const Run& part : word.parts) {
      const Font font = font_of(part.style);
      const Color color = part.style == Style::kLink ? ui.theme.focus : setting.color;
      canvas.text({line.min.x + setting.indent + x, line.centre().y}, part.text, font, size, color,
                  AlignX::kLeft, AlignY::kMiddle);
      x += canvas.text_size(part.text, font, size).x;
    }
  }
  return {{first.min.x + setting.indent, first.min.y}, line.max};
}

}  // namespace poolglass::tour
