// The forward pass of the active SIMD target against the definition, bit for bit.
#pragma once

#include <doctest/doctest.h>

#include "core/pooling/pooling.h"
#include "tests/support/arrays.h"
#include "tests/support/pooling.h"

namespace poolglass::testing {

inline std::vector<float> reference_forward(const PoolParams& params, const Shape& shape,
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
inline void check_values(const PoolParams& params, const Shape& shape, std::vector<float> values,
                         size_t shift, Layout layout = Layout::kNchw, int threads = 1) {
  std::vector<float> expected = reference_forward(params, shape, values);
  PlanOptions options;
  options.layout = layout;
  options.threads = threads;
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE(plan.ok());
  if (layout == Layout::kNhwc) {
    values = to_nhwc(values, shape);
    expected = to_nhwc(expected, plan->output_shape());
  }
  ExactArray<float> x(values, shift), y(expected.size(), shift);
  std::memset(y.data(), 0x55, y.size() * sizeof(float));
  plan->forward(x.data(), y.data());
  const std::string difference = first_difference(expected.data(), y.data(), y.size());
  if (!difference.empty()) {
    FAIL_CHECK(describe(params, shape) << ": " << plan->kernel_name() << ", shift " << shift << ", "
                                       << threads << " threads: " << difference);
  }
}

inline void check_forward(const PoolParams& params, const Shape& shape, Content content, size_t shift,
                          Layout layout = Layout::kNchw, int threads = 1) {
  INFO("content " << static_cast<int>(content));
  check_values(params, shape, make_values(shape.elements(), content, static_cast<uint32_t>(shape.w)), shift,
               layout, threads);
}

inline void check_widths(PoolParams params, Size2 height_and_most, int64_t channels = 3) {
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    params.reduction = reduction;
    for (int64_t w = 1; w <= height_and_most.w; ++w) {
      const Shape shape{1, channels, height_and_most.h, w};
      if (!output_size(params, shape.plane()).ok()) continue;
      for (const Content content : {Content::kPlain, Content::kTies, Content::kSpecial}) {
        check_forward(params, shape, content, static_cast<size_t>(w) % 4);
      }
    }
  }
}

}  // namespace poolglass::testing
