// The controls of inspector, header and transport, drawn in the app's own look over Dear ImGui's items.
// Every widget takes a stable name ("step/kernel-h") that is its ImGui id and its tag for tests. `why` is
// empty when the control can be used; else the control is greyed and shows `why` on hover. Widgets inside an
// inspector lay themselves out top to bottom at the full width given by Inspector. All return true when the
// user changed the value in this frame; none changes the caller's state except through the pointer it was
// given.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/layout/rect.h"
#include "app/views/canvas.h"
#include "app/views/ui.h"

namespace poolglass {

struct ControlText {
  std::string_view label;    // left of the control
  std::string_view tooltip;  // one sentence; the key is appended when `command` has one
  std::string_view command;  // command id, may be empty
  std::string_view why;      // not empty: disabled, for this reason
};

// A heading with a hairline; when `can_reset`, a small "reset" button at its right. True when reset is
// clicked.
bool section(Ui& ui, std::string_view name, std::string_view title, bool can_reset);

// Integer with − and + buttons, drag, Ctrl+wheel (without Ctrl where it has the keyboard), arrows, and typing
// (after a click on the figure, or by key). Shows its limits on hover. Values are clamped to [low, high].
bool number(Ui& ui, std::string_view name, const ControlText& text, int64_t* value, int64_t low,
            int64_t high);

// Two integers, height and width, with a link button between them; linked: one change moves both.
bool number_pair(Ui& ui, std::string_view name, const ControlText& text, int64_t* h, int64_t* w, int64_t low,
                 int64_t high, bool* linked);

// A switch.
bool toggle(Ui& ui, std::string_view name, const ControlText& text, bool* on);

// One of a few, side by side; each option can be clicked.
bool segmented(Ui& ui, std::string_view name, const ControlText& text,
               std::span<const std::string_view> options, int* selected);

// One of a few that the panel below shows, as words in a row with the chosen one underlined.
struct TabText {
  std::string_view name;  // of the control's: "step/code" and "numpy"
  std::string_view title;
  std::string_view tooltip;
};
bool tabs(Ui& ui, std::string_view name, std::span<const TabText> texts, std::string_view command,
          int* selected);

// One of many, in a drop-down list. `selected` -1 shows `placeholder`.
bool dropdown(Ui& ui, std::string_view name, const ControlText& text,
              std::span<const std::string_view> options, int* selected, std::string_view placeholder = "");

// A line of text; true on Enter or when focus leaves with a change.
bool text_field(Ui& ui, std::string_view name, const ControlText& text, std::string* value);
bool text_field_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
                   std::string* value);

// A full-width button.
bool button(Ui& ui, std::string_view name, const ControlText& text);
// The one that Enter presses, with its key at the right; at most one in sight.
bool primary_button(Ui& ui, std::string_view name, const ControlText& text);
// Two to four buttons sharing one line; returns the index clicked or -1.
int button_row(Ui& ui, std::string_view name, std::span<const ControlText> texts);

// A table: names of its columns, and rows that can be clicked. The first cell stands at the left, the others
// at the right of columns of their own, in the number font. `*hovered`: the row is under the pointer, or has
// the keyboard.
void table_head(Ui& ui, std::span<const std::string> names);
bool table_row(Ui& ui, std::string_view name, std::span<const std::string> cells, const ControlText& text,
               bool* hovered);

// Read-only line: label left, value right in the number font, below it where both have no room.
// `color_role_warning` paints the value in the warning colour with a glyph.
void readout(Ui& ui, std::string_view label, std::string_view value, std::string_view tooltip = "",
             bool warn = false);
// A paragraph, wrapped, in the muted colour; or the error style with a glyph.
void note(Ui& ui, std::string_view text);
void error_note(Ui& ui, std::string_view text);
void gap(Ui& ui, float ems);

// Placed widgets, for the header, the canvas and the transport: the caller gives the rectangle.
enum class Icon {
  kPlay,
  kPause,
  kStepBack,
  kStepForward,
  kFirst,
  kLast,
  kLoop,
  kPlus,
  kMinus,
  kClose,
  kLink,
  kUnlink,
  kUndo,
  kRedo,
  kOpen,
  kSave,
  kHelp,
  kTheme,
  kDuplicate,
  kDelete,
  kLeft,
  kRight,
  kExport,
  kPresent,
  kSettings,
  kCode,
  kPredict,
  kTour
};
bool icon_button(Ui& ui, std::string_view name, const Rect& rect, Icon icon, const ControlText& text,
                 bool active = false);
// The same with a drawing of the caller's own.
bool sign_button(Ui& ui, std::string_view name, const Rect& rect,
                 const std::function<void(Canvas&, Color)>& sign, const ControlText& text, bool active);
// A button with its words in the middle; at most one in sight is primary.
bool button_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
               bool primary = false);
// In the row of the side panel's tabs, of what stands in their place until it is closed: "name/close".
struct HeadingText {
  std::string_view title, beside;
  Font font = Font::kText;  // of what stands beside the title
};
// What such a heading has at its right end: [0] closes, others stand to the left of it.
Rect heading_button(const Ui& ui, const Rect& row, int index);
bool closable_heading(Ui& ui, std::string_view name, const Rect& row, const HeadingText& text,
                      const ControlText& close);
bool segmented_at(Ui& ui, std::string_view name, const Rect& rect, const ControlText& text,
                  std::span<const std::string_view> options, int* selected);
// A horizontal scrubber over [0, count); true when moved.
bool scrubber(Ui& ui, std::string_view name, const Rect& rect, int64_t count, int64_t* index);

// One invisible item that owns a canvas rectangle. `hovered` is false while another item covers it.
struct Pointer {
  bool hovered = false;
  bool pressed = false;  // left button went down on it this frame
  bool double_clicked = false;
  bool dragging = false;  // left button held since it went down on it
  bool released = false;  // left button came up after a press on it
  bool right_pressed = false;
  float wheel = 0;  // notches, while hovered
  glm::vec2 position{0.0f};
  glm::vec2 drag{0.0f};   // since the press
  glm::vec2 delta{0.0f};  // since the last frame
  bool shift = false, ctrl = false;
};
Pointer pointer_area(Ui& ui, std::string_view name, const Rect& rect);

// Shows `text` (one sentence) after the pointer has rested for 0.4 s over `rect` of the current window:
// outside of ui.zone, or of `clear`, beside what it explains; never while something is being typed or a list
// is open.
void tooltip(Ui& ui, const Rect& rect, std::string_view text);
void tooltip(Ui& ui, const Rect& rect, std::string_view text, const Rect& clear);
// Once a frame, after everything else: draws the tooltip that is due.
void draw_tooltip(Ui& ui, const Rect& window);

// A number that is being typed on the canvas. Call every frame while open, after the picture is drawn. The
// text is ui.widgets.edit.text.
enum class EditResult { kOpen, kCommitted, kCancelled };
void open_number(Ui& ui, std::string_view name, std::string text, bool keep);
// Ctrl+V was pressed in the open field, and the clipboard holds more than one cell.
bool pastes_several(const Ui& ui);
void close_field(Ui& ui);  // what was typed is dropped
EditResult edit_number_at(Ui& ui, std::string_view name, const Rect& rect);

// True when what was being changed is done: a button of the mouse went down or up, or a key did it. The next
// change is an undo step of its own.
bool edit_over(const Ui& ui);

}  // namespace poolglass
