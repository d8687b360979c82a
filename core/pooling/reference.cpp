#include "core/pooling/reference.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/pooling/reference_rows.h"

namespace poolglass {
namespace {

struct Argmax {
  float value = -std::numeric_limits<float>::infinity();
  int64_t index = -1;
};

Argmax window_max(const AxisWindow& rows, const AxisWindow& columns, int64_t width, int64_t pixel,
                  const float* x) {
  Argmax argmax;
  for (int64_t r = 0; r < rows.count; ++r) {
    const int64_t row_offset = (rows.first + r * rows.step) * width;
    for (int64_t c = 0; c < columns.count; ++c) {
      const int64_t index = row_offset + columns.first + c * columns.step;
      const float v = x[index * pixel];
      // The first real tap wins even at -inf, so that the index is a real one.
      if (argmax.index < 0 || v > argmax.value || std::isnan(v)) argmax = {v, index};
    }
  }
  return argmax;
}

// Adding it changes nothing, not even the sign of a zero: the sum of no taps.
constexpr float kNothing = -0.0f;

// Sum of the run of `size` (a power of two) taps from `begin`, of which [first, end) are inside the input.
template <class Tap>
float run_sum(int64_t begin, int64_t size, int64_t first, int64_t end, const Tap& tap) {
  if (begin + size <= first || begin >= end) return kNothing;
  if (size == 1) return tap(begin);
  const int64_t half = size / 2;
  return run_sum(begin, half, first, end, tap) + run_sum(begin + half, half, first, end, tap);
}

// Sum along one axis of a window; tap(j) is the value of the j-th tap that is inside the input.
template <class Tap>
float axis_sum(const AxisWindow& w, const Tap& tap) {
  const int64_t first = w.count > 0 ? (w.first - w.start) / w.step : 0;
  float sum = kNothing;
  for (int64_t begin = 0, size; begin < w.taps; begin += size) {
    const int64_t left = w.taps - begin;
    size = left & -left;
    sum += run_sum(begin, size, first, first + w.count, [&](int64_t j) { return tap(j - first); });
  }
  return sum;
}

// +0 where no tap is inside the input.
float window_sum(const AxisWindow& rows, const AxisWindow& columns, int64_t width, int64_t pixel,
                 const float* x) {
  const float sum = axis_sum(columns, [&](int64_t c) {
    const float* column = x + (columns.first + c * columns.step) * pixel;
    return axis_sum(rows, [&](int64_t r) { return column[(rows.first + r * rows.step) * width * pixel]; });
  });
  return sum + 0.0f;
}

float window_average(const AxisWindow& rows, const AxisWindow& columns, int64_t width, int64_t pixel,
                     const float* x) {
  if (rows.count == 0 || columns.count == 0) return 0.0f;
  return window_sum(rows, columns, width, pixel, x) / static_cast<float>(rows.divisor * columns.divisor);
}

// f(rows, columns, index of the output cell) for every window, in row-major order.
template <class F>
void for_each_window(const WindowGeometry& geometry, const F& f) {
  for (int64_t r = 0, cell = 0; r < geometry.rows.output; ++r) {
    const AxisWindow rows = geometry.rows.window(r);
    for (int64_t c = 0; c < geometry.columns.output; ++c, ++cell) f(rows, geometry.columns.window(c), cell);
  }
}

void clear(const WindowGeometry& geometry, int64_t pixel, float* dx) {
  for (int64_t i = 0; i < geometry.rows.input * geometry.columns.input; ++i) dx[i * pixel] = 0.0f;
}

}  // namespace

PooledWindow reference_window(const WindowGeometry& geometry, Reduction reduction, const float* x,
                              Cell output) {
  const AxisWindow rows = geometry.rows.window(output.row), columns = geometry.columns.window(output.column);
  if (reduction == Reduction::kAverage)
    return {window_average(rows, columns, geometry.columns.input, 1, x), -1};
  const Argmax argmax = window_max(rows, columns, geometry.columns.input, 1, x);
  return {argmax.value, argmax.index};
}

void reference_max_row(const WindowGeometry& geometry, int64_t row, int64_t pixel, const float* x, float* y,
                       int64_t* indices, int32_t* short_indices) {
  const AxisWindow rows = geometry.rows.window(row);
  for (int64_t c = 0; c < geometry.columns.output; ++c) {
    const Argmax argmax = window_max(rows, geometry.columns.window(c), geometry.columns.input, pixel, x);
    y[c * pixel] = argmax.value;
    if (indices != nullptr) indices[c * pixel] = argmax.index;
    if (short_indices != nullptr) short_indices[c * pixel] = static_cast<int32_t>(argmax.index);
  }
}

void reference_average_row(const WindowGeometry& geometry, int64_t row, int64_t pixel, const float* x,
                           float* y) {
  const AxisWindow rows = geometry.rows.window(row);
  for (int64_t c = 0; c < geometry.columns.output; ++c) {
    y[c * pixel] = window_average(rows, geometry.columns.window(c), geometry.columns.input, pixel, x);
  }
}

void reference_max_backward(const WindowGeometry& geometry, int64_t pixel, const float* x, const float* dy,
                            float* dx) {
  clear(geometry, pixel, dx);
  for_each_window(geometry, [&](const AxisWindow& rows, const AxisWindow& columns, int64_t cell) {
    const int64_t index = window_max(rows, columns, geometry.columns.input, pixel, x).index;
    if (index >= 0) dx[index * pixel] += dy[cell * pixel];
  });
}

namespace {

float share_of(const AxisWindow& rows, const AxisWindow& columns, float dy) {
  return dy / static_cast<float>(rows.divisor * columns.divisor);
}

// dx = the sums of the shares of the windows that read each cell.
void sum_shares(const WindowGeometry& geometry, int64_t pixel, const float* dy, float* dx, float* shares) {
  for_each_window(geometry, [&](const AxisWindow& rows, const AxisWindow& columns, int64_t cell) {
    if (rows.count > 0 && columns.count > 0) shares[cell] = share_of(rows, columns, dy[cell * pixel]);
  });
  const int64_t width = geometry.columns.output;
  const WindowGeometry readers{readers_axis(geometry.rows), readers_axis(geometry.columns)};
  for_each_window(readers, [&](const AxisWindow& rows, const AxisWindow& columns, int64_t cell) {
    dx[cell * pixel] = window_sum(rows, columns, width, 1, shares);
  });
}

}  // namespace

int64_t reference_shares(const WindowGeometry& geometry) {
  return gradients_are_tree_sums(geometry) ? geometry.rows.output * geometry.columns.output : 0;
}

void reference_average_backward(const WindowGeometry& geometry, int64_t pixel, const float* dy, float* dx,
                                float* shares) {
  if (gradients_are_tree_sums(geometry)) return sum_shares(geometry, pixel, dy, dx, shares);
  clear(geometry, pixel, dx);
  for_each_window(geometry, [&](const AxisWindow& rows, const AxisWindow& columns, int64_t cell) {
    if (rows.count == 0 || columns.count == 0) return;
    const float share = share_of(rows, columns, dy[cell * pixel]);
    for (int64_t r = 0; r < rows.count; ++r) {
      float* row = dx + (rows.first + r * rows.step) * geometry.columns.input * pixel;
      for (int64_t c = 0; c < columns.count; ++c) row[(columns.first + c * columns.step) * pixel] += share;
    }
  });
}

void reference_max(const WindowGeometry& geometry, const float* x, float* y, int64_t* indices) {
  for (int64_t r = 0; r < geometry.rows.output; ++r) {
    const int64_t cell = r * geometry.columns.output;
    reference_max_row(geometry, r, 1, x, y + cell, indices != nullptr ? indices + cell : nullptr);
  }
}

void reference_average(const WindowGeometry& geometry, const float* x, float* y) {
  for (int64_t r = 0; r < geometry.rows.output; ++r) {
    reference_average_row(geometry, r, 1, x, y + r * geometry.columns.output);
  }
}

void reference_max_backward(const WindowGeometry& geometry, const float* x, const float* dy, float* dx) {
  reference_max_backward(geometry, 1, x, dy, dx);
}

void reference_average_backward(const WindowGeometry& geometry, const float* dy, float* dx) {
  std::vector<float> shares(static_cast<size_t>(reference_shares(geometry)));
  reference_average_backward(geometry, 1, dy, dx, shares.data());
}

}  // namespace poolglass
