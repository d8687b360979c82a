// What the Shift room shows, in words, for `poolglass describe`.
#include <algorithm>

#include "app/rooms/format.h"
#include "app/rooms/shift/model.h"
#include "app/rooms/shift/words.h"
#include "app/rooms/step/words.h"

namespace poolglass::shift {
namespace {

std::string padded(std::string_view text, int width) {
  const int blanks = std::max(width - step::columns_of(text), 0);
  return std::string(static_cast<size_t>(blanks), ' ').append(text);
}

constexpr int kNameWidth = 16, kWidth = 12;

std::string heading(const Derived& derived, std::string_view first) {
  std::string text = padded(first, 8);
  for (size_t i = 0; i < kContestantCount; ++i)
    text += padded(contestant_title(i, derived.window), kNameWidth);
  return text + "\n";
}

std::string meters(const Derived& derived) {
  std::string text =
      padded("", kNameWidth) + padded("identical", kWidth) + padded("correlation", kWidth) + "\n";
  for (size_t i = 0; i < kContestantCount; ++i) {
    const Agreement& agreement = derived.contenders[i].agreement;
    text += padded(contestant_title(i, derived.window), kNameWidth) +
            padded(percent(agreement.identical), kWidth) +
            padded(correlation_text(agreement.correlation), kWidth) + "\n";
  }
  return text;
}

std::string by_nudge(const Model& model, const Derived& derived) {
  std::string text = heading(derived, "right");
  const int64_t high = most_steps(model.document);
  const auto per_pixel = static_cast<double>(steps_per_pixel(model.document));
  for (int64_t i = 0; i < derived.positions; ++i) {
    text += padded(pixels_text(static_cast<double>(i - high) / per_pixel), 8);
    for (const Reading& reading : derived.by_nudge[static_cast<size_t>(i)]) {
      text += padded(percent(reading.identical) + " " + padded(correlation_text(reading.correlation), 6),
                     kNameWidth);
    }
    text += "\n";
  }
  return text;
}

std::string by_period(const Derived& derived) {
  std::string text = heading(derived, "period");
  for (size_t i = 0; i < derived.by_period.size(); ++i) {
    text += padded(std::to_string(kLeastPeriod + static_cast<int64_t>(i)) + " px", 8);
    for (const Reading& reading : derived.by_period[i])
      text += padded(percent(reading.identical), kNameWidth);
    text += "\n";
  }
  return text;
}

// Of eight nudges, how many keep a peak at each place of the window.
std::string places(const Derived& derived) {
  std::string text = "of 8 nudges by one pixel, those that keep a peak at each place\n";
  const Size2 kernel = derived.window.kernel;
  for (Cell at; at.row < kernel.h; ++at.row) {
    for (at.column = 0; at.column < kernel.w; ++at.column)
      text += padded(std::to_string(nudges_that_keep(derived.window, at)), at.column > 0 ? 3 : 1);
    text += "\n";
  }
  return text + "together " + fraction_text(derived.peak_stays) + "\n";
}

}  // namespace

Result<std::string> describe(Model model, const DescribeWhat& what) {
  if (what.place) {
    const int64_t count = positions(model.document);
    if (*what.place >= count) {
      return invalid_argument("--position " + std::to_string(*what.place) + " must be less than " +
                              std::to_string(count));
    }
    update(model, SetNudge{*what.place - most_steps(model.document), model.down});
  }
  Derived derived;
  derive(model, derived);
  if (!derived.status.ok()) return derived.status;
  const std::string sentence = status_sentence(model, derived) + "\n";
  if (!what.all) return sentence;
  std::string text = derived.picture_title + ", " + size_text(derived.picture.size) + "\n" + sentence + "\n" +
                     meters(derived) + "\n";
  if (model.lens == kPeakLens) return text + places(derived);
  text += by_nudge(model, derived);
  if (model.lens == kAliasingLens) text += "\nidentical at this nudge\n" + by_period(derived);
  return text;
}

}  // namespace poolglass::shift
