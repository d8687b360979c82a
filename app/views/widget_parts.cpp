#include "app/views/widget_parts.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <utility>

#include "app/state/commands.h"

namespace poolglass {
namespace parts {

ImGuiCanvas window_canvas(const Ui& ui) { return {*ImGui::GetWindowDrawList(), ui.fonts}; }

float corner(const Ui& ui) { return std::round(ui.em * 0.33f); }
float hair(const Ui& ui) { return std::max(1.0f, std::round(ui.em / 15.0f)); }

Color control_fill(const Ui& ui, bool hovered, bool held) {
  if (held) return mix(ui.theme.raised, ui.theme.text, 0.18f);
  return hovered ? mix(ui.theme.raised, ui.theme.text, 0.09f) : ui.theme.raised;
}

Row next_row(Ui& ui, float control_ems) {
  const glm::vec2 at = im::vec(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x, height = std::round(ui.em * 2.0f);
  const float control = std::min(std::round(ui.em * control_ems), width);
  const Rect all = Rect::from_size(glm::round(at), {width, height});
  ImGui::Dummy({width, height + std::round(ui.em * 0.33f)});
  const float split = all.max.x - control;
  return {all, {all.min, {split, all.max.y}}, {{split, all.min.y}, all.max}};
}

void draw_label(Ui& ui, const Row& row, const ControlText& text) {
  ImGuiCanvas canvas = window_canvas(ui);
  const Color color = text.why.empty() ? ui.theme.text : with_alpha(ui.theme.muted, 0.7f);
  canvas.push_clip(row.label);
  canvas.text({row.label.min.x, row.label.centre().y}, text.label, Font::kText, ui.em * kCaption, color,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  control_tooltip(ui, row.label, text);
}

Item item(Ui& ui, std::string_view name, const Rect& rect, bool enabled) {
  ui.tag(name, rect, enabled);
  const ImVec2 cursor = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos(im::vec(rect.min));
  const std::string id = "##" + std::string(name);
  const ImVec2 size = {std::max(rect.width(), 1.0f), std::max(rect.height(), 1.0f)};
  const bool clicked = ImGui::InvisibleButton(id.c_str(), size);
  Item result;
  result.hovered = ImGui::IsItemHovered();
  if (enabled) {
    result.held = ImGui::IsItemActive();
    result.clicked = clicked;
    result.double_clicked = result.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  }
  ImGui::SetCursorScreenPos(cursor);
  return result;
}

void control_tooltip(Ui& ui, const Rect& rect, const ControlText& text, std::string_view limits) {
  if (!text.why.empty()) {
    tooltip(ui, rect, text.why);
    return;
  }
  std::string sentence(text.tooltip);
  if (!limits.empty()) sentence += (sentence.empty() ? "" : " · ") + std::string(limits);
  if (const std::string key = key_text(text.command); !key.empty()) sentence += "  [" + key + "]";
  if (!sentence.empty()) tooltip(ui, rect, sentence);
}

std::vector<KeyPress> stop(Ui& ui, std::string_view name, const Rect& rect, StopKind kind, bool enabled) {
  Focus& focus = ui.widgets.focus;
  if (!enabled) return {};
  focus.drawn.push_back({std::string(name), kind, focus.panel});
  const glm::vec2 mouse = im::vec(ImGui::GetIO().MousePos);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && rect.contains(mouse) && ImGui::IsWindowHovered()) {
    focus.after = name;
  }
  if (focus.name != name) return {};
  focus.rect = rect;
  window_canvas(ui).stroke(rect.inset(-hair(ui)), ui.theme.focus, 2 * hair(ui), corner(ui));
  return std::exchange(focus.keys, {});
}

bool pressed(Ui& ui, std::string_view name, const Rect& rect, bool enabled) {
  const bool any = !stop(ui, name, rect, StopKind::kButton, enabled).empty();
  ui.widgets.keyed |= any;
  return any;
}

std::string child_name(std::string_view name, std::string_view part) {
  return std::string(name) + "/" + std::string(part);
}

}  // namespace parts

Pointer pointer_area(Ui& ui, std::string_view name, const Rect& rect) {
  const parts::Item it = parts::item(ui, name, rect);
  const ImGuiIO& io = ImGui::GetIO();
  Pointer pointer;
  pointer.hovered = it.hovered;
  pointer.position = im::vec(io.MousePos);
  pointer.pressed = it.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  pointer.double_clicked = it.double_clicked;
  pointer.right_pressed = it.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right);
  pointer.dragging = it.held && ImGui::IsMouseDown(ImGuiMouseButton_Left);
  pointer.released = ImGui::IsMouseReleased(ImGuiMouseButton_Left) && (it.held || it.clicked);
  pointer.wheel = it.hovered ? io.MouseWheel : 0;
  if (pointer.dragging || pointer.released)
    pointer.drag = im::vec(ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0));
  pointer.delta = im::vec(io.MouseDelta);
  pointer.shift = io.KeyShift;
  pointer.ctrl = io.KeyCtrl;
  return pointer;
}

bool edit_over(const Ui& ui) {
  return ui.widgets.keyed || ImGui::IsMouseClicked(ImGuiMouseButton_Left) ||
         ImGui::IsMouseReleased(ImGuiMouseButton_Left);
}

}  // namespace poolglass
