// Windows of up to 3x3 cells, every tap in a register. An invocation makes TILE_H x TILE_W outputs and reads each
// cell below them once; where rows allow, four cells at a time.
//
//   KERNEL_H, KERNEL_W, STRIDE_H, STRIDE_W   of the windows
//   PAD_TOP, PAD_LEFT                        cells before the input
//   TILE_H, TILE_W                           outputs per invocation
//   BOUNDS         1: cells of the tile may lie outside the input
//   WIDE           1: the input's width is a multiple of 4, and TILE_W * STRIDE_W is 4
//   PAIRS          1: TILE_W is 2, the output's width is even, and values alone are written
//
// A line is TILE_H output rows of a plane, a unit is TILE_W of their columns.

const int kRows = (TILE_H - 1) * STRIDE_H + KERNEL_H;
const int kColumns = (TILE_W - 1) * STRIDE_W + KERNEL_W;

#if WIDE
layout(std430, binding = 0) readonly buffer Source4 { uvec4 source4[]; };
#endif
#if PAIRS
layout(std430, binding = 2) writeonly buffer Result2 { uvec2 result2[]; };
#endif

uint plane_base;
Partial cells[kRows * kColumns];  // row by row: of an array of rows, Mesa 22.3's llvmpipe mixes up two

bool inside(int row, int column) {
#if BOUNDS
  return row >= 0 && row < int(input_height) && column >= 0 && column < int(input_width);
#else
  return true;
#endif
}

Partial read(int row, int column) {
  if (!inside(row, column)) return nothing();
  uint index = uint(row) * input_width + uint(column);
  return tap(source[plane_base + index], index);
}

void read_row(int i, int row, int column) {
#if WIDE
  int aligned = column + PAD_LEFT;
  if (inside(row, aligned)) {
    uint index = uint(row) * input_width + uint(aligned);
    uvec4 four = source4[(plane_base + index) >> 2];
    for (int j = 0; j < kColumns; ++j) {
      int lane = j - PAD_LEFT;
      cells[i * kColumns + j] =
          lane >= 0 && lane < 4 ? tap(four[lane & 3], index + uint(lane)) : read(row, column + j);
    }
    return;
  }
#endif
  for (int j = 0; j < kColumns; ++j) cells[i * kColumns + j] = read(row, column + j);
}

// The reference's order for up to three taps.
Partial column_total(int row, int column) {
#if KERNEL_H == 1
  return cells[row * kColumns + column];
#elif KERNEL_H == 2
  return join(cells[row * kColumns + column], cells[(row + 1) * kColumns + column]);
#else
  return join(cells[row * kColumns + column],
              join(cells[(row + 1) * kColumns + column], cells[(row + 2) * kColumns + column]));
#endif
}

Partial window_of(Partial totals[kColumns], int k) {
  int j = k * STRIDE_W;
#if KERNEL_W == 1
  return totals[j];
#elif KERNEL_W == 2
  return join(totals[j], totals[j + 1]);
#else
  return join(totals[j], join(totals[j + 1], totals[j + 2]));
#endif
}

void main() {
  uint unit = unit_number();
  if (unit >= units) return;
  uint line = unit / units_per_line;
  uint plane = line / lines_per_plane;
  uint first_row = line % lines_per_plane * uint(TILE_H), first_column = unit % units_per_line * uint(TILE_W);
  plane_base = plane * source_plane;

  int row = int(first_row) * STRIDE_H - PAD_TOP, column = int(first_column) * STRIDE_W - PAD_LEFT;
  for (int i = 0; i < kRows; ++i) read_row(i, row + i, column);

  for (int i = 0; i < TILE_H; ++i) {
    uint y = first_row + uint(i);
    if (y >= output_height) break;
    Partial totals[kColumns];
    for (int j = 0; j < kColumns; ++j) totals[j] = column_total(i * STRIDE_H, j);
    uint first_cell = (plane * output_height + y) * output_width + first_column;
#if PAIRS
    result2[first_cell >> 1] = uvec2(result_bits(y, first_column, window_of(totals, 0)),
                                     result_bits(y, first_column + 1u, window_of(totals, 1)));
#else
    for (int k = 0; k < TILE_W; ++k) {
      uint x = first_column + uint(k);
      if (x >= output_width) break;
      finish(first_cell + uint(k), y, x, window_of(totals, k));
    }
#endif
  }
}
