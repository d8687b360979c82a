// The tour in the side panel: a heading in the row of the panel's tabs, the step's text and question, and at
// its foot the way to the steps before and after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/tour/tour.h"
#include "app/views/ui.h"

namespace poolglass::tour {

// What the picture remembers between frames.
struct ViewState {
  std::vector<KeyPress> keys;  // of this frame, for the guess
  const Course* course = nullptr;
  size_t step = 0;              // that was drawn last: another one begins at its top
  bool asks = false;            // it waited for its answer: once that is given, it comes into sight
  int told = 0;                 // frames until the panel has grown around the answer, or the finding
  std::optional<size_t> claim;  // that was chosen last: where another one is not in sight, it comes there
  std::optional<float> scroll;  // where the panel is to be scrolled to, in pixels from the step's top
};

// Keys of an open question that the Step room does not ask, where the panel is drawn: figures open its field,
// or choose. `more`: it took the key before this one, of the same frame.
bool takes_key(const KeyPress& press, bool more, const Model& model);

void draw_heading(Ui& ui, const Rect& row, const Model& model);
void draw_step(Ui& ui, const Model& model, const Derived& derived, ViewState& view);
inline constexpr float kFoot = 3.6f;  // em: height of what stands below the step
void draw_foot(Ui& ui, const Rect& area, const Model& model);

}  // namespace poolglass::tour
