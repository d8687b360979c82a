// What the Chain room's picture remembers between frames and is not worth saving: a drag under way, what was
// last brought into sight.
#pragma once

#include <optional>

#include "app/rooms/bitmap.h"
#include "app/rooms/chain/model.h"

namespace poolglass::chain {

struct ViewState {
  LayerId revealed = kInput;  // selection that the strip last panned to
  size_t revealed_count = 0;  // and the number of layers then
  LayerId grabbed = kInput;   // block under the pressed button
  float grip = 0;             // where it was grabbed, in pixels from its column's left edge
  bool moving = false;        // it has left its place
  bool panning = false;       // the strip is being dragged
  float scroll = 0;           // pixels that the rows are moved up, where they are higher than the canvas
  std::optional<int64_t> ruler_first;  // size at the left end of the ruler that is being dragged
  size_t lens = kCostLens;             // that the scroll is of
  bool holding = false;                // playback waits for the pointer on the map
  size_t choice = 0;                   // line of the open picker that Enter takes
  bool was_picking = false;

  // Pictures of cells, made when what they show has changed.
  struct Painted {
    Bitmap bitmap;
    uint64_t of = 0;  // what it shows
  };
  Painted photo, paths, response;
};

}  // namespace poolglass::chain
