// Questions about a pooling and their right answers.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/cell.h"
#include "core/pooling/gradient_routing.h"
#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

enum class Asked {
  kOutputCell,  // the value of an output cell
  kOutputSize,  // rows and columns of the output
  kWinner,      // of a maximum: row and column of the input cell that an output cell's value comes from
  kDivisor,     // of an average: what the sum of an output cell's window is divided by
  kGradient,    // what arrives at an input cell when every window has sent its part
};

// Values that nobody writes any more.
inline std::shared_ptr<const float> shared_values(std::vector<float> values) {
  const auto own = std::make_shared<const std::vector<float>>(std::move(values));
  return {own, own->data()};
}

struct PoolQuestion {
  Asked asked = Asked::kOutputCell;
  PoolParams params;
  Size2 plane;
  std::shared_ptr<const float> x;  // the plane, row-major; it may be a large one, and is never copied
  Cell cell;                       // of the output; kGradient: of the input; kOutputSize: none
  std::vector<float> upstream;     // kGradient: what arrives at each window, row-major
  TiePolicy ties = TiePolicy::kFirst;
};

// A number, or two: of a size its rows and columns, of a cell its row and column.
struct Answer {
  double first = 0;
  double second = 0;  // 0 where one number is asked for
  friend bool operator==(const Answer&, const Answer&) = default;
};
inline Answer answer_of(Cell cell) {
  return {static_cast<double>(cell.row), static_cast<double>(cell.column)};
}
constexpr int numbers_of(Asked asked) {
  return asked == Asked::kOutputSize || asked == Asked::kWinner ? 2 : 1;
}

// By the definition, gradients by route_gradient(): the same bits on every machine, in time of the order of
// the window that is asked about, or of the plane for a gradient. Fails where the parameters do not fit the
// plane, where the plane has no such cell, and where there is no such thing: an average has no winner, a
// maximum no divisor, and a window that lies in the padding no winner.
Result<Answer> right_answer(const PoolQuestion& question);

// Whether a guess is as good as the truth. Sizes, places and whole numbers must be right; of others three
// digits, or two behind the point, are enough.
bool agrees(Asked asked, const Answer& truth, const Answer& guess);

}  // namespace poolglass
