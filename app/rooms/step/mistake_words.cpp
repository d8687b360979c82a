// What is said to somebody who made a known mistake.
#include <algorithm>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/step/predict.h"
#include "app/rooms/step/words.h"
#include "core/pooling/loop_steps.h"

namespace poolglass::step {
namespace {

// The asked window in numbers.
struct Sums {
  double sum = 0;
  int64_t real = 0, all = 0, divisor = 0;
};

Sums sums_of(const PoolQuestion& question) {
  Sums sums;
  const Result<WindowGeometry> geometry = window_geometry(question.params, question.plane);
  const bool of_window = question.asked == Asked::kOutputCell || question.asked == Asked::kDivisor;
  if (!geometry.ok() || !of_window) return sums;
  const std::vector<LoopStep> steps =
      loop_steps(*geometry, Reduction::kAverage, question.x.get(), question.cell);
  sums.all = static_cast<int64_t>(steps.size());
  sums.real = std::ranges::count_if(steps, &LoopStep::inside);
  sums.divisor = steps.empty() ? 0 : steps.back().count;
  sums.sum = steps.empty() ? 0 : steps.back().after;
  return sums;
}

std::string cells(int64_t count) { return grouped(count) + (count == 1 ? " cell" : " cells"); }

MistakeWords of_size(Mistake mistake, const PoolQuestion& question, const std::string& guess) {
  const std::string stride = short_size_text(question.params.stride);
  switch (mistake) {
    case Mistake::kNotRounded:
      return {"the rounding", "You left the fraction in.",
              "A part of a window makes no output cell: the quotient is rounded " +
                  std::string(question.params.ceil_mode ? "up" : "down") + " before 1 is added."};
    case Mistake::kRoundedUp:
      return {"the rounding", "You rounded up.",
              guess +
                  " is the answer with ceil mode on. It is off: a window that hangs over the edge is left "
                  "out, and the cells under it may never be read."};
    case Mistake::kRoundedDown:
      return {"ceil mode", "You rounded down.",
              guess + " is the answer with ceil mode off. It is on: the last window may hang over the edge."};
    case Mistake::kKeptLastWindow:
      return {"ceil mode", "You kept a window that begins beyond the input.",
              "Ceil mode drops the last window where it would start outside of input and padding before it."};
    case Mistake::kForgotOne:
      return {"the + 1", "You forgot the first window.",
              "The quotient counts the steps from the first window on; the window itself is one more."};
    case Mistake::kPaddedOneSide:
      return {"the padding", "You padded one side.", "Padding is added at both ends: 2 · p cells a side."};
    default:
      break;
  }
  return {"the size's formula", "You divided the input by the stride.",
          "That is right only where windows lie side by side and fit: the last window needs room for all of "
          "its kernel, so (n + 2p − d·(k − 1) − 1) is divided by the stride " +
              stride + "."};
}

MistakeWords of_values(Mistake mistake, const PoolQuestion& question, const std::string& guess) {
  const Sums sums = sums_of(question);
  const bool max = question.params.reduction == Reduction::kMax;
  const std::string sum = short_text(sums.sum);
  const bool divisor = question.asked == Asked::kDivisor;
  switch (mistake) {
    case Mistake::kDividedByReal:
      if (question.asked == Asked::kGradient)
        return {
            "the divisor", "You divided by the real cells.",
            "Padding counts here: a window's gradient is divided by all its cells, and the padding's share "
            "is lost."};
      return {"the divisor", "You divided by the " + grouped(sums.real) + " real cells.",
              (divisor ? std::string()
                       : sum + " ÷ " + grouped(sums.real) + " = " + guess +
                             " is the answer with “Count padding” off. ") +
                  "It is on, so the " + cells(sums.divisor - sums.real) +
                  " of padding count as zeros and you divide by " + grouped(sums.divisor) + "."};
    case Mistake::kDividedByAll:
      if (question.asked == Asked::kGradient)
        return {"the divisor", "You divided by all cells of the kernel.",
                "Only cells that count share the gradient: not all of the kernel lies on such."};
      return {"the divisor", "You divided by all " + grouped(sums.all) + " cells of the kernel.",
              "Only " + cells(sums.divisor) + " of them count: " +
                  (question.params.count_include_pad ? "what hangs over the padding does not."
                                                     : "“Count padding” is off.")};
    case Mistake::kForgotDivision:
      return {"the division", "You forgot to divide.",
              question.asked == Asked::kGradient
                  ? "An average shares a window's gradient among its cells: each gets 1/divisor of it."
                  : guess + " is the sum of the window; its mean is that divided by " +
                        grouped(sums.divisor) + "."};
    case Mistake::kOneSide:
      return {"the divisor", "You divided by one side of the kernel.",
              "A window has height times width cells, not " + short_size_text(question.params.kernel) + "."};
    case Mistake::kOtherOperation:
      return {"the operation", max ? "You averaged." : "You took the maximum.",
              question.asked == Asked::kGradient
                  ? (max ? "A maximum sends its whole gradient to the winner; an average would share it."
                         : "An average has no winner: every cell of the window gets its share.")
                  : guess + " is the window's " + (max ? "mean" : "largest value") + ". This is " +
                        (max ? "max" : "average") + " pooling."};
    case Mistake::kAbsolute:
      return {
          "the sign", "You took the largest magnitude.",
          "A maximum compares the values themselves: any positive number beats a negative one, and −1 beats "
          "−9."};
    case Mistake::kZeroPadding:
      return {
          "the padding", "You let the padding win.",
          "Padding is no zero for a maximum: it never wins, so the largest real cell does, even when it is "
          "negative."};
    default:
      break;
  }
  return {"the windows' widths", "You gave all windows one width.",
          "Cell i of o reads from ⌊i·n/o⌋ to ⌈(i + 1)·n/o⌉: such bins overlap and differ in width."};
}

MistakeWords of_gradients(Mistake mistake) {
  switch (mistake) {
    case Mistake::kLastTie:
      return {"the tie", "You let the last of the equal cells win.",
              "Of equal maxima the first in row-major order is the winner: PyTorch's rule, and this one's."};
    case Mistake::kSplitTies:
      return {"the tie", "You shared the gradient among the equal cells.",
              "The first of equal maxima gets all of it, the others nothing."};
    case Mistake::kAllTies:
      return {"the tie", "You gave the gradient to every equal cell.",
              "More would arrive than was sent: the first of equal maxima gets it, the others nothing."};
    case Mistake::kLastWindowOnly:
      return {"the overlap", "You counted one window only.",
              "Several windows send to this cell, and what they send adds up."};
    case Mistake::kPositiveOnly:
      return {"the sign", "You stopped the gradient at a cell that is not positive.",
              "That is what a ReLU does. A maximum sends its gradient to the winner, whatever its sign."};
    default:
      break;
  }
  return {"the winner", "You counted the windows that read the cell.",
          "A window that reads the cell sends it its gradient only where the cell is its winner."};
}

MistakeWords of_places(Mistake mistake, const PoolQuestion& question, const std::string& guess) {
  const std::string with = guess + " is the answer ";
  const PoolParams& params = question.params;
  switch (mistake) {
    case Mistake::kForgotPadding:
      return {"the padding", "You forgot the padding.",
              with + "without it. The first window begins " +
                  short_size_text({params.padding.top, params.padding.left}) +
                  " before the first cell, so every window lies that much further up and left."};
    case Mistake::kForgotStride:
      return {"the stride", "You moved the window by one cell.",
              with + "with a stride of 1. The next window begins " + short_size_text(params.stride) +
                  " cells further."};
    case Mistake::kForgotDilation:
      return {
          "the dilation", "You read the cells side by side.",
          with + "without dilation. A window of k cells spans d·(k − 1) + 1, and passes over those between."};
    case Mistake::kPlaceInWindow:
      return {"the coordinates", "You counted from the window's corner.",
              "Rows and columns count from the input's first cell."};
    default:
      break;
  }
  return {"rows and columns", "You swapped rows and columns.", "The row comes first, then the column."};
}

}  // namespace

MistakeWords words_of(Mistake mistake, const PoolQuestion& question, const Answer& guess) {
  const std::string text = answer_text(question.asked, guess);
  switch (mistake) {
    case Mistake::kNotRounded:
    case Mistake::kRoundedUp:
    case Mistake::kRoundedDown:
    case Mistake::kKeptLastWindow:
    case Mistake::kForgotOne:
    case Mistake::kPaddedOneSide:
    case Mistake::kDividedByStride:
      return of_size(mistake, question, text);
    case Mistake::kForgotPadding:
    case Mistake::kForgotStride:
    case Mistake::kForgotDilation:
    case Mistake::kSwapped:
    case Mistake::kPlaceInWindow:
      return of_places(mistake, question, text);
    case Mistake::kLastTie:
    case Mistake::kSplitTies:
    case Mistake::kAllTies:
    case Mistake::kLastWindowOnly:
    case Mistake::kPositiveOnly:
    case Mistake::kCountedReads:
      return of_gradients(mistake);
    case Mistake::kDividedByReal:
    case Mistake::kDividedByAll:
    case Mistake::kForgotDivision:
    case Mistake::kOneSide:
    case Mistake::kOtherOperation:
    case Mistake::kAbsolute:
    case Mistake::kZeroPadding:
    case Mistake::kFixedBins:
      break;
  }
  return of_values(mistake, question, text);
}

std::string truth_text(const PoolQuestion& question, const Answer& truth) {
  const bool max = question.params.reduction == Reduction::kMax;
  if (question.asked == Asked::kOutputCell && !max) {
    const Sums sums = sums_of(question);
    return short_text(sums.sum) + " ÷ " + grouped(sums.divisor) + " = " + answer_text(question.asked, truth);
  }
  if (question.asked != Asked::kOutputSize) return {};
  const Result<WindowGeometry> geometry = window_geometry(question.params, question.plane);
  if (!geometry.ok() || question.params.adaptive_output) return {};
  const Formula rows = size_formula(geometry->rows, question.params.ceil_mode);
  const Formula columns = size_formula(geometry->columns, question.params.ceil_mode);
  return rows == columns ? rows.text : rows.text + "\n" + columns.text;
}

}  // namespace poolglass::step
