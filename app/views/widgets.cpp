#include "app/views/widgets.h"

#include <cmath>
#include <glm/common.hpp>
#include <string>
#include <utility>

#include "app/state/commands.h"
#include "app/views/icons.h"
#include "app/views/widget_parts.h"

namespace poolglass {

using parts::Item;
using parts::Row;

bool section(Ui& ui, std::string_view name, std::string_view title, bool can_reset) {
  ImGui::Dummy({1, std::round(ui.em * 0.55f)});
  const Row row = parts::next_row(ui, 3.4f);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.text({row.all.min.x, row.all.centre().y}, title, Font::kStrong, ui.em * kCaption, ui.theme.muted,
              AlignX::kLeft, AlignY::kMiddle);
  const float y = row.all.max.y;
  canvas.fill({{row.all.min.x, y}, {row.all.max.x, y + parts::hair(ui)}}, ui.theme.hairline);
  ImGui::Dummy({1, std::round(ui.em * 0.2f)});
  if (!can_reset) return false;
  const std::string id = parts::child_name(name, "reset");
  const Item it = parts::item(ui, id, row.control);
  canvas.text({row.control.max.x, row.control.centre().y}, "reset", Font::kText, ui.em * kCaption,
              it.hovered ? ui.theme.text : ui.theme.muted, AlignX::kRight, AlignY::kMiddle);
  tooltip(ui, row.control, "Puts this group back to its defaults");
  return parts::pressed(ui, id, row.control) || it.clicked;
}

bool text_field(Ui& ui, std::string_view name, const ControlText& text, std::string* value) {
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  return text_field_at(ui, name, row.control, text, value);
}

bool text_field_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
                   std::string* value) {
  if (ui.widgets.edit.name == name) {
    parts::stop(ui, name, rect, StopKind::kText);
    if (parts::edit_at(ui, name, rect, false) != EditResult::kCommitted) return false;
    const std::string before = std::exchange(*value, ui.widgets.edit.text);
    return before != *value;
  }
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, parts::control_fill(ui, it.hovered && enabled, false), parts::corner(ui));
  canvas.push_clip(rect);
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y}, *value, Font::kText, ui.em * kCaption,
              enabled ? ui.theme.text : ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  if (it.hovered && enabled) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  if (it.clicked) {
    give_to(ui.widgets.focus, name);
    parts::open_editor(ui, name, *value);
  }
  const std::vector<KeyPress> keys = parts::stop(ui, name, rect, StopKind::kText, enabled);
  parts::open_by_keys(ui, name, keys, *value);
  parts::control_tooltip(ui, rect, text);
  return false;
}

bool button_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text, bool primary) {
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Color fill = primary && enabled ? mix(ui.theme.text, ui.theme.surface, it.hovered ? 0.12f : 0.0f)
                                        : parts::control_fill(ui, it.hovered && enabled, it.held);
  canvas.fill(rect, fill, parts::corner(ui));
  const Color ink = !enabled  ? with_alpha(ui.theme.muted, 0.6f)
                    : primary ? readable_on(ui.theme.text)
                              : ui.theme.text;
  canvas.text(rect.centre(), text.label, primary ? Font::kStrong : Font::kText, ui.em * kCaption, ink,
              AlignX::kCentre, AlignY::kMiddle);
  parts::control_tooltip(ui, rect, text);
  return parts::pressed(ui, name, rect, enabled) || it.clicked;
}

bool closable_heading(Ui& ui, std::string_view name, const Rect& row, const HeadingText& text,
                      const ControlText& close) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float y = row.centre().y, left = row.min.x + 1.1f * ui.em;
  canvas.text({left, y}, text.title, Font::kStrong, ui.em, ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  const float width = canvas.text_size(text.title, Font::kStrong, ui.em).x;
  canvas.text({left + width + 0.9f * ui.em, y}, text.beside, text.font, kCaption * ui.em, ui.theme.muted,
              AlignX::kLeft, AlignY::kMiddle);
  ui.tag(name, row);
  return icon_button(ui, parts::child_name(name, "close"), heading_button(ui, row, 0), Icon::kClose, close);
}

Rect heading_button(const Ui& ui, const Rect& row, int index) {
  const float side = std::round(2.1f * ui.em);
  const float right = row.max.x - 0.4f * ui.em - side * static_cast<float>(index);
  return Rect::from_size(glm::round(glm::vec2(right - side, row.centre().y - side / 2)), {side, side});
}

namespace {

constexpr float kTableColumn = 4.6f;  // em

void draw_cells(const Ui& ui, const Rect& row, std::span<const std::string> cells, Font font, Color color) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float size = ui.em * kCaption, y = row.centre().y;
  const float column = kTableColumn * ui.em;
  for (size_t i = 0; i < cells.size(); ++i) {
    const float right = row.max.x - column * static_cast<float>(cells.size() - 1 - i);
    if (i > 0) canvas.text({right, y}, cells[i], font, size, color, AlignX::kRight, AlignY::kMiddle);
    if (i > 0) continue;
    const std::string name = fitted(canvas, cells[0], Font::kText, size, right - row.min.x);
    canvas.text({row.min.x, y}, name, Font::kText, size, color, AlignX::kLeft, AlignY::kMiddle);
  }
}

}  // namespace

