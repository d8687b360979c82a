// What the widgets share among themselves; views include widgets.h instead.
#pragma once

#include <string>

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

// A text input that fills `rect`, on ui.widgets.edit_text.
EditResult edit_at(Ui& ui, std::string_view name, const Rect& rect, std::string* text, bool just_opened,
                   bool number);

// A field that shows its value until it is opened for typing.
void open_editor(Ui& ui, std::string_view name, std::string text);
// Draws the open editor; true when what was typed (ui.widgets.edit_text) is to be taken.
bool edit_in_place(Ui& ui, std::string_view name, const Rect& rect, bool number);

std::string child_name(std::string_view name, std::string_view part);  // "step/kernel" and "plus"

Color control_fill(const Ui& ui, bool hovered, bool held);
float corner(const Ui& ui);
float hair(const Ui& ui);  // width of a hairline

}  // namespace poolglass::parts
