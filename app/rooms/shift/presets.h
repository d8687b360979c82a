// Pictures worth nudging, one table for the command line, the window and the tests.
#pragma once

#include <span>
#include <string_view>

#include "app/rooms/shift/model.h"

namespace poolglass::shift {

inline constexpr std::string_view kPhotograph = "photograph", kStripes = "stripes", kCheckers = "checkers",
                                  kLonePeak = "lone-peak";

struct Preset {
  std::string_view id;       // for the command line: "stripes"
  std::string_view title;    // for people: "Stripes"
  std::string_view summary;  // one sentence: what to see
  Plane (*make)(const Document& document);
  bool seeded = false;    // another one with every seed
  bool periodic = false;  // has a period
  bool listed = true;     // can be chosen in the nudge lens
};
std::span<const Preset> presets();
const Preset* find_preset(std::string_view id);  // null when there is none

// "Photograph", "Stripes, period 2", "cat.png".
std::string picture_title(std::string_view id, const Document& document);

// The windows of the lone peak's picture along each side: the peak's own is in the middle.
inline constexpr int64_t kPeakWindows = 5;

}  // namespace poolglass::shift
