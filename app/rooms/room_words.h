// What a room is called, and what its part of the command line means.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace poolglass {

// A way of looking at a room's document: the question that the picture answers. A room's model has the index
// of the one it shows, `lens`.
struct LensWords {
  std::string_view name;      // on the command line and in state files: "window"
  std::string_view title;     // "Window"
  std::string_view question;  // in one line
};

// What stands beside a room's picture, one at a time, on tabs. A room that has more than its settings there
// has the index of the one it shows in its model, `panel`.
enum class PanelSign { kSettings, kCode, kPredict };  // drawn where there is no room for the title
struct PanelWords {
  std::string_view name;   // on the command line and in state files: "code"
  std::string_view title;  // "Code"
  char key;                // with Alt; the same in every room that has a panel of this name
  std::string_view words;  // in one line
  PanelSign sign = PanelSign::kSettings;
  float width = 20;  // em
};
inline constexpr PanelWords kSettingsPanel{"settings", "Settings", 'S', "Settings of the room"};
inline constexpr std::array kOnlySettings = {kSettingsPanel};

struct RoomWords {
  std::string_view title;  // "Step"
  std::span<const LensWords> lenses;
  // An option of `poolglass describe` that chooses one of what the room counts; empty: it counts nothing.
  std::string_view place_option;                       // "--window"
  std::string_view place_help;                         // "this window, counted from 0"
  std::span<const PanelWords> panels = kOnlySettings;  // its settings first
};

// "window or coverage", of lenses or rooms.
template <class Named>
std::string names_of(const Named& all) {
  std::string names;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i > 0) names += i + 1 == all.size() ? " or " : ", ";
    names += all[i].name;
  }
  return names;
}

// What is to be described: everything, one of what the room counts, or what its status line says.
struct DescribeWhat {
  bool all = false;
  std::optional<int64_t> place;
};

}  // namespace poolglass
