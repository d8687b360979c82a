#include <doctest/doctest.h>

#include "app/platform/key_queue.h"

namespace poolglass {
namespace {

using Kind = QueuedKey::Kind;

QueuedKey key(int place, Kind kind = Kind::kPress, bool ctrl = false) {
  QueuedKey key;
  key.code = key.native = place;
  key.kind = kind;
  key.event.place = place;
  key.event.ctrl = ctrl;
  return key;
}

QueuedKey control(Kind kind) {
  QueuedKey key;
  key.code = 1000;
  key.kind = kind;
  key.modifier = true;
  key.event.ctrl = true;
  return key;
}

void type(KeyQueue& queue, char c) {
  queue.key(key(c - 'a' + 'A'));
  queue.text(static_cast<unsigned char>(c));
  queue.key(key(c - 'a' + 'A', Kind::kRelease));
}

int frames_until_empty(KeyQueue& queue) {
  int frames = 0;
  for (; !queue.empty(); ++frames) queue.take();
  return frames;
}

TEST_CASE("a press and its release reach two frames") {
  KeyQueue queue;
  queue.key(key(kKeyEnter));
  queue.key(key(kKeyEnter, Kind::kRelease));
  REQUIRE(queue.take().size() == 1);
  CHECK(queue.take()[0].kind == Kind::kRelease);
  CHECK(queue.empty());
}

TEST_CASE("keys that may change where the next one goes come one a frame, in order") {
  KeyQueue queue;
  queue.key(key(kKeyEnter));
  type(queue, 'k');
  queue.key(key(kKeyTab));
  CHECK(queue.take().back().press().chord.key == kKeyEnter);
  CHECK(queue.take().back().press().text == 'k');
  while (!queue.empty()) {
    const auto taken = queue.take();
    if (queue.empty()) CHECK(taken.back().press().chord.key == kKeyTab);
  }
}

TEST_CASE("a held key's repeats do not pile up") {
  KeyQueue queue;
  queue.key(key(kKeyRight));
  for (int i = 0; i < 40; ++i) queue.key(key(kKeyRight, Kind::kRepeat));
  CHECK(queue.take().size() == 41);
}

TEST_CASE("a modifier that comes or goes after a press waits for the next frame") {
  KeyQueue queue;
  queue.key(control(Kind::kPress));
  queue.key(key('V', Kind::kPress, true));
  queue.key(control(Kind::kRelease));
  CHECK(queue.take().size() == 2);
  CHECK(queue.take().size() == 1);
  type(queue, 'c');
  queue.key(control(Kind::kPress));
  CHECK(queue.take().size() == 1);
  CHECK(frames_until_empty(queue) == 1);
}

TEST_CASE("a composed character needs no key of its own, and a digit is the press before it") {
  KeyQueue queue;
  queue.key(key('1'));
  queue.text('1');
  queue.text(U'é');
  const auto taken = queue.take();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].press().text == '1');
  CHECK(taken[1].code == -1);
  CHECK(taken[1].press().text == U'é');
}

}  // namespace
}  // namespace poolglass
