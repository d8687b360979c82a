#include "app/views/widgets.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <numeric>
#include <utility>
#include <vector>

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
  const bool pressed = !parts::stop(ui, name, row.all, StopKind::kSwitch, enabled).empty();
  ui.widgets.keyed |= pressed;
  if (pressed) *on = !*on;
  return it.clicked || pressed;
}

namespace {

// Arrows, Home and End; Space and Enter go round.
int chosen_by(const std::vector<KeyPress>& keys, int selected, int count) {
  for (const KeyPress& press : keys) {
    const bool forward = is_plain(press, kKeyRight) || is_plain(press, kKeyDown);
    const bool back = is_plain(press, kKeyLeft) || is_plain(press, kKeyUp);
    if (activates(press)) selected = (selected + 1) % count;
    if (forward || back) selected = std::clamp(selected + (forward ? 1 : -1), 0, count - 1);
    if (is_plain(press, kKeyHome)) selected = 0;
    if (is_plain(press, kKeyEnd)) selected = count - 1;
  }
  return selected;
}

// The parts of a row of words from edge to edge: alike where all words have `room` to spare at their sides,
// else with the same room beside each.
std::vector<float> part_edges(const ImGuiCanvas& canvas, const Rect& rect,
                              std::span<const std::string_view> words, float size, float room) {
  std::vector<float> widths;
  for (const std::string_view word : words) widths.push_back(canvas.text_size(word, Font::kStrong, size).x);
  const auto count = static_cast<float>(words.size());
  const float all = std::accumulate(widths.begin(), widths.end(), 0.0f), spare = (rect.width() - all) / count;
  const float each = rect.width() / count;
  const bool alike = std::ranges::max(widths) + 2 * room <= each;
  std::vector<float> edges{rect.min.x};
  float x = rect.min.x;
  for (const float width : widths) edges.push_back(std::round(x += alike ? each : width + spare));
  return edges;
}

}  // namespace

bool segmented_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
                  std::span<const std::string_view> options, int* selected) {
  const bool enabled = text.why.empty();
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, ui.theme.raised, parts::corner(ui));
  const float size = ui.em * kCaption;
  const std::vector<float> edges = part_edges(canvas, rect, options, size, 0.5f * ui.em);
  bool changed = false;
  for (int i = 0; i < static_cast<int>(options.size()); ++i) {
    const auto index = static_cast<size_t>(i);
    const Rect part{{edges[index], rect.min.y}, {edges[index + 1], rect.max.y}};
    const std::string_view option = options[index];
    const Item it = parts::item(ui, parts::child_name(name, option), part, enabled);
    const bool chosen = i == *selected;
    if (chosen)
      canvas.fill(part.inset(ui.em * 0.13f), with_alpha(ui.theme.text, enabled ? 1 : 0.4f),
                  parts::corner(ui) * 0.8f);
    if (!chosen && it.hovered && enabled)
      canvas.fill(part.inset(ui.em * 0.13f), parts::control_fill(ui, true, it.held),
                  parts::corner(ui) * 0.8f);
    const Color ink = chosen ? readable_on(ui.theme.text) : enabled ? ui.theme.text : ui.theme.muted;
    canvas.text(part.centre(), option, chosen ? Font::kStrong : Font::kText, size, ink, AlignX::kCentre,
                AlignY::kMiddle);
    if (it.clicked && !chosen) {
      *selected = i;
      changed = true;
    }
  }
  parts::control_tooltip(ui, rect, text);
  const std::vector<KeyPress> keys = parts::stop(ui, name, rect, StopKind::kChoice, enabled);
  ui.widgets.keyed |= !keys.empty();
  const int chosen = chosen_by(keys, *selected, static_cast<int>(options.size()));
  return std::exchange(*selected, chosen) != chosen || changed;
}

bool segmented(Ui& ui, std::string_view name, const ControlText& text,
               std::span<const std::string_view> options, int* selected) {
  const Row row = parts::next_row(ui, text.label.empty() ? 100 : 12);
  if (!text.label.empty()) parts::draw_label(ui, row, text);
  return segmented_at(ui, name, row.control, text, options, selected);
}

