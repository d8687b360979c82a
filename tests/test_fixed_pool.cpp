// Adaptive pooling beside the fixed windows that come closest to it.
#include <doctest/doctest.h>

#include "core/pooling/fixed_pool.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass {

TEST_CASE("7 cells to 5: no fixed window makes the five bins") {
  const std::optional<FixedPool> pool = closest_fixed_pool(7, 5);
  REQUIRE(pool.has_value());
  CHECK(pool->kernel == 3);
  CHECK(pool->stride == 1);
  CHECK(pool->windows_apart == 4);  // [2, 5) alone is the same
  CHECK(pool->cells_apart == 4);
}

TEST_CASE("where the input is a multiple of the output, and for one window, a fixed pool is the same") {
  for (int64_t output = 1; output <= 12; ++output) {
    for (int64_t times = 1; times <= 6; ++times) {
      const std::optional<FixedPool> pool = closest_fixed_pool(output * times, output);
      REQUIRE(pool.has_value());
      CHECK(pool->cells_apart == 0);
      CHECK(pool->kernel == times);
      if (output > 1) CHECK(pool->stride == times);
    }
  }
  CHECK(closest_fixed_pool(3, 4) == std::nullopt);
  CHECK(closest_fixed_pool(3, 0) == std::nullopt);
  CHECK(closest_fixed_pool(5000, 2) == std::nullopt);
}

TEST_CASE("it has as many windows as the adaptive one, and no other kernel and stride come closer") {
  int unlike = 0;
  for (int64_t input = 1; input <= 32; ++input) {
    for (int64_t output = 1; output <= input; ++output) {
      const std::optional<FixedPool> pool = closest_fixed_pool(input, output);
      REQUIRE(pool.has_value());
      PoolParams params = window_pool(Reduction::kMax, {pool->kernel, 1});
      params.stride = {pool->stride, 1};
      CHECK(output_size(params, {input, 1})->h == output);
      unlike += pool->cells_apart > 0 ? 1 : 0;
      CHECK((pool->cells_apart == 0) == (pool->windows_apart == 0));
      // The usual recipe, stride n / o and the kernel that reaches the end, comes no closer.
      const int64_t stride = input / output, kernel = input - (output - 1) * stride;
      int64_t apart = 0;
      for (int64_t i = 0; i < output; ++i) {
        const int64_t from = i * input / output, to = ((i + 1) * input + output - 1) / output;
        for (int64_t cell = 0; cell < input; ++cell) {
          apart += (cell >= from && cell < to) != (cell >= i * stride && cell < i * stride + kernel) ? 1 : 0;
        }
      }
      CHECK(pool->cells_apart <= apart);
    }
  }
  CHECK(unlike == 327);  // of 528 pairs
}

}  // namespace poolglass
