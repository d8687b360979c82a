// Where the parts of the window lie. Every size is a multiple of em, so that any scale holds.
#pragma once

#include "app/layout/rect.h"

namespace poolglass {

struct FrameLayout {
  Rect rail, header, canvas, transport, inspector, status;
};

// `size` in pixels, `em` the body font size. The canvas keeps what rail (56 px at 100 %), inspector (300),
// header, transport (56 each) and status line leave; on a very narrow window the inspector shrinks, then
// goes.
FrameLayout frame_layout(glm::vec2 size, float em);

// In a bar too narrow for all, scrubber and counter are left out: their rectangles are empty.
struct TransportLayout {
  Rect first, back, play, forward, last, scrubber, counter, speed, loop;
};
TransportLayout transport_layout(const Rect& bar, float em);

// Square buttons down the rail: `top` of them from the top, the rest from the bottom.
Rect rail_button(const Rect& rail, float em, int index);         // from the top
Rect rail_bottom_button(const Rect& rail, float em, int index);  // from the bottom

}  // namespace poolglass
