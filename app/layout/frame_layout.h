// Where the parts of the window lie. Every size is a multiple of em, so that any scale holds.
#pragma once

#include "app/layout/rect.h"

namespace poolglass {

// rail | header, lens row, canvas, transport | tools, tabs, panel; the status line runs under all. Where the
// canvas would be narrower than kLeastCanvas the panel is a drawer: tools and tabs stand in a column at the
// right edge, and the panel, when open, covers the canvas's right part. While presenting there are only
// canvas, status (a large sentence) and transport (a thin playhead).
struct FrameLayout {
  Rect rail, header, lens, canvas, transport, status, tools, tabs, panel;
  bool merged = false;  // too low for two rows: title, lens and selectors share `header`, and `lens` is it
  bool drawer = false;
};

struct FrameWish {
  bool panel_open = false;  // of a drawer; beside the canvas the panel is always there
  bool presenting = false;
  bool controls = false;  // presenting: the whole transport bar instead of the thin playhead
  float panel = 20;       // em: the panel's width
  int tabs = 1;           // over the panel; in a drawer's column they stand below each other
};

inline constexpr float kLeastCanvas = 50;  // em

// `size` in pixels, `em` the body font size.
FrameLayout frame_layout(glm::vec2 size, float em, const FrameWish& wish = {});

// The body font size that a window of `size` pixels gets at a scale (the display's times the user's): from
// 1920x1080 on text grows with the window, and a window too small for the scale gets what it can hold.
float frame_em(glm::vec2 size, float display_scale, float scale, bool presenting);

// In a bar too narrow for all, scrubber and counter are left out: their rectangles are empty.
struct TransportLayout {
  Rect first, back, play, forward, last, scrubber, counter, speed, loop;
};
TransportLayout transport_layout(const Rect& bar, float em);

// A tab of a drawer, `index` of `count` from the top of its column of tabs.
Rect drawer_tab(const Rect& tabs, float em, int index, int count);

// Square buttons down the rail, `count` in all: the first `count - bottom` from the top, the rest down to its
// end. They are lower in a rail that does not hold them all.
Rect rail_button(const Rect& rail, float em, int index, int count, int bottom);

// The `count` tools: a row at the right end of a wide area, a column from the top of a narrow one. A gap
// stands before tool `gap_before`.
Rect tool_button(const Rect& tools, float em, int index, int count, int gap_before);

}  // namespace poolglass
