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
  kKeyInsert,
  kKeyLeft,
  kKeyRight,
  kKeyUp,
  kKeyDown,
  kKeyHome,
  kKeyEnd,
  kKeyPageUp,
  kKeyPageDown,
  kKeyF1,
  kKeyF5 = kKeyF1 + 4,
  kKeyF11 = kKeyF1 + 10,
};

struct Chord {
  int key = kKeyNone;
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
  friend bool operator==(const Chord&, const Chord&) = default;
};

// One press of a key, as the app takes it. A chord that means nothing there is tried again as `place`.
struct KeyPress {
  Chord chord;          // what the layout's character on the key says
  Chord place = {};     // what the key says by where it stands; kKeyNone: the same, or nothing
  char32_t text = 0;    // the character that it types into a field; 0: none
  bool repeat = false;  // the key is being held
  friend bool operator==(const KeyPress&, const KeyPress&) = default;
};

// "Ctrl+Shift+Z", "Space", "," as people read it.
std::string chord_text(const Chord& chord);

}  // namespace poolglass
