// Every kernel against the definition, bit for bit: all SIMD targets, all tail lengths, shifted addresses,
// values whose order matters, arrays that end where their memory ends.
#include <doctest/doctest.h>

#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

namespace {

std::string describe(const PoolParams& p, const Shape& s) {
  std::string text = p.reduction == Reduction::kMax ? "max" : "average";
  const auto add = [&](const char* name, int64_t a, int64_t b) {
    text += std::string(" ") + name + " " + std::to_string(a) + "x" + std::to_string(b);
  };
  if (p.adaptive_output) {
    add("adaptive", p.adaptive_output->h, p.adaptive_output->w);
  } else {
    add("kernel", p.kernel.h, p.kernel.w);
    add("stride", p.stride.h, p.stride.w);
    add("dilation", p.dilation.h, p.dilation.w);
    add("padding", p.padding.top, p.padding.left);
    add("and", p.padding.bottom, p.padding.right);
    if (p.ceil_mode) text += " ceil";
    if (!p.count_include_pad) text += " exclude-pad";
  }
  add("input", s.h, s.w);
  return text;
}

std::vector<float> reference_forward(const PoolParams& params, const Shape& shape,
                                     const std::vector<float>& x) {
  PlanOptions options;
  options.implementation = Implementation::kReference;
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  std::vector<float> y(static_cast<size_t>(plan->output_shape().elements()));
  plan->forward(x.data(), y.data());
  return y;
}

// The forward pass at the active target against the definition, for input and output `shift` floats off.
void check_forward(const PoolParams& params, const Shape& shape, Content content, size_t shift) {
  const std::vector<float> values = make_values(shape.elements(), content, static_cast<uint32_t>(shape.w));
  const std::vector<float> expected = reference_forward(params, shape, values);
  ExactArray<float> x(values, shift), y(expected.size(), shift);
  std::memset(y.data(), 0x55, y.size() * sizeof(float));
  const Result<PoolPlan> plan = PoolPlan::make(params, shape);
  REQUIRE(plan.ok());
  plan->forward(x.data(), y.data());
  const std::string difference = first_difference(expected.data(), y.data(), y.size());
  if (!difference.empty()) {
    FAIL_CHECK(describe(params, shape)
               << ": " << plan->kernel_name() << ", content " << static_cast<int>(content) << ", shift "
               << shift << ": " << difference);
  }
}

void check_widths(PoolParams params, Size2 height_and_most) {
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    params.reduction = reduction;
    for (int64_t w = 1; w <= height_and_most.w; ++w) {
      const Shape shape{1, 3, height_and_most.h, w};
      if (!output_size(params, shape.plane()).ok()) continue;
      for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial}) {
        check_forward(params, shape, content, static_cast<size_t>(w) % 4);
      }
    }
  }
}

}  // namespace

TEST_CASE("2x2/2 equals the definition for every width") {
  for_each_simd_target([] {
    check_widths(window_pool(Reduction::kMax, {2, 2}), {6, 75});
    check_widths(window_pool(Reduction::kMax, {2, 2}), {7, 40});
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
          }
  });
}

TEST_CASE("SIMD kernels are chosen for the common windows") {
  const Shape shape{1, 2, 16, 16};
  PoolParams p = window_pool(Reduction::kMax, {2, 2});
  const std::string target = active_simd_target();
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "max 2x2/2 " + target);
  p.reduction = Reduction::kAverage;
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "average 2x2/2 " + target);
  p.kernel = {3, 3};
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "average 3x3 " + target);
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
