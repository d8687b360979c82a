// Draws on two canvases at once: the window and an export. Text is measured on the first.
#pragma once

#include "app/views/canvas.h"

namespace poolglass {

class TeeCanvas final : public Canvas {
 public:
  TeeCanvas(Canvas& first, Canvas* second) : Canvas(first.em()), first_(first), second_(second) {}

  void fill(const Rect& rect, Color color, float radius) override {
    first_.fill(rect, color, radius);
    second_->fill(rect, color, radius);
  }
  void stroke(const Rect& rect, Color color, float width, float radius) override {
    first_.stroke(rect, color, width, radius);
    second_->stroke(rect, color, width, radius);
  }
  void line(glm::vec2 a, glm::vec2 b, Color color, float width) override {
    first_.line(a, b, color, width);
    second_->line(a, b, color, width);
  }
  void polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) override {
    first_.polyline(points, color, width, closed);
    second_->polyline(points, color, width, closed);
  }
  void fill_convex(std::span<const glm::vec2> points, Color color) override {
    first_.fill_convex(points, color);
    second_->fill_convex(points, color);
  }
  void fill_circle(glm::vec2 centre, float radius, Color color) override {
    first_.fill_circle(centre, radius, color);
    second_->fill_circle(centre, radius, color);
  }
  void stroke_circle(glm::vec2 centre, float radius, Color color, float width) override {
    first_.stroke_circle(centre, radius, color, width);
    second_->stroke_circle(centre, radius, color, width);
  }
  void image(const Bitmap& bitmap, const Rect& rect) override {
    first_.image(bitmap, rect);
    second_->image(bitmap, rect);
  }
  void push_clip(const Rect& rect) override {
    first_.push_clip(rect);
    second_->push_clip(rect);
  }
  void pop_clip() override {
    first_.pop_clip();
    second_->pop_clip();
  }
  void text(glm::vec2 at, std::string_view text, Font font, float size, Color color, AlignX x,
            AlignY y) override {
    first_.text(at, text, font, size, color, x, y);
    second_->text(at, text, font, size, color, x, y);
  }
  glm::vec2 text_size(std::string_view text, Font font, float size) const override {
    return first_.text_size(text, font, size);
  }

 private:
  Canvas& first_;
  Canvas* second_;  // never null while drawn on
};

}  // namespace poolglass
