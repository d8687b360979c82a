// Every operation on the GPU path against the reference, through EGL without a window: Mesa's software driver
// is enough. Without any OpenGL these tests fail and say what to install.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "app/rooms/step/model.h"
#include "app/rooms/step/presets.h"
#include "core/gpu/egl_context.h"
#include "core/gpu/gpu.h"
#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"

namespace poolglass {
namespace {

using testing::Content;

GpuEngine& engine() {
  static Result<std::unique_ptr<GpuEngine>> created = GpuEngine::create(GpuContext::kOwn);
  INFO("install libgl1-mesa-dri and libegl1 (Mesa's software driver): "
       << (created.ok() ? std::string() : created.status().message()));
  REQUIRE(created.ok());
  return **created;
}

std::unique_ptr<GpuEngine> limited_engine(const GpuLimits& limits) {
  auto created = GpuEngine::create(GpuContext::kOwn, limits);
  REQUIRE_MESSAGE(created.ok(), created.status().message());
  return *std::move(created);
}

struct Case {
  const char* name;
  Shape input;
  PoolParams params;  // its reduction is set by the test
};

PoolParams window(Size2 kernel, Size2 stride, Padding padding = {}, Size2 dilation = {1, 1},
                  bool ceil = false) {
  PoolParams p;
  p.kernel = kernel;
  p.stride = stride;
  p.padding = padding;
  p.dilation = dilation;
  p.ceil_mode = ceil;
  return p;
}

PoolParams adaptive(Size2 output) {
  PoolParams p;
  p.adaptive_output = output;
  return p;
}

constexpr int64_t kHuge = 100001, kBeyond32 = int64_t{1} << 33;

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"2x2/2, rows of four", {2, 3, 12, 16}, window({2, 2}, {2, 2})},
      {"2x2/2, odd", {1, 5, 9, 13}, window({2, 2}, {2, 2})},
      {"2x2/2, ceil mode", {1, 2, 7, 9}, window({2, 2}, {2, 2}, {}, {1, 1}, true)},
      {"2x2/1", {1, 2, 6, 12}, window({2, 2}, {1, 1})},
      {"3x3/2, rows of four", {1, 3, 15, 20}, window({3, 3}, {2, 2})},
      {"3x3/2, padded, rows of four", {2, 2, 16, 24}, window({3, 3}, {2, 2}, {1, 1, 1, 1})},
      {"3x3/2, padded, odd, ceil mode", {1, 3, 10, 11}, window({3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1}, true)},
      {"3x3/1, padded", {1, 2, 9, 8}, window({3, 3}, {1, 1}, {1, 1, 1, 1})},
      {"3x3/3", {1, 2, 11, 10}, window({3, 3}, {3, 3})},
      {"1x3/1x2, unequal padding", {1, 2, 5, 12}, window({1, 3}, {1, 2}, {0, 1, 0, 0})},
      {"3x2/2x3", {1, 2, 13, 14}, window({3, 2}, {2, 3}, {1, 0, 0, 1})},
      {"2x3/4x3, ceil mode", {1, 2, 10, 11}, window({2, 3}, {4, 3}, {}, {1, 1}, true)},
      {"2x1/2, odd rows", {1, 2, 7, 10}, window({2, 1}, {2, 2})},
      {"1x1/2", {1, 2, 5, 8}, window({1, 1}, {2, 2})},
      {"5x4/3x2, unequal padding, ceil mode",
       {2, 2, 14, 17},
       window({5, 4}, {3, 2}, {2, 1, 0, 2}, {1, 1}, true)},
      {"7x7/1, padded", {1, 3, 13, 13}, window({7, 7}, {1, 1}, {3, 3, 3, 3})},
      {"11x11/1, padded", {1, 2, 23, 19}, window({11, 11}, {1, 1}, {5, 4, 3, 5})},
      {"5x9/1, dilation 2x3", {2, 1, 20, 31}, window({5, 9}, {1, 1}, {1, 1, 2, 4}, {2, 3})},
      {"150x3/1, padded", {1, 1, 161, 9}, window({150, 3}, {1, 1}, {75, 1, 70, 0})},
      {"3x3/1, dilation 2x3", {1, 2, 12, 19}, window({3, 3}, {1, 1}, {1, 1, 1, 1}, {2, 3})},
      {"4x3/3x2, dilation 3x2, ceil mode",
       {1, 2, 17, 15},
       window({4, 3}, {3, 2}, {2, 0, 1, 1}, {3, 2}, true)},
      {"windows without a tap", {1, 1, 3, 4}, window({2, 2}, {1, 1}, {1, 1, 1, 1}, {4, 5})},
      {"31x31/5, padded", {1, 2, 64, 70}, window({31, 31}, {5, 5}, {15, 15, 15, 15})},
      {"24x41/3x2, padded", {1, 2, 50, 71}, window({24, 41}, {3, 2}, {12, 7, 0, 20})},
      {"kernel of 100001",
       {1, 2, 6, 7},
       window({kHuge, kHuge}, {1, 1}, {kHuge / 2, kHuge / 2, kHuge / 2, kHuge / 2})},
      {"divisor beyond 2^32 on one axis",
       {1, 1, 4, 5},
       window({kBeyond32, 3}, {1, 1}, {kBeyond32 / 2, 1, kBeyond32 / 2, 1})},
      {"stride of 2^31 - 1", {1, 2, 5, 6}, window({2, 2}, {2147483647, 2147483647})},
      {"adaptive, uneven", {2, 3, 13, 17}, adaptive({5, 4})},
      {"adaptive, even", {1, 3, 12, 18}, adaptive({6, 9})},
      {"adaptive, larger than the input", {1, 2, 4, 5}, adaptive({9, 7})},
      {"global, small planes", {2, 19, 7, 7}, adaptive({1, 1})},
      {"global, 57 x 224", {1, 2, 57, 224}, adaptive({1, 1})},
      {"global, in pieces", {1, 2, 401, 333}, adaptive({1, 1})},
      {"global, a wide row", {1, 2, 1, 3001}, adaptive({1, 1})},
      {"halves of a wide row", {1, 1, 3, 2600}, adaptive({2, 2})},
      {"many blocks of columns", {1, 1, 3, 2500}, window({2, 5}, {1, 1})},
  };
  return kCases;
}

