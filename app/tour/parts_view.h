// What a step of the tour is drawn of.
#pragma once

#include "app/tour/tour.h"
#include "app/tour/tour_view.h"
#include "app/views/ui.h"

namespace poolglass::tour {

inline constexpr int kFramesToGrow = 3;  // until the panel is as high as what was added to it

void draw_jobs(Ui& ui, const Place& place, const Results& results);
void draw_claims(Ui& ui, const Place& place, const Results& results, ViewState& view);

// The question with its field or options, then the guess beside the truth.
void draw_question(Ui& ui, const Model& model, const Derived& derived, ViewState& view);

}  // namespace poolglass::tour
