// Indices and gradients against the definition, bit for bit, on every SIMD target and in both layouts.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/pooling/pooling.h"
#include "core/pooling/window.h"
#include "tests/support/arrays.h"
#include "tests/support/pooling.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

namespace {

struct Trained {
  std::vector<float> y, dx;
  std::vector<int64_t> indices;
};

Trained train(const PoolParams& params, const Shape& shape, const PlanOptions& options,
              const std::vector<float>& x, const std::vector<float>& dy, size_t shift) {
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  ExactArray<float> in(x, shift), grad(dy, shift), y(dy.size(), shift), dx(x.size(), shift);
  ExactArray<int64_t> indices(dy.size(), shift);
  const bool max = params.reduction == Reduction::kMax;
  std::memset(dx.data(), 0x55, dx.size() * sizeof(float));
  if (max) plan->forward_with_indices(in.data(), y.data(), indices.data());
  plan->backward(max ? in.data() : nullptr, grad.data(), dx.data());
  Trained result;
  result.dx.assign(dx.data(), dx.data() + dx.size());
  if (max) {
    result.y.assign(y.data(), y.data() + y.size());
    result.indices.assign(indices.data(), indices.data() + indices.size());
    ExactArray<int32_t> narrow(dy.size(), shift);
    CHECK(plan->forward_with_indices(in.data(), y.data(), narrow.data()).ok());
    CHECK(std::equal(narrow.data(), narrow.data() + narrow.size(), indices.data()));
    const auto same = [&] { return first_difference(result.dx.data(), dx.data(), dx.size()).empty(); };
    std::memset(dx.data(), 0x55, dx.size() * sizeof(float));
    plan->backward_from_indices(indices.data(), grad.data(), dx.data());
    CHECK_MESSAGE(same(), "from 64-bit indices");
    std::memset(dx.data(), 0x55, dx.size() * sizeof(float));
    plan->backward_from_indices(narrow.data(), grad.data(), dx.data());
    CHECK_MESSAGE(same(), "from 32-bit indices");
  }
  return result;
}

void check_training(const PoolParams& params, const Shape& shape, std::vector<float> x, Content content,
                    size_t shift, Layout layout, int threads) {
  const Size2 out = *output_size(params, shape.plane());
  const Shape out_shape{shape.n, shape.c, out.h, out.w};
  std::vector<float> dy = make_values(out_shape.elements(), content, 3);
  PlanOptions options;
  options.implementation = Implementation::kReference;
  Trained expected = train(params, shape, options, x, dy, 0);
  options.implementation = Implementation::kAuto;
  options.layout = layout;
  options.threads = threads;
  if (layout == Layout::kNhwc) {
    x = to_nhwc(x, shape);
    dy = to_nhwc(dy, out_shape);
    expected.dx = to_nhwc(expected.dx, shape);
    if (!expected.y.empty()) expected.y = to_nhwc(expected.y, out_shape);
    if (!expected.y.empty()) expected.indices = to_nhwc(expected.indices, out_shape);
  }
  const Trained actual = train(params, shape, options, x, dy, shift);
  std::string difference = first_difference(expected.dx.data(), actual.dx.data(), expected.dx.size());
  if (!difference.empty()) difference = "dx " + difference;
  if (difference.empty())
    difference = first_difference(expected.y.data(), actual.y.data(), expected.y.size());
  if (difference.empty() && expected.indices != actual.indices) difference = "indices differ";
  if (!difference.empty()) {
    FAIL_CHECK(describe(params, shape)
               << (layout == Layout::kNhwc ? " NHWC" : " NCHW") << ", content " << static_cast<int>(content)
               << ", " << threads << " threads: " << difference);
  }
}

void check_training(const PoolParams& params, const Shape& shape, Content content, size_t shift,
                    Layout layout, int threads) {
  check_training(params, shape, make_values(shape.elements(), content, static_cast<uint32_t>(shape.w)),
                 content, shift, layout, threads);
}

// Every 11th cell in turn.
void check_single_nan(const PoolParams& params, const Shape& shape, Layout layout) {
  const std::vector<float> x = make_values(shape.elements(), Content::kPlain, 5);
  for (size_t i = 0; i < x.size(); i += 11) {
    std::vector<float> with_nan = x;
    with_nan[i] = std::numeric_limits<float>::quiet_NaN();
    check_training(params, shape, std::move(with_nan), Content::kPlain, 0, layout, 1);
  }
}

}  // namespace

