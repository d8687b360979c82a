// Types that float32 cannot hold, against the definition in the elements' own type, bit for bit.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/pooling/pooling.h"
#include "core/pooling/wide.h"
#include "core/pooling/window.h"
#include "tests/support/arrays.h"
#include "tests/support/pooling.h"

namespace poolglass {
namespace {

using testing::to_nhwc;

// Values that are all the same as float32 and of which most are different.
template <class T>
T close_value(int64_t k) {
  if constexpr (std::is_same_v<T, float>) return static_cast<float>(k);
  if constexpr (std::is_same_v<T, double>) return 1 + static_cast<double>(k) * 1e-12;
  if constexpr (std::is_same_v<T, int32_t>) return static_cast<T>(-(1 << 30) + k);
  if constexpr (std::is_same_v<T, int64_t>) return -(int64_t{1} << 62) + k;
  return static_cast<T>(std::numeric_limits<T>::max() - static_cast<T>(64) + static_cast<T>(k));
}

template <class T>
std::vector<T> close_values(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(close_value<T>(random() % 11));
  if constexpr (std::is_floating_point_v<T>) {
    for (T& v : values) {
      const uint32_t which = static_cast<uint32_t>(random() % 24);
      if (which == 0) v = std::numeric_limits<T>::quiet_NaN();
      if (which == 1) v = -std::numeric_limits<T>::infinity();
      if (which == 2) v = std::numeric_limits<T>::infinity();
      if (which == 3) v = T{-0.0};
      if (which == 4) v = T{0.0};
    }
  }
  return values;
}

// f(cell) for the taps of a window that are inside the plane, in row-major order.
template <class F>
void for_each_tap(const AxisWindow& rows, const AxisWindow& columns, int64_t width, const F& f) {
  for (int64_t r = 0; r < rows.count; ++r) {
    for (int64_t c = 0; c < columns.count; ++c) {
      f((rows.first + r * rows.step) * width + columns.first + c * columns.step);
    }
  }
}

template <class T>
int64_t defined_winner(const AxisWindow& rows, const AxisWindow& columns, int64_t width, const T* x) {
  int64_t winner = -1;
  for_each_tap(rows, columns, width, [&](int64_t cell) {
    const bool nan = x[cell] != x[cell];
    if (winner < 0 || x[cell] > x[winner] || nan) winner = cell;
  });
  return winner;
}

template <class T>
struct Arrays {
  std::vector<T> x;
  std::vector<double> dy;
  std::vector<float> y, dx;
  std::vector<int64_t> indices;
};

// x and dy hold values whose sums are exact in double, so that the order of additions is not at stake.
template <class T>
Arrays<T> defined(const PoolParams& params, const Shape& in, const Shape& out, const std::vector<T>& x,
                  const std::vector<double>& dy) {
  Arrays<T> a{x, dy, std::vector<float>(dy.size()), std::vector<float>(x.size()),
              std::vector<int64_t>(dy.size())};
  const WindowGeometry geometry = *window_geometry(params, in.plane());
  std::vector<double> sums(x.size());
  for (int64_t p = 0; p < in.planes(); ++p) {
    const T* plane = x.data() + p * in.h * in.w;
    double* gradient = sums.data() + p * in.h * in.w;
    for (int64_t i = 0; i < out.h * out.w; ++i) {
      const AxisWindow rows = geometry.rows.window(i / out.w), columns = geometry.columns.window(i % out.w);
      const size_t cell = static_cast<size_t>(p * out.h * out.w + i);
      if (params.reduction == Reduction::kMax) {
        const int64_t winner = defined_winner(rows, columns, in.w, plane);
        a.indices[cell] = winner;
        a.y[cell] = winner < 0 ? -INFINITY : static_cast<float>(plane[winner]);
        if (winner >= 0) gradient[winner] += dy[cell];
      } else {
        const double divisor = static_cast<double>(rows.divisor * columns.divisor);
        double sum = 0;
        int64_t taps = 0;
        for_each_tap(rows, columns, in.w, [&](int64_t tap) {
          sum += static_cast<double>(plane[tap]);
          gradient[tap] += dy[cell] / divisor;
          ++taps;
        });
        a.y[cell] = taps > 0 ? static_cast<float>(sum / divisor) : 0.0f;
      }
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) a.dx[i] = static_cast<float>(sums[i]);
  return a;
}

std::vector<PoolParams> all_params(Reduction reduction) {
  std::vector<PoolParams> all;
  for (const Size2 kernel : {Size2{1, 1}, {2, 2}, {3, 2}, {5, 7}, {16, 9}, {4, 31}}) {
    PoolParams p = window_pool(reduction, kernel);
    all.push_back(p);
    p.stride = {1, 1};
    all.push_back(p);
    p.padding = {kernel.h / 2, kernel.w / 2, kernel.h / 2, kernel.w / 3};
    all.push_back(p);
    p.stride = {2, 3};
    p.ceil_mode = true;
    p.count_include_pad = false;
    all.push_back(p);
    p.dilation = {2, 3};
    p.count_include_pad = true;
    all.push_back(p);
  }
  all.push_back(global_pool(reduction));
  all.push_back(adaptive_pool(reduction, {3, 5}));
  all.push_back(adaptive_pool(reduction, {23, 40}));
  return all;
}

template <class T>
void check_all(Reduction reduction, const std::vector<T>& values, const std::vector<double>& gradient) {
  for (const PoolParams& params : all_params(reduction)) {
    for (const Shape in : {Shape{2, 3, 9, 31}, Shape{1, 1, 21, 14}}) {
      const Result<Size2> plane = output_size(params, in.plane());
      if (!plane.ok()) continue;
      const Shape out{in.n, in.c, plane->h, plane->w};
      const auto front = [](const auto& v, int64_t n) {
        return std::vector(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(n));
      };
      const Arrays<T> right =
          defined(params, in, out, front(values, in.elements()), front(gradient, out.elements()));
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
        const bool last = layout == Layout::kNhwc;
        INFO(testing::describe(params, in) << (last ? " NHWC" : " NCHW"));
        WideRun run{params, in, layout, in.n == 1 ? 3 : 2, nullptr};
        Arrays<T> a{last ? to_nhwc(right.x, in) : right.x, last ? to_nhwc(right.dy, out) : right.dy,
                    std::vector<float>(right.y.size()), std::vector<float>(right.x.size()),
                    std::vector<int64_t>(right.y.size())};
        const bool max = reduction == Reduction::kMax;
        REQUIRE(wide_forward(run, a.x.data(), a.y.data(), max ? a.indices.data() : nullptr).ok());
        REQUIRE(wide_backward(run, max ? a.x.data() : nullptr, a.dy.data(), a.dx.data()).ok());
        const std::vector<float> y = last ? to_nhwc(right.y, out) : right.y;
        const std::vector<float> dx = last ? to_nhwc(right.dx, in) : right.dx;
        CHECK(testing::first_difference(y.data(), a.y.data(), y.size()) == "");
        CHECK(testing::first_difference(dx.data(), a.dx.data(), dx.size()) == "");
        if (max) CHECK(a.indices == (last ? to_nhwc(right.indices, out) : right.indices));
      }
    }
  }
}

// Whole numbers, so small that every sum of them and of their shares by a power of two is exact.
std::vector<double> gradients(int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<double> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(static_cast<double>(random() % 17) - 8);
  return values;
}

constexpr int64_t kEnough = 20000;

}  // namespace

TEST_CASE_TEMPLATE("maxima are decided in the elements' own type, forward, indices and gradients", T, float,
                   double, int32_t, int64_t, uint32_t, uint64_t) {
  check_all<T>(Reduction::kMax, close_values<T>(kEnough, 7), gradients(kEnough, 8));
}

TEST_CASE_TEMPLATE("averages are sums in double, rounded once", T, float, double, int32_t, int64_t, uint32_t,
                   uint64_t) {
  std::vector<T> values;
  std::mt19937 random(3);
  // Multiples of a number that float32 sums would not hold: 20 bits above 2^33 as doubles, whole numbers
  // else.
  for (int64_t i = 0; i < kEnough; ++i) {
    const uint32_t drawn = static_cast<uint32_t>(random() & 0xfffffu);
    values.push_back(std::is_floating_point_v<T> ? static_cast<T>(static_cast<double>(drawn) * 0x1p-10)
                                                 : static_cast<T>(drawn * 1000));
  }
  // Gradients that every divisor of up to 32 taps divides exactly; the others differ in the order of
  // additions at most, by less than float32 sees.
  std::vector<double> gradient = gradients(kEnough, 5);
  for (double& v : gradient) v *= 4655851200;  // a multiple of every number up to 21, and of 31
  for (const PoolParams& params : all_params(Reduction::kAverage)) {
    const Shape in{2, 3, 9, 31};
    const Result<Size2> plane = output_size(params, in.plane());
    if (!plane.ok()) continue;
    const Shape out{in.n, in.c, plane->h, plane->w};
    const std::vector<T> x(values.begin(), values.begin() + in.elements());
    const std::vector<double> dy(gradient.begin(), gradient.begin() + out.elements());
    const Arrays<T> right = defined(params, in, out, x, dy);
    for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
      const bool last = layout == Layout::kNhwc;
      INFO(testing::describe(params, in) << (last ? " NHWC" : " NCHW"));
      const WideRun run{params, in, layout, 2, nullptr};
      std::vector<float> y(dy.size()), dx(x.size());
      REQUIRE(wide_forward(run, (last ? to_nhwc(x, in) : x).data(), y.data(), nullptr).ok());
      REQUIRE(wide_backward<T>(run, nullptr, (last ? to_nhwc(dy, out) : dy).data(), dx.data()).ok());
      const std::vector<float> ys = last ? to_nhwc(right.y, out) : right.y;
      const std::vector<float> dxs = last ? to_nhwc(right.dx, in) : right.dx;
      CHECK(testing::first_difference(ys.data(), y.data(), y.size()) == "");
      for (size_t i = 0; i < dx.size(); ++i) {
        CHECK(std::abs(dx[i] - dxs[i]) <= std::abs(dxs[i]) * 0x1p-23f + 1e-4f);
      }
    }
  }
}

