// Planning by measurement.
#include <doctest/doctest.h>

#include "core/pooling/kernels.h"
#include "core/pooling/measured.h"
#include "core/pooling/pooling.h"
#include "core/work_done.h"
#include "tests/support/arrays.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

namespace {

PoolParams square(Reduction reduction, int64_t kernel, int64_t stride) {
  PoolParams p = window_pool(reduction, {kernel, kernel});
  p.stride = {stride, stride};
  return p;
}

}  // namespace

TEST_CASE("measured plans give the definition's bits and are remembered") {
  for_each_simd_target([] {
    for (const Layout layout : {Layout::kNchw, Layout::kNhwc})
      for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
        forget_measured_kernels();
        const Shape shape{1, 16, 20, 23};
        PlanOptions options;
        options.layout = layout;
        options.planning = Planning::kMeasure;
        const Result<PoolPlan> plan = PoolPlan::make(square(reduction, 3, 2), shape, options);
        REQUIRE(plan.ok());
        const MeasuredKernels found = measured_kernels();
        if (active_simd_target() != "SCALAR") {
          CHECK(found.size() >= 1);
          for (const auto& [pooling, kernel] : found) CHECK(pooling.starts_with(active_simd_target() + " "));
        }
        options.planning = Planning::kEstimate;
        options.implementation = Implementation::kReference;
        const Result<PoolPlan> reference = PoolPlan::make(square(reduction, 3, 2), shape, options);
        const std::vector<float> x = make_values(shape.elements(), Content::kSpecial, 5);
        std::vector<float> y(static_cast<size_t>(plan->output_shape().elements())), expected(y.size());
        plan->forward(x.data(), y.data());
        reference->forward(x.data(), expected.data());
        CHECK(first_difference(expected.data(), y.data(), y.size()) == "");
      }
  });
  forget_measured_kernels();
}

TEST_CASE("measuring is not counted as the caller's work") {
  forget_measured_kernels();
  WorkDone work;
  PlanOptions options;
  options.planning = Planning::kMeasure;
  options.progress = &work;
  const Shape shape{1, 8, 40, 40};
  const Result<PoolPlan> plan = PoolPlan::make(square(Reduction::kMax, 3, 2), shape, options);
  REQUIRE(plan.ok());
  CHECK(work.total == 0);
  CHECK(work.done == 0);
  const std::vector<float> x(static_cast<size_t>(shape.elements()), 1.0f);
  std::vector<float> y(static_cast<size_t>(plan->output_shape().elements()));
  plan->forward(x.data(), y.data());
  CHECK(work.total > 0);
  CHECK(work.done == work.total);
  forget_measured_kernels();
}

TEST_CASE("what is known of a pooling decides, as far as its kernel can compute it") {
  if (active_simd_target() == "SCALAR") return;
  forget_measured_kernels();
  PlanOptions options;
  options.planning = Planning::kMeasure;
  const PoolParams p = square(Reduction::kMax, 2, 2);
  const Shape shape{1, 3, 12, 34};
  REQUIRE(PoolPlan::make(p, shape, options).ok());
  MeasuredKernels known = measured_kernels();
  for (auto& [pooling, kernel] : known) {
    if (pooling.find(" forward max ") != std::string::npos) kernel = "separable";
  }
  add_measured_kernels(known);
  CHECK(PoolPlan::make(p, shape, options)->kernel_name() == "separable");
  CHECK(PoolPlan::make(p, shape)->kernel_name() == "nchw-2x2/2");  // the estimate does not look
  for (const char* const useless : {"nchw-3x3", "no-such-kernel"}) {
    for (auto& [pooling, kernel] : known) kernel = useless;
    add_measured_kernels(known);
    REQUIRE(PoolPlan::make(p, shape, options).ok());
    for (const auto& [pooling, kernel] : measured_kernels()) CHECK(kernel != useless);
  }
  forget_measured_kernels();
}