TEST_CASE("2x2/2 trains as defined for every width") {
  for_each_simd_target([] {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
      for (int64_t w = 2; w <= 70; ++w)
        for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial}) {
          check_training(window_pool(reduction, {2, 2}), {1, 2, 5, w}, content, 1, Layout::kNchw, 1);
          check_training(window_pool(reduction, {2, 2}), {1, w, 5, 4}, content, 1, Layout::kNhwc, 1);
        }
  });
}

TEST_CASE("small windows train as defined for every width, stride and padding") {
  for_each_simd_target([] {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
      for (const int64_t size : {2, 3})
        for (const int64_t stride : {1, 2})
          for (const int64_t padding : {0, 1})
            for (const bool ceil_mode : {false, true})
              for (int64_t w = 1; w <= 70; ++w) {
                PoolParams p = window_pool(reduction, {size, size});
                p.stride = {stride, stride};
                p.padding = {padding, padding, 1, 1};
                p.ceil_mode = ceil_mode;
                p.count_include_pad = w % 2 == 0;
                if (!output_size(p, {6, w}).ok()) continue;
                const Content content = static_cast<Content>(w % 3);
                const size_t shift = static_cast<size_t>(w) % 4;
                const int threads = 1 + static_cast<int>(w % 3);
                check_training(p, {1, 3, 6, w}, content, shift, Layout::kNchw, threads);
                check_training(p, {1, w, 6, 23}, content, shift, Layout::kNhwc, threads);
              }
  });
}

TEST_CASE("a single NaN is found wherever it is") {
  for_each_simd_target([] {
    for (const int64_t size : {2, 3})
      for (const int64_t stride : {1, 2})
        for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
          PoolParams p = window_pool(Reduction::kMax, {size, size});
          p.stride = {stride, stride};
          p.padding = {1, 1, 1, 1};
          check_single_nan(p, {1, 18, 7, 37}, layout);
        }
  });
}

TEST_CASE("maxima of whole planes have the positions defined") {
  for_each_simd_target([] {
    for (const Size2 plane : {Size2{4, 4}, Size2{7, 7}, Size2{5, 37}, Size2{45, 100}})
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
        const PoolParams p = window_pool(Reduction::kMax, plane);
        const Shape shape{2, 71, plane.h, plane.w};
        for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial})
          check_training(p, shape, content, 1, layout, 2);
        const std::vector<float> lowest(static_cast<size_t>(shape.elements()),
                                        -std::numeric_limits<float>::infinity());
        check_training(p, shape, lowest, Content::kPlain, 0, layout, 1);
        if (plane.h <= 7) check_single_nan(p, {1, 3, plane.h, plane.w}, layout);
      }
  });
}

TEST_CASE("gradients and indices past the caches are the same") {
  for_each_simd_target([] {
    PoolParams p = window_pool(Reduction::kMax, {2, 2});
    check_training(p, {1, 1, 1500, 2112}, Content::kPlain, 0, Layout::kNchw, 2);
    check_training(p, {1, 32, 300, 330}, Content::kSpecial, 0, Layout::kNhwc, 2);
    p = window_pool(Reduction::kMax, {3, 3});
    p.stride = {2, 2};
    check_training(p, {1, 1, 1500, 2112}, Content::kTies, 0, Layout::kNchw, 2);
  });
}

