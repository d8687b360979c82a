#include <doctest/doctest.h>

#include <atomic>
#include <limits>
#include <random>

#include "core/pooling/gradient_routing.h"
#include "core/pooling/pooling.h"

namespace poolglass {
namespace {

constexpr TiePolicy kPolicies[] = {TiePolicy::kFirst, TiePolicy::kLast, TiePolicy::kSplit, TiePolicy::kAll};

std::vector<float> routed(const PoolParams& params, Size2 plane, TiePolicy policy,
                          const std::vector<float>& x, const std::vector<float>& dy) {
  std::vector<float> dx(x.size(), -7);
  REQUIRE(route_gradient(params, plane, policy, x.data(), dy.data(), dx.data()).ok());
  return dx;
}

}  // namespace

TEST_CASE("ties share a gradient as each policy says") {
  const PoolParams params = window_pool(Reduction::kMax, {2, 2});
  const std::vector<float> x = {1, 2, 2, 2};
  CHECK(routed(params, {2, 2}, TiePolicy::kFirst, x, {1}) == std::vector<float>{0, 1, 0, 0});
  CHECK(routed(params, {2, 2}, TiePolicy::kLast, x, {1}) == std::vector<float>{0, 0, 0, 1});
  CHECK(routed(params, {2, 2}, TiePolicy::kAll, x, {1}) == std::vector<float>{0, 1, 1, 1});
  const float third = 1.0f / 3;
  CHECK(routed(params, {2, 2}, TiePolicy::kSplit, x, {1}) == std::vector<float>{0, third, third, third});
}

TEST_CASE("zeros of both signs tie, NaN does not") {
  const WindowGeometry g = window_geometry(window_pool(Reduction::kMax, {1, 4}), {1, 4}).value();
  const float nan = std::numeric_limits<float>::quiet_NaN(), low = -std::numeric_limits<float>::infinity();
  const auto maxima = [&](std::vector<float> x) { return maxima_of_window(g, x.data(), {0, 0}); };
  CHECK(maxima({-0.0f, -1, 0.0f, -1}) == std::vector<Cell>{{0, 0}, {0, 2}});
  CHECK(maxima({nan, 3, nan, 3}) == std::vector<Cell>{{0, 2}});
  CHECK(maxima({low, low, low, low}).size() == 4);
}

TEST_CASE("one peak under overlapping windows collects from each of them") {
  PoolParams params = window_pool(Reduction::kMax, {3, 3});
  params.stride = {2, 2};
  params.padding = {1, 1, 1, 1};
  std::vector<float> x(24, 0);
  x[1 * 6 + 1] = 9;
  for (const TiePolicy policy : kPolicies) {
    const std::vector<float> dx = routed(params, {4, 6}, policy, x, std::vector<float>(6, 1));
    CHECK(dx[1 * 6 + 1] == 4);
  }
}

TEST_CASE("windows one by one add up to the gradient of the plane") {
  std::mt19937 random(11);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  int compared = 0;
  for (int round = 0; round < 400; ++round) {
    PoolParams params =
        window_pool(round % 2 == 0 ? Reduction::kMax : Reduction::kAverage, {pick(1, 4), pick(1, 4)});
    params.stride = {pick(1, 3), pick(1, 3)};
    params.dilation = {pick(1, 2), pick(1, 2)};
    params.padding = {pick(0, 1) * (params.kernel.h / 2), pick(0, 1) * (params.kernel.w / 2), 0, 0};
    params.ceil_mode = pick(0, 1) == 1;
    params.count_include_pad = pick(0, 1) == 1;
    const Size2 plane{pick(4, 9), pick(4, 9)};
    const Result<WindowGeometry> g = window_geometry(params, plane);
    if (!g.ok()) continue;
    std::vector<float> x(static_cast<size_t>(plane.h * plane.w)),
        dy(static_cast<size_t>(g->rows.output * g->columns.output));
    for (float& value : x) value = static_cast<float>(pick(0, 3));  // many ties
    for (float& value : dy) value = static_cast<float>(pick(-4, 4)) * 64;
    for (const TiePolicy policy : kPolicies) {
      CAPTURE(round);
      const std::vector<float> dx = routed(params, plane, policy, x, dy);
      std::vector<double> sum(x.size(), 0);
      double sent = 0, arrived = 0, ties = 0;
      for (int64_t row = 0; row < g->rows.output; ++row) {
        for (int64_t column = 0; column < g->columns.output; ++column) {
          const float upstream = dy[static_cast<size_t>(row * g->columns.output + column)];
          sent += upstream;
          const auto parts = routed_gradient(*g, params.reduction, policy, x.data(), {row, column}, upstream);
          for (const auto& [cell, gradient] : parts) {
            sum[static_cast<size_t>(cell.row * plane.w + cell.column)] += gradient;
          }
          if (!parts.empty()) ties += static_cast<double>(parts.size() - 1) * upstream;
        }
      }
      for (size_t i = 0; i < dx.size(); ++i) {
        CHECK(dx[i] == doctest::Approx(sum[i]).epsilon(1e-5));
        arrived += static_cast<double>(dx[i]);
      }
      if (params.reduction == Reduction::kMax) {
        CHECK(arrived == doctest::Approx(policy == TiePolicy::kAll ? sent + ties : sent).epsilon(1e-4));
      }
      ++compared;
    }
  }
  CHECK(compared > 1000);
}

TEST_CASE("threads change nothing of a plane's gradient and its ties, and who stops them is heard") {
  std::mt19937 random(5);
  const Size2 plane{300, 200};
  std::vector<float> x(static_cast<size_t>(plane.h * plane.w)), dy(x.size());
  for (float& value : x) value = static_cast<float>(random() % 4);
  for (float& value : dy) value = static_cast<float>(random() % 100) / 8;
  PoolParams params = window_pool(Reduction::kMax, {3, 3});
  params.stride = {1, 1};
  const WindowGeometry g = window_geometry(params, plane).value();
  CHECK(tied_windows(g, x.data(), 0) == tied_windows(g, x.data()));
  CHECK(tied_windows(g, x.data(), 3) > 1000);
  const std::atomic<bool> stop = true;
  CHECK(tied_windows(g, x.data(), 0, &stop) == 0);
  for (const TiePolicy policy : kPolicies) {
    std::vector<float> dx(x.size(), -7);
    REQUIRE(route_gradient(params, plane, policy, x.data(), dy.data(), dx.data(), 0).ok());
    CHECK(dx == routed(params, plane, policy, x, dy));
  }
  for (float& value : dy) value /= 7;  // sums depend on their order from here on
  for (const int64_t dilation : {1, 5}) {
    params.padding = {1, 1, 1, 1};
    params.dilation = {dilation, 1};
    const WindowGeometry geometry = window_geometry(params, plane).value();
    for (const TiePolicy policy : {TiePolicy::kLast, TiePolicy::kSplit, TiePolicy::kAll}) {
      std::vector<float> one_by_one(x.size(), 0);
      const float* gradient = dy.data();
      for (Cell at; at.row < geometry.rows.output; ++at.row) {
        for (at.column = 0; at.column < geometry.columns.output; ++at.column) {
          for (const auto& [cell, share] :
               routed_gradient(geometry, Reduction::kMax, policy, x.data(), at, *gradient++))
            one_by_one[static_cast<size_t>(cell.row * plane.w + cell.column)] += share;
        }
      }
      for (const int threads : {1, 2, 7}) {
        CAPTURE(threads);
        std::vector<float> dx(x.size(), -7);
        REQUIRE(route_gradient(params, plane, policy, x.data(), dy.data(), dx.data(), threads).ok());
        CHECK(dx == one_by_one);
      }
    }
  }
  for (const TiePolicy policy : kPolicies) {
    std::vector<float> dx(x.size(), 0);
    REQUIRE(route_gradient(params, plane, policy, x.data(), dy.data(), dx.data(), 1, &stop).ok());
    CHECK(dx == std::vector<float>(x.size(), 0));
  }
}

TEST_CASE("the first of equal maxima is the engine's rule, bit for bit") {
  const PoolParams params = window_pool(Reduction::kMax, {3, 3});
  const std::vector<float> x = {0, 0, 0, 0, 5, 5, 0, 5, 0};
  const PoolPlan plan = PoolPlan::make(params, {1, 1, 3, 3}).value();
  std::vector<float> expected(9);
  const float dy = 0.3f;
  plan.backward(x.data(), &dy, expected.data());
  CHECK(routed(params, {3, 3}, TiePolicy::kFirst, x, {dy}) == expected);
  CHECK_FALSE(route_gradient(params, {2, 2}, TiePolicy::kLast, x.data(), &dy, expected.data()).ok());
}

}  // namespace poolglass
