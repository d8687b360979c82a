#include "app/views/widgets.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <glm/common.hpp>

#include "app/views/icons.h"
#include "app/views/widget_parts.h"

namespace poolglass {

using parts::Item;
using parts::Row;

namespace {

constexpr float kNumberEms = 7.4f;  // − value + at the right of a row

std::string child_name(std::string_view name, std::string_view part) {
  return std::string(name) + "/" + std::string(part);
}

void open_editor(Ui& ui, std::string_view name, std::string text) {
  ui.widgets.editing = name;
  ui.widgets.edit_text = std::move(text);
  ui.widgets.edit_opened = true;
}

// Small square at an end of a number control; true when it was clicked.
bool nudge(Ui& ui, std::string_view name, const Rect& rect, Icon icon, bool enabled) {
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (enabled && it.hovered) {
    canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  }
  draw_icon(canvas, rect, icon, enabled ? ui.theme.muted : with_alpha(ui.theme.muted, 0.35f));
  return it.clicked;
}

bool parse_integer(const std::string& text, int64_t* value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value);
  return error == std::errc() && stop == end;
}

bool set_clamped(int64_t* value, int64_t wanted, int64_t low, int64_t high) {
  wanted = std::clamp(wanted, low, high);
  if (wanted == *value) return false;
  *value = wanted;
  return true;
}

// Dragging and the wheel over the figure between the two squares.
bool drag_value(Ui& ui, const Item& it, int64_t* value, int64_t low, int64_t high) {
  const ImGuiIO& io = ImGui::GetIO();
  if (it.held && ImGui::IsMouseDragging(ImGuiMouseButton_Left, ui.em * 0.2f)) {
    ui.widgets.drag_rest += io.MouseDelta.x;
    const double steps = std::trunc(ui.widgets.drag_rest / (ui.em * 0.6));
    ui.widgets.drag_rest -= steps * ui.em * 0.6;
    return steps != 0 && set_clamped(value, *value + static_cast<int64_t>(steps), low, high);
  }
  if (!it.held && it.hovered) ui.widgets.drag_rest = 0;
  return false;
}

bool number_control(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text, int64_t* value,
                    int64_t low, int64_t high) {
  const bool enabled = text.why.empty();
  const float side = rect.height();
  const Rect minus{rect.min, {rect.min.x + side * 0.8f, rect.max.y}};
  const Rect plus{{rect.max.x - side * 0.8f, rect.min.y}, rect.max};
  const Rect middle{{minus.max.x, rect.min.y}, {plus.min.x, rect.max.y}};
  if (ui.widgets.editing == name) {
    const bool opened = std::exchange(ui.widgets.edit_opened, false);
    const EditResult result = parts::edit_at(ui, name, rect, &ui.widgets.edit_text, opened, true);
    if (result == EditResult::kOpen) return false;
    ui.widgets.editing.clear();
    int64_t typed = 0;
    return result == EditResult::kCommitted && parse_integer(ui.widgets.edit_text, &typed) &&
           set_clamped(value, typed, low, high);
  }
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, enabled ? ui.theme.raised : with_alpha(ui.theme.raised, 0.5f), parts::corner(ui));
  bool changed = false;
  if (nudge(ui, child_name(name, "minus"), minus, Icon::kMinus, enabled && *value > low)) {
    changed |= set_clamped(value, *value - 1, low, high);
  }
  if (nudge(ui, child_name(name, "plus"), plus, Icon::kPlus, enabled && *value < high)) {
    changed |= set_clamped(value, *value + 1, low, high);
  }
  const Item it = parts::item(ui, name, middle, enabled);
  changed |= drag_value(ui, it, value, low, high);
  if (it.hovered && enabled) {
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0 && ImGui::GetIO().KeyCtrl) {
      changed |= set_clamped(value, *value + (wheel > 0 ? 1 : -1), low, high);
    }
    if (it.double_clicked) open_editor(ui, name, std::to_string(*value));
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  canvas.text(middle.centre(), std::to_string(*value), Font::kMono, ui.em,
              enabled ? ui.theme.text : with_alpha(ui.theme.muted, 0.7f), AlignX::kCentre, AlignY::kMiddle);
  parts::control_tooltip(ui, rect, text, std::to_string(low) + " to " + std::to_string(high));
  return changed;
}

}  // namespace

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
  const std::string id = child_name(name, "reset");
  const Item it = parts::item(ui, id, row.control);
  canvas.text({row.control.max.x, row.control.centre().y}, "reset", Font::kText, ui.em * kCaption,
              it.hovered ? ui.theme.text : ui.theme.muted, AlignX::kRight, AlignY::kMiddle);
  tooltip(ui, row.control, "Puts this group back to its defaults");
  return it.clicked;
}

