// Channels last: every kernel against the definition, bit for bit, for the numbers of channels that fill
// vectors, leave some over or do not fill one, on every SIMD target.
#include <doctest/doctest.h>

#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"
#include "tests/support/pooling.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

namespace {

constexpr int64_t kChannels[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 12, 15, 16, 17,
                                 20, 24, 31, 32, 33, 36, 47, 48, 50, 64, 67, 80, 100};

std::vector<float> run(const PoolParams& params, const Shape& shape, const PlanOptions& options,
                       const std::vector<float>& values, size_t shift = 0) {
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  ExactArray<float> x(values, shift), y(static_cast<size_t>(plan->output_shape().elements()), shift);
  std::memset(y.data(), 0x55, y.size() * sizeof(float));
  plan->forward(x.data(), y.data());
  return {y.data(), y.data() + y.size()};
}

// `values` are NHWC.
void check(const PoolParams& params, const Shape& shape, const std::vector<float>& values, size_t shift = 0,
           int threads = 1) {
  PlanOptions options;
  options.layout = Layout::kNhwc;
  options.threads = threads;
  const std::vector<float> actual = run(params, shape, options, values, shift);
  options.implementation = Implementation::kReference;
  const std::vector<float> expected = run(params, shape, options, values);
  const std::string difference = first_difference(expected.data(), actual.data(), actual.size());
  if (!difference.empty()) {
    FAIL_CHECK(describe(params, shape)
               << ", shift " << shift << ", " << threads << " threads: " << difference);
  }
}

// Both reductions and all contents.
void check_all(PoolParams params, const Shape& shape, size_t shift = 0, int threads = 1) {
  if (!output_size(params, shape.plane()).ok()) return;
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    params.reduction = reduction;
    for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial}) {
      const auto seed = static_cast<uint32_t>(shape.c + 7 * shape.w);
      check(params, shape, make_values(shape.elements(), content, seed), shift, threads);
    }
  }
}

}  // namespace

TEST_CASE("NHWC: small windows equal the definition for every number of channels") {
  for_each_simd_target([] {
    for (const int64_t channels : kChannels)
      for (const int64_t size : {2, 3, 4, 5})
        for (const int64_t stride : {1, 2, 3})
          for (const int64_t padding : {int64_t{0}, size / 2}) {
            PoolParams p = window_pool(Reduction::kMax, {size, size});
            p.stride = {stride, stride};
            p.padding = {padding, padding, 1, stride == 1};
            p.ceil_mode = (channels + stride) % 2 == 0;
            p.count_include_pad = channels % 2 == 0;
            for (const Size2 plane : {Size2{1, 1}, {2, 3}, {3, 2}, {5, 6}, {8, 9}, {7, 12}}) {
              check_all(p, {2, channels, plane.h, plane.w}, static_cast<size_t>(channels + plane.w) % 4);
            }
          }
  });
}

TEST_CASE("NHWC: windows of any shape equal the definition") {
  for_each_simd_target([] {
    std::mt19937 random(3);
    const auto draw = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    for (const int64_t channels : kChannels)
      for (int64_t tall = 1; tall <= 9; ++tall) {
        PoolParams p = window_pool(Reduction::kMax, {tall, draw(1, 9)});
        if (draw(0, 2) == 0) p.kernel = {draw(1, 3), draw(1, 3)};
        p.stride = {draw(1, 4), draw(1, 4)};
        if (draw(0, 2) == 0) p.stride = p.kernel;
        if (draw(0, 3) == 0) p.dilation = {draw(1, 2), draw(1, 3)};
        p.padding = {p.kernel.h / 2, p.kernel.w / 3, p.kernel.h / 3, p.kernel.w / 2};
        p.count_include_pad = draw(0, 1) == 0;
        check_all(p, {2, channels, draw(3, 12), draw(3, 14)}, static_cast<size_t>(draw(0, 3)),
                  static_cast<int>(draw(1, 2)));
      }
    // Rows of results shorter than a vector.
    for (const int64_t channels : {2, 3, 5, 7})
      for (const int64_t stride : {3, 5, 9}) {
        PoolParams p = window_pool(Reduction::kMax, {1, 1});
        p.stride = {stride, stride};
        check_all(p, {2, channels, 13, 13}, 0, 2);
      }
    // Strips of columns, and a thread that begins within a plane.
    for (const Size2 kernel : {Size2{3, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 1}}) {
      PoolParams p = window_pool(Reduction::kMax, kernel);
      p.stride = {kernel.h == 4 ? 2 : 1, kernel.h == 4 ? 2 : 1};
      p.padding = {kernel.h / 2, kernel.w / 2, kernel.h / 2, 0};
      p.dilation = {kernel.h == 3 ? 2 : 1, 1};
      check_all(p, {2, 67, 13, 47}, 1, 2);
    }
  });
}

