#include "app/rooms/views.h"

namespace poolglass::empty {

void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                 ViewState&) {
  canvas.text(area.centre(), status_sentence(model, derived), Font::kText, ui.em, ui.theme.muted,
              AlignX::kCentre, AlignY::kMiddle);
}

void draw_header(Ui&, const Rect&, const Model&, const Derived&) {}
void draw_inspector(Ui&, const Model&, const Derived&, ViewState&) {}
void draw_sign(const IconPen& pen, const Model&) { pen.box(-0.9f, -0.9f, 0.9f, 0.9f); }

}  // namespace poolglass::empty
