#include "core/pooling/questions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "core/pooling/reference.h"
#include "core/pooling/window.h"

namespace poolglass {
namespace {

std::string cell_text(Cell cell) {
  return "[" + std::to_string(cell.row) + ", " + std::to_string(cell.column) + "]";
}

Status check(const PoolQuestion& question, const WindowGeometry& geometry) {
  const Asked asked = question.asked;
  const bool of_input = asked == Asked::kGradient;
  const Size2 plane = of_input ? question.plane : Size2{geometry.rows.output, geometry.columns.output};
  const Cell cell = question.cell;
  const bool inside = cell.row >= 0 && cell.column >= 0 && cell.row < plane.h && cell.column < plane.w;
  if (asked != Asked::kOutputSize && !inside) {
    return invalid_argument(std::string("the ") + (of_input ? "input" : "output") + " has no cell " +
                            cell_text(cell));
  }
  const bool max = question.params.reduction == Reduction::kMax;
  if (asked == Asked::kWinner && !max) return invalid_argument("an average has no winner");
  if (asked == Asked::kDivisor && max) return invalid_argument("a maximum has no divisor");
  const auto windows = static_cast<size_t>(geometry.rows.output * geometry.columns.output);
  if (of_input && question.upstream.size() != windows)
    return invalid_argument("the upstream gradient must have a value for each window");
  return {};
}

Result<Answer> pooled_answer(const PoolQuestion& question, const WindowGeometry& geometry) {
  const PooledWindow pooled =
      reference_window(geometry, question.params.reduction, question.x.get(), question.cell);
  if (question.asked == Asked::kOutputCell) return Answer{double{pooled.y}, 0};
  if (pooled.index < 0)
    return invalid_argument("the window of " + cell_text(question.cell) + " reads no cell");
  return answer_of(Cell{pooled.index / question.plane.w, pooled.index % question.plane.w});
}

bool same_number(double truth, double guess) {
  if (std::isnan(truth) || std::isnan(guess)) return std::isnan(truth) && std::isnan(guess);
  if (std::isinf(truth) || std::isinf(guess)) return truth == guess;
  const double size = std::abs(truth);
  const bool whole = std::abs(truth - std::round(truth)) <= std::min(1e-6 * std::max(1.0, size), 0.1);
  if (whole) return std::abs(truth - guess) <= std::min(1e-5 * std::max(1.0, size), 0.4);
  double digit = 1;  // of the first one's place
  while (digit * 10 <= size) digit *= 10;
  while (digit > size) digit /= 10;
  const double third_digit = digit / 100;
  return std::abs(truth - guess) <= std::max(0.5 * third_digit, std::min(0.005, 0.02 * size)) * (1 + 1e-9);
}

}  // namespace

Result<Answer> right_answer(const PoolQuestion& question) {
  const Result<WindowGeometry> geometry = window_geometry(question.params, question.plane);
  if (!geometry.ok()) return geometry.status();
  if (Status status = check(question, *geometry); !status.ok()) return status;
  switch (question.asked) {
    case Asked::kOutputSize:
      return answer_of(Cell{geometry->rows.output, geometry->columns.output});
    case Asked::kDivisor: {
      const AxisWindow rows = geometry->rows.window(question.cell.row);
      const AxisWindow columns = geometry->columns.window(question.cell.column);
      return Answer{static_cast<double>(rows.divisor) * static_cast<double>(columns.divisor), 0};
    }
    case Asked::kOutputCell:
    case Asked::kWinner:
      return pooled_answer(question, *geometry);
    case Asked::kGradient:
      break;
  }
  std::vector<float> dx(static_cast<size_t>(question.plane.h * question.plane.w));
  const Status status = route_gradient(question.params, question.plane, question.ties, question.x.get(),
                                       question.upstream.data(), dx.data());
  if (!status.ok()) return status;
  return Answer{double{dx[static_cast<size_t>(question.cell.row * question.plane.w + question.cell.column)]},
                0};
}

bool agrees(Asked asked, const Answer& truth, const Answer& guess) {
  return same_number(truth.first, guess.first) &&
         (numbers_of(asked) == 1 || same_number(truth.second, guess.second));
}

}  // namespace poolglass
