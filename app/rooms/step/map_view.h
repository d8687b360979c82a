// A map: its squares (map_view.cpp), the words around them (map_words_view.cpp), the pointer over them
// (map_pointer_view.cpp); and the strip of channels (strip_view.cpp).
#pragma once

#include "app/rooms/step/picture_view.h"

namespace poolglass::step {

// The level whose cells a square shows.
size_t shown_level(const Levels& levels, const GridBox& box);
// All of a grid as one picture, on its values' scale; made anew where `revision` is another.
void paint_whole(MapBitmap& bitmap, const Grid& grid, const ValueRange& range, uint64_t revision);

void draw_map_squares(Picture& picture, ViewState& view);
void draw_map_titles(Picture& picture);
void draw_map_notes(Picture& picture);    // under the squares
void draw_map_legends(Picture& picture);  // under those of a board
void draw_strip(Picture& picture, const StripLayout& layout, StripBitmaps& bitmaps);

// The wheel zooms about the pointer, a drag moves the map, on its overview a drag takes the frame along.
void zoom_map(Ui& ui, const Pointer& pointer, const Model& model, const Derived& derived,
              const Layout& layout);
bool on_map(const Layout& layout, glm::vec2 point);  // inside one of its squares
void drag_map(Ui& ui, const Pointer& pointer, const Model& model, const Derived& derived,
              const Layout& layout);
void handle_overview(Ui& ui, const Model& model, const Derived& derived, const Layout& layout);
void handle_strip(Ui& ui, const Model& model, const Derived& derived, const StripLayout& layout);

}  // namespace poolglass::step
