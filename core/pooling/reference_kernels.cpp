// The definition in the shape of a kernel: what a plan runs where no faster one fits.
#include <algorithm>

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
void backward_planes(const PoolTask& task, int64_t begin, int64_t end, float* scratch) {
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t plane = unit / task.pixel, c = unit % task.pixel;
    const float* dy = task.dy + plane * task.out_plane() + c;
    float* dx = task.y + plane * task.in_plane() + c;
    if (task.params.reduction == Reduction::kMax) {
      reference_max_backward(task.geometry, task.pixel, task.x + plane * task.in_plane() + c, dy, dx);
    } else {
      reference_average_backward(task.geometry, task.pixel, dy, dx, scratch);
    }
  }
}

// Adds dy where the argmaxes of a plane are, window by window; -1 stands for a window without one.
template <class Index>
void scatter_plane(const PoolTask& task, int64_t plane, const Index* positions) {
  const int64_t n = task.out_plane(), pixel = task.pixel;
  const float* dy = task.dy + plane * n;
  float* dx = task.y + plane * task.in_plane();
  positions += plane * n;
  std::fill_n(dx, task.in_plane(), 0.0f);
  if (pixel == 1) {  // without a loop for each window: a quarter less time
    for (int64_t i = 0; i < n; ++i) {
      if (positions[i] >= 0) dx[positions[i]] += dy[i];
    }
    return;
  }
  for (int64_t i = 0; i < n; i += pixel) {
    for (int64_t c = 0; c < pixel; ++c) {
      const int64_t position = positions[i + c];
      if (position >= 0) dx[position * pixel + c] += dy[i + c];
    }
  }
}

void scatter_planes(const PoolTask& task, int64_t begin, int64_t end, float* /*scratch*/) {
  for (int64_t plane = begin; plane < end; ++plane) {
    if (task.short_positions != nullptr) {
      scatter_plane(task, plane, task.short_positions);
    } else {
      scatter_plane(task, plane, task.positions);
    }
  }
}

struct Definition {
  static bool can(const PoolTask&) { return true; }
  static bool expected_to_win(const PoolTask&) { return true; }
};

struct Forward : Definition {
  static KernelWork work(const PoolTask& task) { return {&forward_rows, task.out_rows(), 0}; }
};

struct Backward : Definition {
  static KernelWork work(const PoolTask& task) {
    const bool max = task.params.reduction == Reduction::kMax;
    return {&backward_planes, task.planes * task.pixel, max ? 0 : reference_shares(task.geometry)};
  }
};

struct BackwardFromIndices : Definition {
  static KernelWork work(const PoolTask& task) { return {&scatter_planes, task.planes, 0}; }
};

constexpr Kernel kKernels[] = {
    kernel_row<Forward>("definition", Pass::kForward, Layouts::kBoth),
    kernel_row<Forward>("definition-with-indices", Pass::kForwardWithIndices, Layouts::kBoth),
    kernel_row<Backward>("definition-gradient", Pass::kBackward, Layouts::kBoth),
    kernel_row<BackwardFromIndices>("definition-gradient-from-indices", Pass::kBackwardFromIndices,
                                    Layouts::kBoth),
};

}  // namespace

std::span<const Kernel> reference_kernels() { return kKernels; }

}  // namespace poolglass
