// Keys between the window system and the frames. Dear ImGui 1.86 sees keys as levels, so a press and a
// release within one frame would be lost; and a key may change where the next one goes (Enter closes a
// field). A frame takes what can be taken together, the next frame the rest.
#pragma once

#include <deque>
#include <vector>

#include "app/state/keyboard.h"

namespace poolglass {

struct QueuedKey {
  enum class Kind { kPress, kRepeat, kRelease };
  Kind kind = Kind::kPress;
  int code = -1;          // which key, by the window system; -1: a character without a key of its own
  int native = -1;        // and how it names that key
  bool modifier = false;  // Shift, Ctrl, Alt, ...
  KeyEvent event;         // of a press or repeat

  KeyPress press() const;
};

class KeyQueue {
 public:
  void key(QueuedKey key) { waiting_.push_back(std::move(key)); }
  // The character of the press before it, or one that was composed.
  void text(char32_t character);

  // Either characters, or one chord with its repeats; every key changes its level at most once, and no
  // modifier changes after a press.
  std::vector<QueuedKey> take();
  bool empty() const { return waiting_.empty(); }

 private:
  std::deque<QueuedKey> waiting_;
};

}  // namespace poolglass
