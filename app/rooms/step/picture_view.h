// The parts of the Step room's picture. Each draws from const state onto a canvas.
#pragma once

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

// Cells with their figures, padding, hatching, indices and titles (step_grid_view.cpp).
void draw_input(Picture& picture, Figures& figures);
void draw_output(Picture& picture, Figures& figures);
void draw_titles(Picture& picture);
void draw_whole(Picture& picture);  // a plane larger than the grid, and where the grid is in it

// The window, its taps and winner, the windows that read a cell, the travelling result
// (step_window_view.cpp).
void draw_window(Picture& picture);
void draw_readers(Picture& picture);
void draw_pin(Picture& picture);
void draw_traveller(Picture& picture);

// Arithmetic, formulas, legend, captions, and the sentence of parameters that do not fit
// (step_words_view.cpp).
void draw_arithmetic(Picture& picture);
void draw_formulas(Picture& picture);
void draw_legend(Picture& picture);
void draw_caption(Picture& picture);
void draw_refusal(Picture& picture, const Rect& area);

// The pointer and the keyboard over the picture (step_pointer.cpp).
void handle_pointer(Ui& ui, const Rect& area, const Model& model, const Derived& derived,
                    const Layout& layout, ViewState& view);
void tag_cells(Ui& ui, const Derived& derived, const Layout& layout);

}  // namespace poolglass::step
