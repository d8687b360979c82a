// The parts of the Shift room's picture. Each draws from const state onto a canvas.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/rooms/shift/layout.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"

namespace poolglass::shift {

// What every part needs to know.
struct Scene {
  Ui& ui;
  Canvas& canvas;
  const Model& model;
  const Derived& derived;
  ViewState& view;
  Layout layout;

  const Theme& theme() const { return ui.theme; }
  float em() const { return ui.em; }
  float hair() const { return std::max(1.0f, std::round(ui.em / 15)); }
  float caption() const { return ui.em * kCaption; }
};

Color contestant_color(const Theme& theme, size_t contestant);
void write(Scene& scene, glm::vec2 at, std::string_view text, Color color, Font font = Font::kText,
           AlignX x = AlignX::kLeft);  // a caption, at its middle

// Rows and columns of a plane.
struct Part {
  Cell first;
  Size2 size;
};
// What is shown of outputs, and of the picture that it is made from.
Part shown_cells(const Scene& scene);
Part shown_pixels(const Scene& scene);

// Squares of cells (cells_view.cpp).
Color value_color(const Scene& scene, float value);
void draw_cells(Scene& scene, const Rect& square, const Plane& plane, const Part& part,
                const std::function<Color(float)>& color);
void draw_columns(Scene& scene);

// Two meters for each contestant, and what their signs mean (meters_view.cpp).
void draw_meters(Scene& scene);
// Where columns are narrow the meters' names stand left of them: how far to the left. None: in the columns.
std::optional<float> left_of_names(const Scene& scene);

// The two charts (charts_view.cpp).
void draw_charts(Scene& scene);

// The picture with its nudge, and what stands under it in each lens (input_view.cpp, under_view.cpp).
CellBox picture_box(const Scene& scene);
void draw_picture(Scene& scene);
void draw_under(Scene& scene);

}  // namespace poolglass::shift
