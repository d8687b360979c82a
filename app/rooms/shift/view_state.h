// What the Shift room's picture remembers between frames and is not worth saving: a drag under way.
#pragma once

#include <cstdint>

namespace poolglass::shift {

struct ViewState {
  int64_t from_right = 0, from_down = 0;  // the nudge, in steps, when the button went down
  bool dragged = false;
};

}  // namespace poolglass::shift
