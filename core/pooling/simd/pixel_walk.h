// A part of choose_pixels() in a source file of its own. Internal to core/pooling.
#pragma once

#include "core/pooling/kernels.h"

namespace poolglass {

KernelChoice choose_pixel_walk(const PoolTask& task);  // windows that overlap, along the rows

}  // namespace poolglass
