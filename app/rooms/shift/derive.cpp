// What follows from the Shift room's document, in parts that are redone separately: the picture and what is
// asked of it at every nudge, the answers at the present one, and the lenses' own charts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/rooms/shift/model.h"
#include "app/rooms/shift/presets.h"
#include "app/rooms/step/words.h"
#include "core/shift/patterns.h"

namespace poolglass::shift {
namespace {

// Whole pixels, and the part of one that is left, in steps.
struct Steps {
  int64_t whole = 0, part = 0;
};
Steps split(int64_t steps, int64_t per_pixel) {
  const int64_t part = ((steps % per_pixel) + per_pixel) % per_pixel;
  return {(steps - part) / per_pixel, part};
}

double share_of(int64_t part, int64_t per_pixel) {
  return static_cast<double>(part) / static_cast<double>(per_pixel);
}

std::shared_ptr<const Plane> source_of(std::string_view id, const Document& document) {
  if (const Preset* preset = find_preset(id)) return std::make_shared<const Plane>(preset->make(document));
  return document.file.plane != nullptr ? document.file.plane : std::make_shared<const Plane>();
}

// Everything but what only the meters and the lens's charts depend on.
bool same_question(const Derived::Key& key, const Model& model) {
  const Document &a = key.document, &b = model.document;
  const std::string_view before = shown_picture(key.lens, a), now = shown_picture(model.lens, b);
  return key.valid && before == now && a.file == b.file && a.seed == b.seed && a.period == b.period &&
         a.border == b.border && a.window == b.window && (now != kLonePeak || a.peak == b.peak);
}

void take_range(Derived& derived) {
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for (const float value : derived.picture.values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  derived.low = low <= high ? low : 0;
  derived.high = low <= high ? high : 1;
}

// Asks the picture; false when the window does not fit it. Then everything stays as it was.
bool ask(const Model& model, Derived& derived) {
  const Document& document = model.document;
  const std::string_view id = shown_picture(model.lens, document);
  std::shared_ptr<const Plane> source = source_of(id, document);
  Result<Contest> contest = Contest::make(*source, document.window, document.border);
  derived.status = contest.status();
  derived.refusal = step::sentence(derived.status.message());
  if (!contest.ok()) return false;
  derived.picture_title = picture_title(id, document);
  derived.grey = id == kPhotograph || id.empty();
  derived.source = std::move(source);
  derived.picture = *derived.source;
  derived.window = document.window;
  derived.border = document.border;
  derived.contest = std::make_shared<const Contest>(*std::move(contest));
  derived.parts.clear();
  derived.peak_stays = lone_peak_stays(document.window);
  take_range(derived);
  return true;
}

// The questions at parts of a pixel to the right, at one part of a pixel down.
void ask_parts(double down, bool fine, Derived& derived) {
  const size_t count = fine ? size_t{kFineSteps} : 1;
  if (derived.parts.size() == count && derived.part == down) return;
  derived.parts.clear();
  derived.part = down;
  for (size_t i = 0; i < count; ++i) {
    const double right = share_of(static_cast<int64_t>(i), kFineSteps);
    if (i == 0 && down == 0) {
      derived.parts.push_back(derived.contest);
      continue;
    }
    Result<Contest> contest = Contest::make(*derived.source, derived.window, derived.border, {down, right});
    // The same picture and window as before: it fits.
    derived.parts.push_back(contest.ok() ? std::make_shared<const Contest>(*std::move(contest))
                                         : derived.contest);
  }
}

Agreement meters(const Plane& before, const Plane& after, double down, double right, Border border,
                 Size2 stride, bool moved) {
  return moved ? compare_moved(before, after, border, down, right, stride) : compare(before, after, border);
}

struct NudgeOf {
  const Contest* contest;
  Cell whole;
  double down, right;
};

// The nudge by these steps, as derived.parts can answer it.
NudgeOf nudge_of(const Derived& derived, int64_t per_pixel, int64_t down, int64_t right) {
  const Steps y = split(down, per_pixel), x = split(right, per_pixel);
  return {derived.parts[static_cast<size_t>(x.part)].get(),
          {y.whole, x.whole},
          share_of(down, per_pixel),
          share_of(right, per_pixel)};
}

void answer_present(const Model& model, Derived& derived) {
  const int64_t per_pixel = steps_per_pixel(model.document);
  const NudgeOf nudge = nudge_of(derived, per_pixel, model.down, right_steps(model));
  derived.right = nudge.right;
  derived.down = nudge.down;
  derived.moved = model.document.moved;
  derived.nudged = nudge.contest->picture(nudge.whole);
  derived.largest_change = 0;
  for (size_t i = 0; i < kContestantCount; ++i) {
    Contender& contender = derived.contenders[i];
    contender.before = derived.contest->answer(kContestants[i], {0, 0});
    contender.after = nudge.contest->answer(kContestants[i], nudge.whole);
    contender.agreement = meters(contender.before, contender.after, nudge.down, nudge.right, derived.border,
                                 derived.window.stride, derived.moved);
    for (size_t cell = 0; cell < contender.before.values.size(); ++cell) {
      const float change = std::abs(contender.after.values[cell] - contender.before.values[cell]);
      if (std::isfinite(change)) derived.largest_change = std::max(derived.largest_change, change);
    }
  }
}

Reading reading(const Agreement& agreement) { return {agreement.identical, agreement.correlation}; }

void read_every_position(const Model& model, Derived& derived) {
  const int64_t per_pixel = steps_per_pixel(model.document), high = most_steps(model.document);
  derived.positions = positions(model.document);
  derived.by_nudge.assign(static_cast<size_t>(derived.positions), {});
  for (int64_t right = -high; right <= high; ++right) {
    const NudgeOf nudge = nudge_of(derived, per_pixel, model.down, right);
    Readings& readings = derived.by_nudge[static_cast<size_t>(right + high)];
    for (size_t i = 0; i < kContestantCount; ++i) {
      readings[i] =
          reading(meters(derived.contenders[i].before, nudge.contest->answer(kContestants[i], nudge.whole),
                         nudge.down, nudge.right, derived.border, derived.window.stride, derived.moved));
    }
  }
  derived.law.clear();
  const bool whole_down = model.down % per_pixel == 0;
  for (int64_t right = -kMostNudge; whole_down && right <= kMostNudge; ++right) {
    const Cell nudge{model.down / per_pixel, right};
    derived.law.push_back({maximum_stays(derived.window, nudge), averages_correlate(derived.window, nudge)});
  }
}

void count_every_nudge(const Model& model, Derived& derived) {
  const Contestant shown = kContestants[model.shown];
  const Plane& before = derived.contenders[model.shown].before;
  derived.every.clear();
  derived.least_every = 1;
  derived.most_every = 0;
  for (Cell nudge{-kMostNudge, 0}; nudge.row <= kMostNudge; ++nudge.row) {
    for (nudge.column = -kMostNudge; nudge.column <= kMostNudge; ++nudge.column) {
      const double share =
          meters(before, derived.contest->answer(shown, nudge), static_cast<double>(nudge.row),
                 static_cast<double>(nudge.column), derived.border, derived.window.stride, derived.moved)
              .identical;
      derived.every.push_back(share);
      if (nudge == Cell{}) continue;
      derived.least_every = std::min(derived.least_every, share);
      derived.most_every = std::max(derived.most_every, share);
    }
  }
}

// The present nudge, to whole pixels, of the same pattern at each period.
void read_every_period(const Model& model, Derived& derived) {
  const std::string_view id = shown_picture(model.lens, model.document);
  const int64_t per_pixel = steps_per_pixel(model.document);
  const Steps y = split(model.down, per_pixel), x = split(right_steps(model), per_pixel);
  const Contest::Fraction part{share_of(y.part, per_pixel), share_of(x.part, per_pixel)};
  derived.by_period.clear();
  for (int64_t period = kLeastPeriod; period <= kMostPeriod; ++period) {
    Document document = model.document;
    document.period = period;
    const Plane picture = find_preset(id)->make(document);
    const Result<Contest> before = Contest::make(picture, derived.window, derived.border);
    const Result<Contest> after = Contest::make(picture, derived.window, derived.border, part);
    if (!before.ok() || !after.ok()) return;
    Readings& readings = derived.by_period.emplace_back();
    for (size_t i = 0; i < kContestantCount; ++i) {
      readings[i] = reading(meters(before->answer(kContestants[i], {0, 0}),
                                   after->answer(kContestants[i], {y.whole, x.whole}), derived.down,
                                   derived.right, derived.border, derived.window.stride, derived.moved));
    }
  }
}

}  // namespace

int64_t playback_length(const Derived& derived) { return derived.positions; }
std::string gpu_in_use(const Derived&) { return {}; }

void derive(const Model& model, Derived& derived, const Environment&) {
  Derived::Key& key = derived.key;
  const Document& document = model.document;
  const bool asked = same_question(key, model);
  const bool same_meters =
      asked && key.document.fine == document.fine && key.document.moved == document.moved;
  const bool same_place = key.index == model.playhead.index && key.down == model.down;
  const bool same_lens = key.lens == model.lens && key.shown == model.shown;
  if (same_meters && same_place && same_lens) {
    key.document = document;  // what is left are names of files and ways of editing
    return;
  }
  const bool fits = asked ? derived.status.ok() : ask(model, derived);
  const bool picture_known = derived.contest != nullptr;
  const bool new_row = !same_meters || key.down != model.down;
  const bool new_map = !same_meters || !same_lens;
  key = {true, document, model.lens, model.playhead.index, model.down, model.shown};
  derived.positions = positions(document);
  if (!fits || !picture_known) return;
  const int64_t per_pixel = steps_per_pixel(document);
  ask_parts(share_of(split(model.down, per_pixel).part, per_pixel), document.fine, derived);
  answer_present(model, derived);
  if (new_row) read_every_position(model, derived);
  if (new_map && model.lens == kNudgeLens) count_every_nudge(model, derived);
  if (model.lens == kAliasingLens) read_every_period(model, derived);
  ++derived.revision;
}

}  // namespace poolglass::shift
