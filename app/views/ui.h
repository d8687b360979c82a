// What every view gets: theme, sizes, the list of actions to push to, and names for what can be clicked.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/layout/rect.h"
#include "app/state/model.h"
#include "app/views/theme.h"

namespace poolglass {

class Fonts;
using Actions = std::vector<Action>;

// Rectangles of everything that can be clicked or looked up, by name. Tests and scripts click by name, so no
// coordinate is written down anywhere.
struct Tag {
  std::string name;
  Rect rect;
};

// What widgets remember between frames: the one field being typed in, and how long the pointer has rested.
struct WidgetState {
  std::string editing;  // name of the field being typed in; empty: none
  std::string edit_text;
  bool edit_opened = false;  // opened in this frame: take the keyboard
  double drag_rest = 0;      // pixels dragged that did not make a whole step yet
  Rect hover_rect;
  double hover_seconds = 0;
  bool hovering = false;  // something with a tooltip was under the pointer in this frame
  double wake_in = 1e9;   // seconds until a frame is needed even if nothing happens (a tooltip is due)
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

  template <class A>
  void push(A&& action) {
    actions.push_back(Action(std::forward<A>(action)));
  }
  void tag(std::string_view name, const Rect& rect) {
    if (tags != nullptr) tags->push_back({std::string(name), rect});
  }
};

}  // namespace poolglass
