// Where an upstream gradient goes: window by window, under each rule for ties that frameworks have.
#pragma once

#include <cstdint>
#include <vector>

#include "core/cell.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"
#include "core/status.h"
#include "core/stop.h"
#include "core/tensor.h"

namespace poolglass {

// Which of the equal maxima of a window receive its gradient. -0 and +0 are equal; a window that holds a NaN
// has its last one for its only maximum.
enum class TiePolicy {
  kFirst,  // in row-major order: PyTorch's rule, and the engine's
  kLast,
  kSplit,  // equal shares
  kAll,    // the whole gradient to each: more arrives than was sent
};

// What a window sends to one cell.
struct RoutedGradient {
  Cell cell;
  float gradient = 0;
  friend bool operator==(const RoutedGradient&, const RoutedGradient&) = default;
};

// Cells of the window of `output` that hold its maximum, in row-major order; none where it reads no cell.
// x: the plane of `geometry`, row-major.
std::vector<Cell> maxima_of_window(const WindowGeometry& geometry, const float* x, Cell output);

// What the window of `output` sends to each cell when dy arrives at it: a maximum by the policy, an average
// dy divided by its divisor to every cell it reads. In row-major order; time of the order of the window.
std::vector<RoutedGradient> routed_gradient(const WindowGeometry& geometry, Reduction reduction,
                                            TiePolicy policy, const float* x, Cell output, float dy);

// The gradient of a plane: dx (as large as x) from dy (one value a window), written whole. By kFirst, and for
// averages, it is PoolPlan::backward(), bit for bit; else each cell's windows are added one after the other,
// in time of the order of all their cells. On `threads` threads (0: every core), with the same bits on any
// number. Fails as PoolPlan::make() does. `stop`, not null: set by another thread, dx is left unfinished; at
// once, but for a backward() that has begun.
Status route_gradient(const PoolParams& params, Size2 plane, TiePolicy policy, const float* x,
                      const float* dy, float* dx, int threads = 1, const Stop* stop = nullptr);

// Windows that several cells share the maximum of. Time of the order of all their cells; `threads` and `stop`
// as above.
int64_t tied_windows(const WindowGeometry& geometry, const float* x, int threads = 1,
                     const Stop* stop = nullptr);

}  // namespace poolglass
