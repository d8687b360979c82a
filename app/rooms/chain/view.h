// The Chain room's view: its canvas, the right side of its header, and its inspector. Draws from const state
// and pushes actions; ViewState holds what is not worth saving (a drag under way, what was last brought into
// sight).
#pragma once

#include "app/views/canvas.h"
#include "app/views/ui.h"

namespace poolglass::chain {

struct ViewState {
  LayerId revealed = kInput;  // selection that the strip last panned to
  size_t revealed_count = 0;  // and the number of layers then
  LayerId grabbed = kInput;   // block under the pressed button
  float grip = 0;             // where it was grabbed, in pixels from its column's left edge
  bool moving = false;        // it has left its place
  bool panning = false;       // the strip is being dragged
  bool holding = false;       // playback waits for the pointer on the map
};

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view);
void draw_header(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState& view);

}  // namespace poolglass::chain
