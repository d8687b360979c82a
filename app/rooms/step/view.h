// The Step room's view: its canvas, the right side of its header, and its inspector. Draws from const state
// and pushes actions; ViewState holds what is not worth saving (a cell being typed or dragged, figures as
// text).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/views/canvas.h"
#include "app/views/ui.h"

namespace poolglass::step {

// The figures of a grid as text, made once per picture and cell size.
struct Figures {
  uint64_t revision = 0;
  int columns = 0;  // characters a cell has room for
  std::vector<std::string> texts;
  int before = 1, after = 0;  // most characters left of the decimal point, and from it on
};

struct ViewState {
  Figures input, output;

  std::optional<Cell> typed;  // cell whose value is being typed
  std::string typed_text;
  bool typing_opened = false;

  std::optional<Selection> pressed;  // where the button went down
  float pressed_value = 0;
  bool dragged = false;

  bool was_playing = false;
  glm::vec2 rest_at{0.0f};  // where the pointer was when playback began: until it moves, it explores nothing
};

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view);
void draw_header(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState& view);

}  // namespace poolglass::step
