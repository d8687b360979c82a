// What a room is called, and what its part of the command line means.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace poolglass {

struct RoomWords {
  std::string_view title;     // "Step"
  std::string_view question;  // what it answers, in one line
  std::string_view lens;      // the way of looking at it that answers the question: "Window"
  // An option of `poolglass describe` that chooses one of what the room counts; empty: it counts nothing.
  std::string_view place_option;  // "--window"
  std::string_view place_help;    // "this window, counted from 0"
};

// What is to be described: everything, one of what the room counts, or what its status line says.
struct DescribeWhat {
  bool all = false;
  std::optional<int64_t> place;
};

}  // namespace poolglass
