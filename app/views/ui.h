// What every view gets: theme, sizes, the list of actions to push to, and names for what can be clicked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/layout/rect.h"
#include "app/state/model.h"
#include "app/views/focus.h"
#include "app/views/theme.h"

namespace poolglass {

class Fonts;
using Actions = std::vector<Action>;

// Rectangles of everything that can be clicked or looked up, by name. Tests and scripts click by name, so no
// coordinate is written down anywhere.
struct Tag {
  std::string name;
  Rect rect;
  bool control = false;  // takes clicks now
};

// The one field that is being typed in.
struct EditState {
  std::string name = {};  // of the field; empty: none
  std::string text = {};
  bool keep = false;    // what stands there stays, nothing is selected: it was opened by typing
  bool active = false;  // Dear ImGui's field has the keyboard; until it has, keys are taken here
  bool drawn = false;   // in this frame
  int waited = 0;       // frames for the above
  std::optional<std::string> replace = {};  // text that takes the place of what stands there
  std::vector<KeyPress> keys = {};          // of this frame
};

// The one drop-down list that is open.
struct ListState {
  std::string name = {};  // of its control; empty: none
  int index = 0;          // of the line that Enter chooses
  bool moved = false;
  std::string typed = {};  // what was typed to find a line
  double typed_ago = 0;
  std::vector<KeyPress> keys = {};  // of this frame
};

// The explanation that is due, or will be.
struct TipState {
  Rect rect;              // of what it explains
  double rested = 0;      // seconds the pointer has rested there
  bool hovering = false;  // something with a tooltip was under the pointer in this frame
  Rect clear;             // what it must not cover
  std::string text;       // not empty: it shows in this frame
};

// What widgets remember between frames.
struct WidgetState {
  Focus focus;
  EditState edit;
  ListState list;
  TipState tip;
  std::vector<KeyPress> picture_keys;  // of this frame, that the room's picture takes
  bool keyed = false;                  // a key has changed something in this frame
  double drag_rest = 0;                // pixels dragged that did not make a whole step yet
  bool dragged = false;                // since the button went down
  double wake_in = 1e9;  // seconds until a frame is needed even if nothing happens (a tooltip is due)
};

struct Ui {
  const Theme& theme;
  const Fonts& fonts;
  float em;  // body font size in pixels
  bool reduce_motion;
  double dt;  // seconds since the last frame
  Actions& actions;
  WidgetState& widgets;
  std::vector<Tag>* tags;  // null: nobody asks
  Rect zone = {};          // controls that stand together: their tooltips appear outside of it

  template <class A>
  void push(A&& action) {
    actions.push_back(Action(std::forward<A>(action)));
  }
  void tag(std::string_view name, const Rect& rect, bool control = false) {
    if (tags != nullptr) tags->push_back({std::string(name), rect, control});
  }
};

}  // namespace poolglass
