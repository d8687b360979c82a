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

using Actions = std::vector<Action>;

// Rectangles of everything that can be clicked or looked up, by name. Tests and scripts click by name, so no
// coordinate is written down anywhere.
struct Tag {
  std::string name;
  Rect rect;
};

struct Ui {
  const Theme& theme;
  float em;                  // body font size in pixels
  bool reduce_motion;
  double dt;                 // seconds since the last frame
  Actions& actions;
  std::vector<Tag>* tags;    // null: nobody asks

  template <class A>
  void push(A&& action) {
    actions.push_back(Action(std::forward<A>(action)));
  }
  void tag(std::string_view name, const Rect& rect) {
    if (tags != nullptr) tags->push_back({std::string(name), rect});
  }
};

}  // namespace poolglass
