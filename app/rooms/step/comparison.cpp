#include "app/rooms/step/comparison.h"

#include <algorithm>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/step/words.h"

namespace poolglass::step {

Grid difference_of(const Grid& a, const Grid& b) {
  std::vector<float> difference(a.values.size());
  for (size_t i = 0; i < difference.size(); ++i) difference[i] = a.values[i] - b.values[i];
  return {a.size, std::move(difference)};
}

Comparison comparison(const Grid& maximum, const Grid& average, int64_t last) {
  Comparison result;
  result.difference = difference_of(maximum, average);
  float span = 0;
  double sum = 0;
  for (int64_t i = 0; i < std::ssize(result.difference.values); ++i) {
    const float value = result.difference.values[static_cast<size_t>(i)];
    if (!std::isfinite(value)) continue;
    span = std::max(span, std::abs(value));
    if (i > last) continue;
    if (result.windows == 0 || std::abs(value) > std::abs(result.largest)) {
      result.largest = value;
      result.largest_at = {i / maximum.size.w, i % maximum.size.w};
    }
    ++result.windows;
    if (value == 0) ++result.equal;
    sum += static_cast<double>(value);
  }
  if (span > 0) result.span = span;
  if (result.windows > 0) result.mean = sum / static_cast<double>(result.windows);
  return result;
}

std::string both_sentence(const Derived& derived) {
  const Cell at = derived.window.output;
  std::string text = window_sentence(derived.window, derived.params);
  const std::string arrow = " → ";
  const size_t end = text.rfind(arrow);
  text.insert(end, ", average " + result_text(derived.other.at(at)) + ", difference " +
                       result_text(derived.comparison.difference.at(at)));
  return text;
}

std::string comparison_sentence(const Comparison& c) {
  if (c.windows == 0) return "No window has a finite difference";
  const std::string at =
      "out[" + std::to_string(c.largest_at.row) + "," + std::to_string(c.largest_at.column) + "]";
  return "Of " + grouped(c.windows) + (c.windows == 1 ? " window " : " windows ") + grouped(c.equal) +
         " equal, mean difference " + short_text(static_cast<float>(c.mean)) + ", largest " +
         short_text(c.largest) + " at " + at;
}

}  // namespace poolglass::step
