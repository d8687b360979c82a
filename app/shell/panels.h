// The parts of the window around the rooms: rail, header, lens row, tools, the panel's tabs, transport bar,
// status line, `?` sheet, file panel.
#pragma once

#include <span>
#include <string_view>

#include "app/layout/frame_layout.h"
#include "app/shell/view_state.h"
#include "app/views/canvas.h"
#include "app/views/ui.h"
#include "app/views/widgets.h"

namespace poolglass {

void draw_rail(Ui& ui, const Rect& area, const Model& model);
void draw_title(Ui& ui, const FrameLayout& layout, const Model& model);
void draw_lenses(Ui& ui, const FrameLayout& layout, const Model& model, const Derived& derived);
void draw_tools(Ui& ui, const FrameLayout& layout, const Model& model, const Derived& derived);
void draw_tabs(Ui& ui, const FrameLayout& layout, const Model& model);
void draw_transport(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_status(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_sentence(Ui& ui, const Rect& area, const Model& model, const Derived& derived);  // presenting
void draw_thin_playhead(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_help(Ui& ui, const Rect& window, const Model& model, HelpSheet& help);
void draw_file_panel(Ui& ui, const Rect& area, FilePanel& panel);

// In place of the side panel's settings, top to bottom: ways to begin, and files that were used last.
void draw_welcome(Ui& ui, std::span<const std::string> recent);
// The log, alike, and its heading in the row of the panel's tabs.
void draw_log_heading(Ui& ui, const Rect& row, const Model& model);
void draw_log(Ui& ui, const Model& model);
void draw_leave_question(Ui& ui, const Rect& window, const Model& model);

// Opens the panel on its folder (the working directory at first). `name`: what to save under, a path where
// the folder is to be another.
void open_file_panel(FilePanel& panel, FilePanel::Mode mode, SaveKind kind, const std::string& name = "");
void close_file_panel(FilePanel& panel);
// Lists the arrays of an archive, for one of them to be chosen; false: there is none to choose from.
bool offer_arrays(FilePanel& panel, const OpenPath& file);

}  // namespace poolglass
