// What stands under a network's blocks in the lenses but Cost: one shelf each, which answers the lens's
// question, and its part of the side panel.
#pragma once

#include <string>
#include <string_view>

#include "app/rooms/chain/graph_view.h"

namespace poolglass::chain {

// Where a lens draws below its rows of words: from the gutter to the strip's end.
Rect shelf_rect(const GraphScene& scene);
// A heading and, behind it, what it means.
void shelf_heading(GraphScene& scene, glm::vec2 at, std::string_view title, std::string_view words);
void shelf_text(GraphScene& scene, glm::vec2 at, std::string_view text, Font font, Color color,
                AlignX align = AlignX::kLeft);

// Of the lens's shelf, in ems: more room is better spent on the blocks. 0: it takes what there is.
float most_shelf(size_t lens);

void draw_field_shelf(GraphScene& scene);
void draw_sizes_shelf(GraphScene& scene);
void draw_proof_shelf(GraphScene& scene);
// A and B, one above the other, and what differs: the whole canvas.
void draw_comparison(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,
                     ViewState& view);

void handle_shelf(GraphScene& scene);  // the pointer on it
void handle_sizes(GraphScene& scene);
float most_sizes_shelf();  // ems

void draw_lens_selectors(Ui& ui, const Rect& area, const Model& model);
void draw_lens_inspector(Ui& ui, const Model& model, const Derived& derived);

}  // namespace poolglass::chain