PoolParams with(PoolParams params, Reduction reduction, bool count_include_pad = true) {
  params.reduction = reduction;
  params.count_include_pad = count_include_pad;
  return params;
}

PoolPlan reference(const PoolParams& params, const Shape& shape) {
  PlanOptions options;
  options.implementation = Implementation::kReference;
  Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  return *std::move(plan);
}

constexpr float kUnwritten = -12345.0f;

size_t cells(const Shape& shape) { return static_cast<size_t>(shape.elements()); }

void check_max(GpuEngine& gpu, const PoolParams& params, const Shape& shape, const std::vector<float>& x) {
  const PoolPlan plan = reference(params, shape);
  const size_t n = cells(plan.output_shape());
  std::vector<float> expected(n), actual(n, kUnwritten);
  std::vector<int64_t> expected_index(n), actual_index(n, -7);
  plan.forward_with_indices(x.data(), expected.data(), expected_index.data());

  PoolRun run{params, shape};
  run.x = x.data();
  run.y = actual.data();
  Status status = gpu.run(run);
  REQUIRE_MESSAGE(status.ok(), status.message());
  // Bit for bit, the payload of a NaN included.
  CHECK(std::memcmp(expected.data(), actual.data(), n * sizeof(float)) == 0);
  CHECK(testing::first_difference(expected.data(), actual.data(), n) == "");

  actual.assign(n, kUnwritten);
  run.indices = actual_index.data();
  status = gpu.run(run);
  REQUIRE_MESSAGE(status.ok(), status.message());
  CHECK(std::memcmp(expected.data(), actual.data(), n * sizeof(float)) == 0);
  CHECK(expected_index == actual_index);
}

