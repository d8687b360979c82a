// The parts of the Step room's picture. Each draws from const state onto a canvas.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/rooms/step/layout.h"
#include "app/rooms/views.h"

namespace poolglass::step {

// What every part needs to know.
struct Picture {
  Canvas& canvas;
  const Theme& theme;
  const Model& model;
  const Derived& derived;
  const Layout& layout;
  Motion motion;
  float em;
  Rect area = {};  // of the whole picture

  float hair() const;                    // the thinnest line that is whole pixels
  Color value_color(float value) const;  // cividis over the picture's range; grey for NaN
  Color ink_on(float value) const;       // black or white
  size_t lens() const { return shown_lens(model, derived); }
  bool explores() const { return derived.focus.has_value() && derived.focus->side == Side::kOutput; }
  Rect window_now() const { return window_on(layout.input); }
  // The window in focus and the windows' places: the picture's own, or the dialect's that is in focus.
  const WindowFacts& window() const;
  const WindowGeometry& geometry() const;
  // The window's outline on a grid of the input's cells, between two windows while it glides.
  Rect window_on(const GridBox& box) const;
  bool filled(Cell output) const;  // its window lies behind the playhead, or under it
  // The window's result is asked for, or the loops that are walked have not stored it yet.
  bool keeps_result() const { return derived.predict.hides_result || derived.code.walking(); }
};

// Nothing is drawn outside of a rectangle for as long as this lives.
class Clip {
 public:
  Clip(Canvas& canvas, const Rect& rect) : canvas_(canvas) { canvas_.push_clip(rect); }
  ~Clip() { canvas_.pop_clip(); }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

