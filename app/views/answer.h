// A guess beside the truth, as every panel that asks shows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/views/canvas.h"
#include "app/views/ui.h"

namespace poolglass {

// A rectangle of the panel's width at the cursor, which moves on below it.
Rect take_row(float height);

// Wrapped to the panel's width; '\n' breaks a line.
void paragraph(Ui& ui, const std::string& text, Font font, float size, Color color);

// The label of a row and the room for what stands right of it.
Rect labelled_row(Ui& ui, std::string_view label);

// Signs: of a guess, of a right one, of a wrong one.
void guess_diamond(Canvas& canvas, glm::vec2 centre, float half, Color color);
void right_tick(Canvas& canvas, glm::vec2 centre, float half, Color color, float width);
void wrong_cross(Canvas& canvas, glm::vec2 centre, float half, Color color, float width);

// "Your guess ◆ 5.25   × not quite", "Truth 2.25". Without `right` nothing was guessed. Longer texts take
// lines of their own.
struct AnswerText {
  std::string guess, truth;
  std::optional<bool> right;
  Font font = Font::kMono;
};
void answer_rows(Ui& ui, const AnswerText& text, std::string_view truth_tag);

// What a wrong guess is right for: a bar in the guess's colour, the verdict, its reason.
void mistake_note(Ui& ui, const std::string& verdict, const std::string& reason);

// The field of a guess while it is closed: dashed, with a "?" where nothing was typed yet.
void dress_guess_field(Ui& ui, const Rect& rect, bool is_empty);

}  // namespace poolglass
