#include <cstdio>

#include "core/pooling/pooling.h"

int main() {
  using namespace poolglass;
  const Tensor x(Shape{1, 1, 2, 4}, {5, 3, 0, 0, 5, 8, 6, 7});
  const Result<PoolPlan> plan = PoolPlan::make(window_pool(Reduction::kMax, {2, 2}), x.shape);
  if (!plan.ok()) {
    std::fprintf(stderr, "%s\n", plan.status().message().c_str());
    return 1;
  }
  Tensor y(plan->output_shape());
  plan->forward(x.values.data(), y.values.data());
  std::printf("max 2x2/2: %g %g\n", y.values[0], y.values[1]);
  return y.values[0] == 8 && y.values[1] == 7 ? 0 : 1;
}
