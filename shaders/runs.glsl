// Windows of any size along one axis, as lists of runs (core/gpu/runs.h), each summed as the reference defines it:
// a balanced tree over 2^m taps of which only [phase, phase + count) exist. The tree is walked from left to right
// like a binary counter: pending[l] holds the sum of a finished left half of 2^l taps.
//
//   LEVELS         of pending sums that the longest run needs
//
// The shader that includes this says what a tap is.

Partial tap_at(bool columns, uint position);

#if MAX

Partial run_total(bool columns, uint first, uint count, uint phase) {
  uint distance = columns ? column_step : row_step;
  Partial total = nothing();
  for (uint j = 0u; j < count; ++j) total = join(total, tap_at(columns, first + j * distance));
  return total;
}

#else

float run_total(bool columns, uint first, uint count, uint phase) {
  uint distance = columns ? column_step : row_step;
  float pending[LEVELS];
  for (int level = 0; level < LEVELS; ++level) pending[level] = nothing();
  uint end = phase + count, position = first;
  for (uint t = phase; t < end;) {
    float sum = tap_at(columns, position);
    int level = 0;
    if ((t & 3u) == 0u && t + 4u <= end) {  // four loads in flight
      float b = tap_at(columns, position + distance);
      float c = tap_at(columns, position + 2u * distance);
      float d = tap_at(columns, position + 3u * distance);
      sum = join(join(sum, b), join(c, d));
      level = 2;
    }
    uint taps = 1u << level;
    for (int l = 0; l < LEVELS; ++l) {
      if (l < level) continue;
      if (((t >> l) & 1u) == 0u) {
        pending[l] = sum;
        break;
      }
      sum = join(pending[l], sum);
    }
    t += taps;
    position += taps * distance;
  }
  float total = nothing();
  for (int l = 0; l < LEVELS; ++l) {
    if (((end >> l) & 1u) != 0u) total = join(pending[l], total);
  }
  return total;
}

#endif

Partial window_total(bool columns, uint window) {
  uint at = (columns ? column_runs : row_runs) + window;
  uint end = tables[at + 1u];
  Partial total = nothing();
  for (uint run = tables[at]; run < end; run += 3u) {
    total = join(total, run_total(columns, tables[run], tables[run + 1u], tables[run + 2u]));
  }
  return total;
}
