// Rebuilding a plane from its pooled values: identities over random poolings.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "core/pooling/largest_magnitude.h"
#include "core/pooling/pooling.h"
#include "core/pooling/unpooling.h"

namespace poolglass {
namespace {

struct Pooled {
  PoolParams params;
  Size2 plane;
  WindowGeometry geometry;
  std::vector<float> x, y;
  std::vector<int64_t> winners;

  int64_t windows() const { return geometry.rows.output * geometry.columns.output; }
};

void pool(Pooled& p, const std::vector<float>& x, std::vector<float>& y) {
  const PoolPlan plan = PoolPlan::make(p.params, {1, 1, p.plane.h, p.plane.w}).value();
  y.resize(static_cast<size_t>(p.windows()));
  p.winners.resize(y.size());
  if (p.params.reduction == Reduction::kMax) {
    plan.forward_with_indices(x.data(), y.data(), p.winners.data());
  } else {
    plan.forward(x.data(), y.data());
  }
}

std::vector<float> rebuilt(const Pooled& p) {
  std::vector<float> plane(p.x.size(), -7);
  if (p.params.reduction == Reduction::kMax) {
    unpool_max(p.geometry, p.y.data(), p.winners.data(), p.windows(), plane.data());
  } else {
    spread_average(p.geometry, p.y.data(), p.windows(), plane.data());
  }
  return plane;
}

std::vector<float> pooled_again(Pooled p, const std::vector<float>& plane) {
  std::vector<float> y;
  pool(p, plane, y);
  return y;
}

// `low`: values are drawn from there to 1.
Pooled random_pooling(std::mt19937& random, Reduction reduction, float low) {
  const auto pick = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (;;) {
    Pooled p;
    p.params = window_pool(reduction, {pick(1, 4), pick(1, 4)});
    if (pick(0, 1) == 0) p.params.stride = {pick(1, 4), pick(1, 4)};
    p.params.dilation = {pick(1, 2), pick(1, 2)};
    p.params.padding = {pick(0, p.params.kernel.h / 2), pick(0, p.params.kernel.w / 2), 0, 0};
    p.params.ceil_mode = pick(0, 1) == 1;
    p.params.count_include_pad = pick(0, 1) == 1;
    if (pick(0, 4) == 0) p.params.adaptive_output = Size2{pick(1, 9), pick(1, 9)};
    p.plane = {pick(1, 9), pick(1, 9)};
    const Result<WindowGeometry> geometry = window_geometry(p.params, p.plane);
    if (!geometry.ok()) continue;
    p.geometry = *geometry;
    std::uniform_real_distribution<float> value(low, 1);
    for (int64_t i = 0; i < p.plane.h * p.plane.w; ++i) p.x.push_back(value(random));
    pool(p, p.x, p.y);
    return p;
  }
}

// Rounding of a mean of n values, there and back.
bool close(const Pooled& p, float a, float b) {
  const auto n = static_cast<float>(p.geometry.rows.kernel * p.geometry.columns.kernel + 90);
  return std::abs(a - b) <= n * 0x1p-24f * std::max(std::abs(a), std::abs(b));
}

}  // namespace

TEST_CASE("halving keeps the value of the largest magnitude, the first of equal ones, and a NaN") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> x = {1, -3,  0,      //
                                2, 3,   -0.5f,  //
                                4, nan, 7};
  std::vector<float> y(4, 99);
  CHECK(halved({3, 3}) == Size2{2, 2});
  halve_by_magnitude(x.data(), {3, 3}, y.data());
  CHECK(y[0] == -3);
  CHECK(y[1] == -0.5f);
  CHECK(std::isnan(y[2]));
  CHECK(y[3] == 7);
  const std::vector<float> column = {-0.0f, 0, 5, -5, -1};
  y.assign(3, 99);
  CHECK(halved({5, 1}) == Size2{3, 1});
  halve_by_magnitude(column.data(), {5, 1}, y.data());
  CHECK(std::signbit(y[0]));
  CHECK(y == std::vector<float>{-0.0f, 5, -1});
}

TEST_CASE("maxima go back to their places, pooled again they are the same, or a negative one says why not") {
  std::mt19937 random(5);
  int same = 0, different = 0;
  for (int round = 0; round < 2000; ++round) {
    Pooled p = random_pooling(random, Reduction::kMax, round % 2 == 0 ? 0.0f : -3.0f);
    const std::vector<float> plane = rebuilt(p);
    const std::vector<bool> kept = kept_cells(p.geometry, p.winners.data());
    for (size_t i = 0; i < plane.size(); ++i) CHECK(plane[i] == (kept[i] ? p.x[i] : 0.0f));
    const bool equal = pooled_again(p, plane) == p.y;
    const RoundTrip law = round_trip_of_max(p.geometry, p.y.data(), kept);
    CHECK(equal == (law == RoundTrip::kSame));
    if (round % 2 == 0) CHECK(equal);
    (equal ? same : different) += 1;
  }
  CHECK(same > 1000);
  CHECK(different > 300);
}

