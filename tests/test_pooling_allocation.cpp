// A planned call allocates nothing.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "core/pooling/pooling.h"

namespace {
std::atomic<int64_t> allocations{0};
}  // namespace

// Replaced for the whole program, and counted.
void* operator new(size_t size) {
  ++allocations;
  if (void* p = std::malloc(size > 0 ? size : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t /*size*/) noexcept { std::free(p); }

using namespace poolglass;

TEST_CASE("a planned call allocates nothing") {
  std::vector<PoolParams> all = {global_pool(Reduction::kMax), global_pool(Reduction::kAverage),
                                 adaptive_pool(Reduction::kAverage, {5, 3})};
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage})
    for (const int64_t kernel : {2, 3, 5, 13})
      for (const int64_t stride : {1, 2}) {
        PoolParams p = window_pool(reduction, {kernel, kernel});
        p.stride = {stride, stride};
        p.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
        all.push_back(p);
      }
  for (const PoolParams& params : all)
    for (const Shape& shape : {Shape{1, 20, 13, 13}, Shape{2, 18, 57, 40}})
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc})
        for (const int threads : {1, 3}) {
          PlanOptions options;
          options.layout = layout;
          options.threads = threads;
          const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
          REQUIRE(plan.ok());
          const size_t inputs = static_cast<size_t>(shape.elements());
          const size_t outputs = static_cast<size_t>(plan->output_shape().elements());
          std::vector<float> x(inputs, 1.0f), dx(inputs), y(outputs), dy(outputs, 1.0f);
          std::vector<int64_t> indices(outputs);
          const bool max = params.reduction == Reduction::kMax;
          const auto run = [&] {
            plan->forward(x.data(), y.data());
            if (max) plan->forward_with_indices(x.data(), y.data(), indices.data());
            if (max) plan->backward_from_indices(indices.data(), dy.data(), dx.data());
            plan->backward(x.data(), dy.data(), dx.data());
          };
          run();  // the first call starts the threads
          const int64_t before = allocations;
          for (int i = 0; i < 3; ++i) run();
          CHECK(allocations == before);
        }
}
