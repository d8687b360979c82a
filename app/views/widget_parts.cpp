#include "app/views/widget_parts.h"

#include <imgui_stdlib.h>

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
  ui.tag(name, rect);
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

EditResult edit_at(Ui& ui, std::string_view name, const Rect& rect, std::string* text, bool just_opened,
                   bool number) {
  ui.tag(name, rect);
  ui.fonts.want(*text);
  const ImVec2 cursor = ImGui::GetCursorScreenPos();
  const float pad = std::max(0.0f, (rect.height() - ImGui::GetFontSize()) * 0.5f);
  ImGui::SetCursorScreenPos(im::vec(rect.min));
  ImGui::SetNextItemWidth(rect.width());
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.em * 0.4f, pad});
  ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, corner(ui));
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, hair(ui));
  ImGui::PushStyleColor(ImGuiCol_FrameBg, im::color(ui.theme.ground));
  ImGui::PushStyleColor(ImGuiCol_Border, im::color(ui.theme.focus));
  if (just_opened) ImGui::SetKeyboardFocusHere();
  ImGuiInputTextFlags flags = ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll;
  if (number) flags |= ImGuiInputTextFlags_CharsNoBlank;
  const std::string id = "##edit/" + std::string(name);
  const bool entered = ImGui::InputText(id.c_str(), text, flags);
  const bool left = ImGui::IsItemDeactivated();
  const bool escaped = left && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape));
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(3);
  ImGui::SetCursorScreenPos(cursor);
  if (entered) return EditResult::kCommitted;
  if (escaped) return EditResult::kCancelled;
  return left ? EditResult::kCommitted : EditResult::kOpen;
}

void open_editor(Ui& ui, std::string_view name, std::string text) {
  ui.widgets.editing = name;
  ui.widgets.edit_text = std::move(text);
  ui.widgets.edit_opened = true;
}

bool edit_in_place(Ui& ui, std::string_view name, const Rect& rect, bool number) {
  const bool opened = std::exchange(ui.widgets.edit_opened, false);
  const EditResult result = edit_at(ui, name, rect, &ui.widgets.edit_text, opened, number);
  if (result == EditResult::kOpen) return false;
  ui.widgets.editing.clear();
  return result == EditResult::kCommitted;
}

std::string child_name(std::string_view name, std::string_view part) {
  return std::string(name) + "/" + std::string(part);
}

}  // namespace parts

EditResult edit_number_at(Ui& ui, std::string_view name, const Rect& rect, std::string* text,
                          bool just_opened) {
  return parts::edit_at(ui, name, rect, text, just_opened, true);
}

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

void tooltip_now(Ui& ui, std::string_view text) {
  ui.fonts.want(text);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 0.7f, ui.em * 0.5f});
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ui.em * 24);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void tooltip(Ui& ui, const Rect& rect, std::string_view text) {
  constexpr double kDelay = 0.4;
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsWindowHovered() || !rect.contains(im::vec(io.MousePos)) || ImGui::IsAnyMouseDown()) return;
  WidgetState& state = ui.widgets;
  state.hovering = true;
  const bool moved = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
  if (state.hover_rect != rect || (moved && state.hover_seconds < kDelay)) {
    state.hover_rect = rect;
    state.hover_seconds = 0;
  } else {
    state.hover_seconds += ui.dt;
  }
  if (state.hover_seconds >= kDelay) {
    tooltip_now(ui, text);
  } else {
    state.wake_in = std::min(state.wake_in, kDelay - state.hover_seconds + 0.005);
  }
}

}  // namespace poolglass
