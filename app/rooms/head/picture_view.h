// The parts of the Head room's picture. Each draws from const state onto a canvas.
#pragma once

#include <string_view>

#include "app/rooms/head/layout.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"

namespace poolglass::head {

struct Scene {
  Ui& ui;
  Canvas& canvas;
  const Model& model;
  const Derived& derived;
  Layout layout;

  const Theme& theme() const { return ui.theme; }
  float em() const { return ui.em; }
  float hair() const { return std::max(1.0f, std::round(ui.em / 15)); }
  float caption() const { return ui.em * kCaption; }
};

void write(Scene& scene, glm::vec2 at, std::string_view text, Color color, Font font = Font::kText,
           AlignX x = AlignX::kLeft);  // a caption, at its middle

// The shown channels and what becomes of them (maps_view.cpp).
void draw_maps(Scene& scene, size_t head);
// Parameters as squares, and the figures under them (squares_view.cpp).
void draw_squares(Scene& scene, size_t head);
void draw_figures(Scene& scene, size_t head);

}  // namespace poolglass::head
