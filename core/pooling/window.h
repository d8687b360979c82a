// Where windows lie. Pooling windows are products of intervals, so one axis at a time says everything.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass {

// One window along one axis. Taps are start, start + step, ..., `taps` of them; positions are input cells and
// may lie in the padding (negative, or >= extent) or beyond it (ceil mode's overhang).
struct AxisWindow {
  int64_t start = 0;    // first tap, real or not
  int64_t taps = 1;     // kernel size along this axis
  int64_t step = 1;     // dilation
  int64_t first = 0;    // first tap inside the input (meaningless when count == 0)
  int64_t count = 0;    // taps inside the input
  int64_t divisor = 1;  // taps an average divides by along this axis (the window's divisor is the product)

  int64_t last() const { return start + (taps - 1) * step; }
  bool reads(int64_t cell) const {
    return count > 0 && cell >= first && cell <= first + (count - 1) * step && (cell - first) % step == 0;
  }
};

// The windows along one axis: strided (kernel, stride, padding, dilation) or adaptive.
struct Axis {
  int64_t input = 1;   // cells
  int64_t output = 1;  // windows
  bool adaptive = false;
  int64_t kernel = 1, stride = 1, dilation = 1, pad_begin = 0, pad_end = 0;
  bool count_include_pad = true;
  int64_t reader_stride = 0;  // not 0: an axis of readers, see readers_axis()

  AxisWindow window(int64_t index) const;  // 0 <= index < output
};

std::vector<AxisWindow> windows_of(const Axis& axis);  // all of them, in order

struct WindowGeometry {
  Axis rows;
  Axis columns;
};

// Number of windows of a strided axis (every field but `output` set, and valid); below 1 when none fits.
int64_t strided_output(const Axis& axis, bool ceil_mode);

// Geometry of a pooling over a plane; validates like output_size().
Result<WindowGeometry> window_geometry(const PoolParams& params, Size2 input);

// Whether the gradients of an average add up as a tree (core/pooling/reference.h): more than 32 windows may
// read a cell, and those that do lie side by side (stride or dilation is 1).
bool gradients_are_tree_sums(const WindowGeometry& geometry);

// The windows of an axis that read a cell, as a window over windows: the axis's output is its input, and each
// cell a window. Stride or dilation must be 1.
Axis readers_axis(const Axis& axis);

// Indices of the windows that read `cell`, ascending.
std::vector<int64_t> windows_reading(const Axis& axis, int64_t cell);

}  // namespace poolglass
