// Explanations beside what they explain. Drawn over everything, not in a window of Dear ImGui's, which would
// hide itself for a frame to measure its size.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <glm/common.hpp>

#include "app/rooms/format.h"
#include "app/views/widget_parts.h"

namespace poolglass {
namespace {

constexpr double kDelay = 0.4;  // seconds
constexpr float kWidest = 24;   // ems

// Beside `clear`, level with `rect`, on the side where it is nearest to it and inside the window.
Rect place(glm::vec2 size, const Rect& rect, const Rect& clear, const Rect& window, float gap) {
  const glm::vec2 last = glm::max(window.max - size, window.min);
  const glm::vec2 level = glm::clamp(rect.centre() - size * 0.5f, window.min, last);
  const glm::vec2 below(std::clamp(rect.min.x, window.min.x, last.x), clear.max.y + gap);
  const glm::vec2 places[] = {below,
                              {below.x, clear.min.y - gap - size.y},
                              {clear.min.x - gap - size.x, level.y},
                              {clear.max.x + gap, level.y}};
  const auto distance = [&](glm::vec2 at) {
    const glm::vec2 away = glm::max(glm::max(rect.min - (at + size), at - rect.max), glm::vec2(0));
    return away.x + away.y;
  };
  const glm::vec2* best = nullptr;
  for (const glm::vec2& at : places) {
    if (!window.encloses(Rect::from_size(at, size))) continue;
    if (best == nullptr || distance(at) < distance(*best)) best = &at;
  }
  const glm::vec2 at = best != nullptr ? *best : glm::clamp(below, window.min, last);
  return Rect::from_size(glm::round(at), size);
}

bool hidden(const WidgetState& widgets) {
  return !widgets.edit.name.empty() || !widgets.list.name.empty() || ImGui::IsAnyMouseDown();
}

}  // namespace

void tooltip(Ui& ui, const Rect& rect, std::string_view text, const Rect& clear) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsWindowHovered() || !rect.contains(im::vec(io.MousePos)) || hidden(ui.widgets)) return;
  TipState& tip = ui.widgets.tip;
  if (tip.hovering) return;  // what was asked first is the smaller thing
  tip.hovering = true;
  const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
  if (tip.rect != rect || (moved && tip.rested < kDelay)) {
    tip.rect = rect;
    tip.rested = 0;
  } else {
    tip.rested += ui.dt;
  }
  if (tip.rested >= kDelay) {
    tip.text = with_whole_units(text);
    tip.clear = clear;
  } else {
    ui.widgets.wake_in = std::min(ui.widgets.wake_in, kDelay - tip.rested + 0.005);
  }
}

void tooltip(Ui& ui, const Rect& rect, std::string_view text) {
  tooltip(ui, rect, text, ui.zone.contains(rect.centre()) ? ui.zone : rect);
}

void draw_tooltip(Ui& ui, const Rect& window) {
  TipState& tip = ui.widgets.tip;
  if (!tip.hovering) tip.rested = 0;
  if (tip.text.empty() || hidden(ui.widgets)) return;
  const glm::vec2 padding = glm::round(glm::vec2(0.7f, 0.5f) * ui.em);
  const float widest = std::min(kWidest * ui.em, window.width() - 4 * padding.x);
  ui.fonts.want(tip.text);
  const Fonts::Face face = ui.fonts.face(Font::kText, ui.em);
  const char* begin = tip.text.data();
  const char* end = begin + tip.text.size();
  const glm::vec2 size =
      glm::ceil(im::vec(face.font->CalcTextSizeA(face.line, FLT_MAX, widest, begin, end))) + 2.0f * padding;
  const float gap = std::round(0.4f * ui.em);
  const Rect rect = place(size, tip.rect, tip.clear, window.inset(gap), gap);
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  ImGuiCanvas canvas(list, ui.fonts);
  canvas.fill(rect, ui.theme.raised, parts::corner(ui));
  canvas.stroke(rect, ui.theme.hairline, parts::hair(ui), parts::corner(ui));
  list.AddText(face.font, face.line, im::vec(rect.min + padding), im::color(ui.theme.text), begin, end,
               widest);
  ui.tag("tooltip", rect);
}

}  // namespace poolglass
