// From what a keyboard reports to what the app takes, whatever the layout. Commands are told by the character
// that the layout puts on a key, so Ctrl+Z is where the Z is; where the layout has no such character, a key
// is known by its place:
//   - digits, on layouts that type them with Shift (French, Belgian, Czech): Ctrl and the key of 1 is Ctrl+1;
//   - letters and signs on layouts of another script (Russian, Greek);
//   - Ctrl and a sign's key, when the layout's own sign means nothing.
// Caps Lock changes nothing: Shift is the key that is held. The keypad moves the cursor while it types no
// digits.
#pragma once

#include <string>
#include <string_view>

#include "app/state/keys.h"

namespace poolglass {

// One press or repeat, as a window system reports it.
struct KeyEvent {
  int place = kKeyNone;  // the key by where it stands: a Key, or its upper-case character on a US keyboard
  std::string label;     // what the layout types with it alone, UTF-8; empty: nothing, or a dead key
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
  bool keypad = false;    // place is '0' to '9', '.', '+', '-', '*', '/' or '='
  bool num_lock = false;  // the keypad types digits
  char32_t text = 0;      // the character that it typed; 0: none
};

// A press without a chord and without text means nothing (a modifier, a dead key).
KeyPress key_press(const KeyEvent& event);

// The Key that a keypad's digit or point stands for without NumLock; kKeyNone: it has none.
int keypad_navigation(int place);

// Where Ctrl and this key's letter are looked for: 'A' for the key that types a, wherever it stands. `place`
// when the layout puts no ASCII letter there.
int letter_key(int place, std::string_view label);

}  // namespace poolglass
