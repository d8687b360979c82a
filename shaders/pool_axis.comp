// One axis of any pooling, from any array: windows along rows (COLUMNS 0) or columns (COLUMNS 1) of the source. Four
// of these passes at most pool windows of any size, tall ones in pieces so that few windows still keep many
// invocations busy. The result has the source's extent along the other axis.
//
//   COLUMNS        the axis
//   FROM_INPUT     1: the source is the input, 0: partial results of an earlier pass
//   OF_SHARES      1: the source is the output's gradient, of which a tap is what the window there gives to each of
//                  its taps; "windows" then are the cells of the input
//
// A line is a row of the result; neighbouring invocations work on neighbouring columns.

uint source_base, plane_base;
#if OF_SHARES
uint share_column;
#endif

Partial tap_at(bool columns, uint position) {
  uint cell = source_base + position * (columns ? 1u : source_pitch);
#if OF_SHARES
  return share(uintBitsToFloat(source[cell]), position, share_column);
#elif FROM_INPUT
  return tap(source[cell], cell - plane_base);
#elif MAX
  return tap(source[cell], source_index[cell]);
#else
  return tap(source[cell], 0u);
#endif
}

void main() {
  uint unit = unit_number();
  if (unit >= units) return;
  uint column = unit % units_per_line, line = unit / units_per_line;
  uint row = line % lines_per_plane;
  plane_base = line / lines_per_plane * source_plane;
  source_base = plane_base + (COLUMNS != 0 ? row * source_pitch : column);
#if OF_SHARES
  share_column = column;
#endif
  finish(unit, row, column, window_total(COLUMNS != 0, COLUMNS != 0 ? column : row));
}