TEST_CASE("a window of 501 x 501 costs about what one of 5 x 5 does, and no time where it is padding") {
  const Shape in{1, 1, 300, 300};
  PoolParams params = window_pool(Reduction::kMax, {501, 501});
  params.stride = {1, 1};
  params.padding = {250, 250, 250, 250};
  std::vector<double> x(static_cast<size_t>(in.elements()));
  for (size_t i = 0; i < x.size(); ++i) x[i] = 1 + static_cast<double>(i * 7919 % x.size()) * 1e-14;
  std::vector<float> y(x.size());
  std::vector<int64_t> indices(x.size());
  REQUIRE(wide_forward(WideRun{params, in}, x.data(), y.data(), indices.data()).ok());
  const WindowGeometry geometry = *window_geometry(params, in.plane());
  for (const int64_t cell : {int64_t{0}, int64_t{299}, int64_t{45150}, int64_t{89999}}) {
    CHECK(indices[static_cast<size_t>(cell)] == defined_winner(geometry.rows.window(cell / 300),
                                                               geometry.columns.window(cell % 300), 300,
                                                               x.data()));
  }
  params = window_pool(Reduction::kAverage, {100001, 100001});
  params.padding = {50000, 50000, 50000, 50000};
  const double one = 3e10;
  REQUIRE(wide_forward(WideRun{params, Shape{}}, &one, y.data(), nullptr).ok());
  CHECK(y[0] == static_cast<float>(3e10 / (100001.0 * 100001.0)));
}

