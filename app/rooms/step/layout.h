// Where everything of the Step room's picture lies: two grids, the arithmetic between them, captions,
// formulas. Pure geometry in pixels; cell_rect and cell_at are inverses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/layout/rect.h"
#include "app/rooms/step/sight.h"
#include "core/cell.h"
#include "core/pooling/window.h"
#include "core/tensor.h"

namespace poolglass::step {

// A grid of cells. They count from `rows.first`, `columns.first`; the padding ring has negative ones.
struct GridBox {
  glm::vec2 origin{0.0f};  // top left corner of the first cell
  float cell = 1;          // height; whole pixels but in a map
  CellRange rows, columns;
  float aspect = 1;                // width of a cell in heights: not 1 only of a map's output
  std::optional<Rect> frame = {};  // of a map: what is seen of it; cells at the edges reach beyond

  Rect area() const;
  float cell_width() const { return cell * aspect; }
};

Rect cell_rect(const GridBox& box, Cell cell);
std::optional<Cell> cell_at(const GridBox& box, glm::vec2 point);
// The cells a window spans, first tap to last.
Rect window_rect(const GridBox& box, const AxisWindow& rows, const AxisWindow& columns);

// What has to find its place.
struct Content {
  CellRange rows, columns;  // of the input's picture
  CellRange output_rows, output_columns;
  int input_figures = 1, output_figures = 1;  // most characters that a cell's value needs
  int formula_lines = 2;
};

enum class Arrangement {
  kBeside,   // input | arithmetic | output
  kBelow,    // input | output, the arithmetic under them: wide grids of small cells
  kStacked,  // input over output: grids much wider than high
  kBoard,    // more than two grids side by side, words in a band under them
};

// A grid of the picture: the plane it shows, and the words around it.
struct Panel {
  bool input = true;  // cells of the input; else of the output, one a window
  GridBox box;
  Rect title, legend;  // over and under it
};

struct Layout {
  Arrangement arrangement = Arrangement::kBeside;
  GridBox input, output;      // of a board: the first of each
  std::vector<Panel> panels;  // all grids
  bool numbers = true;        // the input's cells are large enough for their values
  bool output_numbers = true;
  int64_t label_step = 1;  // every how many rows and columns an index is written
  // Where room is short the picture gives up words for cells. The rectangle of what is left out is empty.
  bool titles = true, indices = true;
  int formula_lines = 2;
  Rect input_title, output_title;
  Rect arithmetic;  // beside: the lane between the grids, as high as they are; else a strip under them
  float lane = 0;   // beside: the height at which the arithmetic and its arrow lie, wherever the window is
  Rect legend;      // under the output
  Rect caption;     // under the legend: cells never read; one line or two
  Rect formulas;
  Rect facts;        // of a board: figures of the whole picture, beside the small grids or under all
  bool map = false;  // the grids are squares of a map
  Rect overview;     // of a map: all of it, with a frame around what is in sight
  Rect input_note, output_note;  // of a map: under its squares
  bool rulers = false;           // of a map: indices along its squares
};

// The largest whole-pixel cell that fits `area`, up to kLargestCell em; both grids have the same. Words give
// way until cells can show numbers, or until giving up more would not make them much larger.
Layout arrange(const Rect& area, float em, const Content& content);

// A board's grids, and where each stands: rows and columns of the board count from 0. Several grids in one
// place stand under each other.
struct BoardPlace {
  bool input = true;
  int row = 0, column = 0;
  bool legend = true;  // has room for one under it
};
struct BoardContent {
  Content content;
  // Ways to place the same grids in the same order, row by row and column by column; the preferred first: a
  // later one is taken for cells that are much larger.
  std::vector<std::vector<BoardPlace>> places;
  float band = 9.4f;  // em: words under the grids; a line of them where room is short
  int facts = 0;      // lines of figures
};
// One way to place grids: `per_row` in each row, all but the first with a legend.
std::vector<BoardPlace> in_rows(std::span<const bool> inputs, int per_row);

// As arrange(), with kBoard: the band is `arithmetic`, its middle `lane`.
Layout arrange_board(const Rect& area, float em, const BoardContent& content);

inline constexpr float kLargestCell = 8.0f;         // em
inline constexpr float kSmallestNumberCell = 1.1f;  // em: 16.5 px at 100 %
inline constexpr float kSmallestFigure = 0.6f;      // em: 9 px at 100 %
inline constexpr float kFigureShare = 0.8f;         // of a cell: the width its figures may take
inline constexpr float kFigureAdvance = 0.6f;       // of the figures' size: JetBrains Mono's width

// A map: squares of equal size, all of the same place.
struct MapContent {
  Size2 grid;
  WindowGeometry geometry;
  Sight sight;
  std::vector<bool> inputs = {true, false};  // which squares have the input's cells, in their order; two
                                             // stand side by side with the lane between, more on a board
};
Layout arrange_map(const Rect& area, float em, const MapContent& content);
inline constexpr float kMapNumberCell = 1.8f;  // em: a cell of a map that can hold four characters

// The strip of thumbnails along the picture's foot, where there is room for it.
struct StripLayout {
  Rect title;
  std::vector<Rect> thumbnails;  // their squares; numbers stand below
  float number = 0;              // height of those
  Rect images;                   // of a batch whose images have several channels: a track of them, else empty
};
float strip_height(const Rect& area, float em);  // 0: there is no room
// `images`: of a batch that need a track of their own; 0: none.
StripLayout arrange_strip(const Rect& room, float em, int64_t count, int64_t images = 0);

// Where a plane larger than the grid is shown whole: at the lane's foot, under the arithmetic. Empty where
// there is no room.
Rect whole_view(const Layout& layout, Size2 plane, float em);

// Where the window's values stand on a number line: at the lane's foot, else between the words under the
// output and the formulas. Empty where there is no room.
Rect number_line(const Layout& layout, float em);

// How far each part of a window's picture has come at a playhead phase, 0 to 1 each, eased in and out: the
// window glides, then its result travels to the output, which fills as it lands.
struct Motion {
  float glide = 1, travel = 1, land = 1;
};
Motion motion(double phase);
glm::vec2 travel_point(glm::vec2 from, glm::vec2 to, float t);  // a shallow arc

}  // namespace poolglass::step
