#include "core/pooling/kernels.h"

namespace poolglass {

KernelChoice choose_forward(const PoolTask& task) {
  // The fewer windows a kernel takes, the faster it is.
  for (const auto choose : {&choose_tiles, &choose_global, &choose_three_by_three, &choose_flat_planes,
                            &choose_squares, &choose_strided, &choose_planes, &choose_pixel_walk,
                            &choose_pixel_columns, &choose_pixels, &choose_transposed, &choose_bands}) {
    if (const KernelChoice kernel = choose(task); kernel.run != nullptr) return kernel;
  }
  return {};
}

}  // namespace poolglass
