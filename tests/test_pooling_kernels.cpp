// Every kernel against the definition, bit for bit: all SIMD targets, all tail lengths, shifted addresses,
// values whose order matters, arrays that end where their memory ends.
#include <doctest/doctest.h>

#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"
#include "tests/support/forward.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

TEST_CASE("2x2/2 equals the definition for every width") {
  for_each_simd_target([] {
    check_widths(window_pool(Reduction::kMax, {2, 2}), {6, 75});
    check_widths(window_pool(Reduction::kMax, {2, 2}), {7, 40});
    // Many small planes: rows of several planes share vectors and buffers.
    for (const int64_t height : {2, 3, 8})
      check_widths(window_pool(Reduction::kMax, {2, 2}), {height, 34}, 131);
    PoolParams p = window_pool(Reduction::kMax, {2, 2});
    p.ceil_mode = true;
    check_widths(p, {7, 40});
  });
}

TEST_CASE("3x3 equals the definition for every width, stride and padding") {
  for_each_simd_target([] {
    for (const int64_t stride : {1, 2, 3})
      for (const bool ceil_mode : {false, true})
        for (const int64_t left : {0, 1})
          for (const bool include : {false, true}) {
            PoolParams p = window_pool(Reduction::kMax, {3, 3});
            p.stride = {stride, stride};
            p.padding = {left, left, 1, stride == 1};
            p.ceil_mode = ceil_mode;
            p.count_include_pad = include;
            check_widths(p, {5, 70});
            check_widths(p, {9, 17}, 19);
          }
  });
}

TEST_CASE("windows that keep the size of many small planes equal the definition") {
  for_each_simd_target([] {
    for (const int64_t size : {3, 5, 7})
      for (const bool include : {false, true}) {
        PoolParams p = window_pool(Reduction::kMax, {size, size});
        p.stride = {1, 1};
        p.padding = {size / 2, size / 2, size / 2, size / 2};
        p.count_include_pad = include;
        // So many that their masks serve several, and are used again, to the end of the array.
        check_widths(p, {size + 2, 51}, 21);
        for (const int64_t w : {7, 13, 20, 35}) {
          p.reduction = include ? Reduction::kAverage : Reduction::kMax;
          check_forward(p, {2, 150, 7, w}, Content::kTiny, 1);
          check_forward(p, {2, 150, 9, w}, Content::kPlain, 0, Layout::kNchw, 2);
          p.reduction = Reduction::kAverage;
          check_forward(p, {1, 40, w, 7}, Content::kTiny, 3);
        }
      }
  });
}

TEST_CASE("small windows on narrow planes equal the definition, dilated and padded as they may be") {
  for_each_simd_target([] {
    for (const int64_t size : {2, 3, 5})
      for (const int64_t stride : {1, 2, 3})
        for (const int64_t dilation : {1, 2, 3})
          for (const int64_t padding : {int64_t{0}, size / 2}) {
            PoolParams p = window_pool(Reduction::kMax, {size, size});
            p.stride = {stride, stride};
            p.dilation = {dilation, dilation};
            p.padding = {padding, padding, size / 2, padding};
            p.count_include_pad = stride == 2;
            check_widths(p, {13, 18}, 7);
          }
  });
}

TEST_CASE("windows as large as small planes equal the definition, whole vectors or not") {
  for_each_simd_target([] {
    for (const int64_t size : {5, 7, 11, 13, 17}) {
      PoolParams p = window_pool(Reduction::kMax, {size, size});
      p.stride = {1, 1};
      p.padding = {size / 2, size / 2, size / 2, size / 2};
      // Planes in groups of four or two, and what is left of them.
      for (const int64_t channels : {1, 7}) check_widths(p, {size == 7 ? 20 : 9, 35}, channels);
      p.kernel.h = size == 13 ? 2 : 30;
      p.padding = {p.kernel.h / 2, size / 2, 0, size / 2};
      p.count_include_pad = false;
      check_widths(p, {33, 35}, 5);
    }
  });
}

TEST_CASE("large windows equal the definition, band after band and strip after strip") {
  for_each_simd_target([] {
    for (const int64_t size : {5, 6, 7, 8, 9, 12, 15, 16, 23, 31, 32, 33, 47, 64, 75})
      for (const int64_t stride : {1, 2}) {
        const Content content = static_cast<Content>((size + stride) % 3);
        PoolParams p = window_pool(size % 2 ? Reduction::kMax : Reduction::kAverage, {size, size});
        p.stride = {stride, 1};
        for (const int64_t w : {size, int64_t{81}, int64_t{130}}) check_forward(p, {1, 2, 80, w}, content, 1);
        p.reduction = size % 2 ? Reduction::kAverage : Reduction::kMax;
        p.padding = {size / 2, size / 3, size / 2, size / 2};
        p.count_include_pad = false;
        for (const int64_t w : {size, int64_t{77}, int64_t{128}}) check_forward(p, {1, 2, 60, w}, content, 0);
        check_forward(p, {1, 9, 38, size}, content, 0, Layout::kNhwc);
      }
    // Rows so long that bands are short.
    PoolParams p = window_pool(Reduction::kMax, {5, 5});
    p.stride = {1, 1};
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
      p.reduction = reduction;
      check_forward(p, {1, 1, 50, 4100}, Content::kSpecial, 1, Layout::kNchw, 2);
      check_forward(p, {1, 1, 150, 1500}, Content::kTies, 0, Layout::kNchw, 2);
    }
  });
}

