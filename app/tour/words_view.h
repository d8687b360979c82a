// The tour's texts as they are set: words of several styles, broken into lines.
#pragma once

#include "app/tour/tour.h"
#include "app/views/ui.h"

namespace poolglass::tour {

// At the cursor, in the panel's width from `indent` pixels on; the cursor moves on below. Returns where it
// stands.
struct Setting {
  float size = 15;  // pixels
  Color color;
  float indent = 0;
};
Rect set_words(Ui& ui, const Words& words, const Setting& setting);

}  // namespace poolglass::tour
