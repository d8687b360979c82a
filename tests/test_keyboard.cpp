#include <doctest/doctest.h>

#include "app/state/keyboard.h"

namespace poolglass {
namespace {

constexpr Chord plain(int key) { return {key, false, false, false}; }
constexpr Chord shift(int key) { return {key, false, true, false}; }
constexpr Chord ctrl(int key) { return {key, true, false, false}; }

KeyPress typed(int place, char32_t text, bool with_shift = false) {
  KeyEvent event;
  event.place = place;
  event.text = text;
  event.shift = with_shift;
  return key_press(event);
}

KeyPress with_ctrl(int place, const char* label, bool with_shift = false) {
  KeyEvent event;
  event.place = place;
  event.label = label;
  event.ctrl = true;
  event.shift = with_shift;
  return key_press(event);
}

KeyPress keypad(int place, bool num_lock, bool with_shift = false, char32_t text = 0) {
  KeyEvent event;
  event.place = place;
  event.keypad = true;
  event.num_lock = num_lock;
  event.shift = with_shift;
  event.text = text;
  return key_press(event);
}

TEST_CASE("a letter's chord tells whether Shift is held, not whether Caps Lock is on") {
  CHECK(typed('M', 'm').chord == plain('M'));
  CHECK(typed('M', 'M', true).chord == shift('M'));
  CHECK(typed('M', 'M').chord == plain('M'));        // Caps Lock
  CHECK(typed('M', 'm', true).chord == shift('M'));  // Caps Lock and Shift
  CHECK(typed('/', '?', true).chord == plain('?'));
  CHECK(typed('M', 'M').text == 'M');
}

TEST_CASE("letters and signs of another script are known by their key's place") {
  CHECK(typed('M', U'ь').chord == plain('M'));
  CHECK(typed('K', U'Л', true).chord == shift('K'));
  CHECK(typed('.', U'ю').chord == plain('.'));
  CHECK(typed('M', U'μ').chord == plain('M'));
  CHECK(typed('M', U'μ').text == U'μ');
  CHECK(typed('2', U'é').chord.key == kKeyNone);  // Latin: typed, but no letter of another key
  CHECK(typed('[', U'ü').chord.key == kKeyNone);
}

TEST_CASE("Ctrl goes with the layout's letter, or the key's place where the layout has another script") {
  CHECK(with_ctrl('W', "z").chord == ctrl('Z'));  // fr
  CHECK(with_ctrl('Z', "y").chord == ctrl('Y'));  // de
  CHECK(with_ctrl('Z', "я").chord == ctrl('Z'));
  CHECK(with_ctrl('Z', "ζ").chord == ctrl('Z'));
  CHECK(with_ctrl('E', "é").chord.key == kKeyNone);  // a Latin letter of its own: no other key's command
  CHECK(with_ctrl('Q', "a").place.key == kKeyNone);  // nor does Ctrl+A of fr quit
}

TEST_CASE("Ctrl and a key of the digit row is that digit on layouts that type it with Shift") {
  const char* fr[] = {"à", "&", "é", "\"", "'", "(", "-", "è", "_", "ç"};
  const char* cz[] = {"é", "+", "ě", "š", "č", "ř", "ž", "ý", "á", "í"};
  for (int digit = 0; digit <= 9; ++digit) {
    CHECK(with_ctrl('0' + digit, fr[digit]).chord == ctrl('0' + digit));
    CHECK(with_ctrl('0' + digit, cz[digit]).chord == ctrl('0' + digit));
    CHECK(with_ctrl('0' + digit, fr[digit], true).chord == ctrl('0' + digit));
    CHECK(with_ctrl('0' + digit, std::to_string(digit).c_str()).chord == ctrl('0' + digit));
  }
}

TEST_CASE("Ctrl and a sign: the layout's own first, then its place; + and = are one key") {
  CHECK(with_ctrl('-', ")").chord == ctrl(')'));  // fr
  CHECK(with_ctrl('-', ")").place == ctrl('-'));
  CHECK(with_ctrl('-', "ß").chord == ctrl('-'));  // de
  CHECK(with_ctrl(']', "+").chord == ctrl('='));  // de
  CHECK(with_ctrl('=', "=", true).chord.key == '=');
  CHECK(with_ctrl('=', "").chord == ctrl('='));  // a dead key
}

TEST_CASE("the keypad moves without NumLock and types with it; Shift turns that round") {
  CHECK(keypad('6', false).chord == plain(kKeyRight));
  CHECK(keypad('8', false).chord == plain(kKeyUp));
  CHECK(keypad('.', false).chord == plain(kKeyDelete));
  CHECK(keypad('6', true, false, '6').chord == plain('6'));
  CHECK(keypad('6', true, false, '6').text == '6');
  CHECK(keypad('6', true, true).chord == plain(kKeyRight));
  CHECK(keypad('6', false, true, '6').text == '6');
  CHECK(keypad('5', false) == KeyPress{});
}

TEST_CASE("keys without a character keep their modifiers; modifiers alone mean nothing") {
  KeyEvent event;
  event.place = kKeyLeft;
  event.alt = true;
  CHECK(key_press(event).chord == Chord{kKeyLeft, false, false, true});
  event.place = kKeyTab;
  event.alt = false;
  event.shift = true;
  CHECK(key_press(event).chord == shift(kKeyTab));
  KeyEvent control;
  control.ctrl = true;
  CHECK(key_press(control).chord.key == kKeyNone);
  CHECK(key_press(control).text == 0);
}

TEST_CASE("the letters that fields look for follow the layout") {
  CHECK(letter_key('Q', "a") == 'A');
  CHECK(letter_key('A', "q") == 'Q');
  CHECK(letter_key('C', "с") == 'C');  // Cyrillic
  CHECK(letter_key('1', "&") == '1');
}

}  // namespace
}  // namespace poolglass