TEST_CASE("NHWC: windows that share their columns in a buffer equal the definition") {
  static constexpr Size2 kWindows[] = {{4, 4}, {7, 7}, {8, 8}, {3, 5}, {5, 6}, {6, 3}, {2, 7}, {1, 6}};
  for_each_simd_target([] {
    int turn = 0;
    // Short pixels, those a vector long and some more, in several strips, and rows longer than the buffer.
    for (const Shape& shape : {Shape{2, 3, 9, 17},
                               {2, 6, 9, 17},
                               {1, 8, 10, 9},
                               {2, 12, 9, 8},
                               {1, 33, 9, 8},
                               {1, 75, 5, 60},
                               {1, 257, 6, 21},
                               {1, 530, 5, 19},
                               {1, 1024, 4, 6},
                               {1, 12, 3, 360}}) {
      for (const Size2 kernel : kWindows)
        for (const int64_t stride : {1, 2, 3}) {
          PoolParams p = window_pool(Reduction::kMax, kernel);
          p.stride = {1 + ++turn % 3, stride};
          p.padding = {kernel.h / 2, kernel.w / 2, turn % 2, kernel.w / 2};
          p.dilation = {turn % 4 == 0 ? 2 : 1, 1};
          p.ceil_mode = turn % 5 < 3;
          p.count_include_pad = turn % 7 < 3;
          check_all(p, shape, static_cast<size_t>(turn % 4), 1 + turn % 3);
          p.reduction = Reduction::kAverage;
          if (output_size(p, shape.plane()).ok())
            check(p, shape, make_values(shape.elements(), Content::kTiny, 3), 1, 3);
        }
    }
    // Windows all of whose rows are padding.
    for (const int64_t channels : {12, 40}) {
      PoolParams p = window_pool(Reduction::kMax, {2, 3});
      p.dilation = {3, 1};
      p.padding = {1, 1, 1, 1};
      p.stride = {1, 1};
      for (const int64_t height : {2, 3, 4}) check_all(p, {2, channels, height, 9}, 0, 2);
    }
  });
}

TEST_CASE("NHWC: one special value anywhere reaches exactly its windows") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for_each_simd_target([] {
    for (const int64_t channels : {3, 12, 20, 48, 64})
      for (const int64_t size : {2, 3, 4, 5})
        for (const int64_t stride : {1, 2, 3}) {
          PoolParams p = window_pool(Reduction::kMax, {size, size});
          p.stride = {stride, stride};
          const Shape shape{1, channels, 7, 6};
          for (int64_t at = 0; at < shape.elements(); at += 5) {
            std::vector<float> values(static_cast<size_t>(shape.elements()), at % 2 ? 0.0f : -1.0f);
            for (const float v : {kNan, -0.0f}) {
              values[static_cast<size_t>(at)] = v;
              check(p, shape, values, 0, at % 3 == 0 ? 2 : 1);
            }
          }
        }
  });
}

TEST_CASE("NHWC: global pooling equals the definition for every shape of plane") {
  for_each_simd_target([] {
    for (const int64_t channels : kChannels)
      for (const Size2 plane : {Size2{1, 1}, {1, 9}, {7, 7}, {8, 8}, {9, 4}, {17, 5}, {56, 3}, {33, 34}}) {
        check_all(global_pool(Reduction::kMax), {2, channels, plane.h, plane.w}, channels % 3,
                  1 + static_cast<int>(channels % 2));
      }
    check_all(global_pool(Reduction::kMax), {1, 1100, 7, 7}, 1, 2);
    check_all(global_pool(Reduction::kMax), {2, 600, 20, 3});
    check_all(global_pool(Reduction::kMax), {2, 1100, 11, 9}, 2);
    // Rows a multiple of 4 KiB apart.
    check_all(global_pool(Reduction::kMax), {1, 256, 7, 4});
    check_all(global_pool(Reduction::kMax), {1, 512, 21, 2}, 3, 2);
  });
}

TEST_CASE("NHWC: results past the caches are the same") {
  for_each_simd_target([] {
    for (const int64_t size : {2, 3})
      for (const int64_t stride : {1, 2})
        for (const size_t shift : {0, 1}) {
          PoolParams p = window_pool(Reduction::kMax, {size, size});
          p.stride = {stride, stride};
          p.padding = {size - 2, size - 2, size - 2, size - 2};
          const Shape shape{3, 48, stride == 1 ? 140 : 180, 163};
          for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
            p.reduction = reduction;
            check(p, shape, make_values(shape.elements(), Content::kPlain, 5), shift, 2);
          }
        }
  });
}

TEST_CASE("averages are rounded as the division is, whatever the divisor and the magnitude") {
  for_each_simd_target([] {
    std::mt19937 random(9);
    for (int64_t taps = 1; taps <= 130; ++taps)
      for (const int exponent : {-149, -128, -126, -122, -62, -60, -59, 0, 120, 126}) {
        PoolParams p = window_pool(Reduction::kAverage, {1, taps});
        p.stride = {1, taps};
        const Shape shape{1, 32, 8, taps};
        // One tap counts, the others are 0: every bit of the sum is known.
        std::vector<float> values(static_cast<size_t>(shape.elements()), 0.0f);
        for (int64_t pixel = 0; pixel < 8; ++pixel)
          for (int64_t c = 0; c < 32; ++c) {
            const auto mantissa = static_cast<float>(random() % (1u << 24));
            const float v = std::ldexp(mantissa, exponent - 20) * (random() % 2 ? 1.0f : -1.0f);
            values[static_cast<size_t>(pixel * taps * 32 + c)] = v;
          }
        check(p, shape, values);
        p.kernel = p.stride = {8, taps};
        check(p, shape, values);
      }
  });
}
