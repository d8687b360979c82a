// Windows as the shaders walk them: lists of runs of taps along one axis. Internal to core/gpu.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass::gpu {

// The taps of a run of 2^m that are inside the input: `count` of them from cell `first` on. The run is a
// balanced tree of sums (core/pooling/reference.h); `phase` is the place of the first one among its leaves,
// reduced modulo a power of two no smaller than `count`, which leaves the order of additions as it is.
struct Run {
  uint32_t first = 0;
  uint32_t count = 0;
  uint32_t phase = 0;
};

// The windows of one axis; taps outside the input, however many, are not in it.
struct AxisRuns {
  std::vector<uint32_t> begin;  // window i has runs begin[i] ... begin[i + 1] - 1
  std::vector<Run> runs;
  uint32_t step = 1;  // from one tap to the next

  int64_t windows() const { return static_cast<int64_t>(begin.size()) - 1; }
  int64_t largest_window() const;  // taps of it
  int levels() const;              // pending sums that a walk over the longest run holds
};

// A maximum needs no order: its windows are one run each.
AxisRuns axis_runs(const Axis& axis, Reduction reduction);

// The same windows in two steps: pieces of at most `size` taps (a power of two), and windows over those
// pieces.
struct SplitRuns {
  AxisRuns pieces;
  AxisRuns windows;
};
SplitRuns split_runs(const AxisRuns& axis, uint32_t size);

// For each cell of the axis, the windows that read it: `count` of them, `step` apart.
struct ReadingWindows {
  struct Cell {
    uint32_t first = 0;
    uint32_t count = 0;
  };
  std::vector<Cell> cells;
  uint32_t step = 1;
};
ReadingWindows reading_windows(const Axis& axis);

}  // namespace poolglass::gpu
