// Icons as shapes: sharp at every scale, and no font has all of them.
#pragma once

#include "app/views/canvas.h"
#include "app/views/widgets.h"

namespace poolglass {

// Draws the icon centred in `rect`, about 1.2 em large.
void draw_icon(Canvas& canvas, const Rect& rect, Icon icon, Color color);

}  // namespace poolglass
