#include "app/shell/svg_canvas.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "app/platform/image.h"
#include "core/printable.h"

namespace poolglass {
namespace {

// Two decimals are finer than a display shows; trailing zeros go.
std::string number(float value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, std::round(value * 100) / 100);
  return error == std::errc() ? std::string(buffer, end) : "0";
}

std::string hex(Color c) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (uint8_t channel : {c.r, c.g, c.b}) {
    text += kDigits[channel >> 4];
    text += kDigits[channel & 15];
  }
  return text;
}

std::string attribute(std::string_view name, float value) {
  return " " + std::string(name) + "=\"" + number(value) + "\"";
}

std::string box(const Rect& r, float radius) {
  std::string text = "<rect" + attribute("x", r.min.x) + attribute("y", r.min.y) +
                     attribute("width", r.width()) + attribute("height", r.height());
  return radius > 0 ? text + attribute("rx", radius) : text;
}

std::string point_list(std::span<const glm::vec2> points) {
  std::string text;
  for (glm::vec2 p : points) text += (text.empty() ? "" : " ") + number(p.x) + "," + number(p.y);
  return text;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += at + i <= bytes.size() ? kLetters[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

size_t glyphs(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace

SvgCanvas::SvgCanvas(const Rect& area, Color ground, float em) : Canvas(em), area_(area) {
  fill(area, ground, 0);
}

std::string SvgCanvas::finish() const {
  const std::string view = number(area_.min.x) + " " + number(area_.min.y) + " " + number(area_.width()) +
                           " " + number(area_.height());
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"" + view + "\"" +
         attribute("width", area_.width()) + attribute("height", area_.height()) + ">\n" + body_ + "</svg>\n";
}

void SvgCanvas::shape(std::string_view head, Color color, bool filled, float width) {
  body_ += head;
  body_ += filled ? " fill=\"" + hex(color) + "\""
                  : " fill=\"none\" stroke=\"" + hex(color) + "\"" + attribute("stroke-width", width);
  if (color.a != 255)
    body_ += attribute(filled ? "fill-opacity" : "stroke-opacity", static_cast<float>(color.a) / 255);
  body_ += "/>\n";
}

void SvgCanvas::fill(const Rect& r, Color color, float radius) { shape(box(r, radius), color, true, 0); }

void SvgCanvas::stroke(const Rect& r, Color color, float width, float radius) {
  shape(box(r, radius), color, false, width);
}

void SvgCanvas::line(glm::vec2 a, glm::vec2 b, Color color, float width) {
  shape("<line" + attribute("x1", a.x) + attribute("y1", a.y) + attribute("x2", b.x) + attribute("y2", b.y),
        color, false, width);
}

void SvgCanvas::polyline(std::span<const glm::vec2> points, Color color, float width, bool closed) {
  shape((closed ? "<polygon points=\"" : "<polyline points=\"") + point_list(points) + "\"", color, false,
        width);
}

void SvgCanvas::fill_convex(std::span<const glm::vec2> points, Color color) {
  shape("<polygon points=\"" + point_list(points) + "\"", color, true, 0);
}

void SvgCanvas::fill_circle(glm::vec2 centre, float radius, Color color) {
  shape("<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius), color,
        true, 0);
}

void SvgCanvas::stroke_circle(glm::vec2 centre, float radius, Color color, float width) {
  shape("<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius), color,
        false, width);
}

void SvgCanvas::image(const Bitmap& bitmap, const Rect& r) {
  Image image{bitmap.width, bitmap.height, std::vector<uint8_t>(bitmap.pixels.size() * 4)};
  std::memcpy(image.rgba.data(), bitmap.pixels.data(), image.rgba.size());
  const Result<std::string> png = encode_png(image);
  if (!png.ok()) return;  // a picture without it
  body_ += "<image" + attribute("x", r.min.x) + attribute("y", r.min.y) + attribute("width", r.width()) +
           attribute("height", r.height()) +
           " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" "
           "href=\"data:image/png;base64," +
           base64(*png) + "\"/>\n";
}

void SvgCanvas::push_clip(const Rect& r) {
  const std::string id = "clip" + std::to_string(clips_++);
  body_ += "<clipPath id=\"" + id + "\">" + box(r, 0) + "/></clipPath>\n<g clip-path=\"url(#" + id + ")\">\n";
}

void SvgCanvas::pop_clip() { body_ += "</g>\n"; }

void SvgCanvas::text(glm::vec2 at, std::string_view text, Font font, float size, Color color, AlignX x,
                     AlignY y) {
  // Baselines stand where ImGui's do: capitals are 0.73 em, ascents 0.97.
  const float baseline = y == AlignY::kTop      ? at.y + size * 0.97f
                         : y == AlignY::kMiddle ? at.y + size * 0.365f
                                                : at.y;
  body_ += "<text" + attribute("x", at.x) + attribute("y", baseline) + attribute("font-size", size);
  body_ += font == Font::kMono ? " font-family=\"JetBrains Mono, monospace\""
                               : " font-family=\"Inter, sans-serif\"";
  if (font == Font::kStrong) body_ += " font-weight=\"600\"";
  if (x != AlignX::kLeft) body_ += x == AlignX::kCentre ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  body_ += " fill=\"" + hex(color) + "\"";
  if (color.a != 255) body_ += attribute("fill-opacity", static_cast<float>(color.a) / 255);
  body_ += ">" + escaped(printable(text)) + "</text>\n";
}

glm::vec2 SvgCanvas::text_size(std::string_view text, Font font, float size) const {
  // Mean advance of the families; only used where no window measures (the tee asks its first canvas).
  const float advance = font == Font::kMono ? 0.6f : 0.55f;
  return {static_cast<float>(glyphs(text)) * advance * size, size};
}

}  // namespace poolglass
