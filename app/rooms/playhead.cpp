#include "app/rooms/playhead.h"

#include <algorithm>

namespace poolglass {
namespace {

void arrive(Playhead& playhead, int64_t index, bool glide) {
  playhead.from = glide ? playhead.index : index;
  playhead.index = index;
  playhead.phase = glide ? 0 : 1;
}

}  // namespace

void apply(Playhead& playhead, const PlayheadAction& action, int64_t count, bool reduce_motion) {
  const int64_t last = std::max<int64_t>(count, 1) - 1;
  if (holds<TogglePlay>(action)) {
    const bool at_end = playhead.index == last && playhead.phase >= 1 && !playhead.loop;
    if (!playhead.playing && at_end) arrive(playhead, 0, false);
    playhead.playing = !playhead.playing && last > 0;
  } else if (const auto* step = get_if<StepBy>(action)) {
    playhead.playing = false;
    int64_t index = playhead.index + std::clamp<int64_t>(step->delta, -last - 1, last + 1);
    if (playhead.loop) index = (index + last + 1) % (last + 1);
    index = std::clamp<int64_t>(index, 0, last);
    if (index != playhead.index) arrive(playhead, index, !reduce_motion && !playhead.halts);
  } else if (const auto* seek = get_if<SeekTo>(action)) {
    arrive(playhead, std::clamp<int64_t>(seek->index, 0, last), false);
    if (seek->phase < 1) playhead.playing = false;
    playhead.phase = std::clamp(seek->phase, 0.0, 1.0);
  } else if (const auto* speed = get_if<SetSpeed>(action)) {
    playhead.speed = std::clamp(speed->speed, Playhead::kMinSpeed, Playhead::kMaxSpeed);
  } else if (holds<ToggleLoop>(action)) {
    playhead.loop = !playhead.loop;
  } else if (const auto* hold = get_if<HoldPlayback>(action)) {
    playhead.held = hold->held;
  }
}

void advance(Playhead& playhead, double dt, int64_t count, bool reduce_motion) {
  clamp(playhead, count);
  const double move_seconds = Playhead::kSecondsPerWindow * (1 - Playhead::kRestShare);
  const double rest_seconds = Playhead::kSecondsPerWindow * Playhead::kRestShare;
  double left = std::clamp(dt, 0.0, 1.0) * playhead.speed;
  while (left > 0 && playhead.moving()) {
    if (playhead.phase < 1) {
      const double need = reduce_motion ? 0 : (1 - playhead.phase) * move_seconds;
      playhead.phase = left >= need ? 1 : playhead.phase + left / move_seconds;
      playhead.rest_ = 0;
      left -= need;
      continue;
    }
    const double period = reduce_motion ? Playhead::kSecondsPerWindow : rest_seconds;
    const double need = (1 - playhead.rest_) * period;
    if (left < need) {
      playhead.rest_ += left / period;
      return;
    }
    left -= need;
    playhead.rest_ = 0;
    const bool at_end = playhead.index + 1 >= count;
    if (at_end && !playhead.loop) {
      playhead.playing = false;
      return;
    }
    arrive(playhead, at_end ? 0 : playhead.index + 1, !reduce_motion);
  }
}

void clamp(Playhead& playhead, int64_t count) {
  const int64_t last = std::max<int64_t>(count, 1) - 1;
  if (playhead.index <= last && playhead.from <= last) return;
  playhead.index = std::min(playhead.index, last);
  playhead.from = playhead.index;
  playhead.phase = 1;
}

}  // namespace poolglass
