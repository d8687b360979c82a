// A part of choose_pixels() in a source file of its own. Internal to core/pooling.
#pragma once

#include "core/pooling/kernels.h"

namespace poolglass {

KernelChoice choose_pixel_columns(const PoolTask& task);  // overlapping windows, through a buffer

}  // namespace poolglass
