#include "core/pooling/mistakes.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/pooling/window.h"

namespace poolglass {
namespace {

struct Tap {
  Cell cell;
  float value = 0;
};

// One window with what it reads.
struct Window {
  AxisWindow rows, columns;
  std::vector<Tap> taps;  // cells of the input, row-major

  double all() const { return static_cast<double>(rows.taps) * static_cast<double>(columns.taps); }
  double real() const { return static_cast<double>(taps.size()); }
  double divisor() const { return static_cast<double>(rows.divisor) * static_cast<double>(columns.divisor); }
  double sum() const {
    double sum = 0;
    for (const Tap& tap : taps) sum += double{tap.value};
    return sum;
  }
};

// A question under parameters that may not be its own. Windows beyond the last are none of this pooling, but
// somebody who makes a mistake may well look at one.
class Problem {
 public:
  static std::optional<Problem> make(const PoolQuestion& question, const PoolParams& params) {
    const Result<WindowGeometry> geometry = window_geometry(params, question.plane);
    if (!geometry.ok()) return std::nullopt;
    return Problem(question, params, *geometry);
  }

  Window window(Cell output) const {
    Window window{geometry.rows.window(output.row), geometry.columns.window(output.column), {}};
    for (int64_t y = 0; y < window.rows.count; ++y) {
      for (int64_t x = 0; x < window.columns.count; ++x) {
        const Cell cell{window.rows.first + y * window.rows.step,
                        window.columns.first + x * window.columns.step};
        window.taps.push_back({cell, value_at(cell)});
      }
    }
    return window;
  }

  bool has(Cell output) const {
    return output.row < geometry.rows.output && output.column < geometry.columns.output;
  }
  float value_at(Cell cell) const {
    return question.x.get()[static_cast<size_t>(cell.row * question.plane.w + cell.column)];
  }
  bool max() const { return params.reduction == Reduction::kMax; }

  const PoolQuestion& question;
  PoolParams params;
  WindowGeometry geometry;

