#include "app/rooms/step/predict.h"

#include <algorithm>

#include "app/rooms/format.h"
#include "app/rooms/step/gradient.h"
#include "app/rooms/step/model.h"
#include "app/rooms/step/words.h"
#include "core/trimmed.h"

namespace poolglass::step {
namespace {

// The parts between the separators of two numbers: blanks, ",", ";", "x", "×", brackets around them.
std::vector<std::string> parts(std::string text) {
  for (size_t at = text.find("×"); at != std::string::npos; at = text.find("×"))
    text.replace(at, std::string("×").size(), " ");
  for (char& c : text) {
    if (std::string_view(",;xX()[]").find(c) != std::string_view::npos) c = ' ';
  }
  std::vector<std::string> found;
  for (size_t at = text.find_first_not_of(' '); at != std::string::npos;) {
    const size_t end = std::min(text.find(' ', at), text.size());
    found.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(' ', end);
  }
  return found;
}

std::string number_text(double value) { return short_text(static_cast<float>(value)); }

std::string operation_text(const PoolParams& params) {
  const bool max = params.reduction == Reduction::kMax;
  std::string text = max ? "Max pooling" : "Average pooling";
  if (params.adaptive_output) {
    if (*params.adaptive_output == Size2{1, 1}) return "Global m" + text.substr(1);
    return text + " to " + size_text(*params.adaptive_output);
  }
  text += ", " + size_text(params.kernel) + ", stride " + short_size_text(params.stride);
  const Padding& pad = params.padding;
  if (pad != Padding{}) text += ", padding " + short_size_text({pad.top, pad.left});
  if (params.dilation != Size2{1, 1}) text += ", dilation " + short_size_text(params.dilation);
  if (params.ceil_mode) text += ", ceil mode";
  if (!max && pad != Padding{})
    text += params.count_include_pad ? ", padding counted" : ", padding not counted";
  return text;
}

}  // namespace

std::optional<Answer> parsed_answer(Asked asked, std::string_view typed) {
  constexpr size_t kMost = 100;  // characters
  const std::string text(trimmed(typed));
  if (text.empty() || text.size() > kMost) return std::nullopt;
  if (numbers_of(asked) == 1) {
    const auto value = typed_number(text);
    return value ? std::optional(Answer{*value, 0}) : std::nullopt;
  }
  const std::vector<std::string> both = parts(text);
  if (both.size() != 2) return std::nullopt;
  const auto first = typed_number(both[0]), second = typed_number(both[1]);
  if (!first || !second) return std::nullopt;
  return Answer{*first, *second};
}

std::string answer_text(Asked asked, const Answer& answer) {
  if (numbers_of(asked) == 1) return number_text(answer.first);
  if (asked == Asked::kOutputSize) return number_text(answer.first) + " × " + number_text(answer.second);
  return "(" + number_text(answer.first) + ", " + number_text(answer.second) + ")";
}

std::string place_text(Asked asked, Cell cell) {
  if (asked == Asked::kOutputSize) return "the output";
  const std::string place = "[" + std::to_string(cell.row) + "," + std::to_string(cell.column) + "]";
  return (asked == Asked::kGradient ? "in" : "out") + place;
}

std::shared_ptr<const PoolQuestion> pool_question(const Document& document, Asked asked, Cell cell) {
  PoolQuestion question{.asked = asked,
                        .params = document.params,
                        .plane = document.grid.size,
                        .x = document.grid.values.shared(),
                        .cell = cell,
                        .upstream = {},
                        .ties = document.ties};
  const Result<Size2> output = output_size(question.params, question.plane);
  if (asked == Asked::kGradient && output.ok())
    question.upstream = upstream_grid(document.upstream, *output).values.copied();
  return std::make_shared<const PoolQuestion>(std::move(question));
}

std::string question_text(const PoolQuestion& question) {
  const std::string place = place_text(question.asked, question.cell);
  const std::string text = operation_text(question.params) + ". ";
  switch (question.asked) {
    case Asked::kOutputCell:
      return text + "What is " + place + "?";
    case Asked::kOutputSize:
      return text + "How many rows and columns has the output of a " + size_text(question.plane) + " input?";
    case Asked::kWinner:
      return text + "Which input cell does " + place + " come from? Row and column, from 0, or click on it.";
    case Asked::kDivisor:
      return text + "What is the sum of the window of " + place + " divided by?";
    case Asked::kGradient:
      break;
  }
  const bool ones = std::ranges::all_of(question.upstream, [](float dy) { return dy == 1; });
  return text +
         (ones ? "A gradient of 1 arrives at every output cell. " : "The gradient arrives as shown. ") +
         "What does " + place + " get in all?";
}

std::optional<Mistake> most_made(const Score& score) {
  const auto most = std::ranges::max_element(score.made);
  if (*most == 0) return std::nullopt;
  return kMistakes[static_cast<size_t>(most - score.made.begin())].mistake;
}

}  // namespace poolglass::step
