// Windows of any shape whose columns fit in shared memory. A group takes a few output rows and a block of output
// columns: first every column of the block is reduced over the rows of the window, once for all windows that share
// it, with neighbouring invocations on neighbouring columns; then each window combines its columns.
//
//   CELLS          column results a group holds at most
//
// A line is an output row of any plane; tables[blocks + 4 b ...] are block b's first output column, number of output
// columns, first input column, number of input columns.

shared uint column_bits[CELLS];
#if MAX
shared uint column_index[CELLS];
#endif

uint source_base, plane_base;

Partial tap_at(bool columns, uint position) {
  if (columns) {
    uint cell = source_base + position;
#if MAX
    return tap(column_bits[cell], column_index[cell]);
#else
    return tap(column_bits[cell], 0u);
#endif
  }
  uint cell = source_base + position * source_pitch;
  return tap(source[cell], cell - plane_base);
}

void keep(uint cell, Partial p) {
#if MAX
  column_bits[cell] = p.bits;
  column_index[cell] = p.index;
#else
  column_bits[cell] = floatBitsToUint(p);
#endif
}

void main() {
  uint group = group_number();
  uint block = blocks + 4u * (group % units_per_line);
  uint first_output = tables[block], outputs = tables[block + 1u];
  uint first_column = tables[block + 2u], columns = tables[block + 3u];
  uint first_line = group / units_per_line * lines_per_group;
  uint own_lines = group < units ? min(lines_per_group, lines - first_line) : 0u;

  for (uint task = gl_LocalInvocationIndex; task < own_lines * columns; task += uint(GROUP)) {
    uint line = first_line + task / columns;
    plane_base = line / output_height * source_plane;
    source_base = plane_base + first_column + task % columns;
    keep(task, window_total(false, line % output_height));
  }
  barrier();
  for (uint task = gl_LocalInvocationIndex; task < own_lines * outputs; task += uint(GROUP)) {
    uint line = first_line + task / outputs, column = first_output + task % outputs;
    source_base = task / outputs * columns - first_column;
    finish(line * output_width + column, line % output_height, column, window_total(true, column));
  }
}