TEST_CASE("what float32 cannot hold is counted") {
  const Shape in{1, 1, 2, 4};
  const PoolParams max = window_pool(Reduction::kMax, {2, 2}),
                   average = window_pool(Reduction::kAverage, {2, 2});
  float y[2], dx[8];
  const double huge[8] = {1e39, 0, INFINITY, 0, 0, 0, 0, 0};
  CHECK(wide_forward(WideRun{max, in}, huge, y, nullptr)->beyond_range == 1);
  CHECK(y[0] == INFINITY);
  CHECK(y[1] == INFINITY);
  const Result<WideLosses> mean = wide_forward(WideRun{average, in}, huge, y, nullptr);
  CHECK(mean->beyond_range == 0);  // 2.5e38
  CHECK(mean->overflowed == 0);    // an infinity of the file's own
  const double opposite[8] = {1e308, 0, 1e308, 0, 1e308, 0, -1e308, 0};
  const Result<WideLosses> sum = wide_forward(WideRun{average, in}, opposite, y, nullptr);
  CHECK(sum->overflowed == 1);
  CHECK(sum->beyond_range == 0);
  CHECK(y[1] == 0);
  const double dy[2] = {1e300, -1e300};
  CHECK(wide_backward<float>(WideRun{average, in}, nullptr, dy, dx)->beyond_range == 8);
  CHECK_FALSE(wide_forward(WideRun{average, in}, huge, y, reinterpret_cast<int64_t*>(dx)).ok());
  CHECK_FALSE(wide_forward(WideRun{window_pool(Reduction::kMax, {3, 3}), in}, huge, y, nullptr).ok());
}