bool tabs(Ui& ui, std::string_view name, std::span<const TabText> texts, std::string_view command,
          int* selected) {
  const Rect row = parts::next_row(ui, 0).all;
  ImGuiCanvas canvas = parts::window_canvas(ui);
  const float size = kCaption * ui.em, thick = std::max(2.0f, std::round(0.13f * ui.em));
  float used = 0;
  for (const TabText& text : texts) used += canvas.text_size(text.title, Font::kStrong, size).x;
  const float gaps = static_cast<float>(std::max<size_t>(texts.size(), 2) - 1);
  const float space = std::min(1.2f * ui.em, (row.width() - used) / gaps);
  const int before = *selected;
  float x = row.min.x;
  for (int i = 0; i < static_cast<int>(texts.size()); ++i) {
    const TabText& text = texts[static_cast<size_t>(i)];
    const bool chosen = i == before;
    const float width = canvas.text_size(text.title, Font::kStrong, size).x;
    const Rect rect{{x - space / 4, row.min.y}, {x + width + space / 4, row.max.y}};
    const std::string id = parts::child_name(name, text.name);
    const Item it = parts::item(ui, id, rect);
    canvas.text({x, rect.centre().y}, text.title, chosen ? Font::kStrong : Font::kText, size,
                chosen || it.hovered ? ui.theme.text : ui.theme.muted, AlignX::kLeft, AlignY::kMiddle);
    if (chosen) canvas.fill({{x, rect.max.y - thick}, {x + width, rect.max.y}}, ui.theme.text);
    parts::control_tooltip(ui, rect, {"", text.tooltip, command, ""});
    if (parts::pressed(ui, id, rect) || it.clicked) *selected = i;
    x += width + space;
  }
  return *selected != before;
}

namespace {

bool starts_like(std::string_view text, std::string_view start) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= start.size() &&
         std::ranges::equal(text.substr(0, start.size()), start, {}, lower, lower);
}

// The closed list: what is chosen, and a chevron.
void draw_choice(Ui& ui, const Rect& rect, const Item& it, std::string_view shown, Color ink) {
  ImGuiCanvas canvas = parts::window_canvas(ui);
  canvas.fill(rect, parts::control_fill(ui, it.hovered, it.held), parts::corner(ui));
  canvas.push_clip({rect.min, {rect.max.x - ui.em * 1.6f, rect.max.y}});
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y}, shown, Font::kText, ui.em * kCaption, ink,
              AlignX::kLeft, AlignY::kMiddle);
  canvas.pop_clip();
  parts::draw_chevron(ui, canvas, {rect.max.x - ui.em * 0.95f, rect.centre().y});
}

// One line of the open list; true when it was clicked. The pointer and the keys mark the same line.
bool list_line(Ui& ui, std::string_view name, int index, std::string_view option, bool chosen) {
  ListState& list = ui.widgets.list;
  const Rect rect = parts::next_row(ui, 0).all;
  const Item it = parts::item(ui, parts::child_name(name, option), rect);
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (it.hovered && (moved.x != 0 || moved.y != 0)) list.index = index;
  const bool marked = list.index == index;
  if (marked && std::exchange(list.moved, false)) ImGui::SetScrollHereY(0.5f);
  ImGuiCanvas canvas = parts::window_canvas(ui);
  if (marked) canvas.fill(rect, parts::control_fill(ui, true, it.held), parts::corner(ui));
  if (chosen) canvas.fill({rect.min, {rect.min.x + ui.em * 0.2f, rect.max.y}}, ui.theme.text);
  canvas.text({rect.min.x + ui.em * 0.6f, rect.centre().y}, option, Font::kText, ui.em * kCaption,
              ui.theme.text, AlignX::kLeft, AlignY::kMiddle);
  return it.clicked;
}

// The line that begins with what was typed within a second; -1: none.
int typed_line(ListState& list, char32_t character, std::span<const std::string_view> options) {
  constexpr double kPause = 1;
  if (list.typed_ago > kPause) list.typed.clear();
  append_utf8(list.typed, character);
  list.typed_ago = 0;
  for (size_t i = 0; i < options.size(); ++i) {
    if (starts_like(options[i], list.typed)) return static_cast<int>(i);
  }
  return -1;
}

