// What the Step room's picture remembers between frames and is not worth saving: a cell being typed or
// dragged, figures as text.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/rooms/bitmap.h"
#include "app/rooms/step/model.h"
namespace poolglass::step {

// The figures of a grid as text, made once per picture and cell size.
struct Figures {
  uint64_t revision = 0;
  int columns = 0;  // characters a cell has room for
  std::vector<std::string> texts;
  int before = 1, after = 0;  // most characters left of the decimal point, and from it on
};

// The colours of a part of a grid, made once for what is in sight.
struct MapBitmap {
  Bitmap bitmap;
  struct Key {
    uint64_t revision = 0;  // of the numbers, as in MapFacts, StripFacts, Derived
    uint64_t look = 0;      // of what the colours mean
    size_t level = 0;
    CellRange rows, columns;  // of that level
    friend bool operator==(const Key&, const Key&) = default;
  } key;
};
using StripBitmaps = std::array<MapBitmap, kStripPage>;

struct ViewState {
  Figures input, output;
  Figures reads;  // how many windows read each cell
  Figures gradient, upstream;
  std::array<Figures, 12> board;  // of its grids, in the order of Layout::panels

  std::array<MapBitmap, 4> map;  // its squares
  MapBitmap overview;
  StripBitmaps strip;

  std::optional<Selection> typed;    // cell whose value is being typed
  std::optional<Selection> pressed;  // where the button went down
  float pressed_value = 0;
  bool dragged = false;
  bool pans = false;  // the button went down on a square of a map

  bool fixes_drawn = false;  // since the picture was: what is pointed at there may be shown

  bool was_playing = false;
  float rest_x = 0,
        rest_y = 0;  // where the pointer was when playback began: until it moves, it explores nothing
};

}  // namespace poolglass::step
