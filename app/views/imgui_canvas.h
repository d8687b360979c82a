// Canvas on an ImGui draw list.
#pragma once

#include "app/views/canvas.h"
#include "app/views/fonts.h"

struct ImDrawList;

namespace poolglass {

class ImGuiCanvas final : public Canvas {
 public:
  ImGuiCanvas(ImDrawList& list, const Fonts& fonts) : Canvas(fonts.em()), list_(list), fonts_(fonts) {}

  void fill(const Rect& rect, Color color, float radius = 0) override;
  void stroke(const Rect& rect, Color color, float width, float radius = 0) override;
  void line(glm::vec2 a, glm::vec2 b, Color color, float width) override;
  void polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) override;
  void fill_convex(std::span<const glm::vec2> points, Color color) override;
  void fill_circle(glm::vec2 centre, float radius, Color color) override;
  void stroke_circle(glm::vec2 centre, float radius, Color color, float width) override;
  void image(const Bitmap& bitmap, const Rect& rect) override;
  void push_clip(const Rect& rect) override;
  void pop_clip() override;
  void text(glm::vec2 at, std::string_view text, Font font, float size, Color color, AlignX x = AlignX::kLeft,
            AlignY y = AlignY::kTop) override;
  glm::vec2 text_size(std::string_view text, Font font, float size) const override;

 private:
  ImDrawList& list_;
  const Fonts& fonts_;
};

}  // namespace poolglass
