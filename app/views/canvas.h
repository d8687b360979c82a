// What pictures are drawn with. Rooms draw on a Canvas, so that the same code makes the window and an SVG
// file. Positions and sizes are pixels; every size a room uses is a multiple of em().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/layout/color.h"
#include "app/layout/rect.h"
#include "app/rooms/bitmap.h"

namespace poolglass {

enum class Font {
  kText,
  kStrong,
  kMono
};  // Inter, Inter SemiBold, JetBrains Mono (numbers, shapes, formulas)
enum class AlignX { kLeft, kCentre, kRight };
enum class AlignY { kTop, kMiddle, kBaseline };

class Canvas {
 public:
  virtual ~Canvas() = default;

  float em() const { return em_; }  // body font size in pixels: 15 at 100 %

  virtual void fill(const Rect& rect, Color color, float radius = 0) = 0;
  virtual void stroke(const Rect& rect, Color color, float width,
                      float radius = 0) = 0;  // centred on the edge
  virtual void line(glm::vec2 a, glm::vec2 b, Color color, float width) = 0;
  virtual void polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) = 0;
  virtual void fill_convex(std::span<const glm::vec2> points, Color color) = 0;
  virtual void fill_circle(glm::vec2 centre, float radius, Color color) = 0;
  virtual void stroke_circle(glm::vec2 centre, float radius, Color color, float width) = 0;
  // Until the picture has been shown or written, `bitmap` must stay as it is.
  virtual void image(const Bitmap& bitmap, const Rect& rect) = 0;
  virtual void push_clip(const Rect& rect) = 0;
  virtual void pop_clip() = 0;

  // Draws one line of UTF-8 text with an em of about `size` pixels: the nearest sharp size that is not
  // larger. Top means the top of the line (ascent), middle centres capitals and figures.
  virtual void text(glm::vec2 at, std::string_view text, Font font, float size, Color color,
                    AlignX x = AlignX::kLeft, AlignY y = AlignY::kTop) = 0;
  virtual glm::vec2 text_size(std::string_view text, Font font, float size) const = 0;

  // Made of the above.
  void dashed_stroke(const Rect& rect, Color color, float width, float dash);
  void dashed_line(glm::vec2 a, glm::vec2 b, Color color, float width, float dash);
  void hatch(const Rect& rect, Color color, float spacing, float width);  // 45 degrees, clipped to rect
  void arrow(glm::vec2 from, glm::vec2 to, Color color, float width, float head);

 protected:
  explicit Canvas(float em) : em_(em) {}

 private:
  float em_;
};

// Type scale, in multiples of em: caption 13 px, body 15, title 20 at 100 %.
inline constexpr float kCaption = 13.0f / 15.0f;
inline constexpr float kBody = 1.0f;
inline constexpr float kTitle = 20.0f / 15.0f;

// `text` cut with an ellipsis to `width` pixels.
std::string fitted(const Canvas& canvas, const std::string& text, Font font, float size, float width);
// `text` broken at spaces into lines of at most `width` pixels; a word that is wider has a line of its own.
std::vector<std::string> wrapped(const Canvas& canvas, const std::string& text, Font font, float size,
                                 float width);
// The same in at most `most` lines: the last ends with an ellipsis, after a whole word if it can, where not
// all is told.
std::vector<std::string> wrapped_within(const Canvas& canvas, const std::string& text, Font font, float size,
                                        float width, size_t most);

}  // namespace poolglass
