#include "app/state/keys.h"

namespace poolglass {
namespace {

std::string key_name(int key) {
  if (key == ' ') return "Space";
  if (key > ' ' && key < 127) return std::string(1, static_cast<char>(key));
  if (key >= kKeyF1 && key <= kKeyF11) return "F" + std::to_string(key - kKeyF1 + 1);
  switch (key) {
    case kKeyEscape:
      return "Esc";
    case kKeyEnter:
      return "Enter";
    case kKeyTab:
      return "Tab";
    case kKeyBackspace:
      return "Backspace";
    case kKeyDelete:
      return "Delete";
    case kKeyInsert:
      return "Insert";
    case kKeyLeft:
      return "←";
    case kKeyRight:
      return "→";
    case kKeyUp:
      return "↑";
    case kKeyDown:
      return "↓";
    case kKeyHome:
      return "Home";
    case kKeyEnd:
      return "End";
    case kKeyPageUp:
      return "Page Up";
    case kKeyPageDown:
      return "Page Down";
    default:
      return "";
  }
}

}  // namespace

std::string chord_text(const Chord& chord) {
  std::string text;
  if (chord.key == kKeyNone) return text;
  if (chord.ctrl) text += "Ctrl+";
  if (chord.alt) text += "Alt+";
  if (chord.shift) text += "Shift+";
  return text + key_name(chord.key);
}

}  // namespace poolglass
