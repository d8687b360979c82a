// The definition: slow, obvious loops over window geometry, one plane at a time. Everything faster is
// compared with this, bit for bit.
//
// Maximum: taps in row-major order, v replaces the argmax when v > argmax or v is NaN. Hence the first of
// equals wins (-0 equals +0, and its sign stays), and of several NaNs the last. A window without a tap inside
// the input (dilation can do that) gives -inf and index -1.
//
// Average: the sum of the taps inside the input / the divisor, as floats. Float addition is not associative,
// so the order is part of the definition. It is a tree that depends on the window alone, never on its place:
//   - a run of 2^m taps is the sum of its first half plus the sum of its second half;
//   - a window of `taps` taps along an axis is cut into such runs, the smallest first (7 = 1 + 2 + 4), and
//     their sums are added from left to right;
//   - each column of the window is summed this way top to bottom, then the column sums left to right;
//   - taps outside the input are left out, and +0 is added at the end, so no sum is -0.
// Neighbouring windows therefore share every run (S_2m(i) = S_m(i) + S_m(i + m)): a window of k x k costs
// O(log k) additions per output, without the subtraction of a running sum, which would let an infinity or a
// NaN leak out of its window. Pairwise sums are also the accurate ones: with L = floor(log2 k) + popcount(k)
// per axis, |computed - exact| <= (L_h + L_w + 1) * 2^-24 * mean |tap|, to first order (Higham, "The accuracy
// of floating point summation", SIAM J. Sci. Comput. 14, 1993).
// An average of no taps is 0.
#pragma once

#include <cstdint>

#include "core/cell.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass {

// x: rows.input x columns.input, y (and indices, which may be null): rows.output x columns.output.
void reference_max(const WindowGeometry& geometry, const float* x, float* y, int64_t* indices);
void reference_average(const WindowGeometry& geometry, const float* x, float* y);

// The same of one window; `index`: of a maximum, else -1.
struct PooledWindow {
  float y = 0;
  int64_t index = -1;
};
PooledWindow reference_window(const WindowGeometry& geometry, Reduction reduction, const float* x,
                              Cell output);

// dx is written whole: +0, then the gradients of the windows in row-major order are added. Average adds
// dy / divisor to each tap inside the input.
//
// Where more than 32 windows of an average may read a cell (the quotients kernel / stride of both axes,
// rounded up, have a larger product) and lie side by side (stride or dilation is 1), their shares dy /
// divisor add up as a sum of taps does above, the windows that may read a cell being its taps: the order of
// additions is then one in which large windows cost O(log k), and are accurate.
void reference_max_backward(const WindowGeometry& geometry, const float* x, const float* dy, float* dx);
void reference_average_backward(const WindowGeometry& geometry, const float* dy, float* dx);

}  // namespace poolglass
