#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "app/rooms/step/model.h"
#include "app/rooms/step/words.h"

namespace poolglass::step {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Derived derived_for(const Grid& grid, const PoolParams& params, int64_t window = 0) {
  Model model;
  model.document.grid = grid;
  model.document.params = params;
  model.playhead.index = window;
  Derived derived;
  derive(model, derived);
  REQUIRE(derived.status.ok());
  return derived;
}

Grid counting(Size2 size) {
  Grid grid{size, std::vector<float>(static_cast<size_t>(size.h * size.w))};
  for (size_t i = 0; i < grid.values.size(); ++i) grid.values.write()[i] = static_cast<float>(i);
  return grid;
}

}  // namespace

TEST_CASE("short text keeps what fits, says when it rounds, and uses real minus and infinity signs") {
  bool rounded = true;
  CHECK(short_text(5.25f, 4, &rounded) == "5.25");
  CHECK_FALSE(rounded);
  CHECK(short_text(13.0f / 3, 4, &rounded) == "4.333");
  CHECK(rounded);
  CHECK(short_text(0.1f, 4, &rounded) == "0.1");
  CHECK_FALSE(rounded);
  CHECK(short_text(-3.0f) == "−3");
  CHECK(short_text(-0.0f) == "−0");
  CHECK(short_text(13860.0f) == "13860");
  CHECK(short_text(9999.0) == "9999");
  CHECK(short_text(-60000.0) == "−60,000");
  CHECK(short_text(60000.5) == "6e4");
  CHECK(short_text(2e9) == "2e9");
  CHECK(short_text(1.09684f) == "1.097");
  CHECK(short_text(1.5e7f) == "1.5e7");
  CHECK(short_text(1.5e-7f) == "1.5e−7");
  CHECK(short_text(123456789.0f, 4, &rounded) == "1.235e8");
  CHECK(rounded);
  CHECK(short_text(kInfinity) == "∞");
  CHECK(short_text(-kInfinity) == "−∞");
  CHECK(short_text(std::nanf("")) == "NaN");
}

TEST_CASE("exact text reads back as the same float") {
  for (const float value : {0.0f, -0.0f, 5.25f, 1.0f / 3, 1e-45f, 3.4028235e38f, -7.0f}) {
    const float back = std::strtof(exact_text(value).c_str(), nullptr);
    CHECK(back == value);
    CHECK(std::signbit(back) == std::signbit(value));
  }
  CHECK(exact_text(-std::nanf("")) == "NaN");
}

TEST_CASE("fitted text gives up digits, then the number") {
  CHECK(fitted_text(4.3333335f, 7) == "4.33333");
  CHECK(fitted_text(4.3333335f, 4) == "4.33");
  CHECK(fitted_text(4.3333335f, 1) == "4");
  CHECK(fitted_text(-4.3333335f, 2) == "−4");
  CHECK(fitted_text(12345, 3) == "1e4");
  CHECK(fitted_text(12345, 2) == "");
  CHECK(fitted_text(-std::nanf(""), 2) == "");
  CHECK(columns_of("−∞") == 2);
}

TEST_CASE("fitted text gives up the zero before the point rather than its value, or its last digit but one") {
  CHECK(fitted_text(-0.25f, 5) == "−0.25");
  CHECK(fitted_text(-0.25f, 4) == "−.25");
  CHECK(fitted_text(-0.25f, 3) == "−.2");
  CHECK(fitted_text(0.75f, 3) == ".75");
  CHECK(fitted_text(0.125f, 4) == ".125");
  CHECK(fitted_text(0.5f, 2) == ".5");
  CHECK(fitted_text(1.0f / 9, 4) == "0.11");
  CHECK(fitted_text(-1.0f / 9, 4) == "−.11");
  CHECK(fitted_text(-10.5f, 4) == "−10");
  CHECK(fitted_text(0, 1) == "0");
}

TEST_CASE("a cell needs room for its value, or for three digits of it") {
  CHECK(figure_columns(7) == 1);
  CHECK(figure_columns(-7) == 2);
  CHECK(figure_columns(2.5f) == 3);
  CHECK(figure_columns(5.25f) == 4);
  CHECK(figure_columns(13.0f / 3) == 4);
  CHECK(figure_columns(12345) == 5);
  CHECK(figure_columns(-0.123456f) == 5);
  CHECK(figure_columns(std::nanf("")) == 3);
}

TEST_CASE("the lesson's arithmetic, word for word") {
  const Grid lesson = Document().grid;
  CHECK(joined(derived_for(lesson, window_pool(Reduction::kMax, {2, 2})).window.pieces) ==
        "max(5, 3, 5, 8) = 8");
  CHECK(joined(derived_for(lesson, window_pool(Reduction::kAverage, {2, 2})).window.pieces) ==
        "(5 + 3 + 5 + 8)/4 = 5.25");
  const Derived second = derived_for(lesson, window_pool(Reduction::kMax, {2, 2}), 1);
  CHECK(window_sentence(second.window, second.params) == "Window (0,1) reads 0 0 / 6 7: max = 7 → out[0,1]");
}

