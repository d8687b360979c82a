// How often the cells of a plane are read.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pooling/window.h"

namespace poolglass {

// For every cell of the axis, how many windows read it. A cell of the plane is read as often as its row times
// as often as its column. Takes time and memory of the order of the axis's cells and windows.
std::vector<int64_t> axis_reads(const Axis& axis);

// Cells of the plane that no window reads. The same.
int64_t never_read_cells(const WindowGeometry& geometry);

}  // namespace poolglass
