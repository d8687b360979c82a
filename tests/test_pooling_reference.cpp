// The definition against vectors small enough to check by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/pooling/reference.h"
#include "tests/support/window.h"

using namespace poolglass;
using poolglass::testing::geometry_of;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

using Values = std::vector<float>;
using Indices = std::vector<int64_t>;

struct Pooled {
  Values y;
  Indices indices;
};

Pooled pool(const PoolParams& p, Size2 input, const Values& x) {
  REQUIRE(static_cast<int64_t>(x.size()) == input.h * input.w);
  const WindowGeometry g = geometry_of(p, input);
  Pooled result;
  result.y.resize(static_cast<size_t>(g.rows.output * g.columns.output));
  result.indices.resize(result.y.size());
  if (p.reduction == Reduction::kMax) {
    reference_max(g, x.data(), result.y.data(), result.indices.data());
  } else {
    reference_average(g, x.data(), result.y.data());
  }
  return result;
}

Values gradient(const PoolParams& p, Size2 input, const Values& x, const Values& dy) {
  const WindowGeometry g = geometry_of(p, input);
  REQUIRE(static_cast<int64_t>(dy.size()) == g.rows.output * g.columns.output);
  Values dx(static_cast<size_t>(input.h * input.w), 99.0f);
  if (p.reduction == Reduction::kMax) {
    reference_max_backward(g, x.data(), dy.data(), dx.data());
  } else {
    reference_average_backward(g, dy.data(), dx.data());
  }
  return dx;
}

PoolParams square(Reduction reduction, int64_t kernel, int64_t stride, int64_t padding = 0) {
  PoolParams p = window_pool(reduction, {kernel, kernel});
  p.stride = {stride, stride};
  p.padding = {padding, padding, padding, padding};
  return p;
}

Values ramp(int n) {
  Values v(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) v[static_cast<size_t>(i)] = static_cast<float>(i + 1);
  return v;
}

const Values kLesson = {5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                        3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                        1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6};

}  // namespace

TEST_CASE("the lesson's grid gives the lesson's numbers") {
  CHECK(pool(square(Reduction::kMax, 2, 2), {8, 8}, kLesson).y ==
        Values{8, 7, 2, 5, 7, 6, 6, 9, 7, 4, 7, 9, 7, 7, 9, 9});
  CHECK(pool(square(Reduction::kAverage, 2, 2), {8, 8}, kLesson).y ==
        Values{5.25f, 3.25f, .75f, 2.75f, 5.5f, 2.5f, 2.5f, 3.75f, 2.75f, 2.5f, 3, 3.75f, 3, 2.25f, 3.5f,
               5.75f});
}

TEST_CASE("ceil mode hangs over the edge and the average does not count the overhang") {
  PoolParams p = square(Reduction::kMax, 3, 2);
  p.ceil_mode = true;
  CHECK(pool(p, {4, 4}, ramp(16)).y == Values{11, 12, 15, 16});
  p.reduction = Reduction::kAverage;
  CHECK(pool(p, {4, 4}, ramp(16)).y == Values{6, 7.5f, 12, 13.5f});
  p = square(Reduction::kMax, 1, 2);
  p.ceil_mode = true;
  CHECK(pool(p, {2, 2}, {1, 2, 3, 4}).y == Values{1});
  p = square(Reduction::kAverage, 3, 3, 1);
  p.ceil_mode = true;
  const Values y = pool(p, {2, 2}, {.8580f, .0786f, .2692f, .1537f}).y;
  REQUIRE(y.size() == 1);
  CHECK(y[0] == doctest::Approx(.1511).epsilon(1e-3));
}

TEST_CASE("an average counts the padding or not, also when it is unequal") {
  PoolParams p = square(Reduction::kAverage, 2, 1);
  p.padding = {0, 0, 1, 1};
  CHECK(pool(p, {2, 2}, {1, 1, 1, 1}).y == Values{1, .5f, .5f, .25f});
  p.count_include_pad = false;
  CHECK(pool(p, {2, 2}, {1, 1, 1, 1}).y == Values{1, 1, 1, 1});
}

TEST_CASE("the first of equal maxima wins, in row-major order, and keeps the sign of its zero") {
  const PoolParams p = square(Reduction::kMax, 2, 2);
  CHECK(pool(p, {2, 2}, {1, 2, 2, 2}).indices == Indices{1});
  CHECK(std::signbit(pool(p, {2, 2}, {-1, -0.0f, 0.0f, -1}).y[0]));
  CHECK(!std::signbit(pool(p, {2, 2}, {-1, 0.0f, -0.0f, -1}).y[0]));
}

TEST_CASE("NaN wins over everything and the last NaN gives the index") {
  const PoolParams p = square(Reduction::kMax, 2, 2);
  const Pooled first = pool(p, {2, 2}, {kNan, kInf, 1, 2});
  CHECK(std::isnan(first.y[0]));
  CHECK(first.indices == Indices{0});
  CHECK(pool(p, {2, 2}, {kNan, kInf, kNan, 2}).indices == Indices{2});
  CHECK(std::isnan(pool(p, {2, 2}, {1, 2, 3, kNan}).y[0]));
}

