// The Predict panel (predict_view.cpp) and what it leaves on the picture (guess_view.cpp).
#pragma once

#include <functional>
#include <optional>

#include "app/rooms/step/picture_view.h"
#include "app/rooms/views.h"

namespace poolglass::step {

void draw_predict(Ui& ui, const Model& model, const Derived& derived, ViewState& view);
// What is asked, the guess, and once it is revealed, the truth.
void draw_question(Ui& ui, const Prediction& predict, const PredictFacts& facts, const Document& document);

// What is asked, as a dashed "?" in its place.
void draw_asked(Picture& picture, const Rect& rect);
// The guess with its diamond, beside the cell that it was made for, or beside the output's title.
void draw_guess(Picture& picture);
// On the number line: the guess, and the way from it to the truth. `x_of`: of a value.
void draw_guess_on_line(Picture& picture, const std::function<float(float)>& x_of, float y, const Rect& line);

// Figures that are typed while a question is open go to the guess; a click on the input names the winner.
bool guess_takes_key(const KeyPress& press, bool more, const Model& model);
void type_guess(Ui& ui, const Model& model);
bool click_is_guess(Ui& ui, const Model& model, const std::optional<Selection>& at);

}  // namespace poolglass::step