TEST_CASE("bands of a tall image train as defined, windows across them too") {
  for_each_simd_target([] {
    for (const int64_t stride : {1, 2, 3, 5})
      for (const int64_t dilation : {1, 3})
        for (const int64_t channels : {3, 20, 37})
          for (const int threads : {1, 3}) {
            PoolParams p = window_pool(Reduction::kMax, {5, 3});
            p.stride = {stride, stride};
            p.dilation = {dilation, 1};
            p.padding = {2, 1, 1, 0};
            check_training(p, {1, channels, 101, 9}, Content::kTies, 2, Layout::kNhwc, threads);
            check_training(p, {2, channels, 65, 7}, Content::kSpecial, 0, Layout::kNhwc, threads);
          }
  });
}

TEST_CASE("large windows and many channels train as defined") {
  for_each_simd_target([] {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
      for (const int64_t size : {4, 5, 7, 13})
        for (const int64_t stride : {int64_t{1}, int64_t{2}, int64_t{3}, size, size + 2})
          for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
            PoolParams p = window_pool(reduction, {size, size});
            p.stride = {stride, stride};
            p.padding = {size / 2, size / 2, size / 2, size / 3};
            p.count_include_pad = stride % 2 == 0;
            const Content content = stride == 3 ? Content::kSpecial : Content::kPlain;
            check_training(p, {1, 9, 14, 37}, content, 1, layout, 1);
            check_training(p, {1, 70, 15, 15}, content, 0, layout, 2);
          }
    PoolParams p = window_pool(Reduction::kAverage, {3, 3});
    p.adaptive_output = Size2{9, 5};
    check_training(p, {2, 70, 4, 2}, Content::kPlain, 0, Layout::kNhwc, 1);
    // Fewer results in a row than a vector has lanes, the first windows' first taps outside.
    p = window_pool(Reduction::kMax, {14, 31});
    p.stride = {1, 1};
    p.padding = {5, 14, 4, 0};
    check_training(p, {1, 3, 18, 19}, Content::kSpecial, 0, Layout::kNchw, 1);
    check_training(window_pool(Reduction::kAverage, {7, 7}), {3, 21, 7, 7}, Content::kSpecial, 1,
                   Layout::kNchw, 1);
  });
}

TEST_CASE("gradients of maxima of large planes are found stretch by stretch") {
  for_each_simd_target([] {
    for (const int64_t stride : {1, 2, 9})
      for (const int threads : {1, 3})
        for (const Content content : {Content::kPlain, Content::kSpecial}) {
          PoolParams p = window_pool(Reduction::kMax, {5, 7});
          p.stride = {stride, 1};
          p.padding = {2, 3, 1, 0};
          check_training(p, {2, 1, 301, 203}, content, 1, Layout::kNchw, threads);
          check_training(p, {1, 19, 150, 31}, content, 1, Layout::kNhwc, threads);
          p.dilation = {3, 2};
          check_training(p, {1, 2, 190, 230}, content, 0, Layout::kNchw, threads);
        }
    // Several planes at a time, the last ones by themselves.
    PoolParams p = window_pool(Reduction::kMax, {5, 5});
    p.stride = {1, 1};
    check_training(p, {1, 29, 43, 61}, Content::kTies, 0, Layout::kNchw, 2);
    check_training(p, {5, 3, 43, 61}, Content::kTies, 0, Layout::kNhwc, 2);
  });
}