bool number(Ui& ui, std::string_view name, const ControlText& text, int64_t* value, int64_t low,
            int64_t high) {
  const Row row = parts::next_row(ui, kNumberEms);
  parts::draw_label(ui, row, text);
  return number_control(ui, name, row.control, text, value, low, high);
}

bool number_pair(Ui& ui, std::string_view name, const ControlText& text, int64_t* h, int64_t* w, int64_t low,
                 int64_t high, bool* linked) {
  const bool enabled = text.why.empty();
  const Row row = parts::next_row(ui, *linked ? kNumberEms + 2.2f : 13.2f);
  parts::draw_label(ui, row, text);
  const float side = row.control.height();
  bool changed = false;
  const auto link_at = [&](float x) {
    const Rect rect = Rect::from_size({x, row.control.min.y}, {side * 0.9f, side});
    const ControlText link{
        "", *linked ? "Height and width move together" : "Height and width move separately", "", text.why};
    if (icon_button(ui, child_name(name, "link"), rect, *linked ? Icon::kLink : Icon::kUnlink, link,
                    *linked)) {
      *linked = !*linked;
      if (*linked) *w = *h;
      changed = true;
    }
  };
  if (*linked) {
    link_at(row.control.min.x);
    const Rect rect{{row.control.max.x - std::round(ui.em * kNumberEms), row.control.min.y}, row.control.max};
    if (number_control(ui, name, rect, text, h, low, high)) {
      *w = *h;
      changed = true;
    }
    return changed;
  }
  const float each = std::round((row.control.width() - side * 0.9f) / 2);
  const Rect left = Rect::from_size(row.control.min, {each, side});
  const Rect right = Rect::from_size({row.control.max.x - each, row.control.min.y}, {each, side});
  ControlText height = text, width = text;
  const std::string of_height = "Height: " + std::string(text.tooltip),
                    of_width = "Width: " + std::string(text.tooltip);
  height.tooltip = of_height;
  width.tooltip = of_width;
  changed |= number_control(ui, child_name(name, "h"), left, height, h, low, high);
  link_at(left.max.x);
  changed |= number_control(ui, child_name(name, "w"), right, width, w, low, high);
  return changed && enabled;
}

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
  canvas.fill(track, with_alpha(*on ? ui.theme.accent : off, fade), height / 2);
  const float x = *on ? track.max.x - height / 2 : track.min.x + height / 2;
  const Color knob = *on ? readable_on(ui.theme.accent) : ui.theme.muted;
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
    const Item it = parts::item(ui, child_name(name, option), part, enabled);
    const bool chosen = i == *selected;
    if (chosen)
      canvas.fill(part.inset(ui.em * 0.13f), with_alpha(ui.theme.accent, enabled ? 1 : 0.4f),
                  parts::corner(ui) * 0.8f);
    if (!chosen && it.hovered && enabled)
      canvas.fill(part.inset(ui.em * 0.13f), parts::control_fill(ui, true, it.held),
                  parts::corner(ui) * 0.8f);
    const Color ink = chosen ? readable_on(ui.theme.accent) : enabled ? ui.theme.text : ui.theme.muted;
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

