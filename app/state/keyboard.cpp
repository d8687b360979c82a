#include "app/state/keyboard.h"

namespace poolglass {
namespace {

constexpr char32_t kFirstOtherScript = 0x370;  // Greek; Latin letters with marks come before

bool is_digit(int c) { return c >= '0' && c <= '9'; }
bool is_letter(int c) { return c >= 'A' && c <= 'Z'; }
bool is_sign(int c) { return c > ' ' && c < 127 && !is_digit(c) && !is_letter(c); }
int upper(int c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; }

// The label as one printable ASCII character in upper case; 0: it is none.
int ascii_label(std::string_view label) {
  const bool one = label.size() == 1 && label[0] > ' ' && label[0] < 127;
  return one ? upper(static_cast<unsigned char>(label[0])) : 0;
}

// The first character of UTF-8 text is of another script than Latin: two bytes from U+0370 on, or more.
bool other_script(std::string_view label) {
  if (label.empty()) return false;
  const auto lead = static_cast<unsigned char>(label[0]);
  if (lead >= 0xE0) return true;
  return lead >= 0xCD && label.size() > 1 &&
         (lead > 0xCD || static_cast<unsigned char>(label[1]) >= 0xB0);  // CD B0 is U+0370
}

Chord larger_sign(Chord chord) {  // + and = share a key on most layouts
  return chord.key == '+' ? Chord{'=', chord.ctrl, false, chord.alt} : chord;
}

KeyPress with_modifier(const KeyEvent& event) {
  const auto chord = [&](int key, bool shift) { return larger_sign({key, event.ctrl, shift, event.alt}); };
  const int label = event.keypad ? event.place : ascii_label(event.label);
  if (is_digit(event.place) && !is_digit(label)) return {chord(event.place, false)};
  if (label != 0) {
    const bool signs = is_sign(label) && is_sign(event.place) && label != event.place;
    return {chord(label, event.shift), signs ? chord(event.place, event.shift) : Chord{}};
  }
  const bool by_place = !is_letter(event.place) || event.label.empty() || other_script(event.label);
  return by_place ? KeyPress{chord(event.place, event.shift)} : KeyPress{};
}

KeyPress typed(const KeyEvent& event) {
  int key = kKeyNone;
  if (event.text < 127) {
    key = upper(static_cast<int>(event.text));
  } else if (event.text >= kFirstOtherScript && (is_letter(event.place) || is_sign(event.place))) {
    key = event.place;
  }
  return {{key, false, is_letter(key) && event.shift, false}, {}, event.text};
}

}  // namespace

int keypad_navigation(int place) {
  switch (place) {
    case '0':
      return kKeyInsert;
    case '1':
      return kKeyEnd;
    case '2':
      return kKeyDown;
    case '3':
      return kKeyPageDown;
    case '4':
      return kKeyLeft;
    case '6':
      return kKeyRight;
    case '7':
      return kKeyHome;
    case '8':
      return kKeyUp;
    case '9':
      return kKeyPageUp;
    case '.':
      return kKeyDelete;
    default:
      return kKeyNone;
  }
}

int letter_key(int place, std::string_view label) {
  const int letter = ascii_label(label);
  return is_letter(letter) ? letter : place;
}

KeyPress key_press(const KeyEvent& event) {
  if (event.keypad && event.text == 0 && event.num_lock == event.shift) {
    // NumLock's digits, and Shift without it, come as text; what is left moves.
    if (const int key = keypad_navigation(event.place); key != kKeyNone) {
      return {{key, event.ctrl, event.shift && !event.num_lock, event.alt}};
    }
  }
  if (event.place >= kKeyEscape) return {{event.place, event.ctrl, event.shift, event.alt}};
  if (event.ctrl || event.alt) return with_modifier(event);
  return event.text >= ' ' && event.text != 127 ? typed(event) : KeyPress{};
}

}  // namespace poolglass
