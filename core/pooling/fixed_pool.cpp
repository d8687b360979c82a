#include "core/pooling/fixed_pool.h"

#include <algorithm>

#include "core/pooling/window.h"

namespace poolglass {
namespace {

constexpr int64_t kMostCells = 4096;

FixedPool compared(const Axis& bins, int64_t kernel, int64_t stride) {
  FixedPool pool{kernel, stride, 0, 0};
  for (int64_t i = 0; i < bins.output; ++i) {
    const AxisWindow bin = bins.window(i);
    const int64_t start = i * stride, end = start + kernel, bin_end = bin.first + bin.count;
    const int64_t shared = std::max<int64_t>(std::min(end, bin_end) - std::max(start, bin.first), 0);
    const int64_t apart = kernel + bin.count - 2 * shared;
    pool.cells_apart += apart;
    if (apart > 0) ++pool.windows_apart;
  }
  return pool;
}

}  // namespace

std::optional<FixedPool> closest_fixed_pool(int64_t input, int64_t output) {
  if (output < 1 || input > kMostCells || output > input) return std::nullopt;
  Axis bins;
  bins.adaptive = true;
  bins.input = input;
  bins.output = output;
  std::optional<FixedPool> best;
  // Kernels that leave exactly `output` windows: floor((input - kernel) / stride) + 1 = output.
  const int64_t most = output > 1 ? (input - 1) / (output - 1) : 1;
  for (int64_t stride = 1; stride <= most; ++stride) {
    const int64_t largest = input - (output - 1) * stride;
    const int64_t smallest = output > 1 ? std::max<int64_t>(largest - stride + 1, 1) : input;
    for (int64_t kernel = smallest; kernel <= largest; ++kernel) {
      const FixedPool pool = compared(bins, kernel, stride);
      if (!best || pool.cells_apart < best->cells_apart) best = pool;
    }
  }
  return best;
}

}  // namespace poolglass
