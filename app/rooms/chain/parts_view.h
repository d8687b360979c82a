// What the parts of the Chain room's view share; others include chain_view.h instead.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "app/rooms/chain/field_layout.h"
#include "app/rooms/chain/layout.h"
#include "app/rooms/views.h"
#include "app/views/widgets.h"

namespace poolglass::chain {

// One frame of the room, of a chain or a network: what there is to show and where it goes.
struct Frame {
  Ui& ui;
  Canvas& canvas;
  const Model& model;
  const Derived& derived;
  ViewState& view;
  Diagram diagram = {};
  bool explained = false;  // something smaller under the pointer has the tooltip
  glm::vec2 pointer{0.0f};
  glm::vec2 mouse{0.0f};  // wherever it is, over the strip or not

  // The layer whose map the panel shows; none: the input is selected.
  bool layer_selected = false;
  bool layer_good = true;  // its figures are this network's, not the last that were
  Color layer_color = {};

  float em() const { return ui.em; }
  const Theme& theme() const { return ui.theme; }
  // Whether text of this width fits in the strip: cut at its edge, 12×16×16 would read 2×16×16.
  bool whole(float centre, float width) const {
    return centre - width / 2 >= diagram.strip.min.x - 1 && centre + width / 2 <= diagram.strip.max.x + 1;
  }
};

// A chain, and what the pointer is over.
struct Scene : Frame {
  std::vector<Block> blocks;
  std::vector<double> columns;                     // where each block stands while blocks slide
  bool spaced_shapes = true, tight_shapes = true;  // columns hold all shapes written this way
  std::optional<size_t> hovered = {};              // column under the pointer
  std::optional<size_t> near_plus = {};            // boundary whose `+` shows
  bool on_plus = false;

  bool good(size_t row) const { return derived.rows[row].standing == Standing::kGood; }
  bool in_sight(size_t row) const;
  LayerKind kind(size_t row) const { return model.document.chain.layers[row].kind; }
};

inline constexpr float kWheelColumns = 0.8f;  // that a notch of the wheel pans

// A row of labels, one a layer, of which neighbours may not touch: the selected and the hovered layer's are
// written first, then those of higher rank, then from left to right.
struct RowLabel {
  size_t row = 0;
  std::string text;
  Font font = Font::kMono;
  Color color = {};
  bool struck = false;  // after ≠: wrong, and marked as such by glyph, colour and line
  int64_t rank = 0;
};
inline constexpr float kApart = 0.4f;  // ems between neighbours
void write_row(Scene& scene, std::vector<RowLabel> labels, float middle);
// The row's name in the gutter, at the height of `middle`.
void name_row(Frame& frame, std::string_view name, float middle);

Color kind_color(const Theme& theme, LayerKind kind);
void draw_slab(Canvas& canvas, const Theme& theme, const Slab& slab, Color base, bool lit);
// The silhouette of a slab grown by `gap` on every side, clockwise.
std::vector<glm::vec2> slab_outline(const Slab& slab, float gap);

float eased(double t);  // ease in and out, 0 to 1

// What the pointer does; before drawing, so that pictures show this frame's hover.
void handle_picker(Scene& scene);
void handle_strip(Scene& scene);
void handle_minimap(Scene& scene);
void handle_panel(Frame& frame);

void draw_strip(Scene& scene);  // blocks, arrows, labels
void draw_plus(Scene& scene);   // the `+` between blocks and the picker
void draw_error(Scene& scene);  // the sentence at the invalid layer
// In its box at a column, or in a line, or not at all: what ends above `floor`. `top`: of the block that a
// line leads to.
void draw_error_box(Frame& frame, double column, std::optional<float> top, float floor = INFINITY);
void draw_bars(Scene& scene);
void draw_minimap(Scene& scene);
void draw_panel(Frame& frame);       // input square and map
void explain_hovered(Scene& scene);  // tooltip

// The summary that was pasted, and what it says of a layer (of a chain as a network).
void check_group(Ui& ui, const Model& model, const Derived& derived, size_t layer);

// A network instead of a chain.
void draw_network(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                  ViewState& view);
void draw_network_selectors(Ui& ui, const Rect& area, const Model& model, const Derived& derived);
void draw_network_inspector(Ui& ui, const Model& model, const Derived& derived);

}  // namespace poolglass::chain
