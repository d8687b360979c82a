// Backward pass: every input cell collects from the windows that read it, in row-major order, so that results do
// not depend on the order in which invocations run. A maximum's window counts where its winner is this cell.
//
// source holds the output's gradient, source_index (MAX) the windows' winners; row_runs and column_runs point at two
// words for each cell of an axis: the first window that reads it, and how many do, row_step or column_step apart. A
// line is a row of the input.

void main() {
  uint unit = unit_number();
  if (unit >= units) return;
  uint column = unit % units_per_line, line = unit / units_per_line;
  uint row = line % lines_per_plane;
  uint plane_base = line / lines_per_plane * source_plane;
  uint cell = row * units_per_line + column;
  uint first_y = tables[row_runs + 2u * row], rows = tables[row_runs + 2u * row + 1u];
  uint first_x = tables[column_runs + 2u * column], columns = tables[column_runs + 2u * column + 1u];

  float sum = uintBitsToFloat(0u);
  for (uint i = 0u; i < rows; ++i) {
    uint y = first_y + i * row_step;
    for (uint j = 0u; j < columns; ++j) {
      uint x = first_x + j * column_step;
      uint window = plane_base + y * source_pitch + x;
#if MAX
      if (source_index[window] != cell) continue;
      sum = add(sum, uintBitsToFloat(source[window]));
#else
      sum = add(sum, share(uintBitsToFloat(source[window]), y, x));
#endif
    }
  }
  uint bits = floatBitsToUint(sum);
  result[unit] = bits == 0x80000000u ? 0u : bits;  // a sum that starts at +0 is never -0
}
