// Exercises of the Step room, and answers to them (JSON). A teacher writes or makes the first, learners save
// the second, `poolglass grade` compares the two.
//
//   {"poolglass_exercise": 1,             format version
//    "title": "Padding and the divisor",
//    "question": "What is out[0,0]?",     may be left out: then as the window would put it
//    "ask": "output-cell",                or output-size, winner, divisor, gradient
//    "cell": [0, 0],                      of the output, of the input for a gradient; none for the output's
//    size "hide": ["settings"],                and formulas, number-line, code: what the window leaves out
//    meanwhile "state": {"preset": "lesson", ...}}  the room's part of a saved state (app/files/state_file.h)
//
//   {"poolglass_answer": 1, "exercise": "Padding and the divisor", "answer": "2.33"}
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/rooms/step/model.h"
#include "core/status.h"

namespace poolglass {

// Untrusted text; every failure is one sentence that names the field. What is asked has an answer.
Result<step::Exercise> parse_exercise(std::string_view text);
Result<step::Exercise> read_exercise_file(const std::string& path);

// The exercise that the picture makes, with what the panel is set to.
std::string exercise_text(const step::Model& model, const std::string& title);

struct SavedAnswer {
  std::string exercise;  // its title
  std::string typed;     // the guess, as it was typed; it may be no number
};
Result<SavedAnswer> read_answer_file(const std::string& path);
std::string answer_file_text(const SavedAnswer& answer);

}  // namespace poolglass
