#include "app/views/widgets.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "app/views/widget_parts.h"

namespace poolglass {

using parts::Item;
using parts::Row;

bool toggle(Ui& ui, std::string_view name, const ControlText& text, bool* on) {
  const bool enabled = text.why.empty();
  const Row row = parts::next_row(ui, 2.6f);
  parts::draw_label(ui, row, text);
  const Item it = parts::item(ui, name, row.all, enabled);
  if (it.clicked) *on = !*on;
  const float height = std::round(ui.em * 1.2f), width = std::round(ui.em * 2.2f);
  const Rect track = Rect::from_size(
      glm::round(glm::vec2(row.control.max.x - width, row.control.centre().y - height / 2)), {width, height});
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float fade = enabled ? 1.0f : 0.4f;
  const Color off = mix(ui.theme.raised, ui.theme.text, it.hovered ? 0.25f : 0.15f);
  canvas.fill(track, with_alpha(*on ? ui.theme.text : off, fade), height / 2);
  const float x = *on ? track.max.x - height / 2 : track.min.x + height / 2;
  const Color knob = *on ? readable_on(ui.theme.text) : ui.theme.muted;
  canvas.fill_circle({x, track.centre().y}, height * 0.34f, with_alpha(knob, fade));
  parts::control_tooltip(ui, row.all, text);
  return it.clicked;
}

bool segmented_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
                  std::span<const std::string_view> options, int* selected) {
  const bool enabled = text.why.empty();
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, ui.theme.raised, parts::corner(ui));
  const float each = rect.width() / static_cast<float>(options.size());
  bool changed = false;
  for (int i = 0; i < static_cast<int>(options.size()); ++i) {
    const float x0 = std::round(rect.min.x + each * static_cast<float>(i));
    const float x1 = std::round(rect.min.x + each * static_cast<float>(i + 1));
    const Rect part{{x0, rect.min.y}, {x1, rect.max.y}};
    const std::string_view option = options[static_cast<size_t>(i)];
    const Item it = parts::item(ui, parts::child_name(name, option), part, enabled);
    const bool chosen = i == *selected;
    if (chosen)
      canvas.fill(part.inset(ui.em * 0.13f), with_alpha(ui.theme.text, enabled ? 1 : 0.4f),
                  parts::corner(ui) * 0.8f);
    if (!chosen && it.hovered && enabled)
      canvas.fill(part.inset(ui.em * 0.13f), parts::control_fill(ui, true, it.held),
                  parts::corner(ui) * 0.8f);
    const Color ink = chosen ? readable_on(ui.theme.text) : enabled ? ui.theme.text : ui.theme.muted;
    canvas.text(part.centre(), option, chosen ? Font::kStrong : Font::kText, ui.em * kCaption, ink,
                AlignX::kCentre, AlignY::kMiddle);
    if (it.clicked && !chosen) {
      *selected = i;
      changed = true;
    }
  }
  parts::control_tooltip(ui, rect, text);
  return changed;
}

bool segmented(Ui& ui, std::string_view name, const ControlText& text,
               std::span<const std::string_view> options, int* selected) {
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  return segmented_at(ui, name, row.control, text, options, selected);
}

namespace {

// The closed list: what is chosen, and a chevron.
void draw_choice(Ui& ui, const Rect& rect, const Item& it, std::string_view shown, Color ink) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, parts::control_fill(ui, it.hovered, it.held), parts::corner(ui));
  canvas.push_clip({rect.min, {rect.max.x - ui.em * 1.6f, rect.max.y}});
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y}, shown, Font::kText, ui.em * kCaption, ink,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  const glm::vec2 tip{rect.max.x - ui.em * 0.95f, rect.centre().y};
  const glm::vec2 chevron[] = {tip + glm::vec2(-0.3f, -0.13f) * ui.em, tip + glm::vec2(0, 0.17f) * ui.em,
                               tip + glm::vec2(0.3f, -0.13f) * ui.em};
  canvas.polyline(chevron, ui.theme.muted, ui.em * 0.11f, false);
}

// One line of the open list; true when it was clicked.
bool list_line(Ui& ui, std::string_view name, std::string_view option, bool chosen) {
  const Rect rect = parts::next_row(ui, 0).all;
  const Item it = parts::item(ui, parts::child_name(name, option), rect);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (it.hovered) canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  if (chosen) canvas.fill({rect.min, {rect.min.x + ui.em * 0.2f, rect.max.y}}, ui.theme.text);
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y}, option, Font::kText, ui.em * kCaption,
              ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  return it.clicked;
}

}  // namespace

bool dropdown(Ui& ui, std::string_view name, const ControlText& text,
              std::span<const std::string_view> options, int* selected, std::string_view placeholder) {
  const bool enabled = text.why.empty();
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  const Rect rect = row.control;
  Item it = parts::item(ui, name, rect, enabled);
  it.hovered = it.hovered && enabled;
  const bool some = *selected >= 0 && *selected < static_cast<int>(options.size());
  draw_choice(ui, rect, it, some ? options[static_cast<size_t>(*selected)] : placeholder,
              some && enabled ? ui.theme.text : ui.theme.muted);
  parts::control_tooltip(ui, rect, text);

  const std::string popup = "popup/" + std::string(name);
  if (it.clicked) ImGui::OpenPopup(popup.c_str());
  ImGui::SetNextWindowPos({rect.min.x, rect.max.y + ui.em * 0.2f});
  ImGui::SetNextWindowSizeConstraints({rect.width(), 0}, {rect.width() * 1.6f, ui.em * 26});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 0.3f, ui.em * 0.3f});
  bool changed = false;
  if (ImGui::BeginPopup(popup.c_str())) {
    for (int i = 0; i < static_cast<int>(options.size()); ++i) {
      if (!list_line(ui, name, options[static_cast<size_t>(i)], i == *selected)) continue;
      *selected = i;
      changed = true;
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  return changed;
}

}  // namespace poolglass
