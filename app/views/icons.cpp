#include "app/views/icons.h"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace poolglass {
namespace {

void draw_transport(const IconPen& pen, Icon icon) {
  switch (icon) {
    case Icon::kPlay:
      pen.triangle({-0.55f, -0.8f}, {0.85f, 0}, {-0.55f, 0.8f});
      break;
    case Icon::kPause:
      pen.bar(-0.6f, -0.75f, -0.2f, 0.75f);
      pen.bar(0.2f, -0.75f, 0.6f, 0.75f);
      break;
    case Icon::kStepBack:
      pen.triangle({0.5f, -0.65f}, {0.5f, 0.65f}, {-0.6f, 0});
      break;
    case Icon::kStepForward:
      pen.triangle({-0.5f, -0.65f}, {0.6f, 0}, {-0.5f, 0.65f});
      break;
    case Icon::kFirst:
      pen.bar(-0.7f, -0.65f, -0.45f, 0.65f);
      pen.triangle({0.65f, -0.65f}, {0.65f, 0.65f}, {-0.4f, 0});
      break;
    default:
      pen.bar(0.45f, -0.65f, 0.7f, 0.65f);
      pen.triangle({-0.65f, -0.65f}, {0.4f, 0}, {-0.65f, 0.65f});
      break;
  }
}

void draw_loop(const IconPen& pen) {
  pen.path({{0.25f, -0.55f},
            {-0.45f, -0.55f},
            {-0.8f, -0.25f},
            {-0.8f, 0.25f},
            {-0.45f, 0.55f},
            {0.45f, 0.55f},
            {0.8f, 0.25f},
            {0.8f, -0.15f}});
  pen.triangle({0.2f, -0.95f}, {0.7f, -0.55f}, {0.2f, -0.15f});
}

void draw_turn(const IconPen& pen, float side) {  // undo points left (-1), redo right (+1)
  pen.path({{side * -0.6f, 0.7f},
            {side * 0.2f, 0.7f},
            {side * 0.7f, 0.3f},
            {side * 0.7f, -0.05f},
            {side * 0.2f, -0.4f},
            {side * -0.3f, -0.4f}});
}

void draw_link(const IconPen& pen, bool linked) {
  pen.path({{-0.15f, -0.35f}, {-0.6f, -0.35f}, {-0.9f, 0}, {-0.6f, 0.35f}, {-0.15f, 0.35f}});
  pen.path({{0.15f, -0.35f}, {0.6f, -0.35f}, {0.9f, 0}, {0.6f, 0.35f}, {0.15f, 0.35f}});
  if (linked) pen.path({{-0.4f, 0}, {0.4f, 0}});
}

void draw_file(const IconPen& pen, Icon icon) {
  if (icon == Icon::kOpen) {  // a folder
    pen.path({{-0.9f, 0.65f}, {-0.9f, -0.6f}, {-0.3f, -0.6f}, {-0.1f, -0.35f}, {0.9f, -0.35f}, {0.9f, 0.65f}},
             true);
    return;
  }
  pen.path({{-0.8f, 0.2f}, {-0.8f, 0.8f}, {0.8f, 0.8f}, {0.8f, 0.2f}});  // down into a tray
  pen.path({{0, -0.85f}, {0, 0.2f}});
  pen.triangle({-0.4f, -0.05f}, {0.4f, -0.05f}, {0, 0.45f});
}

void draw_theme(const IconPen& pen) {
  pen.arc(0, 0, 0.75f, 0, 1);
  std::vector<glm::vec2> half;
  for (int i = 0; i <= 20; ++i) {
    const float angle = (0.25f + 0.5f * static_cast<float>(i) / 20) * 2 * std::numbers::pi_v<float>;
    half.push_back(pen.at(0.75f * std::cos(angle), 0.75f * std::sin(angle)));
  }
  pen.canvas.fill_convex(half, pen.color);
}

}  // namespace

void IconPen::triangle(glm::vec2 a, glm::vec2 b, glm::vec2 c) const {
  const std::array points = {at(a.x, a.y), at(b.x, b.y), at(c.x, c.y)};
  canvas.fill_convex(points, color);
}

void IconPen::bar(float x0, float y0, float x1, float y1) const {
  canvas.fill({at(x0, y0), at(x1, y1)}, color);
}

void IconPen::box(float x0, float y0, float x1, float y1) const {
  canvas.stroke({at(x0, y0), at(x1, y1)}, color, width, half * 0.15f);
}

void IconPen::path(std::initializer_list<glm::vec2> points, bool closed) const {
  std::vector<glm::vec2> placed;
  for (glm::vec2 p : points) placed.push_back(at(p.x, p.y));
  canvas.polyline(placed, color, width, closed);
}

void IconPen::arc(float x, float y, float radius, float a, float b) const {
  constexpr int kPieces = 20;
  std::vector<glm::vec2> points;
  for (int i = 0; i <= kPieces; ++i) {
    const float turn = a + (b - a) * static_cast<float>(i) / kPieces;
    const float angle = turn * 2 * std::numbers::pi_v<float>;
    points.push_back(at(x + radius * std::cos(angle), y + radius * std::sin(angle)));
  }
  canvas.polyline(points, color, width, false);
}