enum class ListKey { kNothing, kChoose, kClose };

// Moves the mark, or ends the list.
ListKey list_key(Ui& ui, const KeyPress& press, std::span<const std::string_view> options) {
  constexpr int kPage = 8;
  ListState& list = ui.widgets.list;
  const int last = static_cast<int>(options.size()) - 1;
  const bool spells = press.chord.key == ' ' && !list.typed.empty() && list.typed_ago < 1;
  if (is_plain(press, kKeyEscape)) return ListKey::kClose;
  if (activates(press) && !spells) return ListKey::kChoose;
  if (press.chord.key == kKeyTab) {
    move(ui.widgets.focus, press.chord.shift ? -1 : 1, ui.widgets.focus.panel);
    return ListKey::kClose;
  }
  int index = list.index;
  if (is_plain(press, kKeyHome)) index = 0;
  if (is_plain(press, kKeyEnd)) index = last;
  const bool sideways = press.chord.key == kKeyLeft || press.chord.key == kKeyRight;
  if (!sideways) index -= stepped(press, kPage);
  if (press.text != 0) {
    const int typed = typed_line(list, press.text, options);
    if (typed >= 0) index = typed;
  }
  list.index = std::clamp(index, 0, last);
  list.moved = true;
  return ListKey::kNothing;
}

void open_list(Ui& ui, std::string_view name, const std::string& popup, int selected) {
  ImGui::OpenPopup(popup.c_str());
  ui.widgets.list = {.name = std::string(name), .index = std::max(selected, 0), .moved = true};
}

// The lines; the one that was chosen, else -1.
int draw_list(Ui& ui, std::string_view name, std::span<const std::string_view> options, int selected) {
  ListState& list = ui.widgets.list;
  list.typed_ago += ui.dt;
  int chosen = -1;
  bool close = false;
  for (const KeyPress& press : std::exchange(list.keys, {})) {
    const ListKey key = list_key(ui, press, options);
    if (key == ListKey::kChoose) chosen = list.index;
    close |= key != ListKey::kNothing;
    if (close) break;
  }
  ui.widgets.keyed |= chosen >= 0;
  for (int i = 0; i < static_cast<int>(options.size()); ++i) {
    if (list_line(ui, name, i, options[static_cast<size_t>(i)], i == selected)) chosen = i;
  }
  if (close || chosen >= 0) {
    ImGui::CloseCurrentPopup();
    list = {};
  }
  return chosen;
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

  return parts::drop_list(ui, name, rect, it, options, selected, enabled);
}

void parts::draw_chevron(const Ui& ui, Canvas& canvas, glm::vec2 tip) {
  const glm::vec2 chevron[] = {tip + glm::vec2(-0.3f, -0.13f) * ui.em, tip + glm::vec2(0, 0.17f) * ui.em,
                               tip + glm::vec2(0.3f, -0.13f) * ui.em};
  canvas.polyline(chevron, ui.theme.muted, ui.em * 0.11f, false);
}

bool parts::drop_list(Ui& ui, std::string_view name, const Rect& rect, const Item& it,
                      std::span<const std::string_view> options, int* selected, bool enabled) {
  const std::string popup = "popup/" + std::string(name);
  const bool by_key = !parts::stop(ui, name, rect, StopKind::kList, enabled).empty();
  if (it.clicked || by_key) open_list(ui, name, popup, *selected);
  const float width = std::max(rect.width(), ui.em * 8);
  ImGui::SetNextWindowPos({rect.min.x, rect.max.y + ui.em * 0.2f});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width * 1.6f, ui.em * 26});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.em * 0.3f, ui.em * 0.3f});
  bool changed = false;
  if (ImGui::BeginPopup(popup.c_str())) {
    const int chosen = draw_list(ui, name, options, *selected);
    changed = chosen >= 0;
    if (changed) *selected = chosen;
    ImGui::EndPopup();
  } else if (ui.widgets.list.name == name) {
    ui.widgets.list = {};  // a click elsewhere closed it
  }
  ImGui::PopStyleVar();
  return changed;
}

}  // namespace poolglass