// How far apart two floats are, in units in the last place; NaNs are equal.
int64_t ulps(float a, float b) {
  if (std::isnan(a) && std::isnan(b)) return 0;
  const auto place = [](float v) {
    const auto bits = std::bit_cast<int32_t>(v);
    return bits < 0 ? int64_t{std::numeric_limits<int32_t>::min()} - bits : int64_t{bits};
  };
  return std::abs(place(a) - place(b));
}

int64_t largest_ulps(const std::vector<float>& a, const std::vector<float>& b) {
  int64_t largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, ulps(a[i], b[i]));
  return largest;
}

int64_t average_ulps(GpuEngine& gpu, const PoolParams& params, const Shape& shape,
                     const std::vector<float>& x) {
  const PoolPlan plan = reference(params, shape);
  std::vector<float> expected(cells(plan.output_shape())), actual(expected.size(), kUnwritten);
  plan.forward(x.data(), expected.data());
  PoolRun run{params, shape};
  run.x = x.data();
  run.y = actual.data();
  const Status status = gpu.run(run);
  REQUIRE_MESSAGE(status.ok(), status.message());
  INFO(testing::first_difference(expected.data(), actual.data(), expected.size()));
  const int64_t largest = largest_ulps(expected, actual);
  CHECK(largest <= 1);
  return largest;
}

std::pair<std::vector<float>, std::vector<float>> both_gradients(GpuEngine& gpu, const PoolParams& params,
                                                                 const Shape& shape,
                                                                 const std::vector<float>& x) {
  const PoolPlan plan = reference(params, shape);
  const std::vector<float> dy = testing::make_values(plan.output_shape().elements(), Content::kPlain, 77);
  std::vector<float> expected(cells(shape)), actual(cells(shape), kUnwritten);
  plan.backward(x.data(), dy.data(), expected.data());
  PoolRun run{params, shape};
  run.x = x.data();
  run.dy = dy.data();
  run.y = actual.data();
  const Status status = gpu.run(run);
  REQUIRE_MESSAGE(status.ok(), status.message());
  return {expected, actual};
}

TEST_CASE("maxima, their indices and their gradients are the reference's, bit for bit") {
  uint32_t seed = 1;
  for (const Case& c : cases()) {
    for (Content content : {Content::kPlain, Content::kTies, Content::kSpecial}) {
      CAPTURE(c.name);
      CAPTURE(static_cast<int>(content));
      const PoolParams params = with(c.params, Reduction::kMax);
      const std::vector<float> x = testing::make_values(c.input.elements(), content, ++seed);
      check_max(engine(), params, c.input, x);
      const auto [expected, actual] = both_gradients(engine(), params, c.input, x);
      CHECK(testing::first_difference(expected.data(), actual.data(), expected.size()) == "");
    }
  }
}

TEST_CASE("averages and their gradients are at most one unit in the last place from the reference") {
  int64_t forward = 0, special = 0, backward = 0;
  uint32_t seed = 100;
  for (const Case& c : cases()) {
    for (bool count_include_pad : {true, false}) {
      if (c.params.adaptive_output && count_include_pad) continue;
      CAPTURE(c.name);
      CAPTURE(count_include_pad);
      const PoolParams params = with(c.params, Reduction::kAverage, count_include_pad);
      const std::vector<float> x = testing::make_values(c.input.elements(), Content::kPlain, ++seed);
      forward = std::max(forward, average_ulps(engine(), params, c.input, x));
      const std::vector<float> odd = testing::make_values(c.input.elements(), Content::kSpecial, ++seed);
      special = std::max(special, average_ulps(engine(), params, c.input, odd));
      const auto [expected, actual] = both_gradients(engine(), params, c.input, x);
      INFO(testing::first_difference(expected.data(), actual.data(), expected.size()));
      const int64_t largest = largest_ulps(expected, actual);
      CHECK(largest <= 1);
      backward = std::max(backward, largest);
    }
  }
  std::printf(
      "%s: largest difference of an average %lld ulp, with NaN, infinities and denormals %lld, of a gradient "
      "%lld\n",
      engine().renderer().c_str(), static_cast<long long>(forward), static_cast<long long>(special),
      static_cast<long long>(backward));
}

