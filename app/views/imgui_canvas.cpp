#include "app/views/imgui_canvas.h"

#include <cfloat>
#include <cmath>

#include "app/views/imgui_compat.h"
#include "core/printable.h"

namespace poolglass {
namespace {

// Points of a canvas are GLM's, of a draw list ImGui's: the same two floats.
const ImVec2* points_of(std::span<const glm::vec2> points) {
  static_assert(sizeof(glm::vec2) == sizeof(ImVec2) && alignof(glm::vec2) == alignof(ImVec2));
  return reinterpret_cast<const ImVec2*>(points.data());
}

// Capital height over em of the three families, for text centred by eye on its capitals and figures.
constexpr float kCapHeight = 0.73f;

// No line of a window has room for more; a draw list counts the corners of its letters with 16 bits.
constexpr size_t kLongestLine = 4000;

// A control would break the line or draw nothing.
std::string_view as_shown(std::string_view text, std::string& replaced) {
  if (text.size() <= kLongestLine && is_printable(text)) return text;
  return replaced = one_line(text, kLongestLine);
}

}  // namespace

void ImGuiCanvas::fill(const Rect& r, Color color, float radius) {
  list_.AddRectFilled(im::vec(r.min), im::vec(r.max), im::color(color), radius);
}

void ImGuiCanvas::stroke(const Rect& r, Color color, float width, float radius) {
  im::add_rect(list_, r, color, radius, width);
}

void ImGuiCanvas::line(glm::vec2 a, glm::vec2 b, Color color, float width) {
  list_.AddLine(im::vec(a), im::vec(b), im::color(color), width);
}

void ImGuiCanvas::polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) {
  im::add_polyline(list_, points_of(points), static_cast<int>(points.size()), color, closed, width);
}

void ImGuiCanvas::fill_convex(std::span<const glm::vec2> points, Color color) {
  list_.AddConvexPolyFilled(points_of(points), static_cast<int>(points.size()), im::color(color));
}

void ImGuiCanvas::fill_circle(glm::vec2 centre, float radius, Color color) {
  list_.AddCircleFilled(im::vec(centre), radius, im::color(color));
}

void ImGuiCanvas::stroke_circle(glm::vec2 centre, float radius, Color color, float width) {
  list_.AddCircle(im::vec(centre), radius, im::color(color), 0, width);
}

void ImGuiCanvas::image(const Bitmap& bitmap, const Rect& r) {
  list_.AddImage(texture_id<ImTextureID>(reinterpret_cast<uintptr_t>(&bitmap)), im::vec(r.min),
                 im::vec(r.max));
}

void ImGuiCanvas::push_clip(const Rect& r) { list_.PushClipRect(im::vec(r.min), im::vec(r.max), true); }
void ImGuiCanvas::pop_clip() { list_.PopClipRect(); }

void ImGuiCanvas::text(glm::vec2 at, std::string_view given, Font font, float size, Color color, AlignX x,
                       AlignY y) {
  std::string replaced;
  const std::string_view text = as_shown(given, replaced);
  if (text.empty()) return;
  fonts_.want(text);
  const Fonts::Face face = fonts_.face(font, size);
  const char* end = text.data() + text.size();
  if (x != AlignX::kLeft) {
    const float width = face.font->CalcTextSizeA(face.line, FLT_MAX, 0, text.data(), end).x;
    at.x -= x == AlignX::kCentre ? width * 0.5f : width;
  }
  const float ascent = face.font->Ascent * face.line / face.font->FontSize;
  if (y == AlignY::kMiddle) at.y -= ascent - face.size * kCapHeight * 0.5f;
  if (y == AlignY::kBaseline) at.y -= ascent;
  // Whole pixels keep the glyphs sharp.
  list_.AddText(face.font, face.line, {std::round(at.x), std::round(at.y)}, im::color(color), text.data(),
                end);
}

glm::vec2 ImGuiCanvas::text_size(std::string_view given, Font font, float size) const {
  std::string replaced;
  const std::string_view text = as_shown(given, replaced);
  fonts_.want(text);
  const Fonts::Face face = fonts_.face(font, size);
  return im::vec(face.font->CalcTextSizeA(face.line, FLT_MAX, 0, text.data(), text.data() + text.size()));
}

}  // namespace poolglass