TEST_CASE("means that overflow float32 on the way are told from those of infinite values") {
  const Shape in{1, 2, 2, 4};
  const float x[16] = {3e38f, 3e38f, INFINITY, 0, 3e38f, 3e38f, 0, 0,  //
                       1,     1,     NAN,      0, 1,     1,     0, 0};
  const PoolParams average = window_pool(Reduction::kAverage, {2, 2});
  const Result<PoolPlan> plan = PoolPlan::make(average, in);
  float y[4];
  plan->forward(x, y);
  CHECK(std::isinf(y[0]));
  CHECK(*overflowed_means(WideRun{average, in}, x, y) == 1);
}

TEST_CASE("progress reaches the total, in the engine and beside it") {
  const Shape in{1, 3, 64, 48};
  const std::vector<float> x(static_cast<size_t>(in.elements()), 1.0f);
  const std::vector<double> wide(x.begin(), x.end());
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    PoolParams params = window_pool(reduction, {3, 3});
    params.stride = {1, 1};
    std::vector<float> y(x.size()), dx(x.size()), plain(x.size());
    WorkDone work;
    PlanOptions options;
    options.progress = &work;
    const Result<PoolPlan> plan = PoolPlan::make(params, in, options);
    plan->forward(x.data(), y.data());
    CHECK(work.total > 64);
    CHECK(work.done == work.total);
    PoolPlan::make(params, in)->forward(x.data(), plain.data());
    CHECK(y == plain);
    plan->backward(x.data(), y.data(), dx.data());
    CHECK(work.done == work.total);
    WideRun run{params, in};
    WorkDone beside;
    run.progress = &beside;
    REQUIRE(wide_forward(run, wide.data(), y.data(), nullptr).ok());
    CHECK(beside.total > 0);
    CHECK(beside.done == beside.total);
    const std::vector<double> dy(x.size(), 1.0);
    beside.done = 0;
    REQUIRE(wide_backward(run, wide.data(), dy.data(), dx.data()).ok());
    CHECK(beside.done == beside.total);
  }
}

}  // namespace poolglass
