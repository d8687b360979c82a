#include "app/rooms/shift/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "app/rooms/format.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/step/words.h"

namespace poolglass::shift {
namespace {

constexpr std::array<std::string_view, kContestantCount> kNames = {"max", "average", "plain", "blur",
                                                                   "polyphase"};
constexpr std::array<std::string_view, kContestantCount> kLongNames = {"max", "average", "plain subsampling",
                                                                       "max then blur", "polyphase"};

std::string fixed(double value, int digits) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
  return {text.data(), end.ptr};
}

std::string without_zero(std::string text) {  // "0.981" -> ".981"
  if (text.starts_with("0.")) return text.substr(1);
  if (text.starts_with("-0.")) return "−" + text.substr(2);
  if (text.starts_with("-")) return "−" + text.substr(1);
  return text;
}

std::string along(double pixels, std::string_view forwards, std::string_view back) {
  const double size = std::abs(pixels);
  std::string text(pixels < 0 ? back : forwards);
  text.append(" by ").append(step::short_text(static_cast<float>(size)));
  return text.append(size == 1 ? " pixel" : " pixels");
}

std::string keeps(const Derived& derived, size_t contestant) {
  return percent(derived.contenders[contestant].agreement.identical);
}

std::string nudge_sentence(const Derived& derived) {
  std::string text = "Nudged " + nudge_words(derived.right, derived.down) + ": max keeps " +
                     keeps(derived, 0) + " of its cells, average " + keeps(derived, 1);
  if (derived.right == 0 && derived.down == 0) return "Not nudged: every cell is where it was";
  if (derived.moved) return text + ", once the output's own move is undone";
  const bool whole = derived.right == std::floor(derived.right) && derived.down == std::floor(derived.down);
  if (!whole) return text;
  const Cell nudge{static_cast<int64_t>(derived.down), static_cast<int64_t>(derived.right)};
  return text + ". On noise the law says " + percent(maximum_stays(derived.window, nudge).value()) +
         " and 0 %";
}

// "plain subsampling flips from all 1 to all 0", "max stays 1", "average keeps 50.0 %"
std::string fate(const Derived& derived, size_t contestant) {
  const Contender& contender = derived.contenders[contestant];
  const auto before = constant_value(contender.before), after = constant_value(contender.after);
  const std::string name(kLongNames[contestant]);
  if (!before || !after) return name + " keeps " + keeps(derived, contestant);
  if (*before == *after) return name + " stays " + value_text(*before);
  return name + " flips from all " + value_text(*before) + " to all " + value_text(*after);
}

std::string aliasing_sentence(const Model& model, const Derived& derived) {
  const bool checkers = shown_picture(model.lens, model.document) == kCheckers;
  std::string text = checkers ? "Checkers" : "Stripes";
  text += " of period " + std::to_string(model.document.period);
  text += derived.right == 0 && derived.down == 0 ? ", not nudged"
                                                  : ", nudged " + nudge_words(derived.right, derived.down);
  return text + ": " + fate(derived, 2) + "; " + fate(derived, 0) + ", " + fate(derived, 1);
}

std::string peak_sentence(const Model& model, const Derived& derived) {
  const Cell at = model.document.peak;
  const int64_t kept = nudges_that_keep(derived.window, at);
  std::string text = "A lone peak at (";
  text.append(std::to_string(at.row)).append(",").append(std::to_string(at.column)).append(") of a ");
  text += size_text(derived.window.kernel) + " window stays in it under " + std::to_string(kept) +
          " of 8 nudges by one pixel; over all its places under " + fraction_text(derived.peak_stays);
  return text + " = " + percent(derived.peak_stays.value());
}

}  // namespace

std::string_view contestant_name(size_t contestant) { return kNames[contestant]; }

std::string_view contestant_brief(size_t contestant) {
  constexpr std::array<std::string_view, kContestantCount> kBriefs = {"max", "avg", "plain", "blur", "poly"};
  return kBriefs[contestant];
}

std::string contestant_title(size_t contestant, const ShiftWindow& window) {
  if (contestant == 2) return "plain /" + short_size_text(window.stride);
  return contestant == 3 ? "max, then blur" : std::string(kNames[contestant]);
}

std::string percent(double share) {
  const std::string text = fixed(100 * share, 1);
  if (share == 1 || share == 0) return fixed(100 * share, 0) + " %";
  // What is not all, or not nothing, is never written as if it were.
  if (text == "100.0") return "> 99.9 %";
  return text == "0.0" ? "< 0.1 %" : text + " %";
}

std::string correlation_text(std::optional<double> r) {
  if (!r) return "—";
  if (*r == 1) return "1";
  const std::string text = without_zero(fixed(*r, 3));
  return text == "1.000" ? "> .999" : text;
}

std::string value_text(float value) { return without_zero(step::short_text(value, 3)); }

std::string fraction_text(const Fraction& fraction) {
  return std::to_string(fraction.part) + "/" + std::to_string(fraction.whole);
}

std::string pixels_text(double pixels) {
  const std::string size = step::short_text(static_cast<float>(std::abs(pixels)));
  return (pixels > 0 ? "+" : pixels < 0 ? "−" : "") + size + " px";
}

std::string nudge_words(double right, double down) {
  if (right == 0 && down == 0) return "by nothing";
  const std::string across = along(right, "right", "left"), downwards = along(down, "down", "up");
  if (right == 0) return downwards;
  return down == 0 ? across : across + " and " + downwards;
}

std::optional<float> constant_value(const Plane& plane) {
  const float first = plane.values.front();
  const bool constant = std::ranges::all_of(plane.values, [&](float v) { return v == first; });
  return constant ? std::optional(first) : std::nullopt;
}

bool is_best_identical(const Derived& derived, size_t contestant) {
  double least = 1, most = 0;
  for (const Contender& contender : derived.contenders) {
    least = std::min(least, contender.agreement.identical);
    most = std::max(most, contender.agreement.identical);
  }
  return most > least && derived.contenders[contestant].agreement.identical == most;
}

bool is_best_correlation(const Derived& derived, size_t contestant) {
  double least = 2, most = -2;
  for (const Contender& contender : derived.contenders) {
    if (!contender.agreement.correlation) continue;
    least = std::min(least, *contender.agreement.correlation);
    most = std::max(most, *contender.agreement.correlation);
  }
  return most > least && derived.contenders[contestant].agreement.correlation == most;
}

std::string status_sentence(const Model& model, const Derived& derived) {
  if (!derived.status.ok()) return derived.refusal;
  switch (static_cast<Lens>(model.lens)) {
    case kNudgeLens:
      break;
    case kAliasingLens:
      return aliasing_sentence(model, derived);
    case kPeakLens:
      return peak_sentence(model, derived);
  }
  return nudge_sentence(derived);
}

std::string copied_text(const Derived& derived) {
  std::string text = "contestant\tidentical\tcorrelation\n";
  for (size_t i = 0; i < kContestantCount; ++i) {
    const Agreement& agreement = derived.contenders[i].agreement;
    text += std::string(kLongNames[i]) + "\t" + fixed(agreement.identical, 6) + "\t" +
            (agreement.correlation ? fixed(*agreement.correlation, 6) : "") + "\n";
  }
  return text;
}

}  // namespace poolglass::shift
