#include <doctest/doctest.h>

#include "app/rooms/history.h"
#include "app/rooms/playhead.h"
#include "app/state/keys.h"

namespace poolglass {
namespace {

constexpr int64_t kCount = 4;

void run(Playhead& playhead, double seconds) {
  for (double t = 0; t < seconds; t += 0.01) advance(playhead, 0.01, kCount, false);
}

TEST_CASE("playing visits every window in order and stops at the last") {
  Playhead playhead;
  apply(playhead, TogglePlay{}, kCount, false);
  run(playhead, Playhead::kSecondsPerWindow * 2);
  CHECK(playhead.index == 2);
  CHECK(playhead.from == 1);
  run(playhead, Playhead::kSecondsPerWindow * 4);
  CHECK(playhead.index == 3);
  CHECK(playhead.phase == 1);
  CHECK_FALSE(playhead.playing);
  CHECK_FALSE(playhead.moving());
}

TEST_CASE("play at the end starts over; a loop never ends") {
  Playhead playhead;
  apply(playhead, SeekTo{3}, kCount, false);
  apply(playhead, TogglePlay{}, kCount, false);
  CHECK(playhead.index == 0);
  apply(playhead, ToggleLoop{}, kCount, false);
  run(playhead, Playhead::kSecondsPerWindow * 4);
  CHECK(playhead.playing);
  CHECK(playhead.index == 0);
}

TEST_CASE("a step glides, a seek jumps, both stay in range") {
  Playhead playhead;
  apply(playhead, StepBy{1}, kCount, false);
  CHECK(playhead.index == 1);
  CHECK(playhead.phase == 0);
  CHECK(playhead.moving());
  run(playhead, 1);
  CHECK_FALSE(playhead.moving());
  apply(playhead, StepBy{-9}, kCount, false);
  CHECK(playhead.index == 0);
  apply(playhead, SeekTo{99}, kCount, false);
  CHECK(playhead.index == 3);
  CHECK(playhead.phase == 1);
}

TEST_CASE("steps past an end go round when the loop is on, and stay when it is off") {
  for (const bool loop : {false, true}) {
    Playhead playhead;
    playhead.loop = loop;
    apply(playhead, StepBy{-1}, kCount, false);
    CHECK(playhead.index == (loop ? 3 : 0));
    CHECK(playhead.from == 0);
    apply(playhead, SeekTo{3}, kCount, false);
    apply(playhead, StepBy{1}, kCount, false);
    CHECK(playhead.index == (loop ? 0 : 3));
    apply(playhead, SeekTo{1}, kCount, false);
    apply(playhead, StepBy{-2}, kCount, false);
    CHECK(playhead.index == (loop ? 3 : 0));
    apply(playhead, SeekTo{2}, kCount, false);
    apply(playhead, StepBy{3}, kCount, false);
    CHECK(playhead.index == (loop ? 1 : 3));
  }
}

TEST_CASE("reduced motion jumps but keeps the pace") {
  Playhead playhead;
  apply(playhead, StepBy{1}, kCount, true);
  CHECK(playhead.phase == 1);
  apply(playhead, TogglePlay{}, kCount, true);
  for (int i = 0; i < 85; ++i) advance(playhead, 0.01, kCount, true);
  CHECK(playhead.index == 1);
  for (int i = 0; i < 10; ++i) advance(playhead, 0.01, kCount, true);
  CHECK(playhead.index == 2);
}

TEST_CASE("holding lets the current window land and waits there; letting go resumes") {
  Playhead playhead;
  apply(playhead, TogglePlay{}, kCount, false);
  run(playhead, Playhead::kSecondsPerWindow * 0.5);
  apply(playhead, HoldPlayback{true}, kCount, false);
  run(playhead, 10);
  const int64_t held_at = playhead.index;
  CHECK(playhead.phase == 1);
  CHECK_FALSE(playhead.moving());
  apply(playhead, HoldPlayback{false}, kCount, false);
  run(playhead, Playhead::kSecondsPerWindow);
  CHECK(playhead.index == held_at + 1);
}

TEST_CASE("speed is clamped and fewer windows pull the playhead in") {
  Playhead playhead;
  apply(playhead, SetSpeed{1000}, kCount, false);
  CHECK(playhead.speed == Playhead::kMaxSpeed);
  apply(playhead, SetSpeed{0}, kCount, false);
  CHECK(playhead.speed == Playhead::kMinSpeed);
  apply(playhead, SeekTo{3}, kCount, false);
  clamp(playhead, 2);
  CHECK(playhead.index == 1);
  CHECK(playhead.phase == 1);
}

TEST_CASE("one window alone cannot play") {
  Playhead playhead;
  apply(playhead, TogglePlay{}, 1, false);
  CHECK_FALSE(playhead.playing);
}

TEST_CASE("undo and redo walk whole documents; merged edits are one step") {
  History<int> history;
  int document = 1;
  history.remember(document);
  document = 2;
  for (int next : {3, 4, 5}) {
    history.remember(document, 7);
    document = next;
  }
  CHECK(history.undo(document));
  CHECK(document == 2);
  CHECK(history.undo(document));
  CHECK(document == 1);
  CHECK_FALSE(history.undo(document));
  CHECK(history.redo(document));
  CHECK(history.redo(document));
  CHECK(document == 5);
  CHECK_FALSE(history.redo(document));
  history.undo(document);
  history.remember(document);
  document = 9;
  CHECK_FALSE(history.can_redo());
}

TEST_CASE("chords read as people write them") {
  CHECK(chord_text({'Z', true, true, false}) == "Ctrl+Shift+Z");
  CHECK(chord_text({' ', false, false, false}) == "Space");
  CHECK(chord_text({kKeyF11, false, false, false}) == "F11");
  CHECK(chord_text({kKeyLeft, false, false, true}) == "Alt+←");
  CHECK(chord_text({}).empty());
}

}  // namespace
}  // namespace poolglass