TEST_CASE("an all -inf window gives -inf and its first real cell") {
  const Pooled r = pool(square(Reduction::kMax, 3, 1, 1), {2, 2}, Values(4, -kInf));
  CHECK(r.y == Values(4, -kInf));
  CHECK(r.indices == Indices{0, 0, 0, 0});
}

TEST_CASE("a window without a tap inside the input gives -inf without an index, and average 0") {
  PoolParams p = square(Reduction::kMax, 2, 1, 1);
  p.dilation = {2, 2};
  const Pooled r = pool(p, {1, 1}, {5});  // taps at -1 and 1: around the only cell
  CHECK(r.y == Values{-kInf});
  CHECK(r.indices == Indices{-1});
  CHECK(gradient(p, {1, 1}, {5}, {1}) == Values{0});
  p.reduction = Reduction::kAverage;
  CHECK(pool(p, {1, 1}, {5}).y == Values{0});
  p.count_include_pad = false;
  CHECK(pool(p, {1, 1}, {5}).y == Values{0});
  CHECK(gradient(p, {1, 1}, {5}, {1}) == Values{0});
}

TEST_CASE("infinities and NaN stay inside the windows that hold them") {
  const Values x = {1, kInf, 1, 1, 1, -kInf, 1, 1, kNan};
  PoolParams p = window_pool(Reduction::kAverage, {1, 2});
  p.stride = {1, 1};
  const Values y = pool(p, {1, 9}, x).y;
  CHECK(y[0] == kInf);
  CHECK(y[1] == kInf);
  CHECK(y[2] == 1);
  CHECK(y[3] == 1);
  CHECK(y[4] == -kInf);
  CHECK(y[6] == 1);
  CHECK(std::isnan(y[7]));
}

TEST_CASE("the average's order of additions is the documented tree") {
  // 1e8 absorbs a 3 (ulp 8) but not the sum 6 of two: the order shows in the result.
  PoolParams p = window_pool(Reduction::kAverage, {1, 4});
  CHECK(pool(p, {1, 4}, {1e8f, 3, 3, 3}).y[0] == ((1e8f + 3.0f) + (3.0f + 3.0f)) / 4.0f);
  CHECK(pool(p, {1, 4}, {1e8f, 3, 3, 3}).y[0] != (((1e8f + 3.0f) + 3.0f) + 3.0f) / 4.0f);
  p = window_pool(Reduction::kAverage, {7, 1});
  const Values x = {1e8f, 3, 3, 3, 3, 3, 3};
  CHECK(pool(p, {7, 1}, x).y[0] == ((1e8f + (3.0f + 3.0f)) + ((3.0f + 3.0f) + (3.0f + 3.0f))) / 7.0f);
  // Columns first: the two tiny values of the first column meet before the large one joins.
  p = window_pool(Reduction::kAverage, {2, 2});
  CHECK(pool(p, {2, 2}, {3, 1e8f, 3, 0}).y[0] == ((3.0f + 3.0f) + (1e8f + 0.0f)) / 4.0f);
  CHECK(!std::signbit(pool(p, {2, 2}, Values(4, -0.0f)).y[0]));
}

TEST_CASE("kernels far larger than the plane cost and give what the plane holds") {
  PoolParams p = square(Reduction::kAverage, 100001, 1, 50000);
  const Values y = pool(p, {2, 2}, {1, 2, 3, 4}).y;
  CHECK(y == Values(4, static_cast<float>(10.0 / (100001.0 * 100001.0))));
  p.count_include_pad = false;
  CHECK(pool(p, {2, 2}, {1, 2, 3, 4}).y == Values(4, 2.5f));
  p.reduction = Reduction::kMax;
  CHECK(pool(p, {2, 2}, {1, 2, 3, 4}).indices == Indices(4, 3));
}

TEST_CASE("global and adaptive pooling") {
  CHECK(pool(global_pool(Reduction::kAverage), {4, 4}, ramp(16)).y == Values{8.5f});
  CHECK(pool(global_pool(Reduction::kMax), {4, 4}, ramp(16)).y == Values{16});
  CHECK(pool(adaptive_pool(Reduction::kAverage, {1, 3}), {1, 10}, ramp(10)).y == Values{2.5f, 5.5f, 8.5f});
  CHECK(pool(adaptive_pool(Reduction::kMax, {2, 4}), {1, 2}, {1, 2}).y == Values{1, 1, 2, 2, 1, 1, 2, 2});
}

