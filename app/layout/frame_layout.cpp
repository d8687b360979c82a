#include "app/layout/frame_layout.h"

#include <algorithm>
#include <cmath>

namespace poolglass {
namespace {

float whole(float pixels) { return std::round(pixels); }

FrameLayout presentation(glm::vec2 size, float em, bool controls) {
  const float sentence = whole(em * 3.0f), playhead = whole(em * (controls ? 3.75f : 1.5f));
  const float bottom = std::max(size.y - playhead, 0.0f), middle = std::max(bottom - sentence, 0.0f);
  FrameLayout layout;
  layout.canvas = {{0, 0}, {size.x, middle}};
  layout.status = {{0, middle}, {size.x, bottom}};
  layout.transport = {{0, bottom}, size};
  return layout;
}

}  // namespace

FrameLayout frame_layout(glm::vec2 size, float em, const FrameWish& wish) {
  if (wish.presenting) return presentation(size, em, wish.controls);
  const float rail = whole(em * 3.75f), status = whole(em * 2.25f), transport = whole(em * 3.75f);
  const float header = whole(em * 3.2f), lens = whole(em * 2.7f), panel = whole(em * wish.panel);
  FrameLayout layout;
  layout.merged = size.y < 40 * em;
  layout.drawer = size.x - rail - panel < kLeastCanvas * em;
  const float bottom = std::max(size.y - status, 0.0f);
  const float right = std::max(size.x - (layout.drawer ? lens : panel), rail);
  const float first = std::min(header, bottom);
  const float top = layout.merged ? first : std::min(first + lens, bottom);
  layout.status = {{0, bottom}, size};
  layout.rail = {{0, 0}, {rail, bottom}};
  layout.header = {{rail, 0}, {right, first}};
  layout.lens = layout.merged ? layout.header : Rect{{rail, first}, {right, top}};
  layout.transport = {{rail, std::max(bottom - transport, top)}, {right, bottom}};
  layout.canvas = {{rail, top}, {right, layout.transport.min.y}};
  if (!layout.drawer) {
    const float tabs = std::min(first + lens, bottom);
    layout.tools = {{right, 0}, {size.x, first}};
    layout.tabs = {{right, first}, {size.x, tabs}};
    layout.panel = {{right, tabs}, {size.x, bottom}};
    return layout;
  }
  const float split = std::max(bottom - whole(em * 2.4f) * static_cast<float>(wish.tabs), 0.0f);
  layout.tools = {{right, 0}, {size.x, split}};
  layout.tabs = {{right, split}, {size.x, bottom}};
  if (!wish.panel_open) return layout;
  constexpr float kNarrow = 20, kMostOfCanvas = 0.6f;  // a wide panel leaves the input in sight
  const float open = std::min(panel, std::max(em * kNarrow, whole(kMostOfCanvas * (right - rail))));
  layout.panel = {{std::max(right - open, rail), 0}, {right, bottom}};
  return layout;
}

float frame_em(glm::vec2 size, float display_scale, float scale, bool presenting) {
  const float large = std::min(size.x / 1920, size.y / 1080) / display_scale;
  const float grown = 1 + 0.65f * std::clamp(large - 1, 0.0f, 2.0f);
  const float wanted = 15 * display_scale * scale * grown * (presenting ? 1.3f : 1.0f);
  const float room = std::floor(std::min(size.x / 30, size.y / 20));
  constexpr float kLeastEm = 9;
  return std::max(kLeastEm, std::min(std::round(wanted * 4) / 4, room));
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

Rect drawer_tab(const Rect& tabs, float em, int index, int count) {
  const float side = whole(em * 2.1f), each = tabs.height() / static_cast<float>(count);
  const glm::vec2 middle(tabs.centre().x, tabs.min.y + each * (static_cast<float>(index) + 0.5f));
  return Rect::from_size({whole(middle.x - side / 2), whole(middle.y - side / 2)}, {side, side});
}

Rect rail_button(const Rect& rail, float em, int index, int count, int bottom) {
  const float side = whole(em * 44 / 15), margin = whole((rail.width() - side) / 2);
  const float pitch =
      std::min(side + margin, std::floor((rail.height() - margin) / static_cast<float>(count)));
  const float height = std::min(side, pitch);
  const float y = index < count - bottom ? rail.min.y + margin + static_cast<float>(index) * pitch
                                         : rail.max.y - static_cast<float>(count - index) * pitch;
  return Rect::from_size({rail.min.x + margin, y}, {side, height});
}

Rect tool_button(const Rect& tools, float em, int index, int count, int gap_before) {
  const float side = whole(em * 2.1f), gap = whole(em * 0.25f), more = whole(em * 0.7f);
  const auto along = [&](int i) {
    return static_cast<float>(i) * (side + gap) + (i >= gap_before ? more : 0.0f);
  };
  if (tools.width() < tools.height()) {
    const float x = whole(tools.centre().x - side / 2);
    return Rect::from_size({x, whole(tools.min.y + em * 0.4f + along(index))}, {side, side});
  }
  const float length = along(count) - gap, y = whole(tools.centre().y - side / 2);
  return Rect::from_size({whole(tools.max.x - em * 1.0f - length + along(index)), y}, {side, side});
}

}  // namespace poolglass
