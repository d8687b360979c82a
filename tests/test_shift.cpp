#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "core/pictures/pictures.h"
#include "core/pooling/pooling.h"
#include "core/shift/compare.h"
#include "core/shift/contest.h"
#include "core/shift/law.h"
#include "core/shift/patterns.h"

namespace poolglass {
namespace {

Plane lesson() {
  Plane plane({8, 8});
  plane.values = {5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                  3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                  1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6};
  return plane;
}

// The definition of a nudge, pixel by pixel.
Plane nudged(const Plane& picture, Cell nudge, Border border) {
  Plane result(picture.size);
  for (int64_t row = 0; row < picture.size.h; ++row) {
    for (int64_t column = 0; column < picture.size.w; ++column) {
      int64_t y = row - nudge.row, x = column - nudge.column;
      if (border == Border::kCircular) {
        y = (y % picture.size.h + picture.size.h) % picture.size.h;
        x = (x % picture.size.w + picture.size.w) % picture.size.w;
      } else if (y < 0 || x < 0 || y >= picture.size.h || x >= picture.size.w) {
        continue;
      }
      result.at(row, column) = picture.at(y, x);
    }
  }
  return result;
}

Contest contest_of(const Plane& picture, const ShiftWindow& window, Border border = Border::kCircular,
                   Contest::Fraction fraction = {0, 0}) {
  Result<Contest> contest = Contest::make(picture, window, border, fraction);
  REQUIRE(contest.ok());
  return *std::move(contest);
}

double share(const Plane& picture, const ShiftWindow& window, Contestant contestant, Cell nudge) {
  const Contest contest = contest_of(picture, window);
  return compare(contest.answer(contestant, {0, 0}), contest.answer(contestant, nudge), Border::kCircular)
      .identical;
}

ShiftWindow window_of(int64_t kernel, int64_t stride, int64_t dilation = 1) {
  return {{kernel, kernel}, {stride, stride}, {dilation, dilation}};
}

struct LawCase {
  ShiftWindow window;
  Cell nudge;
  Fraction maximum, average;  // as the law has them
};
const LawCase kLawCases[] = {
    {window_of(2, 2), {0, 1}, {1, 3}, {1, 2}},    {window_of(2, 2), {1, 1}, {1, 7}, {1, 4}},
    {window_of(2, 2), {0, 2}, {0, 1}, {0, 1}},    {window_of(3, 3), {1, 0}, {1, 2}, {2, 3}},
    {window_of(3, 3), {1, -1}, {2, 7}, {4, 9}},   {window_of(3, 2), {0, 2}, {1, 5}, {1, 3}},
    {window_of(4, 4), {0, 1}, {3, 5}, {3, 4}},    {window_of(4, 4), {-1, -1}, {9, 23}, {9, 16}},
    {window_of(3, 3, 2), {0, 1}, {0, 1}, {0, 1}},  // no tap of one lies on a tap of the other
    {window_of(3, 3, 2), {0, 2}, {1, 2}, {2, 3}}, {{{2, 5}, {2, 5}, {1, 1}}, {1, 2}, {3, 17}, {3, 10}},
};

}  // namespace

TEST_CASE("the law of the shift holds on 200,000 random windows, for every window and nudge") {
  for (const LawCase& c : kLawCases) {
    CAPTURE(c.window.kernel.h);
    CAPTURE(c.window.dilation.h);
    CAPTURE(c.nudge.row);
    CAPTURE(c.nudge.column);
    CHECK(maximum_stays(c.window, c.nudge) == c.maximum);
    CHECK(averages_correlate(c.window, c.nudge) == c.average);
    const Size2 windows{447, 448};  // 200,256
    const Plane picture = pattern::noise({windows.h * c.window.stride.h, windows.w * c.window.stride.w}, 7);
    const Contest contest = contest_of(picture, c.window);
    REQUIRE(contest.output_size() == windows);
    const auto agreement = [&](Contestant contestant) {
      return compare(contest.answer(contestant, {0, 0}), contest.answer(contestant, c.nudge),
                     Border::kCircular);
    };
    CHECK(std::abs(agreement(Contestant::kMax).identical - c.maximum.value()) < 0.005);
    CHECK(std::abs(*agreement(Contestant::kAverage).correlation - c.average.value()) < 0.007);
    // Of averages no cell stays but by chance, of single pixels none at all.
    CHECK(agreement(Contestant::kAverage).identical < 0.0001);
    CHECK(agreement(Contestant::kPlain).identical < 0.0001);
  }
}

TEST_CASE("on the lesson's grid 7, 9 and 3 of 16 maxima stay") {
  const ShiftWindow window = window_of(2, 2);
  CHECK(share(lesson(), window, Contestant::kMax, {0, 1}) == 7.0 / 16);
  CHECK(share(lesson(), window, Contestant::kMax, {1, 0}) == 9.0 / 16);
  CHECK(share(lesson(), window, Contestant::kMax, {1, 1}) == 3.0 / 16);
}

TEST_CASE("a circular nudge by the stride moves every output by exactly one cell") {
  for (const Size2 size : {Size2{8, 8}, {24, 36}, {60, 12}}) {
    const Plane picture = pattern::noise(size, 3);
    for (const int64_t stride : {1, 2, 3, 4, 6}) {
      for (const int64_t kernel : {1, 2, 3, 5}) {
        for (const int64_t dilation : {1, 2}) {
          const ShiftWindow window = window_of(kernel, stride, dilation);
          if ((kernel - 1) * dilation + 1 > std::min(size.h, size.w)) continue;
          if (size.h % stride != 0 || size.w % stride != 0) continue;
          const Contest contest = contest_of(picture, window);
          for (const Contestant contestant : kContestants) {
            CAPTURE(static_cast<int>(contestant));
            CAPTURE(stride);
            CAPTURE(kernel);
            const Plane before = contest.answer(contestant, {0, 0});
            const Plane after = contest.answer(contestant, {-stride, stride});
            CHECK(compare(before, after, Border::kCircular, {-1, 1}).identical == 1);
            const Agreement moved =
                compare_moved(before, after, Border::kCircular, static_cast<double>(-stride),
                              static_cast<double>(stride), window.stride);
            CHECK(moved.moved == Cell{-1, 1});
            CHECK(moved.identical == 1);
          }
        }
      }
    }
  }
}

TEST_CASE("polyphase sampling keeps every cell under every circular nudge, once its move is undone") {
  for (const auto& [size, stride] : {std::pair(Size2{32, 48}, Size2{2, 2}),
                                     {Size2{30, 27}, Size2{3, 3}},
                                     {Size2{40, 20}, Size2{4, 5}},
                                     {Size2{16, 16}, Size2{1, 2}}}) {
    const Plane picture = pattern::noise(size, 11);
    const Contest contest = contest_of(picture, {stride, stride, {1, 1}});
    const Plane before = contest.answer(Contestant::kPolyphase, {0, 0});
    int64_t same_cell = 0;
    for (Cell nudge{-kMostNudge, 0}; nudge.row <= kMostNudge; ++nudge.row) {
      for (nudge.column = -kMostNudge; nudge.column <= kMostNudge; ++nudge.column) {
        CAPTURE(nudge.row);
        CAPTURE(nudge.column);
        const Plane after = contest.answer(Contestant::kPolyphase, nudge);
        const Agreement moved =
            compare_moved(before, after, Border::kCircular, static_cast<double>(nudge.row),
                          static_cast<double>(nudge.column), stride);
        CHECK(moved.identical == 1);
        same_cell += compare(before, after, Border::kCircular).identical == 1 ? 1 : 0;
      }
    }
    CHECK(same_cell < 17 * 17);  // invariance is another question
  }
}

TEST_CASE("answers are what the engine makes of the nudged picture") {
  const Plane picture = pattern::noise({19, 23}, 5);
  for (const Border border : {Border::kCircular, Border::kZero}) {
    for (const ShiftWindow& window :
         {window_of(2, 2), window_of(3, 2), window_of(3, 3, 2), ShiftWindow{{1, 4}, {2, 3}, {1, 2}}}) {
      const Contest contest = contest_of(picture, window, border);
      const Size2 output = contest.output_size();
      for (const Cell nudge : {Cell{0, 0}, Cell{1, 0}, Cell{-8, 8}, Cell{5, -7}}) {
        CAPTURE(nudge.row);
        const Plane moved = nudged(picture, nudge, border);
        CHECK(contest.picture(nudge) == moved);
        for (const auto& [contestant, reduction] :
             {std::pair(Contestant::kMax, Reduction::kMax), {Contestant::kAverage, Reduction::kAverage}}) {
          PoolParams params = window_pool(reduction, window.kernel);
          params.stride = window.stride;
          params.dilation = window.dilation;
          const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, picture.size.h, picture.size.w});
          REQUIRE(plan.ok());
          Plane pooled(plan->output_shape().plane());
          plan->forward(moved.values.data(), pooled.values.data());
          const Plane answer = contest.answer(contestant, nudge);
          for (int64_t row = 0; row < std::min(output.h, pooled.size.h); ++row) {
            for (int64_t column = 0; column < std::min(output.w, pooled.size.w); ++column) {
              REQUIRE(answer.at(row, column) == pooled.at(row, column));
            }
          }
          if (border == Border::kZero) CHECK(output == pooled.size);
        }
        const Plane plain = contest.answer(Contestant::kPlain, nudge);
        for (int64_t row = 0; row < output.h; ++row) {
          for (int64_t column = 0; column < output.w; ++column) {
            REQUIRE(plain.at(row, column) == moved.at(row * window.stride.h, column * window.stride.w));
          }
        }
      }
    }
  }
}

