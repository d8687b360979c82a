#include "core/pooling/loop_steps.h"

#include <cmath>
#include <limits>

namespace poolglass {
namespace {

// Whether an average divides by a tap, which it decides along each axis.
bool counted_along(const Axis& axis, int64_t cell) {
  if (axis.adaptive || !axis.count_include_pad) return cell >= 0 && cell < axis.input;
  return cell < axis.input + axis.pad_end;
}

}  // namespace

std::vector<LoopStep> loop_steps(const WindowGeometry& geometry, Reduction reduction, const float* x,
                                 Cell output) {
  const bool max = reduction == Reduction::kMax;
  const AxisWindow rows = geometry.rows.window(output.row), columns = geometry.columns.window(output.column);
  const Size2 plane{geometry.rows.input, geometry.columns.input};
  std::vector<LoopStep> steps;
  steps.reserve(static_cast<size_t>(rows.taps * columns.taps));
  double so_far = max ? -std::numeric_limits<double>::infinity() : 0;
  int64_t count = 0;
  for (int64_t down = 0; down < rows.taps; ++down) {
    for (int64_t along = 0; along < columns.taps; ++along) {
      LoopStep step;
      step.cell = {rows.start + down * rows.step, columns.start + along * columns.step};
      const auto [row, column] = step.cell;
      step.inside = row >= 0 && row < plane.h && column >= 0 && column < plane.w;
      step.counted = counted_along(geometry.rows, row) && counted_along(geometry.columns, column);
      step.before = so_far;
      if (step.inside) {
        step.value = x[row * plane.w + column];
        const double value = double{step.value};
        step.takes = max && (value > so_far || std::isnan(value));
        if (max) so_far = step.takes ? value : so_far;
        if (!max) so_far += value;
      }
      step.after = so_far;
      count += step.counted ? 1 : 0;
      step.count = count;
      steps.push_back(step);
    }
  }
  return steps;
}

}  // namespace poolglass