TEST_CASE("means spread over their windows are the same again where windows part the plane, and only there") {
  std::mt19937 random(7);
  int laws[4] = {};
  for (int round = 0; round < 2000; ++round) {
    Pooled p = random_pooling(random, Reduction::kAverage, -1);
    const std::vector<float> again = pooled_again(p, rebuilt(p));
    const RoundTrip law = round_trip_of_average(p.geometry);
    ++laws[static_cast<size_t>(law)];
    bool equal = true;
    for (size_t i = 0; i < again.size(); ++i) equal = equal && close(p, again[i], p.y[i]);
    CAPTURE(round);
    CHECK(equal == (law == RoundTrip::kSame));
  }
  CHECK(laws[static_cast<size_t>(RoundTrip::kSame)] > 200);
  CHECK(laws[static_cast<size_t>(RoundTrip::kOverlap)] > 200);
  CHECK(laws[static_cast<size_t>(RoundTrip::kPaddingCounted)] > 50);
  CHECK(laws[static_cast<size_t>(RoundTrip::kNegativeMaximum)] == 0);
}

TEST_CASE(
    "what is kept and what is lost add up to the input's energy where the rebuilt plane is a projection") {
  std::mt19937 random(9);
  for (int round = 0; round < 1000; ++round) {
    const Reduction reduction = round % 2 == 0 ? Reduction::kMax : Reduction::kAverage;
    const Pooled p = random_pooling(random, reduction, -1);
    const Energy energy = energy_kept(p.plane, p.x.data(), rebuilt(p).data());
    const bool projection =
        reduction == Reduction::kMax || round_trip_of_average(p.geometry) == RoundTrip::kSame;
    if (projection) {
      CHECK(energy.rebuilt + energy.residual == doctest::Approx(energy.input).epsilon(1e-5));
      CHECK(energy.share_kept() == doctest::Approx(energy.rebuilt / energy.input).epsilon(1e-5));
    }
    CHECK(energy.share_kept() <= 1);
  }
}

TEST_CASE("the lesson's first windows, by hand") {
  Pooled p;
  p.params = window_pool(Reduction::kMax, {2, 2});
  p.plane = {2, 4};
  p.geometry = window_geometry(p.params, p.plane).value();
  p.x = {5, 3, 0, 0, 5, 8, 6, 7};
  pool(p, p.x, p.y);
  CHECK(rebuilt(p) == std::vector<float>{0, 0, 0, 0, 0, 8, 0, 7});
  std::vector<float> first(8);
  unpool_max(p.geometry, p.y.data(), p.winners.data(), 1, first.data());
  CHECK(first == std::vector<float>{0, 0, 0, 0, 0, 8, 0, 0});
  CHECK(energy_kept(p.plane, p.x.data(), rebuilt(p).data()).share_kept() ==
        doctest::Approx(113.0 / 208));  // 64 + 49 of 25 + 9 + 25 + 64 + 36 + 49

  p.params.reduction = Reduction::kAverage;
  pool(p, p.x, p.y);
  CHECK(rebuilt(p) == std::vector<float>{5.25f, 5.25f, 3.25f, 3.25f, 5.25f, 5.25f, 3.25f, 3.25f});
  spread_average(p.geometry, p.y.data(), 1, first.data());
  CHECK(first == std::vector<float>{5.25f, 5.25f, 0, 0, 5.25f, 5.25f, 0, 0});
}

TEST_CASE("overlapping means are averaged; cells that no window reads are 0") {
  const WindowGeometry g = [] {
    PoolParams params = window_pool(Reduction::kAverage, {1, 2});
    params.stride = {1, 1};
    return window_geometry(params, {1, 3}).value();
  }();
  const float y[] = {1, 4};
  std::vector<float> plane(3);
  spread_average(g, y, 2, plane.data());
  CHECK(plane == std::vector<float>{1, 2.5f, 4});
  CHECK(round_trip_of_average(g) == RoundTrip::kOverlap);
  const WindowGeometry odd = window_geometry(window_pool(Reduction::kAverage, {1, 2}), {1, 3}).value();
  spread_average(odd, y, 1, plane.data());
  CHECK(plane == std::vector<float>{1, 1, 0});
  CHECK(round_trip_of_average(odd) == RoundTrip::kSame);
}

TEST_CASE("no share of energy where there is none, or no number") {
  const float zeros[] = {0, 0}, infinite[] = {1, std::numeric_limits<float>::infinity()};
  CHECK(std::isnan(energy_kept({1, 2}, zeros, zeros).share_kept()));
  CHECK(std::isnan(energy_kept({1, 2}, infinite, zeros).share_kept()));
  const float one[] = {3, 4};
  CHECK(energy_kept({1, 2}, one, one).share_kept() == 1);
  CHECK(energy_kept({1, 2}, one, zeros).share_kept() == 0);
}

}  // namespace poolglass
