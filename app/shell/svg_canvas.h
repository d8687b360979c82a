// Canvas as an SVG document: real <text>, editable shapes.
#pragma once

#include <string>

#include "app/views/canvas.h"

namespace poolglass {

class SvgCanvas final : public Canvas {
 public:
  // `area` becomes the document's view box, filled with `ground`.
  SvgCanvas(const Rect& area, Color ground, float em);

  std::string finish() const;  // the whole document

  void fill(const Rect& rect, Color color, float radius) override;
  void stroke(const Rect& rect, Color color, float width, float radius) override;
  void line(glm::vec2 a, glm::vec2 b, Color color, float width) override;
  void polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) override;
  void fill_convex(std::span<const glm::vec2> points, Color color) override;
  void fill_circle(glm::vec2 centre, float radius, Color color) override;
  void stroke_circle(glm::vec2 centre, float radius, Color color, float width) override;
  void image(const Bitmap& bitmap,
             const Rect& rect) override;  // a PNG file within the document
  void push_clip(const Rect& rect) override;
  void pop_clip() override;
  void text(glm::vec2 at, std::string_view text, Font font, float size, Color color, AlignX x,
            AlignY y) override;
  glm::vec2 text_size(std::string_view text, Font font, float size) const override;

 private:
  void shape(std::string_view head, Color color, bool filled, float width);

  Rect area_;
  std::string body_;
  int clips_ = 0;
};

}  // namespace poolglass
