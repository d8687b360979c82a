// How the search for the argmaxes of any window is cut up (argmax/any_window-inl.h): so that those of the
// rows it needs at a time fit the first-level cache, in whole vectors.
#if defined(POOLGLASS_SIMD_ARGMAX_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef POOLGLASS_SIMD_ARGMAX_BLOCKS_INL_H_
#undef POOLGLASS_SIMD_ARGMAX_BLOCKS_INL_H_
#else
#define POOLGLASS_SIMD_ARGMAX_BLOCKS_INL_H_
#endif

#include <algorithm>

#include "core/pooling/kernels.h"
#include "core/pooling/simd/base/selection-inl.h"
#include "core/pooling/simd/base/vectors-inl.h"
#include "core/pooling/simd/base/windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace poolglass {
namespace HWY_NAMESPACE {

// In floats, or windows.
struct ArgmaxBlocks {
  int64_t windows;     // below each other that begin in as many rows as one has
  int64_t rows;        // of the input whose argmaxes are kept
  int64_t groups;      // side by side: planes, or an output row's pixels
  int64_t width;       // floats of a group: windows of an output row, or a number of channels
  int64_t pitch;       // of groups
  bool runs = false;   // NCHW: windows along a line are made of runs that double in size
  int64_t phases = 0;  // NCHW: otherwise columns a stride apart lie side by side
  int64_t length = 0;  // of a phase
  int64_t lines = 0;   // NCHW: rows that lie in lines at a time

  explicit ArgmaxBlocks(const PoolTask& task) {
    const Axis &down = task.geometry.rows, &along = task.geometry.columns;
    const auto whole = [](int64_t n) { return (n + kN - 1) / kN * kN; };
    windows = down.dilation == 1 ? (down.kernel + down.stride - 1) / down.stride : 1;
    windows = HWY_MIN(windows, down.output);
    const int64_t least = reach(down) + (windows - 1) * down.stride;
    if (task.pixel == 1) {
      // Strips of output rows, where the rows of long windows would need too much memory.
      const int64_t most = HWY_MAX(kMostKept / HWY_MIN(least, down.input) / kN * kN, kN);
      width = HWY_MIN(task.output.w, most);
      pitch = whole(width);
      groups = HWY_MIN(HWY_MAX(kTogether / pitch, 1), task.planes);
      int64_t halvings = 0;
      while ((along.kernel >> halvings) > 1) ++halvings;
      runs = along.stride == 1 ? along.kernel > kDirectTaps : along.stride * (halvings + 2) < along.kernel;
      phases = runs ? 1 : HWY_MIN(along.stride, reach(along));
      length = whole(runs ? (HWY_MAX(width, kN) - 1) * along.stride + reach(along) + 2 * kN
                          : width + reach(along) / along.stride + 1 + 2 * kN);
    } else {
      groups = task.output.w;
      const int64_t most = HWY_MAX(kKept / (least * groups), kN);
      width = task.pixel <= most ? task.pixel : most / kN * kN;
      pitch = whole(width);
    }
    rows = HWY_MIN(HWY_MAX(least, kKept / (groups * pitch)), down.input);
    if (task.pixel == 1) lines = HWY_MIN(HWY_MAX(kLines / line(), 8), rows);
  }

  static int64_t reach(const Axis& axis) { return (axis.kernel - 1) * axis.dilation + 1; }
  int64_t line() const { return groups * phases * length; }
  int64_t row() const { return groups * pitch; }
  int64_t ends() const { return 2 * kColumns * windows * kN; }
  int64_t scratch() const { return 2 * (rows * row() + lines * line()) + ends(); }

  static constexpr int kColumns = 4;  // vectors of windows at a time
  static constexpr int64_t kTogether = 64, kKept = 3072, kLines = 8192;
  static constexpr int64_t kMostKept = 1 << 21;     // floats of rows, where strips can be narrower
  static constexpr int64_t kMostScratch = 1 << 23;  // floats
};

// Adaptive windows and windows without a tap inside are left to ArgmaxRows, and in NHWC windows that share no
// tap.
inline bool HasArgmaxBlocks(const PoolTask& task) {
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  const auto real = [](const AxisWindow& window) { return window.count > 0; };
  const auto apart = [](const Axis& axis) { return axis.stride >= axis.kernel && axis.dilation == 1; };
  return !rows.adaptive && std::all_of(task.rows.begin(), task.rows.end(), real) &&
         std::all_of(task.columns.begin(), task.columns.end(), real) &&
         !(task.pixel > 1 && apart(rows) && apart(columns)) &&
         ArgmaxBlocks(task).scratch() <= ArgmaxBlocks::kMostScratch;
}

// Of dilated windows, whether they share so many cells that what they share is worth finding once, in both
// layouts (tests/bench: draw_cases.py --irregular).
inline bool SharesDilatedCells(const PoolTask& task) { return WindowsOfACell(task) > 9; }

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace poolglass
HWY_AFTER_NAMESPACE();

#endif
