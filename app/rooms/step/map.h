// What a map needs to be drawn at any zoom, and the strip of channels: all of it pooled by the engine, once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/step/actions.h"
#include "app/rooms/step/grid.h"
#include "core/cell.h"

namespace poolglass::step {

struct Derived;
struct Model;

// A grid at falling resolution: [0] is the grid, a cell of [i] the largest of 2^i x 2^i of its cells. The
// last has at most kOverviewSide cells a side.
using Levels = std::vector<Grid>;
inline constexpr int64_t kOverviewSide = 256;

struct MapFacts {
  bool shown = false;   // the grid is a map
  std::string refusal;  // why the lens shows the windows instead; empty: it
                        // shows what it says
  Levels input, output, other, difference;
};

// Channels of the image that the grid's plane is of, a page of them at a time.
struct StripFacts {
  int64_t images = 0,
          channels = 0;  // of the file; 0: it has one plane, or there is no file
  int64_t image = 0, channel = 0;
  int64_t first = 0;             // channel of the first thumbnail
  std::vector<Grid> thumbnails;  // maxima of equal parts, at most kThumbnailSide a side
  uint64_t revision = 0;         // changes with the thumbnails
  bool shown() const { return images * channels > 1; }
};
inline constexpr int64_t kStripPage = 16;
inline constexpr int64_t kThumbnailSide = 64;

Levels levels_of(const Grid& grid);
// The level whose cells are as small as can be and at least a pixel, where a cell of the grid takes `pixels`.
size_t level_for(const Levels& levels, double pixels);

// A plane of `source` as maxima of equal parts.
Grid thumbnail(const Source& source, int64_t plane);

// The part of a map that is in sight, at most kSmallSide cells a side, around its middle.
Crop crop_to_sight(const Sight& sight, Size2 grid);

// "the gradient lens draws every cell, …": for a lens or panel that a map is too large for.
std::string too_large_for(std::string_view what);

void derive_map(const Model& model, Derived& derived);
void derive_strip(const Source& source, Derived& derived);

}  // namespace poolglass::step
