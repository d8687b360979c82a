// Which control has the keyboard. Controls sign up while they are drawn; that is the order of Tab. Between
// the last and the first of the window's own controls the picture has its turn: then arrows and letters mean
// the room's commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/layout/rect.h"
#include "app/state/keys.h"

namespace poolglass {

// What a control does with keys; everything else goes on to the room.
enum class StopKind {
  kButton,  // Space, Enter
  kSwitch,  // Space, Enter
  kChoice,  // arrows, Home, End; Space: the next one
  kList,    // Space, Enter, up and down open it
  kNumber,  // arrows, Page Up and Down, Home, End; Enter, F2 and figures open it for typing
  kSlider,  // arrows, Page Up and Down, Home, End
  kText,    // Enter, F2 and characters open it for typing
};

struct FocusStop {
  std::string name;
  StopKind kind = StopKind::kButton;
  std::string_view panel;
  friend bool operator==(const FocusStop&, const FocusStop&) = default;
};

struct Focus {
  std::string name;              // of the control that has the keyboard; empty: the picture
  std::string after;             // where Tab goes on from when none has it: what was last used
  std::vector<KeyPress> keys;    // of this frame, for that control
  std::vector<FocusStop> stops;  // of the last frame
  std::vector<FocusStop> drawn;  // of this one, so far
  std::string_view panel;        // that is being drawn: "", or a panel that keeps Tab to itself
  bool moved = false;            // since the last frame: what scrolls brings `rect` into sight
  Rect rect;                     // of the control that has the keyboard

  const FocusStop* stop() const;  // the control that has the keyboard, as it was last drawn
};

// At the start of a frame, before its keys are given out.
void begin_frame(Focus& focus);
// To the next control (+1) or the one before (-1) of the panel.
void move(Focus& focus, int by, std::string_view panel);
void give_to(Focus& focus, std::string_view name);
void let_go(Focus& focus);  // the picture has the keyboard; Tab goes on from here

bool takes(StopKind kind, const KeyPress& press);

// Keys as controls ask for them.
bool is_plain(const KeyPress& press, int key);  // without Ctrl, Alt and Shift
bool activates(const KeyPress& press);          // Space, Enter
bool opens_editor(const KeyPress& press);       // Enter, F2
int stepped(const KeyPress& press, int page);   // arrows and pages: +1, -1, +page, -page; 0: no such key
void append_utf8(std::string& text, char32_t character);

}  // namespace poolglass
