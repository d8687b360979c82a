#include <doctest/doctest.h>

#include <cmath>
#include <iterator>
#include <memory>

#include "app/rooms/shift/presets.h"
#include "app/rooms/shift/words.h"
#include "core/shift/patterns.h"

namespace poolglass::shift {
namespace {

Derived derived_of(const Model& model) {
  Derived derived;
  derive(model, derived);
  return derived;
}

Model with(std::initializer_list<Action> actions, size_t lens = kNudgeLens) {
  Model model;
  model.lens = lens;
  for (const Action& action : actions) update(model, action);
  return model;
}

double identical(const Derived& derived, size_t contestant) {
  return derived.contenders[contestant].agreement.identical;
}

}  // namespace

TEST_CASE("the room begins with the photograph, nudged by one pixel to the right") {
  const Model model;
  const Derived d = derived_of(model);
  REQUIRE(d.status.ok());
  CHECK(d.picture.size == Size2{512, 512});
  CHECK(d.right == 1);
  CHECK(d.down == 0);
  CHECK(percent(identical(d, 0)) == "48.0 %");
  CHECK(percent(identical(d, 1)) == "13.7 %");
  CHECK(percent(identical(d, 2)) == "24.0 %");
  CHECK(percent(identical(d, 3)) == "8.8 %");
  CHECK(percent(identical(d, 4)) == "20.8 %");
  CHECK(
      status_sentence(model, d) ==
      "Nudged right by 1 pixel: max keeps 48.0 % of its cells, average 13.7 %. On noise the law says 33.3 % "
      "and 0 %");
  CHECK(is_best_identical(d, 0));
  CHECK(is_best_correlation(d, 3));
}

TEST_CASE("charts and map agree with the meters at the present nudge, whatever it is") {
  for (const char* picture : {"lesson-grid", "stripes", "sparse"}) {
    for (const bool moved : {false, true}) {
      for (const bool fine : {false, true}) {
        for (const SetNudge nudge : {SetNudge{1, 0}, SetNudge{-3, 2}, SetNudge{0, 0}, SetNudge{8, -8}}) {
          Model model = with({SetPicture{picture}, SetMoved{moved}, SetFine{fine}, nudge, SetShown{2}});
          const Derived d = derived_of(model);
          CAPTURE(picture);
          CAPTURE(nudge.right);
          REQUIRE(d.by_nudge.size() == static_cast<size_t>(positions(model.document)));
          const Readings& here = d.by_nudge[static_cast<size_t>(model.playhead.index)];
          for (size_t i = 0; i < kContestantCount; ++i) {
            CHECK(here[i].identical == identical(d, i));
            CHECK(here[i].correlation == d.contenders[i].agreement.correlation);
          }
          if (fine) continue;
          const auto at = static_cast<size_t>((nudge.down + kMostNudge) * kNudges + nudge.right + kMostNudge);
          CHECK(d.every[at] == identical(d, 2));
        }
      }
    }
  }
}

TEST_CASE("deriving again after any edit gives what deriving afresh gives") {
  Model model;
  Derived derived;
  derive(model, derived);
  const Action actions[] = {SetPicture{"lesson-grid"},
                            SetNudge{2, -1},
                            SetSize{Field::kKernel, {3, 3}},
                            SetSize{Field::kStride, {1, 2}},
                            SetBorder{Border::kZero},
                            SetFine{true},
                            StepNudge{1, 1},
                            SetMoved{true},
                            SetShown{4},
                            StepPicture{1},
                            NewSeed{},
                            SetSize{Field::kDilation, {2, 1}},
                            SetFine{false},
                            StepPicture{-1},
                            ResetSection{Section::kWindow}};
  for (const size_t lens : {kNudgeLens, kAliasingLens, kPeakLens}) {
    model.lens = lens;
    for (size_t at = 0; at < std::size(actions); ++at) {
      update(model, actions[at]);
      derive(model, derived);
      const Derived fresh = derived_of(model);
      CAPTURE(at);
      REQUIRE(derived.status.ok() == fresh.status.ok());
      CHECK(derived.picture == fresh.picture);
      CHECK(derived.nudged == fresh.nudged);
      for (size_t i = 0; i < kContestantCount; ++i) {
        CHECK(derived.contenders[i].after == fresh.contenders[i].after);
        CHECK(derived.contenders[i].agreement == fresh.contenders[i].agreement);
        CHECK(derived.by_nudge[3][i].identical == fresh.by_nudge[3][i].identical);
      }
      if (lens == kNudgeLens) CHECK(derived.every == fresh.every);
      if (lens == kAliasingLens) CHECK(derived.by_period.size() == fresh.by_period.size());
    }
  }
}

TEST_CASE("nothing is derived again when nothing has changed") {
  Model model = with({SetPicture{"lesson-grid"}});
  Derived derived;
  derive(model, derived);
  const uint64_t revision = derived.revision;
  derive(model, derived);
  CHECK(derived.revision == revision);
  update(model, SetLinked{Field::kKernel, false});
  derive(model, derived);
  CHECK(derived.revision == revision);
}

TEST_CASE("a window that does not fit is said, and the last good picture stays") {
  Model model = with({SetPicture{"lesson-grid"}});
  Derived derived;
  derive(model, derived);
  const Plane before = derived.contenders[0].after;
  update(model, SetSize{Field::kKernel, {16, 16}});
  derive(model, derived);
  CHECK_FALSE(derived.status.ok());
  CHECK(derived.refusal.find("16") != std::string::npos);
  CHECK(status_sentence(model, derived) == derived.refusal);
  CHECK(derived.contenders[0].after == before);
  update(model, StepNudge{1, 0});  // looks change nothing about that
  derive(model, derived);
  CHECK_FALSE(derived.status.ok());
  undo(model);
  derive(model, derived);
  CHECK(derived.status.ok());
}

TEST_CASE("polyphase is 100 % consistent with the moved output, max is not") {
  Model model = with({SetPicture{"noise"}, SetMoved{true}, SetNudge{3, -5}});
  const Derived d = derived_of(model);
  CHECK(identical(d, 4) == 1);
  CHECK(identical(d, 0) < 1);
  CHECK(status_sentence(model, d).find("undone") != std::string::npos);
}

TEST_CASE("stripes of two pixels flip under plain subsampling, and the sentence says so") {
  Model model = with({SetPeriod{2}}, kAliasingLens);
  CHECK(status_sentence(model, derived_of(model)) ==
        "Stripes of period 2, nudged right by 1 pixel: plain subsampling flips from all 1 to all 0; max "
        "stays 1, "
        "average stays .5");
  update(model, SetPicture{"checkers"});
  CHECK(status_sentence(model, derived_of(model)).starts_with("Checkers of period 2"));
  update(model, SetPicture{"photograph"});  // the lens has stripes of its own
  const Derived d = derived_of(model);
  CHECK(d.picture == pattern::stripes({64, 64}, 2));
  REQUIRE(d.by_period.size() == static_cast<size_t>(kMostPeriod - kLeastPeriod + 1));
  CHECK(d.by_period[0][2].identical == 0);  // period 2, plain
  CHECK(d.by_period[0][0].identical == 1);
}

TEST_CASE("a lone peak can be put on every cell of its window, and on none beside it") {
  Model model = with({}, kPeakLens);
  update(model, SetSize{Field::kKernel, {3, 2}});
  for (const Cell at : {Cell{0, 0}, Cell{2, 1}, Cell{0, 1}, Cell{2, 0}}) {
    update(model, SetPeak{at});
    CHECK(model.document.peak == at);
  }
  update(model, SetPeak{{-1, 2}});
  CHECK(model.document.peak == Cell{0, 1});
  update(model, SetPeak{{3, -1}});
  CHECK(model.document.peak == Cell{2, 0});
}

TEST_CASE("the lone peak's lens counts 12 of 32 for 2x2 and 40 of 72 for 3x3") {
  Model model = with({}, kPeakLens);
  CHECK(derived_of(model).peak_stays == Fraction{3, 8});
  update(model, SetSize{Field::kKernel, {3, 3}});
  update(model, SetPeak{{1, 1}});
  const Derived d = derived_of(model);
  CHECK(d.peak_stays == Fraction{5, 9});
  CHECK(status_sentence(model, d) ==
        "A lone peak at (1,1) of a 3×3 window stays in it under 8 of 8 nudges by one pixel; over all its "
        "places "
        "under 5/9 = 55.6 %");
  // The picture agrees: the middle output has it before, and after a nudge that keeps it.
  CHECK(d.contenders[0].before.at(kPeakWindows / 2, kPeakWindows / 2) == 1);
  CHECK(d.contenders[0].after.at(kPeakWindows / 2, kPeakWindows / 2) == 1);
}

TEST_CASE("nudges stay within eight pixels, and parts of a pixel keep the place") {
  Model model;
  for (int i = 0; i < 20; ++i) update(model, StepNudge{1, -1});
  CHECK(right_steps(model) == 8);
  CHECK(model.down == -8);
  update(model, SetFine{true});
  CHECK(right_steps(model) == 32);
  CHECK(model.down == -32);
  update(model, SetNudge{5, -5});
  CHECK(derived_of(with({SetPicture{"lesson-grid"}, SetFine{true}, SetNudge{5, -5}})).right == 1.25);
  update(model, SetFine{false});
  CHECK(right_steps(model) == 1);
  CHECK(model.down == -1);
  undo(model);  // quarters again, as before
  CHECK(model.document.fine);
  CHECK(right_steps(model) == 4);
}

TEST_CASE("the stride goes with the kernel while windows lie side by side") {
  Model model = with({SetSize{Field::kKernel, {3, 3}}});
  CHECK(model.document.window.stride == Size2{3, 3});
  update(model, SetSize{Field::kStride, {2, 2}});
  update(model, SetSize{Field::kKernel, {4, 4}});
  CHECK(model.document.window.stride == Size2{2, 2});
  update(model, SetSize{Field::kKernel, {99, 0}});
  CHECK(model.document.window.kernel == Size2{kMostKernel, 1});
}

TEST_CASE("a drag of one control is one step of undo") {
  Model model;
  for (int64_t period = 3; period < 9; ++period) update(model, SetPeriod{period});
  update(model, EndMerge{});
  update(model, SetPeriod{9});
  undo(model);
  CHECK(model.document.period == 8);
  undo(model);
  CHECK(model.document.period == 2);
  CHECK_FALSE(model.history.can_undo());
}

TEST_CASE("an opened picture is shown, larger ones by their middle") {
  const Plane large = pattern::noise({600, 520}, 1);
  const Plane middle = middle_of(large.values.data(), large.size);
  CHECK(middle.size == Size2{512, 512});
  CHECK(middle.at(0, 0) == large.at(44, 4));
  Model model = with({OpenPicture{std::make_shared<const Plane>(pattern::edge({9, 30})), "edge.png"}});
  const Derived d = derived_of(model);
  CHECK(d.picture.size == Size2{9, 30});
  CHECK(d.picture_title == "edge.png");
  update(model, SetPicture{"noise"});
  update(model, SetPicture{""});  // the file is still there
  CHECK(model.document.picture.empty());
}

TEST_CASE("every preset can be nudged through every position, in every lens") {
  for (const Preset& preset : presets()) {
    CAPTURE(std::string(preset.id));
    CHECK_FALSE(preset.summary.empty());
    Model model;
    CHECK(apply_preset(model, std::string(preset.id)).ok());
    const Derived d = derived_of(model);
    CHECK(d.status.ok());
    for (const Readings& readings : d.by_nudge) {
      for (const Reading& reading : readings) {
        CHECK(reading.identical >= 0);
        CHECK(reading.identical <= 1);
      }
    }
    for (const Reading& reading : d.by_nudge[static_cast<size_t>(kMostNudge)]) CHECK(reading.identical == 1);
  }
  Model model;
  CHECK_FALSE(apply_preset(model, "nonsense").ok());
}

TEST_CASE("figures read as people write them") {
  CHECK(percent(1) == "100 %");
  CHECK(percent(0) == "0 %");
  CHECK(percent(0.9999) == "> 99.9 %");
  CHECK(percent(0.0001) == "< 0.1 %");
  CHECK(correlation_text(0.98139) == ".981");
  CHECK(correlation_text(-0.5) == "−.500");
  CHECK(correlation_text(std::nullopt) == "—");
  CHECK(correlation_text(0.99999) == "> .999");
  CHECK(pixels_text(-0.25) == "−0.25 px");
  CHECK(nudge_words(0, -1) == "up by 1 pixel");
  CHECK(nudge_words(-2, 3) == "left by 2 pixels and down by 3 pixels");
}

TEST_CASE("describe tells the meters, the positions and the places") {
  Model model = with({SetPicture{"lesson-grid"}});
  const Result<std::string> all = describe(model, {.all = true, .place = {}});
  REQUIRE(all.ok());
  CHECK(all->find("43.8 %") != std::string::npos);  // 7 of 16
  const Result<std::string> place = describe(model, {.all = false, .place = 8});
  REQUIRE(place.ok());
  CHECK(*place == "Not nudged: every cell is where it was\n");
  CHECK(describe(model, {.all = false, .place = 17}).status().message() ==
        "--position 17 must be less than 17");
  model.lens = kPeakLens;
  CHECK(describe(model, {.all = true, .place = {}})->find("3/8") != std::string::npos);
}

}  // namespace poolglass::shift
