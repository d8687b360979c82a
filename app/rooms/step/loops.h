// A pooling as nested loops in Python, and which line of them runs when: the code panel walks them line by
// line under the playhead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/cell.h"
#include "core/pooling/loop_steps.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass::step {

// What a line does.
enum class LoopPart {
  kText,  // nothing that the playhead shows
  kPlane,
  kRows,
  kColumns,
  kEachRow,
  kEachColumn,
  kStart,
  kEachTapRow,
  kEachTapColumn,
  kAsksCounted,
  kCount,
  kAsksInside,
  kRead,
  kWins,
  kTake,
  kAdd,
  kStore,
  kReturn
};

struct LoopLine {
  std::string text;
  LoopPart part = LoopPart::kText;
};

// The program, line by line; `params` are valid.
std::vector<LoopLine> loop_listing(const PoolParams& params);

// One line of the listing being run.
struct LineRun {
  size_t line = 0;
  std::optional<size_t> step;  // of the window's loop_steps(): the cell it is about
  friend bool operator==(const LineRun&, const LineRun&) = default;
};

// The lines that one window runs, in order; never empty.
struct LoopRun {
  std::vector<LoopLine> listing;
  std::vector<LoopStep> steps;
  std::vector<LineRun> lines;
  WindowGeometry geometry;
  Cell output;
  float result = 0;  // of the window, by the engine
};
LoopRun loop_run(const PoolParams& params, const WindowGeometry& geometry, const float* x, Cell output,
                 float result);

// The line at a playhead's phase, 0 to 1, and the phase in the middle of a line.
size_t line_at(const LoopRun& run, double phase);
double phase_of(const LoopRun& run, size_t index);

// Cells read once `lines[index]` has run.
size_t cells_read(const LoopRun& run, size_t index);
// Whether the result has been stored then.
bool stored(const LoopRun& run, size_t index);
// Best or sum so far.
double so_far(const LoopRun& run, size_t index);

// What each line of the listing has come to when `lines[index]` runs: "i = 1", "6", "1 → 6"; empty for lines
// that this window has not run yet.
std::vector<std::string> line_values(const LoopRun& run, size_t index);

// "i = 1, j = 1, r = 2, c = 3: a = x[2][3] = 6 is larger than best = 1, so best becomes 6"
std::string line_sentence(const LoopRun& run, size_t index);

}  // namespace poolglass::step
