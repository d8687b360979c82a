// What people get wrong: every known mistake, on random poolings, is named by its own number.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>

#include "core/pooling/loop_steps.h"
#include "core/pooling/mistakes.h"

namespace poolglass {
namespace {

constexpr Asked kAllAsked[] = {Asked::kOutputCell, Asked::kOutputSize, Asked::kWinner, Asked::kDivisor,
                               Asked::kGradient};

struct Random {
  std::mt19937 rng;
  int64_t in(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(rng); }
};

// A pooling with a window on a plane of digits, ties included.
PoolQuestion random_question(Random& random, Asked asked) {
  for (;;) {
    PoolQuestion question;
    question.asked = asked;
    PoolParams& params = question.params;
    params.reduction = random.in(0, 1) == 0 ? Reduction::kMax : Reduction::kAverage;
    if (asked == Asked::kWinner) params.reduction = Reduction::kMax;
    if (asked == Asked::kDivisor) params.reduction = Reduction::kAverage;
    question.plane = {random.in(2, 10), random.in(2, 10)};
    params.kernel = {random.in(1, 4), random.in(1, 4)};
    params.stride = {random.in(1, 4), random.in(1, 4)};
    params.padding.top = params.padding.bottom = random.in(0, params.kernel.h / 2);
    params.padding.left = params.padding.right = random.in(0, params.kernel.w / 2);
    if (random.in(0, 2) == 0) params.dilation = {random.in(1, 3), random.in(1, 3)};
    params.ceil_mode = random.in(0, 1) == 1;
    params.count_include_pad = random.in(0, 1) == 1;
    if (random.in(0, 7) == 0) params.adaptive_output = Size2{random.in(1, 4), random.in(1, 4)};
    const int64_t low = random.in(0, 2) == 0 ? -9 : 0;
    const int64_t high = random.in(0, 5) == 0 ? -1 : 9;
    std::vector<float> x(static_cast<size_t>(question.plane.h * question.plane.w));
    for (float& value : x) value = static_cast<float>(random.in(std::min(low, high), high));
    question.x = shared_values(std::move(x));
    const Result<WindowGeometry> geometry = window_geometry(params, question.plane);
    if (!geometry.ok()) continue;
    const Size2 output{geometry->rows.output, geometry->columns.output};
    const Size2 of = asked == Asked::kGradient ? question.plane : output;
    question.cell = {random.in(0, of.h - 1), random.in(0, of.w - 1)};
    for (int64_t i = 0; i < output.h * output.w; ++i)
      question.upstream.push_back(random.in(0, 1) == 0 ? 1.0f : static_cast<float>(random.in(-4, 4)));
    if (right_answer(question).ok()) return question;
  }
}

std::string shown(const PoolQuestion& question) {
  const PoolParams& p = question.params;
  const auto size = [](Size2 s) { return std::to_string(s.h) + "x" + std::to_string(s.w) + " "; };
  return "asked " + std::to_string(static_cast<int>(question.asked)) + " plane " + size(question.plane) +
         "k " + size(p.kernel) + "s " + size(p.stride) + "d " + size(p.dilation) + "p " +
         size({p.padding.top, p.padding.left}) + (p.ceil_mode ? "ceil " : "") +
         (p.count_include_pad ? "counted " : "") + (p.reduction == Reduction::kMax ? "max " : "avg ") +
         "cell " + size({question.cell.row, question.cell.column});
}

}  // namespace

TEST_CASE(
    "500 random questions of each kind: every mistake is diagnosed as itself or as one of the same number") {
  Random random{std::mt19937(2024)};
  std::map<Mistake, int> met;
  int diagnosed = 0, as_itself = 0;
  for (const Asked asked : kAllAsked) {
    for (int trial = 0; trial < 500; ++trial) {
      const PoolQuestion question = random_question(random, asked);
      CAPTURE(shown(question));
      const Answer truth = *right_answer(question);
      CHECK(agrees(asked, truth, truth));
      CHECK_FALSE(diagnosis(question, truth));
      for (const auto& [mistake, name] : kMistakes) {
        CAPTURE(name);
        const std::optional<Answer> wrong = mistaken_answer(mistake, question);
        if (!wrong) continue;
        CHECK_FALSE(agrees(asked, truth, *wrong));
        const std::optional<Mistake> found = diagnosis(question, *wrong);
        REQUIRE(found.has_value());
        const std::optional<Answer> same = mistaken_answer(*found, question);
        REQUIRE(same.has_value());
        CHECK(agrees(asked, *same, *wrong));
        ++met[mistake];
        ++diagnosed;
        as_itself += found == mistake ? 1 : 0;
      }
    }
  }
  for (const auto& [mistake, name] : kMistakes) CHECK_MESSAGE(met[mistake] >= 5, name << " " << met[mistake]);
  MESSAGE(diagnosed << " mistakes were made, all diagnosed, " << as_itself << " by their own name");
}

TEST_CASE("mistaken numbers are what the mistake's own arithmetic gives") {
  Random random{std::mt19937(7)};
  for (int trial = 0; trial < 500; ++trial) {
    PoolQuestion question = random_question(random, Asked::kOutputSize);
    if (question.params.adaptive_output) continue;
    CAPTURE(shown(question));
    const PoolParams& p = question.params;
    const auto check = [&](Mistake mistake, double rows, double columns) {
      const std::optional<Answer> wrong = mistaken_answer(mistake, question);
      const Answer expected{rows, columns};
      if (agrees(Asked::kOutputSize, *right_answer(question), expected)) {
        CHECK_FALSE(wrong.has_value());
      } else {
        REQUIRE(wrong.has_value());
        CHECK(wrong->first == doctest::Approx(rows));
        CHECK(wrong->second == doctest::Approx(columns));
      }
    };
    const auto steps = [](int64_t n, int64_t pad, int64_t d, int64_t k, int64_t s) {
      return static_cast<double>(n + 2 * pad - d * (k - 1) - 1) / static_cast<double>(s);
    };
    const double down = steps(question.plane.h, p.padding.top, p.dilation.h, p.kernel.h, p.stride.h);
    const double along = steps(question.plane.w, p.padding.left, p.dilation.w, p.kernel.w, p.stride.w);
    check(Mistake::kNotRounded, down + 1, along + 1);
    if (!p.ceil_mode) check(Mistake::kRoundedUp, std::ceil(down) + 1, std::ceil(along) + 1);
    if (p.ceil_mode) check(Mistake::kRoundedDown, std::floor(down) + 1, std::floor(along) + 1);
    if (!p.ceil_mode)
      check(Mistake::kDividedByStride, static_cast<double>(question.plane.h / p.stride.h),
            static_cast<double>(question.plane.w / p.stride.w));
  }
  for (int trial = 0; trial < 500; ++trial) {
    const PoolQuestion question = random_question(random, Asked::kOutputCell);
    const WindowGeometry geometry = *window_geometry(question.params, question.plane);
    const auto steps = loop_steps(geometry, Reduction::kAverage, question.x.get(), question.cell);
    const auto real = std::ranges::count_if(steps, &LoopStep::inside);
    if (real == 0 || question.params.reduction == Reduction::kMax) continue;
    CAPTURE(shown(question));
    const double sum = steps.back().after;
    const auto expect = [&](Mistake mistake, double number) {
      const std::optional<Answer> wrong = mistaken_answer(mistake, question);
      const bool right = agrees(Asked::kOutputCell, *right_answer(question), {number, 0});
      CHECK(wrong.has_value() != right);
      if (wrong) CHECK(wrong->first == doctest::Approx(number));
    };
    expect(Mistake::kForgotDivision, sum);
    expect(Mistake::kDividedByReal, sum / static_cast<double>(real));
    expect(Mistake::kDividedByAll, sum / static_cast<double>(steps.size()));
    const Size2 kernel = question.params.kernel;
    if (std::ssize(steps) == kernel.h * kernel.w && !question.params.adaptive_output)
      expect(Mistake::kOneSide, sum / static_cast<double>(kernel.h));
  }
}

TEST_CASE("the lesson's grid: what is asked, and what is answered wrong") {
  PoolQuestion question;
  question.plane = {8, 8};
  question.x = shared_values({5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                              3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                              1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6});
  question.params = window_pool(Reduction::kAverage, {3, 3});
  question.params.stride = {2, 2};
  question.params.padding = {1, 1, 1, 1};
  CHECK(right_answer(question)->first == doctest::Approx(21.0 / 9));
  const auto named = [&](double first, double second = 0) {
    const std::optional<Mistake> mistake = diagnosis(question, {first, second});
    return mistake ? name_of(*mistake) : std::string_view();
  };
  CHECK(named(2.33).empty());
  CHECK(named(2.3) == "");  // wrong, in no known way
  CHECK_FALSE(agrees(question.asked, *right_answer(question), {2.3, 0}));
  CHECK(named(5.25) == "divided-by-real");
  CHECK(named(21) == "forgot-division");
  CHECK(named(8) == "other-operation");
  CHECK(named(7) == "one-side");
  question.asked = Asked::kOutputSize;
  CHECK(right_answer(question)->first == 4);
  CHECK(named(4.5, 4.5) == "not-rounded");
  CHECK(named(5, 5) == "rounded-up");
  CHECK(named(3, 3) == "forgot-padding");
  question.asked = Asked::kDivisor;
  CHECK(named(4) == "divided-by-real");
}

TEST_CASE("a maximum answered by the largest absolute value, or by the padding's zero") {
  PoolQuestion question;
  question.plane = {2, 2};
  question.x = shared_values({-5, -3, -1, -2});
  question.params = window_pool(Reduction::kMax, {2, 2});
  question.params.padding = {1, 1, 1, 1};
  question.cell = {0, 0};  // reads padding and -5
  CHECK(right_answer(question)->first == -5);
  CHECK_FALSE(mistaken_answer(Mistake::kAbsolute, question));
  CHECK(mistaken_answer(Mistake::kZeroPadding, question)->first == 0);
  CHECK(diagnosis(question, {0, 0}) == Mistake::kZeroPadding);
  question.params.padding = {};
  CHECK(right_answer(question)->first == -1);
  CHECK(mistaken_answer(Mistake::kAbsolute, question)->first == -5);
  CHECK_FALSE(mistaken_answer(Mistake::kZeroPadding, question));
  CHECK_FALSE(mistaken_answer(Mistake::kForgotDivision, question));
  CHECK(diagnosis(question, {-5, 0}) == Mistake::kAbsolute);
}

TEST_CASE("what cannot be asked is refused with its reason") {
  PoolQuestion question;
  question.plane = {4, 4};
  question.x = shared_values(std::vector<float>(16, 1));
  question.asked = Asked::kDivisor;
  CHECK(right_answer(question).status().message() == "a maximum has no divisor");
  question.asked = Asked::kWinner;
  question.params.reduction = Reduction::kAverage;
  CHECK(right_answer(question).status().message() == "an average has no winner");
  question.params.reduction = Reduction::kMax;
  question.cell = {2, 0};
  CHECK(right_answer(question).status().message() == "the output has no cell [2, 0]");
  question.asked = Asked::kGradient;
  CHECK(right_answer(question).status().message() ==
        "the upstream gradient must have a value for each window");
  question.params.kernel = {9, 9};
  CHECK_FALSE(right_answer(question).ok());
}

TEST_CASE("numbers that are not whole are right to three digits, whole ones to the last") {
  const auto right = [](double truth, double guess) {
    return agrees(Asked::kOutputCell, {truth, 0}, {guess, 0});
  };
  CHECK(right(7.0 / 3, 2.33));
  CHECK(right(1.0 / 3, 0.33));
  CHECK_FALSE(right(7.0 / 3, 2.3));
  CHECK_FALSE(right(7.0 / 3, 2));
  CHECK(right(123.456, 123));
  CHECK_FALSE(right(200, 199.9));
  CHECK_FALSE(right(0.001234, 0));
  CHECK(right(-0.0, 0.0));
  CHECK(right(NAN, NAN));
  CHECK_FALSE(right(NAN, 1));
  CHECK(right(INFINITY, INFINITY));
  CHECK_FALSE(right(INFINITY, -INFINITY));
}

}  // namespace poolglass