TEST_CASE("a blur is the binomial filter of the maxima at stride 1") {
  const Plane picture = pattern::noise({12, 12}, 2);
  const Contest every = contest_of(picture, window_of(2, 1)), contest = contest_of(picture, window_of(2, 2));
  const Plane maxima = every.answer(Contestant::kMax, {0, 0});
  const Plane answer = contest.answer(Contestant::kMaxBlur, {0, 0});
  for (int64_t row = 0; row < 6; ++row) {
    for (int64_t column = 0; column < 6; ++column) {
      double sum = 0;
      for (int64_t y = -1; y <= 1; ++y) {
        for (int64_t x = -1; x <= 1; ++x) {
          const double weight = (y == 0 ? 2 : 1) * (x == 0 ? 2 : 1);
          sum += weight * double{maxima.at((2 * row + y + 12) % 12, (2 * column + x + 12) % 12)};
        }
      }
      CHECK(double{answer.at(row, column)} == doctest::Approx(sum / 16).epsilon(1e-6));
    }
  }
}

TEST_CASE("part of a pixel weighs neighbours by how near they lie") {
  const Plane picture = pattern::noise({10, 10}, 4);
  const auto at = [&](int64_t row, int64_t column) {
    return double{picture.at((row + 10) % 10, (column + 10) % 10)};
  };
  for (const double right : {0.25, 0.5, 0.75}) {
    const Plane moved =
        contest_of(picture, window_of(2, 2), Border::kCircular, {0.5, right}).picture({1, -2});
    for (int64_t row = 0; row < 10; ++row) {
      for (int64_t column = 0; column < 10; ++column) {
        const double here = 0.5 * at(row - 1, column + 2) + 0.5 * at(row - 2, column + 2);
        const double before = 0.5 * at(row - 1, column + 1) + 0.5 * at(row - 2, column + 1);
        CHECK(double{moved.at(row, column)} == doctest::Approx((1 - right) * here + right * before));
      }
    }
  }
}