 private:
  Problem(const PoolQuestion& q, const PoolParams& p, const WindowGeometry& g)
      : question(q), params(p), geometry(g) {}
};

// The first tap that no other beats: by value with PyTorch's rule for NaN, or by magnitude.
const Tap* largest(const Window& window, bool magnitude = false) {
  const Tap* best = nullptr;
  const auto of = [&](const Tap& tap) { return magnitude ? std::abs(tap.value) : tap.value; };
  for (const Tap& tap : window.taps) {
    if (best == nullptr || of(tap) > of(*best) || std::isnan(tap.value)) best = &tap;
  }
  return best;
}

std::optional<double> value_of(const Problem& problem, Cell output) {
  const Window window = problem.window(output);
  if (window.taps.empty()) return std::nullopt;
  if (problem.max()) return double{largest(window)->value};
  return window.sum() / window.divisor();
}

std::optional<Answer> number(std::optional<double> value) {
  return value ? std::optional(Answer{*value, 0}) : std::nullopt;
}

// The answer of somebody who knows everything about `params`, but for which they are.
std::optional<Answer> answer_under(const PoolQuestion& question, const PoolParams& params) {
  const std::optional<Problem> problem = Problem::make(question, params);
  if (!problem) return std::nullopt;
  switch (question.asked) {
    case Asked::kOutputSize:
      return Answer{static_cast<double>(problem->geometry.rows.output),
                    static_cast<double>(problem->geometry.columns.output)};
    case Asked::kOutputCell:
      return number(value_of(*problem, question.cell));
    case Asked::kWinner: {
      const Window window = problem->window(question.cell);
      const Tap* winner = largest(window);
      return winner == nullptr ? std::nullopt : std::optional(answer_of(winner->cell));
    }
    case Asked::kDivisor:
      return Answer{problem->window(question.cell).divisor(), 0};
    case Asked::kGradient:
      break;  // it has as many windows as the upstream gradient has values
  }
  return std::nullopt;
}

double room(const Axis& axis) {
  return static_cast<double>(axis.input + axis.pad_begin + axis.pad_end - axis.dilation * (axis.kernel - 1) -
                             1);
}

// Of both axes alike.
Answer sizes(const Problem& problem, const std::function<double(const Axis&)>& of) {
  return {of(problem.geometry.rows), of(problem.geometry.columns)};
}

double steps(const Axis& axis) { return room(axis) / static_cast<double>(axis.stride); }

std::optional<Answer> mistaken_size(Mistake mistake, const Problem& problem) {
  const bool ceil_mode = problem.params.ceil_mode;
  switch (mistake) {
    case Mistake::kNotRounded:
      return sizes(problem, [](const Axis& axis) { return steps(axis) + 1; });
    case Mistake::kRoundedUp:
      if (ceil_mode) return std::nullopt;
      return sizes(problem, [](const Axis& axis) { return std::ceil(steps(axis)) + 1; });
    case Mistake::kRoundedDown:
      if (!ceil_mode) return std::nullopt;
      return sizes(problem, [](const Axis& axis) { return std::floor(steps(axis)) + 1; });
    case Mistake::kKeptLastWindow:
      if (!ceil_mode) return std::nullopt;
      return sizes(problem, [](const Axis& axis) { return std::ceil(steps(axis)) + 1; });
    case Mistake::kForgotOne:
      return sizes(problem, [](const Axis& axis) { return static_cast<double>(axis.output - 1); });
    case Mistake::kPaddedOneSide:
      return sizes(problem, [&](Axis axis) {
        axis.pad_end = 0;
        return static_cast<double>(strided_output(axis, ceil_mode));
      });
    case Mistake::kDividedByStride:
      return sizes(problem, [&](const Axis& axis) {
        const double quotient = static_cast<double>(axis.input) / static_cast<double>(axis.stride);
        return ceil_mode ? std::ceil(quotient) : std::floor(quotient);
      });
    default:
      return std::nullopt;
  }
}

std::optional<Answer> mistaken_cell(Mistake mistake, const Problem& problem) {
  const PoolQuestion& question = problem.question;
  const Window window = problem.window(question.cell);
  if (window.taps.empty()) return std::nullopt;
  const bool max = problem.max();
  if (mistake == Mistake::kAbsolute && max) return Answer{double{largest(window, true)->value}, 0};
  const bool padded = window.real() < window.all();
  if (mistake == Mistake::kZeroPadding && max && padded)
    return Answer{std::max(0.0, double{largest(window)->value}), 0};
  if (max) return std::nullopt;
  switch (mistake) {
    case Mistake::kDividedByReal:
      return Answer{window.sum() / window.real(), 0};
    case Mistake::kDividedByAll:
      return Answer{window.sum() / window.all(), 0};
    case Mistake::kForgotDivision:
      return Answer{window.sum(), 0};
    case Mistake::kOneSide:
      return Answer{window.sum() / static_cast<double>(window.rows.taps), 0};
    default:
      return std::nullopt;
  }
}

std::optional<Answer> mistaken_winner(Mistake mistake, const Problem& problem) {
  const PoolQuestion& question = problem.question;
  const Window window = problem.window(question.cell);
  const Tap* winner = largest(window);
  if (winner == nullptr) return std::nullopt;
  switch (mistake) {
    case Mistake::kLastTie:
      return answer_of(maxima_of_window(problem.geometry, question.x.get(), question.cell).back());
    case Mistake::kAbsolute:
      return answer_of(largest(window, true)->cell);
    case Mistake::kPlaceInWindow:
      return answer_of(Cell{(winner->cell.row - window.rows.start) / window.rows.step,
                            (winner->cell.column - window.columns.start) / window.columns.step});
    case Mistake::kSwapped:
      return answer_of(Cell{winner->cell.column, winner->cell.row});
    default:
      return std::nullopt;
  }
}

std::optional<Answer> mistaken_divisor(Mistake mistake, const Problem& problem) {
  const Window window = problem.window(problem.question.cell);
  if (mistake == Mistake::kDividedByReal) return Answer{window.real(), 0};
  if (mistake == Mistake::kDividedByAll) return Answer{window.all(), 0};
  if (mistake == Mistake::kOneSide) return Answer{static_cast<double>(window.rows.taps), 0};
  return std::nullopt;
}

// What each window that reads the cell sends to it, in the windows' order.
std::vector<double> parts_sent(const Problem& problem, Reduction reduction, TiePolicy ties, Cell cell) {
  std::vector<double> parts;
  const WindowGeometry& geometry = problem.geometry;
  const PoolQuestion& question = problem.question;
  for (const int64_t row : windows_reading(geometry.rows, cell.row)) {
    for (const int64_t column : windows_reading(geometry.columns, cell.column)) {
      const float dy = question.upstream[static_cast<size_t>(row * geometry.columns.output + column)];
      double part = 0;
      for (const RoutedGradient& routed :
           routed_gradient(geometry, reduction, ties, question.x.get(), {row, column}, dy)) {
        if (routed.cell == cell) part = double{routed.gradient};
      }
      parts.push_back(part);
    }
  }
  return parts;
}

double total(const std::vector<double>& parts) {
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

// Of the windows that read the cell, what `share` makes of each one's gradient.
double shares(const Problem& problem, const std::function<double(const Window&, double)>& share) {
  const WindowGeometry& geometry = problem.geometry;
  const PoolQuestion& question = problem.question;
  double sum = 0;
  for (const int64_t row : windows_reading(geometry.rows, question.cell.row)) {
    for (const int64_t column : windows_reading(geometry.columns, question.cell.column)) {
      const float dy = question.upstream[static_cast<size_t>(row * geometry.columns.output + column)];
      sum += share(problem.window({row, column}), double{dy});
    }
  }
  return sum;
}

Reduction other(Reduction reduction) {
  return reduction == Reduction::kMax ? Reduction::kAverage : Reduction::kMax;
}

std::optional<Answer> mistaken_gradient(Mistake mistake, const Problem& problem) {
  const PoolQuestion& question = problem.question;
  const bool max = problem.max();
  const auto sent = [&](Reduction reduction, TiePolicy ties, Cell cell) {
    return Answer{total(parts_sent(problem, reduction, ties, cell)), 0};
  };
  const Reduction own = problem.params.reduction;
  switch (mistake) {
    case Mistake::kLastTie:
      return sent(own, TiePolicy::kLast, question.cell);
    case Mistake::kSplitTies:
      return sent(own, TiePolicy::kSplit, question.cell);
    case Mistake::kAllTies:
      return sent(own, TiePolicy::kAll, question.cell);
    case Mistake::kOtherOperation:
      return sent(other(own), question.ties, question.cell);
    case Mistake::kLastWindowOnly: {
      const std::vector<double> parts = parts_sent(problem, own, question.ties, question.cell);
      const auto last = std::find_if(parts.rbegin(), parts.rend(), [](double part) { return part != 0; });
      return last == parts.rend() ? std::nullopt : std::optional(Answer{*last, 0});
    }
    case Mistake::kPositiveOnly:
      if (!max || problem.value_at(question.cell) > 0) return std::nullopt;
      return Answer{0, 0};
    case Mistake::kCountedReads:
      if (!max) return std::nullopt;
      return Answer{shares(problem, [](const Window&, double dy) { return dy; }), 0};
    case Mistake::kForgotDivision:
      if (max) return std::nullopt;
      return Answer{shares(problem, [](const Window&, double dy) { return dy; }), 0};
    case Mistake::kDividedByReal:
      if (max) return std::nullopt;
      return Answer{shares(problem, [](const Window& w, double dy) { return dy / w.real(); }), 0};
    case Mistake::kDividedByAll:
      if (max) return std::nullopt;
      return Answer{shares(problem, [](const Window& w, double dy) { return dy / w.all(); }), 0};
    case Mistake::kSwapped: {
      const Cell swapped{question.cell.column, question.cell.row};
      if (swapped.row >= question.plane.h || swapped.column >= question.plane.w) return std::nullopt;
      return sent(own, question.ties, swapped);
    }
    default:
      return std::nullopt;
  }
}

// Mistakes that read a question under other parameters, or another cell's.
std::optional<Answer> answer_elsewhere(Mistake mistake, const PoolQuestion& question, const Problem& own) {
  PoolParams params = question.params;
  switch (mistake) {
    case Mistake::kForgotPadding:
      params.padding = {};
      return answer_under(question, params);
    case Mistake::kForgotStride:
      params.stride = {1, 1};
      return answer_under(question, params);
    case Mistake::kForgotDilation:
      params.dilation = {1, 1};
      return answer_under(question, params);
    case Mistake::kFixedBins: {
      if (!params.adaptive_output) return std::nullopt;
      const Size2 out = *params.adaptive_output;
      params = window_pool(params.reduction, {std::max<int64_t>(1, question.plane.h / out.h),
                                              std::max<int64_t>(1, question.plane.w / out.w)});
      return answer_under(question, params);
    }
    case Mistake::kOtherOperation:
      if (question.asked != Asked::kOutputCell) return std::nullopt;
      params.reduction = other(params.reduction);
      return answer_under(question, params);
    case Mistake::kSwapped: {
      if (question.asked == Asked::kOutputSize)
        return Answer{static_cast<double>(own.geometry.columns.output),
                      static_cast<double>(own.geometry.rows.output)};
      if (question.asked == Asked::kWinner) return std::nullopt;
      const Cell swapped{question.cell.column, question.cell.row};
      if (!own.has(swapped)) return std::nullopt;
      PoolQuestion there = question;
      there.cell = swapped;
      return answer_under(there, params);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Answer> given(Mistake mistake, const Problem& problem) {
  const PoolQuestion& question = problem.question;
  const bool adaptive = question.params.adaptive_output.has_value();
  if (question.asked == Asked::kGradient) return mistaken_gradient(mistake, problem);
  const bool of_windows = mistake == Mistake::kForgotPadding || mistake == Mistake::kForgotStride ||
                          mistake == Mistake::kForgotDilation;
  if (adaptive && (of_windows || question.asked == Asked::kOutputSize) && mistake != Mistake::kSwapped)
    return std::nullopt;
  if (const auto answer = answer_elsewhere(mistake, question, problem)) return answer;
  switch (question.asked) {
    case Asked::kOutputSize:
      return mistaken_size(mistake, problem);
    case Asked::kOutputCell:
      return mistaken_cell(mistake, problem);
    case Asked::kWinner:
      return mistaken_winner(mistake, problem);
    case Asked::kDivisor:
      return mistaken_divisor(mistake, problem);
    case Asked::kGradient:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Mistake mistake) {
  return std::ranges::find(kMistakes, mistake, &NamedMistake::mistake)->name;
}

std::optional<Answer> mistaken_answer(Mistake mistake, const PoolQuestion& question) {
  const Result<Answer> truth = right_answer(question);
  const std::optional<Problem> problem = Problem::make(question, question.params);
  if (!truth.ok() || !problem) return std::nullopt;
  const std::optional<Answer> answer = given(mistake, *problem);
  if (!answer || agrees(question.asked, *truth, *answer)) return std::nullopt;
  return answer;
}

std::optional<Mistake> diagnosis(const PoolQuestion& question, const Answer& guess) {
  const Result<Answer> truth = right_answer(question);
  const std::optional<Problem> problem = Problem::make(question, question.params);
  if (!truth.ok() || !problem || agrees(question.asked, *truth, guess)) return std::nullopt;
  for (const auto& [mistake, name] : kMistakes) {
    const std::optional<Answer> answer = given(mistake, *problem);
    if (!answer || agrees(question.asked, *truth, *answer)) continue;
    if (agrees(question.asked, *answer, guess)) return mistake;
  }
  return std::nullopt;
}

}  // namespace poolglass