TEST_CASE("the detour around denormal numbers changes no average and no gradient") {
  const auto detour = limited_engine({.keeps_denormals = false});
  uint32_t seed = 200;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    for (const Reduction reduction : {Reduction::kAverage, Reduction::kMax}) {
      const PoolParams params = with(c.params, reduction);
      std::vector<float> x = testing::make_values(c.input.elements(), Content::kSpecial, ++seed);
      if (reduction == Reduction::kAverage) average_ulps(*detour, params, c.input, x);
      for (float& v : x) v = std::isfinite(v) ? v * 0x1p-140f : v;  // nothing but small numbers
      if (reduction == Reduction::kAverage) CHECK(average_ulps(*detour, params, c.input, x) == 0);
      const auto [expected, actual] = both_gradients(*detour, params, c.input, x);
      INFO(testing::first_difference(expected.data(), actual.data(), expected.size()));
      CHECK(largest_ulps(expected, actual) <= 1);
    }
  }
}

TEST_CASE("quotients are rounded to nearest for every divisor up to 3000") {
  // One row of sums, divided by k in a window of k cells of which only the first is not zero.
  for (int64_t k : {3, 5, 6, 7, 9, 11, 49, 121, 999, 3000}) {
    CAPTURE(k);
    const Shape shape{1, 512, 1, k};
    std::vector<float> x(cells(shape), 0.0f);
    const std::vector<float> sums = testing::make_values(512, Content::kPlain, static_cast<uint32_t>(k));
    for (int64_t i = 0; i < 512; ++i) x[static_cast<size_t>(i * k)] = sums[static_cast<size_t>(i)];
    CHECK(average_ulps(engine(), with(adaptive({1, 1}), Reduction::kAverage), shape, x) == 0);
  }
}

TEST_CASE("an array or a dispatch that is too large is split, with the same bits") {
  const Shape shape{2, 5, 12, 16};
  const std::vector<float> x = testing::make_values(shape.elements(), Content::kSpecial, 5);
  const auto gpu = limited_engine({.buffer_bytes = 12 * 16 * 4 * 3, .groups = 1});
  check_max(*gpu, with(window({3, 3}, {1, 1}, {1, 1, 1, 1}), Reduction::kMax), shape, x);
  CHECK(gpu->timings().batches > 1);
  check_max(*gpu, with(window({5, 5}, {1, 1}, {2, 2, 2, 2}), Reduction::kMax), shape, x);
  CHECK(gpu->timings().dispatches > gpu->timings().batches);
  const auto [expected, actual] =
      both_gradients(*gpu, with(window({3, 3}, {2, 2}), Reduction::kMax), shape, x);
  CHECK(testing::first_difference(expected.data(), actual.data(), expected.size()) == "");
  CHECK(gpu->timings().batches > 1);

  const auto small = limited_engine({.batch_bytes = 1});  // one plane at a time
  check_max(*small, with(window({2, 2}, {2, 2}), Reduction::kMax), shape, x);
  CHECK(small->timings().batches == 10);
}

TEST_CASE("a plane that is too large is refused with a sentence") {
  const auto gpu = limited_engine({.buffer_bytes = 1000});
  const Shape shape{1, 1, 16, 16};
  std::vector<float> x(256), y(256);
  PoolRun run{window_pool(Reduction::kMax, {2, 2}), shape};
  run.x = x.data();
  run.y = y.data();
  const Status status = gpu->run(run);
  CHECK(status.code() == StatusCode::kResourceExhausted);
  CHECK(status.message() ==
        "one input plane of 16x16 cells is larger than the 1000 bytes that an array on this GPU may have");
}

TEST_CASE("what core refuses is refused here, with core's sentence") {
  std::vector<float> x(16), y(16);
  std::vector<int64_t> indices(16);
  PoolRun run{window_pool(Reduction::kMax, {9, 9}), {1, 1, 4, 4}};
  run.x = x.data();
  run.y = y.data();
  CHECK(engine().run(run).message() == "kernel 9x9 is larger than the input 4x4");
  run.params = window_pool(Reduction::kAverage, {2, 2});
  run.indices = indices.data();
  CHECK(engine().run(run).message() == "an average has no indices");
}

