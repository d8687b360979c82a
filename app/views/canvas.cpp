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

}  // namespace poolglass
