// Backward pass of small windows that neither overlap nor are padded: an invocation owns a window and the cells up to
// the next one, reads them once, and writes each of them once.
//
//   KERNEL_H, KERNEL_W, STRIDE_H, STRIDE_W   of the windows; no kernel is larger than its stride
//   BOUNDS         1: cells of a window's tile may lie outside the input, or belong to no window
//   PAIRS          1: STRIDE_W is 2 and the input's width is even
//
// source holds the input (MAX only), source_index the output's gradient. A line is STRIDE_H rows of the input.

#if PAIRS
layout(std430, binding = 0) readonly buffer Source2 { uvec2 source2[]; };
layout(std430, binding = 2) writeonly buffer Result2 { uvec2 result2[]; };
#endif

uint plane_base, first_row, first_column;

bool inside(int i, int j) {
#if BOUNDS
  return first_row + uint(i) < input_height && first_column + uint(j) < input_width;
#else
  return true;
#endif
}

uint cell_at(int i, int j) { return plane_base + (first_row + uint(i)) * input_width + first_column + uint(j); }

#if MAX

// Row-major number of the winner in its window.
uint winner() {
  Partial best = nothing();
  for (int i = 0; i < KERNEL_H; ++i) {
#if PAIRS
    if (!inside(i, 0)) continue;
    uvec2 two = source2[cell_at(i, 0) >> 1];
    for (int j = 0; j < KERNEL_W; ++j) best = join(best, tap(two[j], uint(i * KERNEL_W + j)));
#else
    for (int j = 0; j < KERNEL_W; ++j) {
      if (inside(i, j)) best = join(best, tap(source[cell_at(i, j)], uint(i * KERNEL_W + j)));
    }
#endif
  }
  return best.index;
}

#endif

void main() {
  uint unit = unit_number();
  if (unit >= units) return;
  uint x = unit % units_per_line, line = unit / units_per_line;
  uint y = line % lines_per_plane, plane = line / lines_per_plane;
  plane_base = plane * source_plane;
  first_row = y * uint(STRIDE_H);
  first_column = x * uint(STRIDE_W);

  uint gradient = 0u;
  bool window = true;
#if BOUNDS
  window = y < output_height && x < output_width;
#endif
  if (window) {
    gradient = source_index[(plane * output_height + y) * output_width + x];
#if !MAX
    gradient = floatBitsToUint(share(uintBitsToFloat(gradient), y, x));
#endif
    if (gradient == 0x80000000u) gradient = 0u;  // added to +0
  }
#if MAX
  uint taker = window ? winner() : kNone;
#endif
  for (int i = 0; i < STRIDE_H; ++i) {
    uint bits[STRIDE_W];
    for (int j = 0; j < STRIDE_W; ++j) {
      bool takes = i < KERNEL_H && j < KERNEL_W;
#if MAX
      takes = takes && taker == uint(i * KERNEL_W + j);
#endif
      bits[j] = takes ? gradient : 0u;
    }
#if PAIRS
    if (inside(i, 0)) result2[cell_at(i, 0) >> 1] = uvec2(bits[0], bits[1]);
#else
    for (int j = 0; j < STRIDE_W; ++j) {
      if (inside(i, j)) result[cell_at(i, j)] = bits[j];
    }
#endif
  }
}
