// How questions are asked, answered and left: the Predict panel's part of update() and derive().
#pragma once

#include <optional>
#include <string>

#include "app/rooms/step/model.h"
#include "app/state/model.h"

namespace poolglass::step {

// A question is open: the picture hides its answer, and nothing that would tell it can be done.
bool asks(const Model& model);
// Why, as a sentence.
inline constexpr std::string_view kWhyLocked =
    "Locked while a guess is open: Enter reveals it, Esc gives it up";

// Asks about the picture: what its panel is set to, of the pinned cell, else of the window after the
// playhead's. The playhead and the lens come along.
void ask(Model& model);
void ask_about(Model& model, Asked asked, Cell cell);
void stop_asking(Model& model);
// Why that cannot be asked about a map, as a sentence; empty: it can.
std::string why_not_asked(const Document& document, Asked asked);
// Why no exercise can be made of the picture, alike.
std::string why_no_exercise(const Model& model);

// What `Next` does: the next of the exercises that come with the program, round, or another question.
poolglass::Action next_question(const Prediction& predict);
int64_t first_to_do(const Score& score);  // of the exercises: the first that has no mark

// Counts the guess, and shows the truth; empty: none was made.
void reveal(Model& model, const std::string& typed);
void ask_next(Model& model);
void open_exercise(Model& model, std::shared_ptr<const Exercise> exercise);

PredictFacts predict_facts(const Prediction& predict);
void derive_predict(const Model& model, Derived& derived);

// What the mistake's number would be right for, as an edit with its words ("See it with count off").
struct Trial {
  std::string words;
  Action action;
};
std::optional<Trial> trial_of(Mistake mistake, const Document& document);

// "What is out[0,0]? Type it, Enter reveals", "Your guess for out[0,0] was 5.25, the truth is 2.333: …"
std::string predict_sentence(const Model& model, const Derived& derived);

}  // namespace poolglass::step
