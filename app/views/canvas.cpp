#include "app/views/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>

namespace poolglass {

void Canvas::dashed_line(glm::vec2 a, glm::vec2 b, Color color, float width, float dash) {
  const float length = glm::length(b - a);
  if (length <= 0 || dash <= 0) return;
  // An odd number of equal pieces, so that both ends are drawn.
  const int pieces = std::max(1, static_cast<int>(std::lround(length / dash)) | 1);
  const glm::vec2 step = (b - a) / static_cast<float>(pieces);
  for (int i = 0; i < pieces; i += 2) {
    const glm::vec2 start = a + step * static_cast<float>(i);
    line(start, start + step, color, width);
  }
}

void Canvas::dashed_stroke(const Rect& r, Color color, float width, float dash) {
  const glm::vec2 top_right{r.max.x, r.min.y}, bottom_left{r.min.x, r.max.y};
  dashed_line(r.min, top_right, color, width, dash);
  dashed_line(top_right, r.max, color, width, dash);
  dashed_line(bottom_left, r.max, color, width, dash);
  dashed_line(r.min, bottom_left, color, width, dash);
}

void Canvas::hatch(const Rect& r, Color color, float spacing, float width) {
  if (spacing <= 0 || r.width() <= 0 || r.height() <= 0) return;
  // Lines x + y = sum, on one grid for the whole picture so that neighbouring rectangles join.
  const float low = r.min.x + r.min.y, high = r.max.x + r.max.y;
  for (float sum = std::ceil(low / spacing) * spacing; sum < high; sum += spacing) {
    const float x0 = std::max(r.min.x, sum - r.max.y), x1 = std::min(r.max.x, sum - r.min.y);
    if (x1 > x0) line({x0, sum - x0}, {x1, sum - x1}, color, width);
  }
}

void Canvas::arrow(glm::vec2 from, glm::vec2 to, Color color, float width, float head) {
  const float length = glm::length(to - from);
  if (length <= 0) return;
  const glm::vec2 along = (to - from) / length;
  const glm::vec2 across{-along.y, along.x};
  const glm::vec2 neck = to - along * std::min(head, length);
  line(from, neck, color, width);
  const std::array tip = {to, neck + across * (head * 0.5f), neck - across * (head * 0.5f)};
  fill_convex(tip, color);
}

std::string fitted(const Canvas& canvas, const std::string& text, Font font, float size, float width) {
  const auto fits = [&](const std::string& part) { return canvas.text_size(part, font, size).x <= width; };
  // Measures about twice what fits, however long the text is.
  size_t most = 16;
  while (most < text.size() && fits(text.substr(0, most))) most *= 2;
  if (most >= text.size() && fits(text)) return text;
  std::vector<size_t> ends;  // of whole characters: continuation bytes stay with their lead
  for (size_t at = 1; at < std::min(most, text.size()); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) ends.push_back(at);
  }
  const auto cut = [&](size_t end) { return text.substr(0, end) + "…"; };
  const auto end = std::ranges::partition_point(ends, [&](size_t at) { return fits(cut(at)); });
  return end == ends.begin() ? std::string() : cut(*(end - 1));
}

std::vector<std::string> wrapped(const Canvas& canvas, const std::string& text, Font font, float size,
                                 float width) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t at = 0; at < text.size();) {
    const size_t space = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, space - at);
    const std::string longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && canvas.text_size(longer, font, size).x > width) {
      lines.push_back(std::move(line));
      line = word;
    } else {
      line = longer;
    }
    at = space + 1;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> wrapped_within(const Canvas& canvas, const std::string& text, Font font, float size,
                                        float width, size_t most) {
  std::vector<std::string> lines = wrapped(canvas, text, font, size, width);
  if (lines.size() > most) {
    lines.resize(most);
    std::string& last = lines.back();
    const auto fits = [&] { return canvas.text_size(last + " …", font, size).x <= width; };
    while (!fits() && last.find(' ') != std::string::npos) last.resize(last.rfind(' '));
    last += " …";
  }
  for (std::string& line : lines) line = fitted(canvas, line, font, size, width);
  return lines;
}

}  // namespace poolglass