TEST_CASE("global pooling equals the definition for every shape of plane") {
  for_each_simd_target([] {
    const auto check = [](const Shape& shape) {
      const Content content = static_cast<Content>((shape.h + shape.w + shape.c) % 3);
      for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
        check_forward(global_pool(reduction), shape, content, static_cast<size_t>(shape.w) % 4);
        check_forward(global_pool(reduction), shape, content, static_cast<size_t>(shape.h) % 4, Layout::kNhwc,
                      2);
      }
    };
    for (const int64_t h : {1, 2, 7, 8, 9, 14, 16, 17, 35})
      for (const int64_t w : {1, 2, 3, 4, 5, 7, 8, 9, 14, 16, 17, 28, 33, 56, 129})
        for (const int64_t channels : {1, 5, 16, 37, 70}) check({2, channels, h, w});
    for (int64_t h = 15; h <= 33; ++h) check({1, 11 + h / 3 % 3, h, h + h % 3 - 1});
  });
}

TEST_CASE("NHWC equals NCHW, for every number of channels") {
  for_each_simd_target([] {
    std::mt19937 random(8);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    for (int64_t tried = 0; tried < 800;) {
      const bool large = random() % 5 == 0;
      PoolParams p = window_pool(random() % 2 ? Reduction::kMax : Reduction::kAverage,
                                 {pick(1, large ? 20 : 4), pick(1, large ? 20 : 4)});
      p.stride = {pick(1, 3), pick(1, 3)};
      p.dilation = {pick(1, random() % 4 == 0 ? 3 : 1), pick(1, random() % 4 == 0 ? 3 : 1)};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      p.count_include_pad = random() % 2;
      const Shape shape{pick(1, 2), pick(1, 40), pick(1, 20), pick(1, 20)};
      if (random() % 8 == 0) p.adaptive_output = Size2{pick(1, 9), pick(1, 9)};
      if (!output_size(p, shape.plane()).ok()) continue;
      ++tried;
      check_forward(p, shape, static_cast<Content>(random() % 3), random() % 4, Layout::kNhwc, 1);
    }
  });
}

TEST_CASE("the number of threads does not change a bit") {
  for (const int threads : {1, 2, 3, 7}) {
    for (const int64_t kernel : {2, 3, 5, 12}) {
      for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
        PoolParams p = window_pool(reduction, {kernel, kernel});
        p.stride = {kernel < 5 ? 2 : 1, kernel < 5 ? 2 : 1};
        for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
          check_forward(p, {2, 5, 61, 67}, Content::kPlain, 0, layout, threads);
          check_forward(p, {1, 1, 190, 230}, Content::kSpecial, 1, layout, threads);
        }
      }
    }
  }
}

TEST_CASE("results past the caches are the same, wherever rows begin") {
  for_each_simd_target([] {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
      for (const size_t shift : {0, 1, 7}) {
        check_forward(window_pool(reduction, {2, 2}), {1, 1, 2048, 2100}, Content::kPlain, shift);
        check_forward(window_pool(reduction, {2, 2}), {1, 32, 400, 411}, Content::kTies, shift, Layout::kNchw,
                      2);
      }
    }
  });
}

TEST_CASE("SIMD kernels are chosen for the common windows") {
  const Shape shape{1, 2, 16, 16};
  PoolParams p = window_pool(Reduction::kMax, {2, 2});
  if (active_simd_target() == "SCALAR") return;
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "nchw-2x2/2");
  p.reduction = Reduction::kAverage;
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "nchw-2x2/2");
  p.kernel = {3, 3};
  CHECK(PoolPlan::make(p, {1, 2, 40, 40})->kernel_name() == "nchw-3x3");
}

TEST_CASE("targets are listed best first, forced by name and restored") {
  const std::vector<std::string> targets = runnable_simd_targets();
  REQUIRE(!targets.empty());
  CHECK(active_simd_target() == targets.front());
  CHECK(force_simd_target(targets.back()).ok());
  CHECK(active_simd_target() == targets.back());
  CHECK(runnable_simd_targets() == targets);
  CHECK(active_simd_target() == targets.back());
  CHECK(force_simd_target("").ok());
  CHECK(active_simd_target() == targets.front());
  const Status unknown = force_simd_target("MMX");
  CHECK(unknown.code() == StatusCode::kInvalidArgument);
  CHECK(unknown.message().find("MMX") != std::string::npos);
  CHECK(unknown.message().find(targets.front()) != std::string::npos);
  CHECK(active_simd_target() == targets.front());
}