TEST_CASE("an engine keeps its programs and arrays between runs, and says where the time went") {
  const Shape shape{1, 8, 64, 64};
  const std::vector<float> x = testing::make_values(shape.elements(), Content::kPlain, 9);
  std::vector<float> y(static_cast<size_t>(shape.elements() / 4));
  PoolRun run{window_pool(Reduction::kMax, {2, 2}), shape};
  run.x = x.data();
  run.y = y.data();
  for (int i = 0; i < 3; ++i) {
    const Status status = engine().run(run);
    REQUIRE_MESSAGE(status.ok(), status.message());
    const GpuTimings& t = engine().timings();
    CHECK(t.uploaded_bytes == shape.elements() * 4);
    CHECK(t.downloaded_bytes == shape.elements());
    CHECK(t.kernel_ms > 0);
    CHECK(t.upload_ms > 0);
    CHECK(t.download_ms > 0);
    CHECK(t.batches == 1);
  }
  const Result<double> copy = engine().time_copy(1 << 20, 2);
  REQUIRE(copy.ok());
  CHECK(*copy > 0);
}

TEST_CASE("the backend starts its driver when first asked, and answers from any thread") {
  Backend backend = gpu_backend(GpuContext::kOwn);
  CHECK(backend.name == "gpu");
  const Status status = backend.available();
  REQUIRE_MESSAGE(status.ok(), status.message());
  CHECK(backend.detail() == engine().renderer());
  const std::vector<float> x = {5, 3, 5, 8};
  float y = 0;
  PoolRun run{window_pool(Reduction::kMax, {2, 2}), {1, 1, 2, 2}};
  run.x = x.data();
  run.y = &y;
  REQUIRE(backend.run(run).ok());
  CHECK(y == 8);
}

TEST_CASE("a context that is current already, a window's, does the work") {
  constexpr EglContext::Version kVersions[] = {{4, 3}};
  const auto context = EglContext::create(kVersions);
  REQUIRE_MESSAGE(context.ok(), context.status().message());
  const EglContext::Current current(context->get());
  REQUIRE(current.ok());
  auto gpu = GpuEngine::create(GpuContext::kCurrent);
  REQUIRE_MESSAGE(gpu.ok(), gpu.status().message());
  const Shape shape{1, 2, 9, 13};
  const std::vector<float> x = testing::make_values(shape.elements(), Content::kSpecial, 3);
  check_max(**gpu, with(window({3, 3}, {2, 2}), Reduction::kMax), shape, x);
  // An engine with a context of its own gives the thread its context back.
  check_max(engine(), with(window({3, 3}, {2, 2}), Reduction::kMax), shape, x);
  check_max(**gpu, with(window({3, 3}, {2, 2}), Reduction::kMax), shape, x);
}

TEST_CASE("the Step room shows the same picture from the GPU, for every preset and both operations") {
  const Environment environment{{gpu_backend(GpuContext::kOwn)}};
  for (const step::Preset& preset : step::presets()) {
    for (Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
      CAPTURE(preset.id);
      step::Model model;
      update(model, step::ApplyPreset{std::string(preset.id)});
      update(model, step::SetReduction{reduction});
      step::Derived cpu, gpu;
      derive(model, cpu, environment);
      update(model, step::SetDevice{step::Device::kGpu});
      derive(model, gpu, environment);
      REQUIRE_MESSAGE(gpu.status.ok(), gpu.refusal);
      CHECK(gpu.device == step::Device::kGpu);
      CHECK(gpu.gpu_name == engine().renderer());
      CHECK(gpu.output == cpu.output);
      CHECK(gpu.winners == cpu.winners);
      CHECK(status_sentence(model, gpu) == status_sentence(model, cpu));
    }
  }
}

}  // namespace
}  // namespace poolglass