TEST_CASE("gradients of averages add up as a tree where many windows overlap") {
  for_each_simd_target([] {
    for (const int threads : {1, 3})
      for (const int64_t dilation : {1, 2})
        for (const Content content : {Content::kPlain, Content::kSpecial}) {
          PoolParams p = window_pool(Reduction::kAverage, {7, 9});
          p.stride = {1, 1};
          p.dilation = {dilation, dilation};
          p.padding = {3, 1, 0, 4};
          p.count_include_pad = threads == 1;
          // In bands, then as whole planes: some of them, many, parts of one.
          check_training(p, {1, 2, 310, 302}, content, 1, Layout::kNchw, threads);
          check_training(p, {1, 19, 161, 41}, content, 1, Layout::kNhwc, threads);
          check_training(p, {1, 40, 43, 61}, content, 0, Layout::kNchw, threads);
          check_training(p, {5, 3, 43, 61}, content, 0, Layout::kNhwc, threads);
          check_training(p, {1, 1, 120, 210}, content, 0, Layout::kNchw, threads);
        }
    // The largest windows that overlap in order, and what lies behind them; windows that hang over.
    for (const Size2 kernel : {Size2{4, 8}, Size2{3, 11}, Size2{1, 33}, Size2{33, 1}, Size2{41, 47}}) {
      PoolParams p = window_pool(Reduction::kAverage, kernel);
      p.stride = {1, 1};
      p.padding = {kernel.h / 2, kernel.w / 2, kernel.h / 3, kernel.w / 2};
      p.ceil_mode = true;
      check_training(p, {1, 17, 35, 40}, Content::kPlain, 0, Layout::kNchw, 2);
      check_training(p, {1, 17, 35, 40}, Content::kSpecial, 0, Layout::kNhwc, 2);
    }
  });
}

TEST_CASE("gradients of averages add up as a tree at strides above 1, too") {
  for_each_simd_target([] {
    std::mt19937 random(5);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    int trees = 0;
    for (int tried = 0; tried < 60;) {
      PoolParams p = window_pool(Reduction::kAverage, {pick(1, 60), pick(12, 90)});
      p.stride = {pick(1, 6), pick(1, 9)};
      p.dilation = {p.stride.h == 1 ? pick(1, 2) : 1, p.stride.w == 1 ? pick(1, 2) : 1};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      p.count_include_pad = random() % 2;
      const Shape shape{pick(1, 2), pick(1, 19), pick(1, 130), pick(1, 150)};
      const Result<WindowGeometry> geometry = window_geometry(p, shape.plane());
      if (!geometry.ok()) continue;
      ++tried;
      trees += gradients_are_tree_sums(*geometry);
      check_training(p, shape, make_values(shape.elements(), Content::kPlain, 1),
                     random() % 2 ? Content::kPlain : Content::kSpecial, random() % 4,
                     random() % 2 ? Layout::kNchw : Layout::kNhwc, 1 + tried % 3);
    }
    CHECK(trees > 20);
    // Many bands of grids; a window that only some of the cells between two others see.
    PoolParams p = window_pool(Reduction::kAverage, {40, 40});
    p.stride = {3, 7};
    check_training(p, {1, 1, 900, 333}, make_values(900 * 333, Content::kPlain, 1), Content::kPlain, 1,
                   Layout::kNchw, 3);
    check_training(p, {1, 5, 500, 80}, make_values(5 * 500 * 80, Content::kPlain, 1), Content::kPlain, 1,
                   Layout::kNhwc, 2);
  });
}

TEST_CASE("any window trains as defined") {
  for_each_simd_target([] {
    std::mt19937 random(9);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    for (int tried = 0; tried < 800;) {
      PoolParams p =
          window_pool(random() % 2 ? Reduction::kMax : Reduction::kAverage, {pick(1, 6), pick(1, 6)});
      p.stride = {pick(1, 4), pick(1, 4)};
      p.dilation = {pick(1, random() % 4 == 0 ? 3 : 1), pick(1, random() % 4 == 0 ? 3 : 1)};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      p.count_include_pad = random() % 2;
      const Shape shape{pick(1, 2), pick(1, 20), pick(1, 20), pick(1, 70)};
      if (random() % 8 == 0) p.adaptive_output = Size2{pick(1, 9), pick(1, 9)};
      if (!output_size(p, shape.plane()).ok()) continue;
      ++tried;
      const Layout layout = random() % 2 ? Layout::kNchw : Layout::kNhwc;
      check_training(p, shape, static_cast<Content>(random() % 3), random() % 4, layout, 1 + tried % 3);
    }
  });
}