TEST_CASE("stripes of two pixels flip under plain subsampling, maxima and averages stay") {
  const Contest contest = contest_of(pattern::stripes({64, 64}, 2), window_of(2, 2));
  const auto constant = [&](Contestant contestant, Cell nudge) {
    const Plane answer = contest.answer(contestant, nudge);
    CHECK(std::set<float>(answer.values.begin(), answer.values.end()).size() == 1);
    return answer.values.front();
  };
  for (const int64_t right : {-3, 0, 1, 2}) {
    CHECK(constant(Contestant::kMax, {0, right}) == 1);
    CHECK(constant(Contestant::kAverage, {0, right}) == 0.5f);
    CHECK(constant(Contestant::kMaxBlur, {0, right}) == 1);
    CHECK(constant(Contestant::kPolyphase, {0, right}) == 1);
    CHECK(constant(Contestant::kPlain, {0, right}) == (right % 2 == 0 ? 1 : 0));
  }
  const Plane before = contest.answer(Contestant::kPlain, {0, 0}),
              after = contest.answer(Contestant::kPlain, {0, 1});
  CHECK(compare(before, after, Border::kCircular).identical == 0);
  CHECK_FALSE(compare(before, after, Border::kCircular).correlation.has_value());
}

TEST_CASE("a lone peak stays under 3 of 8, 5 of 9 and 21 of 32 nudges") {
  CHECK(lone_peak_stays(window_of(1, 1)) == Fraction{0, 1});
  CHECK(lone_peak_stays(window_of(2, 2)) == Fraction{3, 8});
  CHECK(lone_peak_stays(window_of(3, 3)) == Fraction{5, 9});
  CHECK(lone_peak_stays(window_of(4, 4)) == Fraction{21, 32});
  // By trying: a peak at each place of the middle window, each neighbour.
  for (const int64_t kernel : {1, 2, 3, 4, 5}) {
    const ShiftWindow window = window_of(kernel, kernel);
    int64_t stayed = 0, kept = 0;
    for (Cell at; at.row < kernel; ++at.row) {
      for (at.column = 0; at.column < kernel; ++at.column) {
        const Contest contest = contest_of(
            pattern::lone_peak({3 * kernel, 3 * kernel}, {kernel + at.row, kernel + at.column}), window);
        for (const Cell nudge : kNeighbours) {
          const bool stays = contest.answer(Contestant::kMax, nudge).at(1, 1) == 1;
          CHECK(stays == keeps_peak(window, at, nudge));
          stayed += stays ? 1 : 0;
        }
        kept += nudges_that_keep(window, at);
      }
    }
    CHECK(stayed == kept);
    CHECK(lowest_terms(stayed, 8 * kernel * kernel) == lone_peak_stays(window));
  }
}

