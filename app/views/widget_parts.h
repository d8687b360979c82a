// What the widgets share among themselves; views include widgets.h instead.
#pragma once

#include <string>
#include <vector>

#include "app/views/imgui_canvas.h"
#include "app/views/imgui_compat.h"
#include "app/views/widgets.h"

namespace poolglass::parts {

// A canvas on the current window's draw list.
ImGuiCanvas window_canvas(const Ui& ui);

// One line of an inspector: label at the left, room for the control at the right. Advances the layout.
struct Row {
  Rect all, label, control;
};
Row next_row(Ui& ui, float control_ems);
void draw_label(Ui& ui, const Row& row, const ControlText& text);

// An invisible item at `rect`. Disabled items report hovering only.
struct Item {
  bool hovered = false, held = false, clicked = false, double_clicked = false;
};
Item item(Ui& ui, std::string_view name, const Rect& rect, bool enabled = true);

// The tooltip of a control: its sentence, its key, or why it cannot be used.
void control_tooltip(Ui& ui, const Rect& rect, const ControlText& text, std::string_view limits = "");

// What hangs below `rect` once `it` is clicked, or a key opens it: a line an option. True when another was
// chosen. And the sign that there is such a list.
bool drop_list(Ui& ui, std::string_view name, const Rect& rect, const Item& it,
               std::span<const std::string_view> options, int* selected, bool enabled = true);
void draw_chevron(const Ui& ui, Canvas& canvas, glm::vec2 tip);

// Signs a control up for Tab, draws the ring when it has the keyboard, and returns the keys that were pressed
// on it in this frame. To be called after the control was drawn, so that the ring is on top.
std::vector<KeyPress> stop(Ui& ui, std::string_view name, const Rect& rect, StopKind kind,
                           bool enabled = true);
// Of a button, by Space or Enter.
bool pressed(Ui& ui, std::string_view name, const Rect& rect, bool enabled = true);

// Opens a field for typing: `text` is selected, or stays before what is typed when `keep`.
void open_editor(Ui& ui, std::string_view name, std::string text, bool keep = false);
// By the keys pressed on a closed field: Enter or F2 open it with `value`, characters take its place.
void open_by_keys(Ui& ui, std::string_view name, const std::vector<KeyPress>& keys, std::string value);
void close_editor(Ui& ui);
// The open field over `rect`, on ui.widgets.edit.text. Enter and Tab take what was typed, and so does a click
// elsewhere; Esc does not. To be called every frame while ui.widgets.edit.name is the field's.
EditResult edit_at(Ui& ui, std::string_view name, const Rect& rect, bool number);

// Pasted text for a field of one line: of a number its first cell, of a name its lines and cells with blanks
// between them.
std::string one_line(std::string_view text, bool number);

std::string child_name(std::string_view name, std::string_view part);  // "step/kernel" and "plus"

Color control_fill(const Ui& ui, bool hovered, bool held);
float corner(const Ui& ui);
float hair(const Ui& ui);  // width of a hairline

}  // namespace poolglass::parts
