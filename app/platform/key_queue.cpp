#include "app/platform/key_queue.h"

#include <optional>
#include <set>
#include <utility>

namespace poolglass {
namespace {

bool means_something(const KeyPress& press) { return press.chord.key != kKeyNone || press.text != 0; }

bool together(const KeyPress& a, const KeyPress& b) {
  return (a.text != 0 && b.text != 0) || (a.text == 0 && b.text == 0 && a.chord == b.chord);
}

}  // namespace

KeyPress QueuedKey::press() const {
  if (kind == Kind::kRelease) return {};
  KeyPress press = key_press(event);
  press.repeat = kind == Kind::kRepeat;
  return press;
}

void KeyQueue::text(char32_t character) {
  const bool of_press = !waiting_.empty() && waiting_.back().kind != QueuedKey::Kind::kRelease &&
                        waiting_.back().event.text == 0 && !waiting_.back().modifier;
  if (!of_press) waiting_.emplace_back();
  waiting_.back().event.text = character;
}

std::vector<QueuedKey> KeyQueue::take() {
  std::vector<QueuedKey> taken;
  std::set<int> changed;
  std::optional<KeyPress> first;
  for (; !waiting_.empty(); waiting_.pop_front()) {
    const QueuedKey& next = waiting_.front();
    if (next.code >= 0 && next.kind != QueuedKey::Kind::kRepeat) {
      if (changed.contains(next.code) || (first && next.modifier)) break;
    }
    if (const KeyPress press = next.press(); means_something(press)) {
      if (first && !together(*first, press)) break;
      if (!first) first = press;
    }
    if (next.code >= 0 && next.kind != QueuedKey::Kind::kRepeat) changed.insert(next.code);
    taken.push_back(next);
  }
  return taken;
}

}  // namespace poolglass
