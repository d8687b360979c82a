#include "app/layout/frame_layout.h"

#include <cmath>

namespace poolglass {
namespace {

float whole(float pixels) { return std::round(pixels); }

}  // namespace

FrameLayout frame_layout(glm::vec2 size, float em) {
  const float rail = whole(em * 56 / 15), status = whole(em * 34 / 15);
  const float header = whole(em * 60 / 15), transport = whole(em * 56 / 15);
  float inspector = whole(em * 20);
  const float least_canvas = em * 22;
  if (size.x - rail - inspector < least_canvas) inspector = std::max(0.0f, size.x - rail - least_canvas);
  if (inspector < em * 12) inspector = 0;

  const float bottom = std::max(size.y - status, 0.0f);
  const float right = std::max(size.x - inspector, rail);
  FrameLayout layout;
  layout.status = {{0, bottom}, size};
  layout.rail = {{0, 0}, {rail, bottom}};
  layout.inspector = {{right, 0}, {size.x, bottom}};
  layout.header = {{rail, 0}, {right, std::min(header, bottom)}};
  layout.transport = {{rail, std::max(bottom - transport, layout.header.max.y)}, {right, bottom}};
  layout.canvas = {{rail, layout.header.max.y}, {right, layout.transport.min.y}};
  return layout;
}

TransportLayout transport_layout(const Rect& bar, float em) {
  const float side = whole(em * 34 / 15), y = whole(bar.centre().y - side / 2),
              step = side + whole(em * 0.13f);
  const auto square = [&](float x) { return Rect::from_size({whole(x), y}, {side, side}); };
  TransportLayout t;
  float x = bar.min.x + em * 1.0f;
  t.first = square(x);
  t.back = square(x + step);
  t.play = square(x + 2 * step);
  t.forward = square(x + 3 * step);
  t.last = square(x + 4 * step);
  t.loop = square(bar.max.x - em * 1.0f - side);
  t.speed = Rect{{t.loop.min.x - em * 0.4f - em * 3.4f, y}, {t.loop.min.x - em * 0.4f, y + side}};
  t.counter = Rect{{t.speed.min.x - em * 7.4f, y}, {t.speed.min.x - em * 0.6f, y + side}};
  t.scrubber = Rect{{t.last.max.x + em * 1.0f, y}, {t.counter.min.x - em * 0.8f, y + side}};
  // A bar too narrow for all keeps its buttons: they do what these do.
  if (t.scrubber.width() < em * 4) t.scrubber = {};
  if (t.counter.min.x < t.last.max.x + em * 0.4f) t.counter = {};
  return t;
}

Rect rail_button(const Rect& rail, float em, int index) {
  const float side = whole(em * 44 / 15), margin = whole((rail.width() - side) / 2);
  return Rect::from_size(
      {rail.min.x + margin, rail.min.y + margin + static_cast<float>(index) * (side + margin)}, {side, side});
}

Rect rail_bottom_button(const Rect& rail, float em, int index) {
  const float side = whole(em * 44 / 15), margin = whole((rail.width() - side) / 2);
  const float y = rail.max.y - margin - side - static_cast<float>(index) * (side + margin);
  return Rect::from_size({rail.min.x + margin, y}, {side, side});
}

}  // namespace poolglass
