// Where playback stands: which window is current and how far its picture has come. Pure: time comes in as dt.
#pragma once

#include <cstdint>

#include "app/rooms/one_of.h"

namespace poolglass {

struct Playhead {
  int64_t index = 0;  // current window, 0 <= index < count
  double phase = 1;   // 0: just left the previous window, 1: this window's result has landed
  int64_t from = 0;   // window that the glide comes from
  bool playing = false;
  bool held = false;  // the pointer explores the picture: playback waits
  double speed = 1;   // kMinSpeed to kMaxSpeed
  bool loop = false;
  // A window's picture has many steps, as where the lines of its loops are shown: pausing and holding halt
  // between them, and not only once its result has landed.
  bool halts = false;

  static constexpr double kSecondsPerWindow = 0.9;  // at speed 1
  static constexpr double kRestShare = 0.25;        // part of it spent still, after the result has landed
  static constexpr double kMinSpeed = 0.25;
  static constexpr double kMaxSpeed = 16;

  bool moving() const { return (playing && !held) || (phase < 1 && !halts); }
  friend bool operator==(const Playhead&, const Playhead&) = default;

 private:
  friend void advance(Playhead& playhead, double dt, int64_t count, bool reduce_motion);
  double rest_ = 0;  // how much of the rest after landing is over, 0 to 1
};

// What the transport bar and its keys can ask for.
struct TogglePlay {};
struct StepBy {
  int64_t delta;
};
struct SeekTo {
  int64_t index;
  double phase = 1;  // less: pauses there
};                   // jumps at once, as scrubbing does
struct SetSpeed {
  double speed;
};
struct ToggleLoop {};
struct HoldPlayback {
  bool held;
};
struct PlayheadAction : OneOf<TogglePlay, StepBy, SeekTo, SetSpeed, ToggleLoop, HoldPlayback> {
  using OneOf::OneOf;
};

void apply(Playhead& playhead, const PlayheadAction& action, int64_t count, bool reduce_motion);

// Moves time on by dt seconds over `count` windows. At the last window playback stops, or starts over in a
// loop.
void advance(Playhead& playhead, double dt, int64_t count, bool reduce_motion);

// Keeps the index valid after the number of windows changed.
void clamp(Playhead& playhead, int64_t count);

}  // namespace poolglass