TEST_CASE("large, dilated and sparse windows have the positions defined, of -inf too") {
  for_each_simd_target([] {
    std::mt19937 random(11);
    const auto pick = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random() % static_cast<uint32_t>(high - low + 1));
    };
    for (int tried = 0; tried < 250;) {
      PoolParams p = window_pool(Reduction::kMax, {pick(1, 30), pick(1, 30)});
      p.stride = {pick(1, 9), tried % 2 == 0 ? 1 : pick(2, 9)};
      p.dilation = {tried % 3 == 0 ? pick(2, 5) : 1, tried % 5 == 0 ? pick(2, 5) : 1};
      p.padding = {pick(0, p.kernel.h / 2), pick(0, p.kernel.w / 2), pick(0, p.kernel.h / 2),
                   pick(0, p.kernel.w / 2)};
      p.ceil_mode = random() % 2;
      const Shape shape{pick(1, 2), pick(1, 40), pick(1, 50), pick(1, 70)};
      if (!output_size(p, shape.plane()).ok()) continue;
      ++tried;
      std::vector<float> x =
          make_values(shape.elements(), static_cast<Content>(random() % 3), static_cast<uint32_t>(tried));
      for (float& v : x) {
        if (tried % 4 == 0 && random() % 64 != 0) v = -std::numeric_limits<float>::infinity();
      }
      check_training(p, shape, std::move(x), Content::kPlain, random() % 4,
                     random() % 2 ? Layout::kNchw : Layout::kNhwc, 1 + tried % 3);
    }
  });
}

TEST_CASE("windows whose position is -1 give nothing, whichever kernel adds the others") {
  struct Kind {
    int64_t kernel, stride, padding;
    Shape shape;
    Layout layout;
  };
  // Tiles of long and of short rows; windows unrolled; positions scattered into planes of every size, whole
  // and in parts.
  const Kind kinds[] = {{2, 2, 0, {1, 3, 7, 41}, Layout::kNchw},   {2, 2, 0, {2, 5, 8, 9}, Layout::kNchw},
                        {2, 1, 1, {1, 3, 9, 37}, Layout::kNchw},   {3, 1, 1, {1, 2, 17, 40}, Layout::kNchw},
                        {3, 2, 1, {1, 3, 20, 45}, Layout::kNchw},  {3, 1, 1, {1, 9, 6, 6}, Layout::kNchw},
                        {5, 1, 2, {1, 7, 13, 13}, Layout::kNchw},  {5, 2, 1, {2, 3, 60, 60}, Layout::kNchw},
                        {7, 3, 3, {1, 2, 90, 70}, Layout::kNchw},  {2, 2, 0, {1, 20, 6, 7}, Layout::kNhwc},
                        {2, 2, 0, {1, 3, 6, 7}, Layout::kNhwc},    {2, 1, 0, {1, 33, 6, 31}, Layout::kNhwc},
                        {3, 1, 1, {1, 19, 9, 25}, Layout::kNhwc},  {3, 2, 1, {1, 32, 12, 50}, Layout::kNhwc},
                        {3, 3, 0, {1, 16, 12, 12}, Layout::kNhwc}, {7, 2, 3, {2, 5, 24, 24}, Layout::kNhwc},
                        {9, 1, 4, {1, 18, 30, 12}, Layout::kNhwc}, {4, 4, 0, {1, 3, 40, 40}, Layout::kNhwc}};
  for_each_simd_target([&] {
    for (const Kind& kind : kinds)
      for (const int threads : {1, 3}) {
        PoolParams p = window_pool(Reduction::kMax, {kind.kernel, kind.kernel});
        p.stride = {kind.stride, kind.stride};
        p.padding = {kind.padding, kind.padding, kind.padding, kind.padding};
        PlanOptions options;
        options.layout = kind.layout;
        options.threads = threads;
        const Result<PoolPlan> plan = PoolPlan::make(p, kind.shape, options);
        options.implementation = Implementation::kReference;
        const Result<PoolPlan> reference = PoolPlan::make(p, kind.shape, options);
        REQUIRE(plan.ok());
        const size_t windows = static_cast<size_t>(plan->output_shape().elements()),
                     cells = static_cast<size_t>(kind.shape.elements());
        const std::vector<float> x = make_values(kind.shape.elements(), Content::kPlain, 7);
        ExactArray<float> dy(make_values(static_cast<int64_t>(windows), Content::kPlain, 8)), y(windows);
        ExactArray<int64_t> positions(windows);
        reference->forward_with_indices(x.data(), y.data(), positions.data());
        for (size_t i = 0; i < windows; i += 1 + i % 3) positions.data()[i] = -1;
        ExactArray<int32_t> narrow(windows);
        std::copy_n(positions.data(), windows, narrow.data());
        std::vector<float> expected(cells);
        reference->backward_from_indices(positions.data(), dy.data(), expected.data());
        ExactArray<float> dx(cells);
        const auto check = [&](const auto* from) {
          std::memset(dx.data(), 0x55, cells * sizeof(float));
          plan->backward_from_indices(from, dy.data(), dx.data());
          const std::string difference = first_difference(expected.data(), dx.data(), cells);
          CHECK_MESSAGE(difference.empty(), describe(p, kind.shape), ", ", threads, " threads: ", difference);
        };
        check(positions.data());
        check(narrow.data());
      }
  });
}

