// Adaptive pooling beside pooling with a fixed window: bins of adaptive pooling differ in size and overlap,
// so that in general no kernel and stride make the same windows.
#pragma once

#include <cstdint>
#include <optional>

namespace poolglass {

// Windows along one axis without padding and dilation, compared with the bins of an adaptive axis.
struct FixedPool {
  int64_t kernel = 1, stride = 1;
  int64_t cells_apart = 0;  // cells that a window has and its bin has not, or the other way; of all windows
  int64_t windows_apart = 0;
  friend bool operator==(const FixedPool&, const FixedPool&) = default;
};

// The kernel and stride that give `output` windows with the fewest cells apart; of several the one with the
// smaller stride, then the smaller kernel. None where there is none: output > input. 1 <= output, input <=
// 4096 (else none); takes time of the order of input^2.
std::optional<FixedPool> closest_fixed_pool(int64_t input, int64_t output);

}  // namespace poolglass
