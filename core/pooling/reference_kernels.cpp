// The definition in the shape of a kernel: what a plan runs where no faster one fits.
#include "core/pooling/kernels.h"
#include "core/pooling/reference_rows.h"

namespace poolglass {
namespace {

// Unit: one output row of one plane.
void forward_rows(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  const bool max = task.params.reduction == Reduction::kMax;
  for (int64_t unit = begin; unit < end; ++unit) {
    const float* plane = task.x + unit / task.output.h * task.in_plane();
    const int64_t row = unit % task.output.h;
    for (int64_t c = 0; c < task.pixel; ++c) {
      const int64_t cell = unit * task.out_row() + c;
      if (max) {
        int64_t* indices = task.indices != nullptr ? task.indices + cell : nullptr;
        int32_t* short_indices = task.short_indices != nullptr ? task.short_indices + cell : nullptr;
        reference_max_row(task.geometry, row, task.pixel, plane + c, task.y + cell, indices, short_indices);
      } else {
        reference_average_row(task.geometry, row, task.pixel, plane + c, task.y + cell);
      }
    }
  }
}

// Unit: one channel of one image.
void backward_planes(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t plane = unit / task.pixel, c = unit % task.pixel;
    const float* dy = task.dy + plane * task.out_plane() + c;
    float* dx = task.y + plane * task.in_plane() + c;
    if (task.params.reduction == Reduction::kMax) {
      reference_max_backward(task.geometry, task.pixel, task.x + plane * task.in_plane() + c, dy, dx);
    } else {
      reference_average_backward(task.geometry, task.pixel, dy, dx);
    }
  }
}

}  // namespace

KernelChoice reference_forward(const PoolTask& task) {
  return {"reference", &forward_rows, task.out_rows(), 0};
}

KernelChoice reference_backward(const PoolTask& task) {
  return {"reference", &backward_planes, task.planes * task.pixel, 0};
}

}  // namespace poolglass