void table_head(Ui& ui, std::span<const std::string> names) {
  const Rect row = parts::next_row(ui, 0).all;
  draw_cells(ui, row.inset(0.6f * ui.em, 0), names, Font::kText, ui.theme.muted);
}

bool table_row(Ui& ui, std::string_view name, std::span<const std::string> cells, const ControlText& text,
               bool* hovered) {
  const bool enabled = text.why.empty();
  const Rect row = parts::next_row(ui, 0).all;
  const Item it = parts::item(ui, name, row, enabled);
  *hovered = enabled && (it.hovered || ui.widgets.focus.name == name);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(row, parts::control_fill(ui, *hovered, it.held), parts::corner(ui));
  draw_cells(ui, row.inset(0.6f * ui.em, 0), cells, Font::kMono,
             enabled ? ui.theme.text : with_alpha(ui.theme.muted, 0.6f));
  if (!enabled || !text.tooltip.empty()) parts::control_tooltip(ui, row, text);
  return parts::pressed(ui, name, row, enabled) || it.clicked;
}

bool button(Ui& ui, std::string_view name, const ControlText& text) {
  return button_at(ui, name, parts::next_row(ui, 0).all, text);
}

bool primary_button(Ui& ui, std::string_view name, const ControlText& text) {
  const Rect rect = parts::next_row(ui, 0).all;
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const Color fill = enabled ? mix(ui.theme.text, ui.theme.surface, it.hovered ? 0.12f : 0.0f)
                             : parts::control_fill(ui, false, false);
  canvas.fill(rect, fill, parts::corner(ui));
  const Color ink = enabled ? readable_on(ui.theme.text) : with_alpha(ui.theme.muted, 0.6f);
  canvas.text({rect.min.x + 0.9f * ui.em, rect.centre().y}, text.label, Font::kStrong, ui.em * kCaption, ink,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.text({rect.max.x - 0.9f * ui.em, rect.centre().y}, key_text(text.command), Font::kMono, ui.em * 0.8f,
              ink, AlignX::kRight, AlignY::kMiddle);
  parts::control_tooltip(ui, rect, text);
  return parts::pressed(ui, name, rect, enabled) || it.clicked;
}

int button_row(Ui& ui, std::string_view name, std::span<const ControlText> texts) {
  const Row row = parts::next_row(ui, 0);
  const float space = std::round(ui.em * 0.4f), count = static_cast<float>(texts.size());
  const float each = (row.all.width() - space * (count - 1)) / count;
  int clicked = -1;
  for (size_t i = 0; i < texts.size(); ++i) {
    const float x = std::round(row.all.min.x + static_cast<float>(i) * (each + space));
    const Rect rect = Rect::from_size({x, row.all.min.y}, {std::floor(each), row.all.height()});
    if (button_at(ui, parts::child_name(name, texts[i].label), rect, texts[i])) clicked = static_cast<int>(i);
  }
  return clicked;
}

void readout(Ui& ui, std::string_view label, std::string_view value, std::string_view tip, bool warn) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x, row = std::round(ui.em * 1.55f);
  const float size = ui.em * kCaption;
  const std::string shown = (warn ? "≠ " : "") + std::string(value);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const bool apart = canvas.text_size(label, Font::kText, size).x + 0.6f * ui.em +
                         canvas.text_size(shown, Font::kMono, size).x <=
                     width;
  const float below = apart ? 0 : std::round(ui.em * 1.25f);
  const Rect line = Rect::from_size(at, {width, row + below});
  ImGui::Dummy({width, row + below});
  const float middle = at.y + row / 2;
  canvas.text({line.min.x, middle}, label, Font::kText, size, ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  canvas.text({line.max.x, middle + below}, shown, Font::kMono, size, warn ? ui.theme.warning : ui.theme.text,
              AlignX::kRight, AlignY::kMiddle);
  if (!tip.empty()) tooltip(ui, line, tip);
}

namespace {

void paragraph(Ui& ui, std::string_view text, Color color) {
  ui.fonts.want(text);
  ImGui::PushFont(ui.fonts.face(Font::kText, ui.em * kCaption).font);
  ImGui::PushStyleColor(ImGuiCol_Text, im::color(color));
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

}  // namespace

void note(Ui& ui, std::string_view text) { paragraph(ui, text, ui.theme.muted); }

void error_note(Ui& ui, std::string_view text) { paragraph(ui, "⚠ " + std::string(text), ui.theme.warning); }

void gap(Ui& ui, float ems) { ImGui::Dummy({1, std::round(ui.em * ems)}); }

bool sign_button(Ui& ui, std::string_view name, const Rect& rect,
                 const std::function<void(Canvas&, Color)>& sign, const ControlText& text, bool active) {
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (it.hovered && enabled) canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  sign(canvas, !enabled               ? with_alpha(ui.theme.muted, 0.4f)
               : active || it.hovered ? ui.theme.text
                                      : ui.theme.muted);
  parts::control_tooltip(ui, rect, text);
  return parts::pressed(ui, name, rect, enabled) || it.clicked;
}

bool icon_button(Ui& ui, std::string_view name, const Rect& rect, Icon icon, const ControlText& text,
                 bool active) {
  const auto sign = [&](Canvas& canvas, Color color) { draw_icon(canvas, rect, icon, color); };
  return sign_button(ui, name, rect, sign, text, active);
}
}  // namespace poolglass
