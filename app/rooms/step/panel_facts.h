// What the panels beside the Step room's picture show: numbers and sentences that follow from its model.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/rooms/step/loops.h"
#include "app/rooms/step/predict.h"
#include "core/status.h"

namespace poolglass::step {

// The code panel's program.
struct CodeFacts {
  Status status;                   // why the language cannot say this pooling
  std::string program;             // as it is copied and saved
  std::vector<std::string> lines;  // as it is shown
  struct Call {
    std::string_view title;  // "PyTorch"
    std::string text;        // empty: it takes more than a call
  };
  std::vector<Call> calls;     // of the loops: the same in one line
  std::optional<LoopRun> run;  // of the loops: how the window in focus runs them
  size_t now = 0;              // of run->lines
  bool follows = false;        // `now` follows the playhead
  bool walking() const { return follows && !stored(*run, now); }  // before the window's result is there
};

// The Predict panel's question, and once it is revealed, its answer.
struct PredictFacts {
  Status status;  // why it cannot be asked
  std::string question;
  bool open = false;
  bool hides_result = false, hides_size = false, hides_gradient = false;  // what the picture keeps to itself
  // Revealed:
  std::optional<Answer> truth, guess;
  std::string truth_text;
  bool right = false;
  std::optional<Mistake> mistake;
  MistakeWords words;

  struct Key {
    std::shared_ptr<const PoolQuestion> question;
    GuessState state = GuessState::kNone;
    std::string typed;
    std::shared_ptr<const Exercise> exercise;
    friend bool operator==(const Key&, const Key&) = default;
  } key;
};

}  // namespace poolglass::step
