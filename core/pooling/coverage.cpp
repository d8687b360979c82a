#include "core/pooling/coverage.h"

#include <algorithm>

namespace poolglass {

std::vector<int64_t> axis_reads(const Axis& axis) {
  const auto cells = static_cast<size_t>(axis.input);
  const auto step = static_cast<size_t>(std::min(axis.adaptive ? int64_t{1} : axis.dilation, axis.input));
  // First what changes from a cell to the next a step further: a window begins (+1), or ended before it (-1).
  std::vector<int64_t> reads(cells, 0);
  for (int64_t i = 0; i < axis.output; ++i) {
    const AxisWindow w = axis.window(i);
    if (w.count == 0) continue;
    ++reads[static_cast<size_t>(w.first)];
    const int64_t last = w.first + (w.count - 1) * w.step;
    if (w.step < axis.input - last) --reads[static_cast<size_t>(last + w.step)];
  }
  for (size_t cell = step; cell < cells; ++cell) reads[cell] += reads[cell - step];
  return reads;
}

int64_t never_read_cells(const WindowGeometry& geometry) {
  const auto read = [](const Axis& axis) {
    const std::vector<int64_t> reads = axis_reads(axis);
    return axis.input - static_cast<int64_t>(std::ranges::count(reads, 0));
  };
  return geometry.rows.input * geometry.columns.input - read(geometry.rows) * read(geometry.columns);
}

}  // namespace poolglass
