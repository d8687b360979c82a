// What a map needs to be drawn at any zoom, and the strip of channels: all of it pooled by the engine, once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/step/actions.h"
#include "app/rooms/step/document.h"
#include "app/rooms/step/grid.h"
#include "core/cell.h"

namespace poolglass::step {

struct Derived;
struct Model;

// A grid at falling resolution: [0] is the grid, a cell of [i] the largest of 2^i x 2^i of its cells. The
// last has at most kOverviewSide cells a side.
using Levels = std::vector<Grid>;
inline constexpr int64_t kOverviewSide = 256;

// A square of the picture.
struct MapSquare {
  // On the values' scale; around 0; windows that read a cell; values where a dialect's windows are the same.
  enum class Look { kValues, kSigned, kReads, kDialect };
  Look look = Look::kValues;
  bool input = true;    // cells of the input; else of the output
  Levels levels;        // kSigned: a part of several cells has the one of the largest magnitude
  Levels reached = {};  // not empty: where it is 0 nothing has come (reaches()), and nothing is drawn
  float span = 1;       // kSigned: the largest magnitude
  bool reaches(size_t level, Cell cell) const { return reached.empty() || reached[level].at(cell) > 0; }
};

struct MapFacts {
  bool shown = false;              // the grid is a map
  std::string refusal;             // why the windows show instead of the lens; empty: it shows what it says
  std::string why_not;             // why what the lens shows was not found, which it keeps
  Levels input;                    // also what the overview shows
  std::vector<MapSquare> squares;  // what the lens shows, in its order
  uint64_t revision = 0;           // changes with them
};

// Channels of the image that the grid's plane is of, or where it has but one, the images of the batch: a page
// of them at a time.
struct StripFacts {
  int64_t images = 0,
          channels = 0;  // of the file; 0: it has one plane, or there is no file
  int64_t image = 0, channel = 0;
  int64_t first = 0;               // channel, or image, of the first thumbnail
  std::vector<Grid> thumbnails;    // maxima of equal parts, at most kThumbnailSide a side
  size_t made = 0;                 // of them; the others have no cells yet
  std::vector<ValueRange> ranges;  // of each
  uint64_t revision = 0;           // changes with the thumbnails
  bool shown() const { return images * channels > 1; }
  bool of_images() const { return channels == 1; }
  int64_t count() const { return of_images() ? images : channels; }
  int64_t at() const { return of_images() ? image : channel; }
  int64_t plane(int64_t at) const { return of_images() ? at : image * channels + at; }
  bool complete() const { return made == thumbnails.size(); }
};
inline constexpr int64_t kStripPage = 16;
inline constexpr int64_t kThumbnailSide = 64;

// What the squares of the Gradient and the Rebuild lens were found for.
struct MapLensKey {
  uint64_t revision = 0;  // of the picture
  size_t lens = 0;
  bool both = false;
  Upstream upstream;
  TiePolicy ties = TiePolicy::kFirst;
  friend bool operator==(const MapLensKey&, const MapLensKey&) = default;
};

MapSquare values_square(bool input, Levels levels);
MapSquare signed_square(bool input, const Grid& grid, float span);
Levels levels_of(const Grid& grid);
Levels signed_levels_of(const Grid& grid);  // for kSigned
// The level whose cells are as small as can be and at least a pixel, where a cell of the grid takes `pixels`.
size_t level_for(const Levels& levels, double pixels);

// A plane of `source` as maxima of equal parts.
Grid thumbnail(const Source& source, int64_t plane);

// The part of a map that is in sight, at most kSmallSide cells a side, around its middle.
Crop crop_to_sight(const Sight& sight, Size2 grid);

// What a refusal ends with.
inline constexpr std::string_view kCropsMap = ": X crops this map to what is in sight";

int64_t most_taps(const WindowGeometry& geometry);  // of one window

// Whether the grid is a map, and what its lens cannot show of it; before the lenses' own numbers.
void begin_map(const Model& model, Derived& derived);
void derive_map(const Model& model, Derived& derived);  // after them: squares of windows
void derive_strip(const Source& source, int64_t cells_at_once, Derived& derived);

}  // namespace poolglass::step
