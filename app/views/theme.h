// Colours by role, for dark and light. Views take every colour from here.
#pragma once

#include "app/layout/color.h"
#include "app/state/model.h"

namespace poolglass {

struct Theme {
  bool dark = true;
  Color ground, surface, raised, hairline;
  Color text, muted;
  Color accent;                                      // the window, its output cell and field, the playhead
  Color focus;                                       // where the keyboard is
  Color convolution, max_pool, average_pool, other;  // layers
  Color guess;                                       // a learner's, beside the truth
  Color winner, warning;                             // winner of a window; differs from the truth
};

const Theme& theme(ThemeName name);

}  // namespace poolglass
