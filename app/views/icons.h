// Icons as shapes: sharp at every scale, and no font has all of them.
#pragma once

#include <initializer_list>

#include "app/views/canvas.h"
#include "app/views/widgets.h"

namespace poolglass {

// Draws in a square centred at the origin that runs from -1 to 1, scaled to the icon's size.
struct IconPen {
  Canvas& canvas;
  glm::vec2 centre;
  float half;
  Color color;
  float width;

  glm::vec2 at(float x, float y) const { return centre + glm::vec2(x, y) * half; }
  void triangle(glm::vec2 a, glm::vec2 b, glm::vec2 c) const;
  void bar(float x0, float y0, float x1, float y1) const;  // filled
  void box(float x0, float y0, float x1, float y1) const;
  void path(std::initializer_list<glm::vec2> points, bool closed = false) const;
  // Arc from angle a to b, in turns clockwise from three o'clock.
  void arc(float x, float y, float radius, float a, float b) const;
};
IconPen icon_pen(Canvas& canvas, const Rect& rect, Color color);

// Draws the icon centred in `rect`, about 1.2 em large.
void draw_icon(Canvas& canvas, const Rect& rect, Icon icon, Color color);

}  // namespace poolglass
