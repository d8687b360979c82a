// The parts of the Step room's picture. Each draws from const state onto a canvas.
#pragma once

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

  float hair() const;                    // the thinnest line that is whole pixels
  Color value_color(float value) const;  // cividis over the picture's range; grey for NaN
  Color ink_on(float value) const;       // black or white
  bool explores() const { return derived.focus.has_value() && derived.focus->side == Side::kOutput; }
  Rect window_now() const;         // the window's outline, between two windows while it glides
  bool filled(Cell output) const;  // its window lies behind the playhead, or under it
};

// Parts of a grid that lenses share (grid_view.cpp).
Rect face(const Picture& picture, const GridBox& box, Cell cell);  // a hair apart where cells are large
float cell_corner(const Picture& picture, const GridBox& box);
void draw_ring(Picture& picture);  // of padding, around the input
void draw_unread(Picture& picture, const Rect& cell);
void draw_indices(Picture& picture, const GridBox& box, Size2 size);
void update_figures(Picture& picture, Figures& figures, uint64_t revision, std::span<const float> values,
                    const GridBox& box);
void draw_figure(Picture& picture, const Figures& figures, size_t index, const Rect& cell, Color ink);
// A value beside what the lens shows of the cell: small, at its top left. Cells must be large enough for
// both.
bool has_small_figures(const Picture& picture, const GridBox& box);
void draw_small_figure(Picture& picture, const Rect& cell, float value, Color ink);
// A name, a size, more words: as much as there is room for.
void draw_title(Picture& picture, const Rect& at, std::string_view name, Size2 size, std::string_view more,
                const std::optional<Size2>& whole = {});

// Cells with their figures, padding, hatching, indices and titles (grid_view.cpp).
void draw_input(Picture& picture, Figures& figures);
void draw_output(Picture& picture, Figures& figures);
void draw_titles(Picture& picture);

// The gradient lens (gradient_view.cpp): gradients of both grids, what goes from one to the other, their map
// and their sums, and the figure that travels.
void draw_gradient(Picture& picture, Figures& figures);
void draw_upstream(Picture& picture, Figures& figures);
void draw_routing(Picture& picture);
std::string routing_title(const Picture& picture);  // "out[2,2] sends"
void draw_gradient_legend(Picture& picture);
void draw_totals(Picture& picture);
void draw_sent(Picture& picture);

// The coverage lens (coverage_view.cpp): how many windows read each cell, and the windows along one side in
// the lane.
void draw_reads(Picture& picture, Figures& figures);
void draw_sides(Picture& picture);
void draw_reads_legend(Picture& picture);
void draw_whole(Picture& picture);  // a plane larger than the grid, and where the grid is in it

// The window, its taps and winner, the windows that read a cell, the travelling result (window_view.cpp).
void draw_window(Picture& picture);
void draw_readers(Picture& picture);
void draw_pin(Picture& picture);
void draw_traveller(Picture& picture);

// The window's values on a number line, with maximum and mean (number_line_view.cpp).
void draw_number_line(Picture& picture);

// Arithmetic, formulas, legend, captions, and the sentence of parameters that do not fit
// (words_view.cpp).
void draw_arithmetic(Picture& picture);
void draw_formulas(Picture& picture);
void draw_legend(Picture& picture);
void draw_caption(Picture& picture);
void draw_refusal(Picture& picture, const Rect& area);

// The pointer and the keyboard over the picture (pointer_view.cpp).
void handle_pointer(Ui& ui, const Rect& area, const Model& model, const Derived& derived,
                    const Layout& layout, ViewState& view);
void tag_cells(Ui& ui, const Derived& derived, const Layout& layout);

}  // namespace poolglass::step