TEST_CASE("tall windows of planes too wide for their rows to be kept train as defined, strip by strip") {
  // Rows of 14,000 cells under windows 151 high; columns in registers, tap by tap, and as runs.
  struct Columns {
    int64_t kernel, stride, dilation, padding;
  };
  for_each_simd_target([] {
    if (active_simd_target() == "SCALAR") return;
    for (const Columns columns :
         {Columns{3, 1, 1, 1}, Columns{3, 3, 1, 0}, Columns{5, 2, 3, 2}, Columns{24, 2, 1, 9}}) {
      PoolParams p = window_pool(Reduction::kMax, {151, columns.kernel});
      p.stride = {1, columns.stride};
      p.dilation = {1, columns.dilation};
      p.padding = {1, columns.padding, 0, columns.padding};
      const Shape shape{1, 1, 155, 14000 * columns.stride + 5};
      std::vector<float> x = make_values(shape.elements(), Content::kTies, 5);
      check_training(p, shape, x, Content::kPlain, 1, Layout::kNchw, columns.stride == 1 ? 2 : 1);
      x[static_cast<size_t>(100 * shape.w + shape.w - 3)] = std::numeric_limits<float>::quiet_NaN();
      check_training(p, shape, std::move(x), Content::kPlain, 0, Layout::kNchw, 1);
    }
  });
}

TEST_CASE("planes of one column train as defined") {
  for_each_simd_target([] {
    for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
      for (const int64_t kernel : {2, 3, 7, 40})
        for (const int64_t stride : {1, 2, 13})
          for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
            PoolParams p = window_pool(reduction, {kernel, 1});
            p.stride = {stride, 3};
            p.dilation = {kernel < 10 ? 2 : 1, 2};
            p.padding = {kernel / 2, 0, kernel / 3, 0};
            p.count_include_pad = stride == 2;
            p.ceil_mode = stride == 13;
            const Shape shape{2, layout == Layout::kNhwc ? 1 : 3, 211, 1};
            check_training(p, shape, make_values(shape.elements(), Content::kSpecial, 3), Content::kPlain, 1,
                           layout, 1);
          }
    PoolParams adaptive = adaptive_pool(Reduction::kMax, {5, 1});
    const Shape shape{1, 4, 23, 1};
    check_training(adaptive, shape, make_values(shape.elements(), Content::kTies, 3), Content::kPlain, 0,
                   Layout::kNchw, 1);
    PlanOptions options;
    CHECK(PoolPlan::make(adaptive, shape, options)->output_shape() == Shape{1, 4, 5, 1});
  });
}
