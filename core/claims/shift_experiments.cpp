// Experiments with nudged pictures: core/shift.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/claims/experiments.h"
#include "core/pictures/pictures.h"
#include "core/shift/compare.h"
#include "core/shift/contest.h"
#include "core/shift/law.h"
#include "core/shift/patterns.h"

namespace poolglass::experiment {
namespace {

constexpr Cell kRight{0, 1}, kDown{1, 0}, kDiagonal{1, 1};

// A contestant's output after the nudge beside the one before it, under a circular border.
Result<Agreement> agreement(const Plane& picture, const ShiftWindow& window, Contestant contestant,
                            Cell nudge) {
  const Result<Contest> contest = Contest::make(picture, window, Border::kCircular);
  if (!contest.ok()) return contest.status();
  return compare(contest->answer(contestant, {0, 0}), contest->answer(contestant, nudge), Border::kCircular);
}

std::string ratio(const Fraction& f) { return std::to_string(f.part) + "/" + std::to_string(f.whole); }

// Windows and nudges that the two laws are held against.
struct Trial {
  ShiftWindow window;
  Cell nudge;
};
constexpr auto kTrials = std::to_array<Trial>({
    {{{2, 2}, {2, 2}, {1, 1}}, {0, 1}},
    {{{2, 2}, {2, 2}, {1, 1}}, {1, 1}},
    {{{3, 3}, {3, 3}, {1, 1}}, {0, 1}},
    {{{3, 3}, {2, 2}, {1, 1}}, {1, 1}},
    {{{4, 4}, {4, 4}, {1, 1}}, {0, 1}},
    {{{4, 4}, {4, 4}, {1, 1}}, {1, 1}},
    {{{5, 3}, {2, 2}, {1, 1}}, {2, 0}},
    {{{3, 3}, {2, 2}, {2, 2}}, {0, 2}},
    {{{2, 6}, {2, 2}, {1, 1}}, {0, 3}},
    {{{7, 7}, {4, 4}, {1, 1}}, {3, 2}},
});

constexpr Size2 kNoise{256, 256};

}  // namespace

Result<Finding> maximum_stays_under_a_nudge() {
  const ShiftWindow window;
  const Result<Agreement> random = agreement(pattern::noise(kNoise, 1), window, Contestant::kMax, kRight);
  if (!random.ok()) return random.status();
  std::string lesson;
  for (const Cell nudge : {kRight, kDown, kDiagonal}) {
    const Result<Agreement> grid = agreement(lesson_grid(), window, Contestant::kMax, nudge);
    if (!grid.ok()) return grid.status();
    lesson += (lesson.empty() ? "" : ", ") + std::to_string(std::lround(16 * grid->identical));
  }
  return decided(random->identical > 0.9,
                 percent(random->identical) + " of 2×2 maxima of random values stay (" +
                     ratio(maximum_stays(window, kRight)) + " by the law); on the lesson's grid " + lesson +
                     " of 16, to the right, down and diagonally");
}

Result<Finding> law_of_the_maximum() {
  const Plane noise = pattern::noise(kNoise, 2);
  double worst = 0;
  int close = 0;
  for (const Trial& trial : kTrials) {
    const Result<Agreement> seen = agreement(noise, trial.window, Contestant::kMax, trial.nudge);
    if (!seen.ok()) return seen.status();
    const double off = std::abs(seen->identical - maximum_stays(trial.window, trial.nudge).value());
    close += off < 0.03;
    worst = std::max(worst, off);
  }
  return decided(close == static_cast<int>(kTrials.size()),
                 std::to_string(close) + " of " + std::to_string(kTrials.size()) +
                     " windows and nudges; the share is at most " + percent(worst) + " from the law");
}

Result<Finding> law_of_the_average() {
  const Plane noise = pattern::noise(kNoise, 3);
  double worst = 0;
  int close = 0;
  for (const Trial& trial : kTrials) {
    const Result<Agreement> seen = agreement(noise, trial.window, Contestant::kAverage, trial.nudge);
    if (!seen.ok()) return seen.status();
    const double off =
        std::abs(seen->correlation.value_or(2) - averages_correlate(trial.window, trial.nudge).value());
    close += off < 0.05;
    worst = std::max(worst, off);
  }
  return decided(close == static_cast<int>(kTrials.size()),
                 std::to_string(close) + " of " + std::to_string(kTrials.size()) +
                     " windows and nudges; the correlation is at most " + percent(worst) + " from the law");
}

Result<Finding> maximum_is_more_robust() {
  const ShiftWindow window;
  const Result<Agreement> maximum = agreement(camera_picture(), window, Contestant::kMax, kRight);
  const Result<Agreement> average = agreement(camera_picture(), window, Contestant::kAverage, kRight);
  if (!maximum.ok()) return maximum.status();
  if (!average.ok()) return average.status();
  const double max_correlates = maximum->correlation.value_or(0),
               average_correlates = average->correlation.value_or(0);
  const bool more_cells = maximum->identical > average->identical,
             correlates = max_correlates > average_correlates;
  const std::string found = "a photograph, one pixel to the right: " + percent(maximum->identical) +
                            " of the maxima and " + percent(average->identical) +
                            " of the averages are the same, but outputs correlate by " +
                            percent(max_correlates) + " and " + percent(average_correlates);
  if (more_cells == correlates) return decided(more_cells, found);
  return Finding{Verdict::kApproximate, found};
}

Result<Finding> pooling_is_translation_invariant() {
  const Plane stripes = pattern::stripes({32, 32}, 2);
  std::string found;
  bool invariant = true;
  const struct {
    Contestant contestant;
    const char* name;
  } looked_at[] = {{Contestant::kPlain, "subsampling keeps "}, {Contestant::kMax, "2×2 maxima keep "}};
  for (const auto& [contestant, name] : looked_at) {
    const Result<Agreement> seen = agreement(stripes, {}, contestant, kRight);
    if (!seen.ok()) return seen.status();
    invariant = invariant && seen->identical == 1;
    found += std::string(found.empty() ? "stripes of period 2, one pixel to the right: " : ", ") + name +
             percent(seen->identical);
  }
  const Result<Agreement> photograph = agreement(camera_picture(), {}, Contestant::kMax, kRight);
  if (!photograph.ok()) return photograph.status();
  return decided(invariant && photograph->identical == 1,
                 found + "; of a photograph " + percent(photograph->identical));
}

Result<Finding> lone_peak_stays_five_of_eight() {
  std::string found;
  for (const int64_t k : {2, 3, 4}) {
    const ShiftWindow window{{k, k}, {k, k}, {1, 1}};
    found += (found.empty() ? "" : ", ") + std::to_string(k) + "×" + std::to_string(k) + " " +
             ratio(lone_peak_stays(window));
  }
  const ShiftWindow three{{3, 3}, {3, 3}, {1, 1}};
  return decided(lone_peak_stays(three) == lowest_terms(5, 8), found);
}

Result<Finding> polyphase_moves_along() {
  const Result<Contest> contest = Contest::make(pattern::noise({64, 64}, 4), {}, Border::kCircular);
  if (!contest.ok()) return contest.status();
  const Plane before = contest->answer(Contestant::kPolyphase, {0, 0});
  int nudges = 0, followed = 0;
  for (int64_t down = -4; down <= 4; ++down) {
    for (int64_t right = -4; right <= 4; ++right) {
      const Plane after = contest->answer(Contestant::kPolyphase, {down, right});
      const Agreement seen = compare_moved(before, after, Border::kCircular, static_cast<double>(down),
                                           static_cast<double>(right), {2, 2});
      ++nudges;
      followed += seen.identical == 1;
    }
  }
  return decided(followed == nudges, std::to_string(followed) + " of " + std::to_string(nudges) +
                                         " nudges give the same output, moved by whole cells");
}

}  // namespace poolglass::experiment
