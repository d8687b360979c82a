// Windows of any size, stride and shape in NCHW against the definition, bit for bit, on every SIMD target.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"
#include "tests/support/forward.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

TEST_CASE("small windows equal the definition at every stride, batch after batch of rows and planes") {
  for_each_simd_target([] {
    for (int64_t kernel = 1; kernel <= 8; ++kernel)
      for (int64_t stride = 1; stride <= 8; ++stride) {
        const auto content = static_cast<Content>((kernel + stride) % 3);
        const size_t shift = static_cast<size_t>(kernel + 2 * stride) % 4;
        for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
          PoolParams p = window_pool(reduction, {kernel, kernel});
          p.stride = {stride, stride};
          // Short rows of several planes to a vector; then longer ones, a tail behind them.
          check_forward(p, {1, 70, 2 * kernel, 3 * stride + kernel}, content, shift);
          check_forward(p, {1, 2, 31, 17 * stride + kernel + 5}, content, shift);
          p.kernel.h = 9 - kernel;
          p.stride.h = stride % 3 + 1;
          p.padding = {p.kernel.h / 2, kernel / 2, p.kernel.h / 3, kernel / 2};
          p.ceil_mode = stride % 2 == 0;
          p.count_include_pad = kernel % 2 == 0;
          check_forward(p, {1, 9, 13, 23}, content, shift, Layout::kNchw, 2);
          check_forward(p, {1, 3, 28, 20 * stride}, content, shift);
          p = adaptive_pool(reduction, {3, 5});
          check_forward(p, {2, 5, 3 * kernel, 5 * stride}, content, shift);
        }
      }
  });
}

TEST_CASE("cells that no window reads stay out of the windows beside them, padded or not") {
  for_each_simd_target([] {
    for (int64_t stride = 2; stride <= 5; ++stride)
      for (const int64_t left : {0, 1}) {
        PoolParams p = window_pool(Reduction::kMax, {3, 2});
        p.stride = {1, stride};
        p.padding = {1, left, 0, 0};
        check_widths(p, {5, 26}, 2);
      }
  });
}

TEST_CASE("square windows equal the definition, four rows at a time") {
  for_each_simd_target([] {
    for (int64_t size = 4; size <= 32; ++size)
      for (const int64_t padding : {int64_t{0}, size / 2}) {
        PoolParams p = window_pool(Reduction::kMax, {size, size});
        p.stride = {1, 1};
        p.padding = {padding, padding, padding, padding};
        for (const int64_t w : {size, int64_t{47}, int64_t{96}}) {
          check_forward(p, {1, 2, 33 + size, w}, Content::kPlain, 1, Layout::kNchw, 2);
          check_forward(p, {1, 1, 33 + w % 4, w}, w == 96 ? Content::kTies : Content::kSpecial, 0);
        }
        // One NaN, or -0 in the row above a +0 that is further left.
        const Shape shape{1, 2, 39, 40};
        std::vector<float> negative = make_values(shape.elements(), Content::kPlain, 1);
        for (float& v : negative) v = -std::abs(v);
        std::vector<float> half = negative;  // maxima above that are not negative
        std::fill_n(half.begin(), half.size() / 4, 0.0f);
        for (const size_t at : {5u, 815u, 1559u, 2801u})
          for (std::vector<float> values : {negative, half}) {
            values[at] = size % 2 ? -0.0f : std::nanf("");
            values[at + 39] = 0;
            check_values(p, shape, values, 0, Layout::kNchw, static_cast<int>(size % 3 + 1));
          }
      }
  });
}

TEST_CASE("windows that cover their plane are global pooling") {
  for_each_simd_target([] {
    if (active_simd_target() == "SCALAR") return;
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc})
        for (const Size2 plane : {Size2{7, 7}, {8, 8}, {5, 21}, {40, 6}, {70, 3}, {13, 61}}) {
          const Shape shape{2, 67, plane.h, plane.w};
          PoolParams p = window_pool(reduction, plane);
          p.stride = {1, 1};
          PlanOptions options;
          options.layout = layout;
          CHECK(PoolPlan::make(p, shape, options)->kernel_name().ends_with("-global"));
          for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial})
            check_forward(p, shape, content, 1, layout, 2);
          // Taps outside the plane: another order of additions, and another divisor.
          p.kernel.w += 2;
          p.padding.left = p.padding.right = 1;
          CHECK(PoolPlan::make(p, shape, options)->kernel_name().ends_with("-global") ==
                (reduction == Reduction::kMax));
          check_forward(p, shape, Content::kSpecial, 0, layout);
        }
  });
}

TEST_CASE("any window equals the definition") {
  // Parameters drawn at random from ranges that reach every path: short and long kernels, every kind of
  // border.
  for_each_simd_target([] {
    std::mt19937 random(7);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    int64_t tried = 0;
    while (tried < 1500) {
      const bool tall = random() % 4 == 0, wide = random() % 4 == 0;
      PoolParams p = window_pool(random() % 2 ? Reduction::kMax : Reduction::kAverage,
                                 {pick(1, tall ? 40 : 9), pick(1, wide ? 40 : 9)});
      p.stride = {pick(1, random() % 2 ? 1 : 5), pick(1, random() % 2 ? 1 : 5)};
      p.dilation = {pick(1, random() % 4 == 0 ? 3 : 1), pick(1, random() % 4 == 0 ? 3 : 1)};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      p.count_include_pad = random() % 2;
      const Shape shape{pick(1, 2), pick(1, 3), pick(1, 45), pick(1, 70)};
      if (random() % 8 == 0) p.adaptive_output = Size2{pick(1, 20), pick(1, 20)};
      if (!output_size(p, shape.plane()).ok()) continue;
      ++tried;
      check_forward(p, shape, static_cast<Content>(random() % 3), random() % 4, Layout::kNchw, 1);
    }
  });
}

TEST_CASE("windows by vectors of planes equal the definition, full groups of planes and not") {
  for_each_simd_target([] {
    std::mt19937 random(9);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    for (int64_t tried = 0; tried < 150;) {
      PoolParams p =
          window_pool(random() % 2 ? Reduction::kMax : Reduction::kAverage, {pick(1, 8), pick(1, 8)});
      p.stride = {pick(1, 5), pick(1, 5)};
      p.dilation = {pick(1, 3), pick(1, 3)};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      p.count_include_pad = random() % 2;
      const bool tall = random() % 8 == 0;  // in more than one band
      const Shape shape{pick(1, 2), pick(4, 20), tall ? pick(80, 99) : pick(1, 30), tall ? 99 : pick(1, 40)};
      if (random() % 2 == 0) p.adaptive_output = Size2{pick(1, 20), pick(1, 20)};
      if (!output_size(p, shape.plane()).ok()) continue;
      ++tried;
      check_forward(p, shape, static_cast<Content>(random() % 3), random() % 4, Layout::kNchw,
                    static_cast<int>(pick(1, 3)));
    }
  });
}
