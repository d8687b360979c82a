// What the window said: a sentence for each thing that changed, for people who read it instead of looking, to
// copy it, or to follow it from a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace poolglass {

struct Log {
  static constexpr size_t kMostLines = 500;
  std::deque<std::string> lines;   // the newest last; older ones are forgotten
  int64_t said = 0;                // of all there ever were: lines.back() is number `said`
  bool shown = false;              // in the side panel
  std::string room, tour, notice;  // what each of them said last

  // Keeps `line` unless `last` says the same, and notes it there.
  void say(const std::string& line, std::string& last);
  std::string text() const;  // all lines, the oldest first
};

}  // namespace poolglass