TEST_CASE("the meters: shares, correlation, what has none") {
  Plane a({2, 3}), b({2, 3});
  a.values = {1, 2, 3, 4, 5, 6};
  b.values = {1, 2, 3, 4, 5, 0};
  CHECK(compare(a, b, Border::kCircular).identical == doctest::Approx(5.0 / 6));
  CHECK(*compare(a, a, Border::kCircular).correlation == doctest::Approx(1));
  b.values = {-1, -2, -3, -4, -5, -6};
  CHECK(*compare(a, b, Border::kCircular).correlation == doctest::Approx(-1));
  b.values = {0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
  CHECK_FALSE(compare(a, b, Border::kCircular).correlation.has_value());
  const float nan = std::nanf("");
  b.values = {nan, 2, 3, 4, 5, 6};
  CHECK_FALSE(compare(a, b, Border::kCircular).correlation.has_value());
  CHECK(compare(b, b, Border::kCircular).identical == 1);
  // Far from 0 nothing is lost to rounding.
  a.values = {1e6f, 1e6f + 1, 1e6f + 2, 1e6f, 1e6f + 1, 1e6f + 2};
  b.values = {2, 4, 6, 2, 4, 6};
  CHECK(*compare(a, b, Border::kCircular).correlation == doctest::Approx(1));
  // Beyond a border of zeros there is no cell to compare with.
  a.values = {1, 2, 3, 4, 5, 6};
  b.values = {9, 1, 2, 9, 4, 5};
  CHECK(compare(a, b, Border::kZero, {0, 1}).identical == 1);
  CHECK(compare(a, b, Border::kCircular, {0, 1}).identical == doctest::Approx(4.0 / 6));
  CHECK(compare(a, b, Border::kZero, {2, 0}).identical == 0);
}

TEST_CASE("of the photograph a maximum keeps most cells, averages and blurs keep most of the picture") {
  const Plane& picture = camera_picture();
  REQUIRE(picture.size == Size2{512, 512});
  const Contest contest = contest_of(picture, window_of(2, 2));
  struct Expected {
    Contestant contestant;
    double identical, correlation;  // one pixel to the right, by NumPy
  };
  for (const Expected& e : {Expected{Contestant::kMax, 0.4803, 0.9814},
                            {Contestant::kAverage, 0.1373, 0.9896},
                            {Contestant::kPlain, 0.2398, 0.9755},
                            {Contestant::kMaxBlur, 0.0877, 0.9925},
                            {Contestant::kPolyphase, 0.2078, 0.9538}}) {
    CAPTURE(static_cast<int>(e.contestant));
    const Agreement agreement = compare(contest.answer(e.contestant, {0, 0}),
                                        contest.answer(e.contestant, {0, 1}), Border::kCircular);
    CHECK(std::abs(agreement.identical - e.identical) < 0.00006);
    CHECK(std::abs(*agreement.correlation - e.correlation) < 0.00006);
  }
  const Plane before = contest.answer(Contestant::kPolyphase, {0, 0});
  const Plane after = contest.answer(Contestant::kPolyphase, {0, 1});
  CHECK(compare_moved(before, after, Border::kCircular, 0, 1, {2, 2}).identical == 1);
}

TEST_CASE("what does not fit is said in a sentence") {
  const Plane picture = pattern::noise({6, 6}, 1);
  const auto why = [&](const ShiftWindow& window, Border border) {
    return Contest::make(picture, window, border).status().message();
  };
  CHECK(why(window_of(7, 2), Border::kZero).find("7") != std::string::npos);
  CHECK(why(window_of(7, 2), Border::kCircular).find("7") != std::string::npos);
  CHECK(why(window_of(2, 7), Border::kCircular) ==
        "stride height 7 is larger than the picture, whose height is 6");
  CHECK(why(window_of(2, 7), Border::kZero).empty());
  CHECK(why({{0, 2}, {2, 2}, {1, 1}}, Border::kZero) == "kernel height 0 must be at least 1");
}

TEST_CASE("patterns are what their names say, the same every time") {
  CHECK(pattern::noise({9, 9}, 1) == pattern::noise({9, 9}, 1));
  CHECK(pattern::noise({9, 9}, 1) != pattern::noise({9, 9}, 2));
  for (const Plane& plane :
       {pattern::noise({64, 64}, 3), pattern::smooth({64, 64}, 3), pattern::sparse({64, 64}, 3),
        pattern::stripes({64, 64}, 5), pattern::checkers({64, 64}, 6), pattern::zone_plate({64, 64}),
        pattern::edge({64, 64}), pattern::lone_peak({64, 64}, {3, 5})}) {
    const auto [low, high] = std::ranges::minmax(plane.values);
    CHECK(low >= 0);
    CHECK(high <= 1);
    CHECK(high > low);
  }
  const Plane stripes = pattern::stripes({1, 8}, 3);
  CHECK(stripes.values == std::vector<float>{1, 1, 0, 1, 1, 0, 1, 1});
  CHECK(pattern::checkers({2, 4}, 2).values == std::vector<float>{1, 0, 1, 0, 0, 1, 0, 1});
  const Plane dots = pattern::sparse({128, 128}, 1);
  const auto there = std::ranges::count_if(dots.values, [](float v) { return v > 0; });
  CHECK(std::abs(static_cast<double>(there) - 512) < 100);
}

}  // namespace poolglass
