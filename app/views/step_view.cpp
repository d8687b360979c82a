#include "app/views/step_view.h"

namespace poolglass::step {

void draw_canvas(Ui&, Canvas&, const Rect&, const Model&, const Derived&, ViewState&) {}
void draw_header(Ui&, const Rect&, const Model&, const Derived&) {}
void draw_inspector(Ui&, const Model&, const Derived&, ViewState&) {}

}  // namespace poolglass::step
