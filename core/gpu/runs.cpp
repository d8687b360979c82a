#include "core/gpu/runs.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace poolglass::gpu {
namespace {

Run make_run(int64_t first, int64_t count, int64_t phase) {
  const auto period = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(count)));
  return {static_cast<uint32_t>(first), static_cast<uint32_t>(count), static_cast<uint32_t>(phase % period)};
}

// Cuts the window into runs, smallest first, and keeps what is inside the input.
void append_runs(const AxisWindow& w, std::vector<Run>& runs) {
  const int64_t inside = (w.first - w.start) / w.step, inside_end = inside + w.count;
  for (int64_t begin = 0, size; begin < inside_end; begin += size) {
    const int64_t left = w.taps - begin;
    size = left & -left;
    const int64_t from = std::max(begin, inside), to = std::min(begin + size, inside_end);
    if (from < to) runs.push_back(make_run(w.first + (from - inside) * w.step, to - from, from - begin));
  }
}

}  // namespace

int64_t AxisRuns::largest_window() const {
  int64_t largest = 0;
  for (size_t i = 0; i + 1 < begin.size(); ++i) {
    int64_t taps = 0;
    for (uint32_t r = begin[i]; r < begin[i + 1]; ++r) taps += runs[r].count;
    largest = std::max(largest, taps);
  }
  return largest;
}

int AxisRuns::levels() const {
  uint32_t last_end = 1;
  for (const Run& run : runs) last_end = std::max(last_end, run.phase + run.count);
  return std::bit_width(last_end);
}

AxisRuns axis_runs(const Axis& axis, Reduction reduction) {
  AxisRuns result;
  result.begin.reserve(static_cast<size_t>(axis.output) + 1);
  result.begin.push_back(0);
  for (int64_t i = 0; i < axis.output; ++i) {
    const AxisWindow w = axis.window(i);
    if (reduction == Reduction::kAverage) {
      if (w.count > 0) append_runs(w, result.runs);
    } else if (w.count > 0) {
      result.runs.push_back(make_run(w.first, w.count, 0));
    }
    result.begin.push_back(static_cast<uint32_t>(result.runs.size()));
  }
  // No two taps are further apart than the input is long.
  result.step = axis.adaptive ? 1 : static_cast<uint32_t>(std::min(axis.dilation, axis.input));
  return result;
}

SplitRuns split_runs(const AxisRuns& axis, uint32_t size) {
  SplitRuns split;
  split.pieces.step = axis.step;
  split.pieces.begin.push_back(0);
  split.windows.begin.push_back(0);
  for (int64_t i = 0; i < axis.windows(); ++i) {
    for (uint32_t r = axis.begin[static_cast<size_t>(i)]; r < axis.begin[static_cast<size_t>(i) + 1]; ++r) {
      const Run& run = axis.runs[r];
      const uint32_t end = run.phase + run.count;
      const auto first_piece = static_cast<uint32_t>(split.pieces.runs.size());
      for (uint32_t from = run.phase, to; from < end; from = to) {
        to = std::min(end, (from / size + 1) * size);
        split.pieces.runs.push_back({run.first + (from - run.phase) * axis.step, to - from, from % size});
        split.pieces.begin.push_back(static_cast<uint32_t>(split.pieces.runs.size()));
      }
      const auto pieces = static_cast<uint32_t>(split.pieces.runs.size()) - first_piece;
      split.windows.runs.push_back({first_piece, pieces, run.phase / size});
    }
    split.windows.begin.push_back(static_cast<uint32_t>(split.windows.runs.size()));
  }
  return split;
}

ReadingWindows reading_windows(const Axis& axis) {
  ReadingWindows result;
  // Windows i and i + step start a multiple of the dilation apart, so both or neither may read a cell.
  const int64_t step = axis.adaptive ? 1 : axis.dilation / std::gcd(axis.dilation, axis.stride);
  result.step = static_cast<uint32_t>(std::min(step, axis.output));
  result.cells.resize(static_cast<size_t>(axis.input));
  // Within a residue class of the dilation both ends of the windows ascend, so a cell's first window is the
  // first to come this far, and the number of windows changes by one at each end. Linear in cells and
  // windows.
  const int64_t distance = axis.adaptive ? 1 : std::min(axis.dilation, axis.input);
  std::vector<int64_t> seen(static_cast<size_t>(distance), 0);
  std::vector<uint32_t> change(static_cast<size_t>(axis.input), 0);
  for (int64_t i = 0; i < axis.output; ++i) {
    const AxisWindow w = axis.window(i);
    if (w.count == 0) continue;
    const int64_t end = w.first + (w.count - 1) * distance + 1;
    int64_t& done = seen[static_cast<size_t>(w.first % distance)];
    const int64_t skipped = std::max<int64_t>(0, (done - w.first + distance - 1) / distance);
    for (int64_t cell = w.first + skipped * distance; cell < end; cell += distance) {
      result.cells[static_cast<size_t>(cell)].first = static_cast<uint32_t>(i);
    }
    done = std::max(done, end);
    ++change[static_cast<size_t>(w.first)];
    if (end - 1 + distance < axis.input) --change[static_cast<size_t>(end - 1 + distance)];
  }
  for (int64_t cell = 0; cell < axis.input; ++cell) {
    const auto at = static_cast<size_t>(cell);
    result.cells[at].count =
        change[at] + (cell >= distance ? result.cells[at - static_cast<size_t>(distance)].count : 0);
  }
  return result;
}

}  // namespace poolglass::gpu
