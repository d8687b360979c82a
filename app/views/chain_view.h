// The Chain room's view: its canvas, the right side of its header, and its inspector. Draws from const state and
// pushes actions; ViewState holds what is not worth saving (hover, open editors, scroll).
#pragma once

#include "app/views/canvas.h"
#include "app/views/ui.h"

namespace poolglass::chain {

struct ViewState {};

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState& view);
void draw_header(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState& view);

}  // namespace poolglass::chain