TEST_CASE("max sends the gradient to its winner and overlapping windows accumulate") {
  CHECK(gradient(square(Reduction::kMax, 2, 2), {2, 2}, {1, 2, 2, 2}, {1}) == Values{0, 1, 0, 0});
  Values x(24, 0), expected(24, 0);
  x[7] = 9;
  const Values dx = gradient(square(Reduction::kMax, 3, 2, 1), {4, 6}, x, Values(6, 1));
  CHECK(dx[7] == 4);  // the peak at (1, 1) is seen by four of the six windows
}

TEST_CASE("average splits the gradient by the divisor") {
  CHECK(gradient(square(Reduction::kAverage, 2, 2), {2, 4}, {}, {4, 8}) == Values{1, 1, 2, 2, 1, 1, 2, 2});
  CHECK(gradient(square(Reduction::kAverage, 2, 2), {3, 3}, {}, {4}) == Values{1, 1, 0, 1, 1, 0, 0, 0, 0});
  PoolParams p = square(Reduction::kAverage, 2, 1);
  p.padding = {0, 0, 1, 1};
  CHECK(gradient(p, {1, 2}, {}, {4, 4}) == Values{1, 2});
  p.count_include_pad = false;
  CHECK(gradient(p, {1, 2}, {}, {4, 4}) == Values{2, 6});
}

TEST_CASE("where many windows overlap, gradients of averages add up as a tree") {
  // Windows of 64 taps, all divided by 64: shares and their sums are exact, in whatever order.
  for (const int64_t dilation : {1, 2}) {
    PoolParams p = square(Reduction::kAverage, 8, 1);
    p.padding = {4, 3, 1, 2};
    p.dilation = {dilation, dilation};
    const Size2 input{17, 19};
    const WindowGeometry g = geometry_of(p, input);
    Values dy, expected(static_cast<size_t>(input.h * input.w), 0.0f);
    for (int64_t r = 0; r < g.rows.output; ++r) {
      for (int64_t c = 0; c < g.columns.output; ++c) {
        const float share = static_cast<float>((7 * r + 3 * c) % 11 - 4);
        dy.push_back(64 * share);
        for (int64_t i = 0; i < 64; ++i) {
          const int64_t y = r - 4 + i / 8 * dilation, x = c - 3 + i % 8 * dilation;
          if (0 <= y && y < input.h && 0 <= x && x < input.w)
            expected[static_cast<size_t>(y * input.w + x)] += share;
        }
      }
    }
    CHECK(gradient(p, input, {}, dy) == expected);
  }
  // Strides above 1: between two beginnings of windows, cells are read by as many windows or by one less.
  for (const Size2 stride : {Size2{4, 4}, Size2{5, 2}, Size2{1, 7}, Size2{40, 1}}) {
    PoolParams p = window_pool(Reduction::kAverage, {32, 64});
    p.stride = stride;
    p.padding = {11, 13, 9, 30};
    p.ceil_mode = stride.h == 5;
    const Size2 input{57, 83};
    const WindowGeometry g = geometry_of(p, input);
    Values dy, expected(static_cast<size_t>(input.h * input.w), 0.0f);
    for (int64_t r = 0; r < g.rows.output; ++r) {
      for (int64_t c = 0; c < g.columns.output; ++c) {
        const AxisWindow rows = g.rows.window(r), columns = g.columns.window(c);
        const float share = static_cast<float>((7 * r + 3 * c) % 11 - 4);
        dy.push_back(static_cast<float>(rows.divisor * columns.divisor) * share);
        for (int64_t y = 0; y < input.h; ++y)
          for (int64_t x = 0; x < input.w; ++x)
            if (rows.reads(y) && columns.reads(x)) expected[static_cast<size_t>(y * input.w + x)] += share;
      }
    }
    CHECK(gradient(p, input, {}, dy) == expected);
  }
  // 33 windows are cut into 1 + 32: 2^24 takes up 32 ones that come as one sum. Up to 32 windows are added
  // one by one, and 2^24 + 1 is 2^24.
  for (const int64_t taps : {32, 33}) {
    PoolParams p = window_pool(Reduction::kAverage, {1, taps});
    p.stride = {1, 1};
    const auto divisor = static_cast<float>(taps);
    Values dy(static_cast<size_t>(taps), divisor);
    dy[0] = 0x1p24f * divisor;
    const Values dx = gradient(p, {1, 2 * taps - 1}, {}, dy);
    CHECK(dx[static_cast<size_t>(taps - 1)] == (taps == 33 ? 0x1p24f + 32 : 0x1p24f));
  }
  // The same where a third as many windows begin.
  for (const int64_t windows : {32, 33}) {
    PoolParams p = window_pool(Reduction::kAverage, {1, 3 * windows});
    p.stride = {1, 3};
    const auto divisor = static_cast<float>(3 * windows);
    Values dy(static_cast<size_t>(windows), divisor);
    dy[0] = 0x1p24f * divisor;
    const Values dx = gradient(p, {1, 3 * (2 * windows - 1)}, {}, dy);
    CHECK(dx[static_cast<size_t>(3 * (windows - 1))] == (windows == 33 ? 0x1p24f + 32 : 0x1p24f));
  }
}
