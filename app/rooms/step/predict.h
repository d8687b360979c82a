// The Predict panel: a question about the picture, asked before the picture shows the answer, and the guess
// beside the truth afterwards. An exercise is such a question with a document of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cell.h"
#include "core/pooling/mistakes.h"
#include "core/pooling/questions.h"

namespace poolglass::step {

struct Document;

struct AskedWords {
  Asked asked;
  std::string_view name;   // in files: "output-cell"
  std::string_view title;  // for people: "The output cell"
};
inline constexpr std::array kAsked = {
    AskedWords{Asked::kOutputCell, "output-cell", "The output cell"},
    AskedWords{Asked::kOutputSize, "output-size", "The output's size"},
    AskedWords{Asked::kWinner, "winner", "The winner"},
    AskedWords{Asked::kDivisor, "divisor", "The divisor"},
    AskedWords{Asked::kGradient, "gradient", "The gradient"},
};
constexpr const AskedWords& words_of(Asked asked) { return kAsked[static_cast<size_t>(asked)]; }

// What a teacher can leave out of the window while an exercise is open.
struct Hidden {
  bool settings = false, formulas = false, number_line = false, code = false;
  friend bool operator==(const Hidden&, const Hidden&) = default;
};
struct HiddenWords {
  bool Hidden::*part;
  std::string_view name;   // in files
  std::string_view title;  // for people
};
inline constexpr std::array kHidden = {
    HiddenWords{&Hidden::settings, "settings", "Settings"},
    HiddenWords{&Hidden::formulas, "formulas", "Formulas"},
    HiddenWords{&Hidden::number_line, "number-line", "Number line"},
    HiddenWords{&Hidden::code, "code", "Code"},
};

// A question that was prepared. `index` of `count`, from 0: of the exercises that come with the program;
// count 0: from a file.
struct Exercise {
  std::string title;
  std::string question;  // empty: as the window would put it
  std::shared_ptr<const Document> document;
  Asked asked = Asked::kOutputCell;
  Cell cell;
  Hidden hidden;
  int64_t index = 0, count = 0;
  bool of_tour = false;  // what comes next is the tour's next step
};

enum class Mark : char { kNone = '-', kRight = 'r', kWrong = 'w' };

// How guesses went in this session.
struct Score {
  int64_t asked = 0, right = 0;
  std::array<int64_t, kMistakes.size()> made{};  // by kMistakes
  std::vector<Mark> exercises;                   // of those that come with the program
  friend bool operator==(const Score&, const Score&) = default;
};

enum class GuessState {
  kNone,     // nothing is asked
  kOpen,     // the picture hides the answer, and what would change it is locked
  kRevealed  // the guess stands beside the truth
};

struct Prediction {
  GuessState state = GuessState::kNone;
  Asked asked = Asked::kOutputCell;
  Cell cell;                                     // of the output; of the input for a gradient
  std::shared_ptr<const PoolQuestion> question;  // as it was asked; null while the parameters do not fit
  std::string typed;                             // the guess, or what there is of it
  double shown_for = 0;                          // seconds since the truth was revealed
  std::shared_ptr<const Exercise> exercise;
  Hidden hidden;  // of the exercise that would be made of this picture
  Score score;
};
inline constexpr double kRevealSeconds = 0.5;  // from the guess to the truth

// A guess as it is typed: "5.25", "5,25", "−1", "NaN"; for two numbers "3 4", "3, 4", "3 × 4". None when it
// is none: that is not a wrong answer.
std::optional<Answer> parsed_answer(Asked asked, std::string_view typed);

// "2.333", "4 × 4" of a size, "(2, 3)" of a cell.
std::string answer_text(Asked asked, const Answer& answer);

// "out[0,0]", "in[2,3]", "the output"
std::string place_text(Asked asked, Cell cell);

// What is asked, made from a document whose parameters fit.
std::shared_ptr<const PoolQuestion> pool_question(const Document& document, Asked asked, Cell cell);

// "Average pooling, 3×3, stride 2, padding 1, padding counted. What is out[0,0]?"
std::string question_text(const PoolQuestion& question);

// What a mistake is called where it is counted ("the padding"), said to who made it ("You divided by the 4
// cells of the input."), and explained.
struct MistakeWords {
  std::string_view topic;
  std::string verdict, explanation;
};
MistakeWords words_of(Mistake mistake, const PoolQuestion& question, const Answer& guess);

// "(5 + 3 + 5 + 8 + 5 · 0) ÷ 9 = 2.333" and the like: how the truth comes about. Empty where the picture says
// it.
std::string truth_text(const PoolQuestion& question, const Answer& truth);

// The score's most frequent mistake; none when there is none.
std::optional<Mistake> most_made(const Score& score);

}  // namespace poolglass::step
