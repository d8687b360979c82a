// Keys and commands as data: one list feeds the key handler, the `?` sheet and the tooltips.
#pragma once

#include <string>
#include <string_view>

namespace poolglass {

// Printable keys are their upper-case ASCII character ('A', ',', ' '); the rest are below.
enum Key : int {
  kKeyNone = 0,
  kKeyEscape = 256,
  kKeyEnter,
  kKeyTab,
  kKeyBackspace,
  kKeyDelete,
  kKeyLeft,
  kKeyRight,
  kKeyUp,
  kKeyDown,
  kKeyHome,
  kKeyEnd,
  kKeyPageUp,
  kKeyPageDown,
  kKeyF1,
  kKeyF11 = kKeyF1 + 10,
};

struct Chord {
  int key = kKeyNone;
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
  friend bool operator==(const Chord&, const Chord&) = default;
};

// "Ctrl+Shift+Z", "Space", "," as people read it.
std::string chord_text(const Chord& chord);

}  // namespace poolglass
