// What a plan knows about its work, and the kernels it may choose from. Internal to core/pooling.
//
// Both layouts are rows of pixels: in NCHW a pixel is one float and every channel is a plane of its own, in
// NHWC a pixel is `input.c` floats side by side and every image is a plane.
//
// A kernel works on a range of units (output rows of all planes in one list, or planes), so that any split of
// the range among threads gives the same bits. It may read the arrays only where they exist.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/pooling/params.h"
#include "core/pooling/pooling.h"
#include "core/pooling/window.h"
#include "core/tensor.h"

namespace poolglass {

// What one call reads and writes; null where the call has no such array.
struct PoolArrays {
  const float* x = nullptr;
  const float* dy = nullptr;
  float* y = nullptr;          // the result: dx in a backward pass
  int64_t* indices = nullptr;  // in planes of 2^31 cells and more, which only the definition takes; in others
  int32_t* short_indices = nullptr;
  const int64_t* positions = nullptr;  // the argmaxes' that a backward pass reads; or
  const int32_t* short_positions = nullptr;
};

struct ShareSums;
struct ShareGrids;

// One planned pooling, and the arrays of the call that is running. A copy serves another call at the same
// time.
struct PoolTask : PoolArrays {
  PoolParams params;
  Shape input, output;
  Layout layout = Layout::kNchw;
  int64_t planes = 1;
  int64_t pixel = 1;  // floats per pixel
  WindowGeometry geometry;
  std::span<const AxisWindow> rows, columns;  // every window of geometry
  // Divisors along each axis as floats; column_divisor one per float of an output row. Where no tap is inside
  // the input they are 1, to make the average 0.
  std::span<const float> row_divisor, column_divisor;
  // Floats [inner_begin, inner_end) of an output row have the same column divisor.
  int64_t inner_begin = 0, inner_end = 0;
  float inner_divisor = 1;
  std::span<const float> identity_row;    // an input row that changes no result: -inf for max, -0 for average
  const ShareSums* share_sums = nullptr;  // where an average's gradients add up as a tree, at stride 1
  const ShareGrids* share_grids = nullptr;  // of an average, at other strides

  // The arrays are larger than what the caches hold on to. Input rows are prefetched in memory order; results
  // are stored non-temporally.
  bool prefetch = false, stream = false;

  // Long rows lie in pages of their own, where prefetchers need no help.
  bool prefetches_rows() const { return prefetch && input.w <= 1024; }

  int64_t in_row() const { return input.w * pixel; }  // floats
  int64_t out_row() const { return output.w * pixel; }
  int64_t in_plane() const { return input.h * in_row(); }
  int64_t out_plane() const { return output.h * out_row(); }
  int64_t out_rows() const { return planes * output.h; }  // of all planes
};

// scratch: KernelWork::scratch floats of the caller's own, 64-byte aligned.
using RangeKernel = void (*)(const PoolTask& task, int64_t begin, int64_t end, float* scratch);

// What a kernel does about a task.
struct KernelWork {
  RangeKernel run = nullptr;
  int64_t units = 0;
  int64_t scratch = 0;  // floats per thread
};

// Gradients of an average as sums of what its windows give (gradient/share_sums-inl.h): a forward pass of its
// own, from a buffer of shares, whose windows are the cells of dx and whose divisors are 1.
struct ShareSums {
  PoolTask task;
  KernelWork kernel;          // unit: a row of dx
  bool whole_planes = false;  // the buffer holds planes; otherwise the shares that some rows of dx need
};

// Gradients of an average at strides above 1. Cells between two beginnings of windows are read by the same
// windows, or by all of these but the first: per axis one cell of a grid stands for all of those, and one of
// a second grid for the others.
struct ShareGrids {
  struct OfAxis {
    int64_t stride = 1, pad_begin = 0;
    int64_t cells = 1;  // of a grid
    int64_t shift = 0;  // the last window that reads what grid cell 0 stands for
    int64_t high_phases =
        1;  // cells of dx, from a window's beginning on, that one more window reads than the others
    int64_t taps[2] = {1, 0};  // windows that read a cell: of those, of the others; 0 where there are none
    int kinds() const { return high_phases < stride ? 2 : 1; }
  };
  struct Grid {
    PoolTask task;
    KernelWork kernel;  // unit: a row of the grid
  };
  OfAxis rows, columns;
  bool tree = false;  // shares add up as a tree: a forward pass for each grid; otherwise in order
  Grid grid[2][2];    // by kinds of rows and columns
};

enum class Layouts : uint8_t { kNchw = 1, kNhwc = 2, kBoth = 3 };

// One way to compute a pass. All ways that can give the same bits.
struct Kernel {
  const char* id;  // e.g. "nchw-2x2/2"
  Pass pass;
  Layouts layouts;
  bool (*can)(const PoolTask& task);              // for tasks in those layouts
  bool (*expected_to_win)(const PoolTask& task);  // over the rows behind it, where it can: measured
  KernelWork (*work)(const PoolTask& task);       // where it can
};

template <class Rules>
constexpr Kernel kernel_row(const char* id, Pass pass, Layouts layouts) {
  return {id, pass, layouts, &Rules::can, &Rules::expected_to_win, &Rules::work};
}

// Parts of the table, of the active SIMD target; each in a source file under simd/.
std::span<const Kernel> nchw_window_kernels();
std::span<const Kernel> nchw_plane_kernels();
std::span<const Kernel> nhwc_kernels();
std::span<const Kernel> separable_kernels();
std::span<const Kernel> argmax_kernels();
std::span<const Kernel> gradient_kernels();
std::span<const Kernel> reference_kernels();  // the definition, which can do everything; of every target

// to[0 ... n - 1] = from[0 ... n - 1], where `from` is the upper half of `to`, as 32-bit numbers.
void widen_indices(const int32_t* from, int64_t n, int64_t* to);

// The whole table, in the order of choice: a plan takes the first row of a pass that can and is expected to
// win.
std::vector<Kernel> kernel_table();

bool is_definition(const Kernel& kernel);
bool takes(const Kernel& kernel, Pass pass, const PoolTask& task);  // whether it is of the pass, and can
const Kernel& choose_kernel(std::span<const Kernel> table, Pass pass, const PoolTask& task);

// Above this many bytes in and out, non-temporal stores save reading the lines to be written. Fixed, not
// sized by the cache the machine reports: virtual machines report what they share with their neighbours.
inline constexpr int64_t kStreamBytes = 16 << 20;

// Floats a kernel may read behind `column_divisor` and `identity_row`: the widest vector, twice.
inline constexpr int64_t kVectorSlack = 32;

}  // namespace poolglass