IconPen icon_pen(Canvas& canvas, const Rect& rect, Color color) {
  const float em = canvas.em();
  return {canvas, rect.centre(), em * 0.5f, color, em * 0.11f};
}

void draw_icon(Canvas& canvas, const Rect& rect, Icon icon, Color color) {
  const float em = canvas.em();
  const IconPen pen = icon_pen(canvas, rect, color);
  switch (icon) {
    case Icon::kPlay:
    case Icon::kPause:
    case Icon::kStepBack:
    case Icon::kStepForward:
    case Icon::kFirst:
    case Icon::kLast:
      draw_transport(pen, icon);
      break;
    case Icon::kLoop:
      draw_loop(pen);
      break;
    case Icon::kPlus:
      pen.path({{0, -0.6f}, {0, 0.6f}});
      [[fallthrough]];
    case Icon::kMinus:
      pen.path({{-0.6f, 0}, {0.6f, 0}});
      break;
    case Icon::kClose:
      pen.path({{-0.5f, -0.5f}, {0.5f, 0.5f}});
      pen.path({{-0.5f, 0.5f}, {0.5f, -0.5f}});
      break;
    case Icon::kLink:
      draw_link(pen, true);
      break;
    case Icon::kUnlink:
      draw_link(pen, false);
      break;
    case Icon::kUndo:
      draw_turn(pen, 1);
      pen.triangle({-0.2f, -0.85f}, {-0.2f, 0.05f}, {-0.8f, -0.4f});
      break;
    case Icon::kRedo:
      draw_turn(pen, -1);
      pen.triangle({0.2f, -0.85f}, {0.8f, -0.4f}, {0.2f, 0.05f});
      break;
    case Icon::kOpen:
    case Icon::kSave:
      draw_file(pen, icon);
      break;
    case Icon::kHelp:
      canvas.text(rect.centre(), "?", Font::kStrong, em * 1.333f, color, AlignX::kCentre, AlignY::kMiddle);
      break;
    case Icon::kTheme:
      draw_theme(pen);
      break;
    case Icon::kDuplicate:
      pen.box(-0.75f, -0.75f, 0.35f, 0.35f);
      pen.path({{0.6f, -0.35f}, {0.75f, -0.35f}, {0.75f, 0.75f}, {-0.35f, 0.75f}, {-0.35f, 0.6f}});
      break;
    case Icon::kDelete:
      pen.path({{-0.8f, -0.5f}, {0.8f, -0.5f}});
      pen.path({{-0.3f, -0.5f}, {-0.3f, -0.8f}, {0.3f, -0.8f}, {0.3f, -0.5f}});
      pen.path({{-0.6f, -0.5f}, {-0.5f, 0.85f}, {0.5f, 0.85f}, {0.6f, -0.5f}});
      break;
    case Icon::kLeft:
      pen.path({{0.25f, -0.55f}, {-0.3f, 0}, {0.25f, 0.55f}});
      break;
    case Icon::kExport:  // out of a box
      pen.path({{0.1f, -0.75f}, {-0.85f, -0.75f}, {-0.85f, 0.75f}, {0.1f, 0.75f}});
      pen.path({{-0.3f, 0}, {0.9f, 0}});
      pen.path({{0.5f, -0.4f}, {0.9f, 0}, {0.5f, 0.4f}});
      break;
    case Icon::kPresent:  // a screen on its stand
      pen.box(-0.95f, -0.75f, 0.95f, 0.45f);
      pen.path({{-0.4f, 0.85f}, {0.4f, 0.85f}});
      break;
    case Icon::kSettings:  // two sliders
      pen.path({{-0.9f, -0.4f}, {0.9f, -0.4f}});
      pen.path({{-0.9f, 0.4f}, {0.9f, 0.4f}});
      pen.bar(-0.45f, -0.7f, -0.15f, -0.1f);
      pen.bar(0.2f, 0.1f, 0.5f, 0.7f);
      break;
    case Icon::kCode:  // angle brackets
      pen.path({{-0.45f, -0.55f}, {-0.95f, 0}, {-0.45f, 0.55f}});
      pen.path({{0.45f, -0.55f}, {0.95f, 0}, {0.45f, 0.55f}});
      pen.path({{0.15f, -0.7f}, {-0.15f, 0.7f}});
      break;
    case Icon::kPredict:  // a guess's diamond
      pen.path({{0, -0.9f}, {0.9f, 0}, {0, 0.9f}, {-0.9f, 0}, {0, -0.9f}});
      pen.bar(-0.12f, -0.12f, 0.12f, 0.12f);
      break;
    case Icon::kTour:  // a signpost
      pen.bar(-0.1f, -0.95f, 0.1f, 0.95f);
      pen.path({{-0.7f, -0.75f}, {0.5f, -0.75f}, {0.85f, -0.4f}, {0.5f, -0.05f}, {-0.7f, -0.05f}}, true);
      break;
    case Icon::kRight:
      pen.path({{-0.25f, -0.55f}, {0.3f, 0}, {-0.25f, 0.55f}});
      break;
  }
}

}  // namespace poolglass
