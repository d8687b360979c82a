// Geometry of the Chain room's canvas, in pixels. At the left a panel with two equal squares, the input above
// and the selected layer's map below; then a gutter for the names of the rows; then the strip of layers, one
// column each, all columns equally wide:
//
//   legend       what colours and sizes mean
//   slabs        a block per layer, standing on one baseline
//   operations   what leads from one layer to the next: an arrow centred on the boundary between their
//   columns,
//                its operation above it, what changes below
//   labels       name, shape, receptive field, shortcut, centred under the block
//   bars         three rows: activations, parameters, multiply-adds
//   minimap      only when not all columns are in sight
//
// Where all rows together are higher than the area they scroll: none is left out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "app/layout/rect.h"
#include "core/tensor.h"

namespace poolglass::chain {

// A block to draw.
struct Block {
  Shape output;
  bool flat = false;
};

struct DiagramRequest {
  Rect area;
  float em = 15;  // body font size
  Shape input;
  std::span<const Block> blocks;
  float zoom = 1;      // 1: all columns in sight
  float left = 0;      // first column in sight; clamped
  float scroll = 0;    // pixels that the rows are moved up; clamped
  int name_lines = 1;  // 2 or 3: neighbours' names take turns on as many lines
  float lanes = 0;     // pixels above the blocks that branches need
  float shelf = 0;     // pixels below the words that are put to use at most; 0: as bars do
  bool brief = false;  // blocks and kBriefLines lines of words, nothing below
  float whole = 0;     // the panel is as wide as in an area of this height; 0: of the area's
};
inline constexpr int kBriefLines = 2;

inline constexpr int kLabelLines = 4;  // name, shape, receptive field, shortcut
inline constexpr int kMostNameLines = 3;
inline constexpr int kBarRows = 3;

struct Diagram {
  float em = 15;
  Rect panel;                       // the left part
  Rect input_square, map_square;    // of the panel, equal, one over the other
  Rect map_words;                   // under the map's square
  Rect gutter;                      // names of the rows, level with them
  Rect strip;                       // the right part, minimap included
  Rect sight;                       // the strip without the minimap: clip rows to it
  float scroll = 0, overflow = 0;   // pixels: rows are moved up by; rows are higher than the area by
  Rect legend;                      // what the colours mean
  Rect slabs;                       // its max.y is the baseline
  Rect operations;                  // operation, arrow, change
  Rect labels;                      // kLabelLines lines, more where names take several
  std::array<Rect, kBarRows> bars;  // bars, value
  Rect minimap;                     // empty (zero height) when all columns are in sight

  int name_lines = 1;
  int label_lines = kLabelLines;
  size_t count = 0;         // columns
  float pitch = 0;          // width of a column
  float origin = 0;         // x of column 0's left edge
  float left = 0;           // first column in sight, after clamping
  float visible = 0;        // columns in sight
  bool texts = true;        // columns are wide enough for operations and their arrows
  float thinnest = 0;       // width of a slab of one channel
  float side_scale = 1;     // pixels per square root of a cell, of what is in sight
  float channel_scale = 0;  // pixels per doubling of channels
  float depth_x = 0;        // how far a slab reaches back, as a share of its plane's width
  float depth_y = 0;

  float baseline() const { return slabs.max.y; }
  float line_height() const { return labels.height() / static_cast<float>(label_lines + name_lines - 1); }
};

Diagram make_diagram(const DiagramRequest& request);

// Columns may be fractional while blocks slide.
Rect column_rect(const Diagram& layout, double column);               // full height of the strip
std::optional<size_t> column_at(const Diagram& layout, glm::vec2 p);  // inverse of column_rect
// Line 0 is the name, on its column's turn of the lines that names take.
Rect label_rect(const Diagram& layout, double column, int line);
Rect operation_rect(const Diagram& layout, double column);  // before that column's block
Rect bar_rect(const Diagram& layout, int row, double column,
              double share);  // share of the row's largest value
Rect bar_value_rect(const Diagram& layout, int row, double column);

// Where a slab's three faces are. The front stands on the baseline; top and side go back by `depth`.
struct Slab {
  Rect front;
  glm::vec2 depth{0.0f};
  Rect bounds() const { return {{front.min.x, front.min.y - depth.y}, {front.max.x + depth.x, front.max.y}}; }
};
Slab slab(const Diagram& layout, const Block& block, double column);

// The arrow that leads to a column's block, centred on its operation.
struct Gap {
  glm::vec2 from{0.0f};
  glm::vec2 to{0.0f};
};
Gap operation_arrow(const Diagram& layout, double column);
// Between columns `index` - 1 and `index`, where `+` appears. 0 <= index <= count.
Rect plus_rect(const Diagram& layout, size_t index);
std::optional<size_t> plus_at(const Diagram& layout, glm::vec2 p);
size_t insertion_at(const Diagram& layout, float x);  // boundary nearest to x, 0 to count

// The first column in sight that shows all of `column`, as near to `layout.left` as can be.
float reveal(const Diagram& layout, size_t column);

Rect minimap_column(const Diagram& layout, size_t column);
Rect minimap_window(const Diagram& layout);
float minimap_left(const Diagram& layout, float x);  // first column in sight with the window's centre at x

// An operation on at most two lines of `columns` characters: whole if it fits, else broken at the comma,
// before the stride, or at a space, whichever comes first in this order and fits. What fits nowhere breaks at
// the first.
std::array<std::string, 2> two_lines(const std::string& label, size_t columns);

// How far down, or up, a line through points from left to right goes between two places; nothing: it does not
// pass there.
std::optional<float> reach_between(std::span<const glm::vec2> line, float from, float to, bool down);

}  // namespace poolglass::chain
