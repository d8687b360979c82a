#include "app/views/widgets.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/rooms/format.h"
#include "app/views/icons.h"
#include "app/views/widget_parts.h"

namespace poolglass {

using parts::Item;
using parts::Row;

namespace {

constexpr float kNumberEms = 7.4f;  // − value + at the right of a row

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

// Dragging the figure between the two squares; remembers that it was no click.
bool drag_value(Ui& ui, const Item& it, int64_t* value, int64_t low, int64_t high) {
  WidgetState& state = ui.widgets;
  if (it.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    state.drag_rest = 0;
    state.dragged = false;
  }
  if (!it.held || !ImGui::IsMouseDragging(ImGuiMouseButton_Left, ui.em * 0.2f)) return false;
  state.dragged = true;
  state.drag_rest += ImGui::GetIO().MouseDelta.x;
  const double steps = std::trunc(state.drag_rest / (ui.em * 0.6));
  state.drag_rest -= steps * ui.em * 0.6;
  return steps != 0 && set_clamped(value, *value + static_cast<int64_t>(steps), low, high);
}

bool wheel_value(Ui& ui, std::string_view name, int64_t* value, int64_t low, int64_t high) {
  const ImGuiIO& io = ImGui::GetIO();
  const bool meant = io.KeyCtrl || ui.widgets.focus.name == name;  // else the inspector scrolls
  return io.MouseWheel != 0 && meant && set_clamped(value, *value + (io.MouseWheel > 0 ? 1 : -1), low, high);
}

// Arrows, pages, Home and End; true when they changed the value.
bool key_value(const KeyPress& press, int64_t* value, int64_t low, int64_t high) {
  constexpr int kPage = 10;
  if (is_plain(press, kKeyHome)) return set_clamped(value, low, low, high);
  if (is_plain(press, kKeyEnd)) return set_clamped(value, high, low, high);
  const int by = stepped(press, kPage);
  return by != 0 && set_clamped(value, by > 0 && *value > high - by ? high : *value + by, low, high);
}

// The parts of a number control: a square at each end, the figure between them.
struct NumberRects {
  Rect minus, middle, plus;
};
NumberRects number_rects(const Rect& rect) {
  const float side = rect.height() * 0.8f;
  NumberRects r;
  r.minus = {rect.min, {rect.min.x + side, rect.max.y}};
  r.plus = {{rect.max.x - side, rect.min.y}, rect.max};
  r.middle = {{r.minus.max.x, rect.min.y}, {r.plus.min.x, rect.max.y}};
  return r;
}

// The open field. Up and down step what is typed.
bool edit_value(Ui& ui, std::string_view name, const Rect& rect, int64_t* value, int64_t low, int64_t high) {
  EditState& edit = ui.widgets.edit;
  int64_t typed = 0;
  bool changed = false;
  for (const KeyPress& press : edit.keys) {
    const bool steps = press.chord.key != kKeyLeft && press.chord.key != kKeyRight && stepped(press, 10) != 0;
    if (!steps) continue;
    if (!parse_integer(edit.text, &typed)) typed = *value;
    typed = std::clamp(typed, low, high);
    key_value(press, &typed, low, high);
    edit.text = std::to_string(typed);
    edit.replace = edit.text;
    changed |= set_clamped(value, typed, low, high);
  }
  ui.widgets.keyed |= changed;
  if (parts::edit_at(ui, name, rect, true) != EditResult::kCommitted) return changed;
  return (parse_integer(edit.text, &typed) && set_clamped(value, typed, low, high)) || changed;
}

bool number_control(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text, int64_t* value,
                    int64_t low, int64_t high) {
  if (ui.widgets.edit.name == name) {
    parts::stop(ui, name, rect, StopKind::kNumber);
    return edit_value(ui, name, rect, value, low, high);
  }
  const bool enabled = text.why.empty();
  const NumberRects at = number_rects(rect);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, enabled ? ui.theme.raised : with_alpha(ui.theme.raised, 0.5f), parts::corner(ui));
  bool changed = false;
  if (nudge(ui, parts::child_name(name, "minus"), at.minus, Icon::kMinus, enabled && *value > low)) {
    changed |= set_clamped(value, *value - 1, low, high);
  }
  if (nudge(ui, parts::child_name(name, "plus"), at.plus, Icon::kPlus, enabled && *value < high)) {
    changed |= set_clamped(value, *value + 1, low, high);
  }
  const Item it = parts::item(ui, name, at.middle, enabled);
  changed |= drag_value(ui, it, value, low, high);
  if (it.hovered && enabled) {
    changed |= wheel_value(ui, name, value, low, high);
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  }
  if (it.clicked && !ui.widgets.dragged) {
    give_to(ui.widgets.focus, name);
    parts::open_editor(ui, name, std::to_string(*value));
  }
  canvas.text(at.middle.centre(), grouped(*value), Font::kMono, ui.em,
              enabled ? ui.theme.text : with_alpha(ui.theme.muted, 0.7f), AlignX::kCentre, AlignY::kMiddle);
  parts::control_tooltip(ui, rect, text, grouped(low) + " to " + grouped(high));
  const std::vector<KeyPress> keys = parts::stop(ui, name, rect, StopKind::kNumber, enabled);
  for (const KeyPress& press : keys) changed |= key_value(press, value, low, high);
  ui.widgets.keyed |= !keys.empty();
  parts::open_by_keys(ui, name, keys, std::to_string(*value));
  return changed;
}

}  // namespace

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
    if (icon_button(ui, parts::child_name(name, "link"), rect, *linked ? Icon::kLink : Icon::kUnlink, link,
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
  changed |= number_control(ui, parts::child_name(name, "h"), left, height, h, low, high);
  link_at(left.max.x);
  changed |= number_control(ui, parts::child_name(name, "w"), right, width, w, low, high);
  return changed && enabled;
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
  const std::vector<KeyPress> keys = parts::stop(ui, name, rect, StopKind::kSlider, enabled);
  for (const KeyPress& press : keys) changed |= key_value(press, index, 0, count - 1);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill({{x0, y - half}, {x1, y + half}}, mix(ui.theme.raised, ui.theme.text, 0.12f), half);
  if (enabled) {
    canvas.fill({{x0, y - half}, {x, y + half}}, ui.theme.accent, half);
    canvas.fill_circle({x, y}, it.hovered || it.held ? knob * 1.15f : knob, ui.theme.accent);
  }
  return changed;
}

}  // namespace poolglass