TEST_CASE("the winner alone is marked in the arithmetic") {
  const Derived derived = derived_for(Grid{{2, 2}, {8, 8, 1, 8}}, window_pool(Reduction::kMax, {2, 2}));
  int winners = 0;
  for (const Piece& piece : derived.window.pieces) winners += piece.role == PieceRole::kWinner ? 1 : 0;
  CHECK(winners == 1);
  CHECK(derived.window.pieces[1].role == PieceRole::kWinner);
}

TEST_CASE("padding is named where it counts, and only there") {
  PoolParams params = window_pool(Reduction::kAverage, {2, 2});
  params.padding = {1, 1, 1, 1};
  const Grid grid{{2, 2}, {4, 6, 2, 8}};
  CHECK(joined(derived_for(grid, params).window.pieces) == "(pad + pad + pad + 4)/4 = 1");
  params.count_include_pad = false;
  CHECK(joined(derived_for(grid, params).window.pieces) == "(4)/1 = 4");
  params.reduction = Reduction::kMax;
  CHECK(joined(derived_for(grid, params).window.pieces) == "max(pad, pad, pad, 4) = 4");
}

TEST_CASE("what ceil mode hangs over the edge is read by nobody") {
  PoolParams params = window_pool(Reduction::kAverage, {2, 2});
  params.ceil_mode = true;
  const Derived derived = derived_for(Grid{{3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}}, params, 1);
  CHECK(joined(derived.window.pieces) == "(3 + 6)/2 = 4.5");
  CHECK(window_sentence(derived.window, derived.params) ==
        "Window (0,1) reads 3 off / 6 off: average = 4.5 → out[0,1]");
}

TEST_CASE("a long list of taps is abbreviated around its winner") {
  const Derived max = derived_for(counting({5, 5}), window_pool(Reduction::kMax, {5, 5}));
  CHECK(joined(max.window.pieces) == "max of 25 (0, 1, 2, 3, …, 23, 24) = 24");
  Grid grid = counting({5, 5});
  grid.values.write()[11] = 99;
  const Derived middle = derived_for(grid, window_pool(Reduction::kMax, {5, 5}));
  CHECK(joined(middle.window.pieces) == "max of 25 (0, 1, 2, 3, …, 99, …, 23, 24) = 99");
  const Derived average = derived_for(counting({5, 5}), window_pool(Reduction::kAverage, {5, 5}));
  CHECK(joined(average.window.pieces) == "(0 + 1 + 2 + 3 + … + 23 + 24)/25 = 12");
  CHECK(window_sentence(average.window, average.params) ==
        "Window (0,0) reads 25 cells, rows 0–4, columns 0–4: average = 12 → out[0,0]");
}

TEST_CASE("a rounded result is marked as such") {
  const Derived derived = derived_for(Grid{{1, 3}, {1, 2, 2}}, window_pool(Reduction::kAverage, {1, 3}));
  CHECK(joined(derived.window.pieces) == "(1 + 2 + 2)/3 ≈ 1.6667");
}

TEST_CASE("the size formula shows its numbers and what ceil mode drops") {
  const auto formula = [](int64_t n, int64_t k, int64_t s, int64_t p, int64_t d, bool ceil) {
    PoolParams params = window_pool(Reduction::kMax, {k, k});
    params.stride = {s, s};
    params.padding = {p, p, p, p};
    params.dilation = {d, d};
    params.ceil_mode = ceil;
    const auto geometry = window_geometry(params, {n, n});
    REQUIRE(geometry.ok());
    return size_formula(geometry->rows, ceil);
  };
  CHECK(formula(8, 2, 2, 0, 1, false).text == "⌊(8 + 2·0 − 1·(2 − 1) − 1) / 2⌋ + 1 = 4");
  CHECK(formula(7, 2, 2, 0, 1, true).text == "⌈(7 + 2·0 − 1·(2 − 1) − 1) / 2⌉ + 1 = 4");
  CHECK(formula(7, 2, 2, 0, 1, true).note.empty());
  CHECK(formula(9, 3, 1, 1, 2, false).text == "⌊(9 + 2·1 − 2·(3 − 1) − 1) / 1⌋ + 1 = 7");
  const Formula dropped = formula(5, 2, 3, 1, 1, true);
  CHECK(dropped.text == "⌈(5 + 2·1 − 1·(2 − 1) − 1) / 3⌉ + 1 = 3 → 2");
  CHECK(dropped.note == "the last window would start outside the input, so it is dropped");
}

}  // namespace poolglass::step
