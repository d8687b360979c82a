// What the shaders are told: windows as runs, pieces of runs, and who reads a cell. No OpenGL.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "core/gpu/pass.h"
#include "core/gpu/runs.h"
#include "core/pooling/reference.h"
#include "tests/support/arrays.h"

namespace poolglass::gpu {
namespace {

constexpr float kNothing = -0.0f;

// The walk of shaders/runs.glsl, in C++.
template <class Tap>
float run_total(const Run& run, uint32_t step, const Tap& tap) {
  float pending[64];
  std::fill(std::begin(pending), std::end(pending), kNothing);
  const uint32_t end = run.phase + run.count;
  for (uint32_t t = run.phase, cell = run.first; t < end; ++t, cell += step) {
    float sum = tap(cell);
    int level = 0;
    for (; (t >> level & 1) != 0; ++level) sum = pending[level] + sum;
    pending[level] = sum;
  }
  float total = kNothing;
  for (int level = 0; level < 32; ++level) {
    if ((end >> level & 1) != 0) total = pending[level] + total;
  }
  return total;
}

template <class Tap>
float window_total(const AxisRuns& axis, int64_t window, const Tap& tap) {
  float total = kNothing;
  for (uint32_t r = axis.begin[static_cast<size_t>(window)]; r < axis.begin[static_cast<size_t>(window) + 1];
       ++r) {
    total += run_total(axis.runs[r], axis.step, tap);
  }
  return total;
}

Axis strided(int64_t input, int64_t kernel, int64_t stride, int64_t dilation, int64_t pad_begin,
             int64_t pad_end, bool ceil_mode) {
  Axis axis;
  axis.input = input;
  axis.kernel = kernel;
  axis.stride = stride;
  axis.dilation = dilation;
  axis.pad_begin = pad_begin;
  axis.pad_end = pad_end;
  axis.output = strided_output(axis, ceil_mode);
  return axis;
}

std::vector<Axis> axes() {
  std::vector<Axis> result;
  for (int64_t input : {1, 2, 5, 13, 64, 131}) {
    for (int64_t kernel : {1, 2, 3, 5, 7, 12, 31, 64, 100, 100001}) {
      for (int64_t stride : {1, 2, 3, 10}) {
        for (int64_t dilation : {1, 2, 3}) {
          for (int64_t pad : {int64_t{0}, kernel / 3, kernel / 2}) {
            const Axis axis = strided(input, kernel, stride, dilation, pad, kernel / 2, stride == 2);
            if (axis.output >= 1) result.push_back(axis);
          }
        }
      }
    }
    for (int64_t output : {1, 2, 3, 7, 20}) {
      Axis axis;
      axis.adaptive = true;
      axis.input = input;
      axis.output = output;
      result.push_back(axis);
    }
  }
  return result;
}

// The reference's sum of each window of one row.
std::vector<float> reference_sums(const Axis& columns, const std::vector<float>& x) {
  Axis one;
  one.input = one.output = 1;
  WindowGeometry geometry{one, columns};
  std::vector<float> means(static_cast<size_t>(columns.output));
  reference_average(geometry, x.data(), means.data());
  return means;
}

TEST_CASE("runs add in the reference's order, whole or in pieces") {
  uint32_t seed = 0;
  for (const Axis& axis : axes()) {
    const std::vector<float> x = testing::make_values(axis.input, testing::Content::kPlain, ++seed);
    const std::vector<float> expected = reference_sums(axis, x);
    const AxisRuns runs = axis_runs(axis, Reduction::kAverage);
    const auto tap = [&](uint32_t cell) { return x.at(cell); };
    for (uint32_t piece : {4u, 64u}) {
      const SplitRuns split = split_runs(runs, piece);
      std::vector<float> partial;
      for (int64_t i = 0; i < split.pieces.windows(); ++i)
        partial.push_back(window_total(split.pieces, i, tap));
      for (int64_t i = 0; i < axis.output; ++i) {
        CAPTURE(axis.input);
        CAPTURE(axis.kernel);
        CAPTURE(axis.stride);
        CAPTURE(axis.dilation);
        CAPTURE(axis.pad_begin);
        CAPTURE(i);
        const AxisWindow w = axis.window(i);
        const auto mean = [&](float sum) {
          return w.count == 0 ? 0.0f : (sum + 0.0f) / static_cast<float>(w.divisor);
        };
        const float whole = mean(window_total(runs, i, tap));
        const float pieces =
            mean(window_total(split.windows, i, [&](uint32_t cell) { return partial.at(cell); }));
        REQUIRE(std::bit_cast<uint32_t>(whole) == std::bit_cast<uint32_t>(expected[static_cast<size_t>(i)]));
        REQUIRE(std::bit_cast<uint32_t>(pieces) == std::bit_cast<uint32_t>(expected[static_cast<size_t>(i)]));
      }
    }
    REQUIRE(runs.levels() <= 32);
  }
}

TEST_CASE("the windows that read a cell are those that the geometry names") {
  for (const Axis& axis : axes()) {
    const ReadingWindows reading = reading_windows(axis);
    for (int64_t cell = 0; cell < axis.input; ++cell) {
      CAPTURE(axis.input);
      CAPTURE(axis.kernel);
      CAPTURE(axis.stride);
      CAPTURE(axis.dilation);
      CAPTURE(cell);
      const ReadingWindows::Cell& c = reading.cells[static_cast<size_t>(cell)];
      std::vector<int64_t> windows;
      for (uint32_t i = 0; i < c.count; ++i) windows.push_back(c.first + i * reading.step);
      REQUIRE(windows == windows_reading(axis, cell));
    }
  }
}

TEST_CASE("common windows take one pass, and only huge ones more") {
  const auto shaders = [](const PoolParams& params, Size2 input, Operation operation) {
    const Result<PassPlan> plan = make_passes(params, input, operation);
    REQUIRE(plan.ok());
    std::vector<std::string> names;
    for (const Pass& pass : plan->passes) names.emplace_back(pass.shader);
    return names;
  };
  using Names = std::vector<std::string>;
  const PoolParams max2 = window_pool(Reduction::kMax, {2, 2}), max5 = window_pool(Reduction::kMax, {5, 5});
  CHECK(shaders(max2, {224, 224}, Operation::kForward) == Names{"pool_small.comp"});
  CHECK(shaders(max5, {224, 224}, Operation::kForwardWithIndices) == Names{"pool_tile.comp"});
  CHECK(shaders(global_pool(Reduction::kAverage), {224, 224}, Operation::kForward) ==
        Names{"pool_tile.comp"});
  CHECK(shaders(adaptive_pool(Reduction::kAverage, {112, 112}), {224, 224}, Operation::kForward) ==
        Names{"pool_small.comp"});
  CHECK(shaders(max2, {225, 224}, Operation::kBackward) == Names{"spread_gradient.comp"});
  CHECK(shaders(max5, {224, 224}, Operation::kBackward) == Names{"pool_tile.comp", "gather_gradient.comp"});
  PoolParams average7 = window_pool(Reduction::kAverage, {7, 7});
  average7.stride = {1, 1};
  CHECK(shaders(average7, {224, 224}, Operation::kBackward) == Names{"pool_axis.comp", "pool_axis.comp"});
  CHECK(shaders(global_pool(Reduction::kAverage), {1024, 1024}, Operation::kForward) ==
        Names{"pool_axis.comp", "pool_axis.comp", "pool_axis.comp", "pool_axis.comp"});
}

}  // namespace
}  // namespace poolglass::gpu