bool dropdown(Ui& ui, std::string_view name, const ControlText& text,
              std::span<const std::string_view> options, int* selected, std::string_view placeholder) {
  const bool enabled = text.why.empty();
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  const Rect rect = row.control;
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, parts::control_fill(ui, it.hovered && enabled, it.held), parts::corner(ui));
  const bool some = *selected >= 0 && *selected < static_cast<int>(options.size());
  canvas.push_clip({rect.min, {rect.max.x - ui.em * 1.6f, rect.max.y}});
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y},
              some ? options[static_cast<size_t>(*selected)] : placeholder, Font::kText, ui.em * kCaption,
              some && enabled ? ui.theme.text : ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  const glm::vec2 tip{rect.max.x - ui.em * 0.95f, rect.centre().y};
  const glm::vec2 chevron[] = {tip + glm::vec2(-0.3f, -0.13f) * ui.em, tip + glm::vec2(0, 0.17f) * ui.em,
                               tip + glm::vec2(0.3f, -0.13f) * ui.em};
  canvas.polyline(chevron, ui.theme.muted, ui.em * 0.11f, false);
  parts::control_tooltip(ui, rect, text);

  const std::string popup = "popup/" + std::string(name);
  if (it.clicked) ImGui::OpenPopup(popup.c_str());
  ImGui::SetNextWindowPos({rect.min.x, rect.max.y + ui.em * 0.2f});
  ImGui::SetNextWindowSizeConstraints({rect.width(), 0}, {rect.width() * 1.6f, ui.em * 26});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 0.3f, ui.em * 0.3f});
  bool changed = false;
  if (ImGui::BeginPopup(popup.c_str())) {
    for (int i = 0; i < static_cast<int>(options.size()); ++i) {
      const std::string_view option = options[static_cast<size_t>(i)];
      const Row line = parts::next_row(ui, 0);
      const Item choice = parts::item(ui, child_name(name, option), line.all);
      ImGuiCanvas list = parts::window_canvas(ui);
      if (choice.hovered) list.fill(line.all, parts::control_fill(ui, true, choice.held), parts::corner(ui));
      if (i == *selected)
        list.fill({line.all.min, {line.all.min.x + ui.em * 0.2f, line.all.max.y}}, ui.theme.accent);
      list.text({line.all.min.x + ui.em * 0.6f, line.all.centre().y}, option, Font::kText, ui.em * kCaption,
                ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
      if (choice.clicked) {
        changed = true;
        *selected = i;
        ImGui::CloseCurrentPopup();
      }
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  return changed;
}

bool text_field(Ui& ui, std::string_view name, const ControlText& text, std::string* value) {
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  if (ui.widgets.editing == name) {
    const bool opened = std::exchange(ui.widgets.edit_opened, false);
    const EditResult result = parts::edit_at(ui, name, row.control, &ui.widgets.edit_text, opened, false);
    if (result == EditResult::kOpen) return false;
    ui.widgets.editing.clear();
    if (result == EditResult::kCancelled || ui.widgets.edit_text == *value) return false;
    *value = ui.widgets.edit_text;
    return true;
  }
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, row.control, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(row.control, parts::control_fill(ui, it.hovered && enabled, false), parts::corner(ui));
  canvas.push_clip(row.control);
  canvas.text({row.control.min.x + ui.em * 0.6f, row.control.centre().y}, *value, Font::kText,
              ui.em * kCaption, enabled ? ui.theme.text : ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  if (it.hovered && enabled) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  if (it.clicked) open_editor(ui, name, *value);
  parts::control_tooltip(ui, row.control, text);
  return false;
}

namespace {

bool button_in(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text) {
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, parts::control_fill(ui, it.hovered && enabled, it.held), parts::corner(ui));
  canvas.text(rect.centre(), text.label, Font::kText, ui.em * kCaption,
              enabled ? ui.theme.text : with_alpha(ui.theme.muted, 0.6f), AlignX::kCentre, AlignY::kMiddle);
  parts::control_tooltip(ui, rect, text);
  return it.clicked;
}

}  // namespace

bool button(Ui& ui, std::string_view name, const ControlText& text) {
  return button_in(ui, name, parts::next_row(ui, 0).all, text);
}

int button_row(Ui& ui, std::string_view name, std::span<const ControlText> texts) {
  const Row row = parts::next_row(ui, 0);
  const float space = std::round(ui.em * 0.4f), count = static_cast<float>(texts.size());
  const float each = (row.all.width() - space * (count - 1)) / count;
  int clicked = -1;
  for (size_t i = 0; i < texts.size(); ++i) {
    const float x = std::round(row.all.min.x + static_cast<float>(i) * (each + space));
    const Rect rect = Rect::from_size({x, row.all.min.y}, {std::floor(each), row.all.height()});
    if (button_in(ui, child_name(name, texts[i].label), rect, texts[i])) clicked = static_cast<int>(i);
  }
  return clicked;
}

void readout(Ui& ui, std::string_view label, std::string_view value, std::string_view tip, bool warn) {
  const glm::vec2 at = glm::round(im::vec(ImGui::GetCursorScreenPos()));
  const float width = ImGui::GetContentRegionAvail().x, height = std::round(ui.em * 1.55f);
  const Rect line = Rect::from_size(at, {width, height});
  ImGui::Dummy({width, height});
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.text({line.min.x, line.centre().y}, label, Font::kText, ui.em * kCaption, ui.theme.muted,
              AlignX::kLeft, AlignY::kMiddle);
  const std::string shown = (warn ? "≠ " : "") + std::string(value);
  canvas.text({line.max.x, line.centre().y}, shown, Font::kMono, ui.em * kCaption,
              warn ? ui.theme.warning : ui.theme.text, AlignX::kRight, AlignY::kMiddle);
  if (!tip.empty()) tooltip(ui, line, tip);
}

namespace {

void paragraph(Ui& ui, std::string_view text, Color color) {
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

bool icon_button(Ui& ui, std::string_view name, const Rect& rect, Icon icon, const ControlText& text,
                 bool active) {
  const bool enabled = text.why.empty();
  const Item it = parts::item(ui, name, rect, enabled);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (it.hovered && enabled) canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  const Color ink = !enabled     ? with_alpha(ui.theme.muted, 0.4f)
                    : active     ? ui.theme.accent
                    : it.hovered ? ui.theme.text
                                 : ui.theme.muted;
  draw_icon(canvas, rect, icon, ink);
  parts::control_tooltip(ui, rect, text);
  return it.clicked;
}

bool scrubber(Ui& ui, std::string_view name, const Rect& rect, int64_t count, int64_t* index) {
  const bool enabled = count > 1;
  const Item it = parts::item(ui, name, rect, enabled);
  const int64_t last = std::max<int64_t>(count - 1, 1);
  const float knob = ui.em * 0.43f, x0 = rect.min.x + knob, x1 = std::max(rect.max.x - knob, x0 + 1);
  bool changed = false;
  if (it.held) {
    const double t = std::clamp((ImGui::GetIO().MousePos.x - x0) / (x1 - x0), 0.0f, 1.0f);
    changed = set_clamped(index, std::llround(t * static_cast<double>(last)), 0, count - 1);
  }
  const double share = enabled ? static_cast<double>(*index) / static_cast<double>(last) : 0;
  const float x = x0 + static_cast<float>(share) * (x1 - x0), y = rect.centre().y,
              half = std::max(1.0f, std::round(ui.em * 0.1f));
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill({{x0, y - half}, {x1, y + half}}, mix(ui.theme.raised, ui.theme.text, 0.12f), half);
  if (enabled) {
    canvas.fill({{x0, y - half}, {x, y + half}}, ui.theme.accent, half);
    canvas.fill_circle({x, y}, it.hovered || it.held ? knob * 1.15f : knob, ui.theme.accent);
  }
  return changed;
}

}  // namespace poolglass