 private:
  Canvas& canvas_;
};
// What a grid is seen through: a map's square, or everything.
inline Rect seen_through(const Picture& picture, const GridBox& box) {
  return box.frame ? *box.frame : picture.area;
}
// Parts of a grid that lenses share (grid_view.cpp).
Rect face(const Picture& picture, const GridBox& box, Cell cell);  // a hair apart where cells are large
float cell_corner(const Picture& picture, const GridBox& box);
void draw_ring(Picture& picture, const GridBox& box);  // of padding, around the input
void draw_unread(Picture& picture, const Rect& cell);
void draw_indices(Picture& picture, const GridBox& box, Size2 size);
void update_figures(Picture& picture, Figures& figures, uint64_t revision, std::span<const float> values,
                    const GridBox& box);
void draw_figure(Picture& picture, const Figures& figures, size_t index, const Rect& cell, Color ink);
// A value beside what the lens shows of the cell: small, at its top left. Cells must be large enough for
// both.
bool has_small_figures(const Picture& picture, const GridBox& box);
void draw_small_figure(Picture& picture, const Rect& cell, float value, Color ink);
void draw_small_text(Picture& picture, const Rect& cell, const std::string& text, Color ink);
// A name, a size (none: it is asked for), more words: as much as there is room for.
void draw_title(Picture& picture, const Rect& at, std::string_view name, std::optional<Size2> size,
                std::string_view more, const std::optional<Size2>& whole = {});

// Figures of a board's grids belong to a revision of what they show and to a lens: revision * kRevisions +
// lens.
inline constexpr uint64_t kRevisions = 8;

// The colours of a value's cell.
struct CellLook {
  Color fill, ink;
};
using LookOf = std::function<CellLook(float value)>;
LookOf value_look(const Picture& picture);               // as the input's
LookOf signed_look(const Picture& picture, float span);  // around 0, to -span and span
// A grid of the output's cells, each there once its window's result has landed. `divisors`: averages, whose
// divisors may be asked for.
void draw_map(Picture& picture, Figures& figures, uint64_t revision, const GridBox& box, const Grid& grid,
              const LookOf& look, bool divisors = false);
// A bar of a map's colours with its ends.
void draw_scale(Picture& picture, const Rect& room, float low, float high,
                const std::function<Color(double)>& map);
void draw_signed_scale(Picture& picture, const Rect& room, float span);

// Cells with their figures, padding, hatching, indices and titles (grid_view.cpp).
void draw_input(Picture& picture, Figures& figures);
void draw_input_cells(Picture& picture, Figures& figures);  // without the padding around them
void draw_output(Picture& picture, Figures& figures);
void draw_titles(Picture& picture);
// The gradient lens (gradient_view.cpp): gradients of both grids, what goes from one to the other, their map
// and their sums, and the figure that travels.
void draw_gradient(Picture& picture, Figures& figures);
void draw_both_gradients(Picture& picture, ViewState& view);  // on a board: of max, of average, difference
void draw_both_routings(Picture& picture, const Rect& room);  // in its band
void draw_upstream(Picture& picture, Figures& figures);
void draw_routing(Picture& picture);
std::string routing_title(const Picture& picture);  // "out[2,2] sends"
void draw_gradient_legend(Picture& picture);
void draw_totals(Picture& picture);
void draw_sent(Picture& picture);

// The coverage lens (coverage_view.cpp): how many windows read each cell, and the windows along one side in
// the lane.
void draw_reads(Picture& picture, Figures& figures);
// Dark to bright from one window to the most; an unread cell has no colour of its own.
Color reads_map(double share);
Color reads_color(const Derived& derived, int64_t reads);
void draw_sides(Picture& picture);
void draw_sides_in(Picture& picture, const Rect& room);  // side by side: in a band
void draw_reads_legend(Picture& picture);
void draw_whole(Picture& picture);  // a plane larger than the grid, and where the grid is in it

// The window, its taps and winner, the windows that read a cell, the travelling result (window_view.cpp).
void draw_window(Picture& picture);
void draw_readers(Picture& picture);
void draw_pin(Picture& picture);
void draw_traveller(Picture& picture);

// A board's grid by its name, or its short name where that is too long, with the caret that an operation has
// on the number line.
enum class NameMark { kNone, kMax, kAverage };
void draw_name(Picture& picture, const Rect& at, std::string_view name, NameMark mark,
               std::string_view short_name = "");

// The dialects lens (dialects_view.cpp).
std::vector<std::vector<BoardPlace>> dialect_places();
void draw_dialects(Picture& picture, ViewState& view);
void draw_dialect_titles(Picture& picture);
void draw_dialect_words(Picture& picture);
void mark_differing(Picture& picture, const Rect& cell);  // from PyTorch's: a rim and a corner

// The rebuild lens (rebuild_view.cpp).
std::vector<std::vector<BoardPlace>> rebuild_places(bool both);
void draw_rebuild(Picture& picture, ViewState& view);
void draw_rebuild_titles(Picture& picture);
void draw_rebuild_words(Picture& picture);
void draw_rebuild_band(Picture& picture);  // of a map: under its squares

// Both operations (both_view.cpp): maxima, averages and their difference, and a band under the grids.
void draw_both(Picture& picture, ViewState& view);
void draw_both_titles(Picture& picture);
void draw_both_band(Picture& picture);

// The window's values on a number line, with maximum and mean (number_line_view.cpp).
void draw_number_line(Picture& picture);

// The live arithmetic (arithmetic_view.cpp).
void draw_arithmetic(Picture& picture);
// The window as a matrix of tiles in brackets, at most `room` in size; its right edge, and middle.
glm::vec2 draw_window_tiles(Picture& picture, const Rect& room);

// Formulas, legend, captions, and the sentence of parameters that do not fit (words_view.cpp).
void draw_formulas(Picture& picture);
void draw_legend(Picture& picture);
void draw_caption(Picture& picture);
void draw_refusal(Picture& picture, const Rect& area);

// The pointer and the keyboard over the picture (pointer_view.cpp).
void handle_pointer(Ui& ui, const Rect& area, const Model& model, const Derived& derived,
                    const Layout& layout, ViewState& view);
void tag_cells(Ui& ui, const Derived& derived, const Layout& layout);

}  // namespace poolglass::step
