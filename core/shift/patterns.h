// Pictures to nudge that are made, not taken. Each is the same for the same arguments, on every machine.
#pragma once

#include <cstdint>

#include "core/cell.h"
#include "core/shift/plane.h"

namespace poolglass::pattern {

Plane noise(Size2 size, uint64_t seed);  // independent values, uniform in [0, 1)
Plane smooth(Size2 size,
             uint64_t seed);  // six slow waves in random directions; goes on at the border; [0, 1]
Plane sparse(Size2 size, uint64_t seed);     // one cell in 32 is not 0
Plane stripes(Size2 size, int64_t period);   // columns of 1 and 0: the first half of each period is 1
Plane checkers(Size2 size, int64_t period);  // squares of 1 and 0, half a period large
Plane zone_plate(Size2 size);                // rings that grow finer up to one pixel at the middle of a side
Plane edge(Size2 size);                      // 0 left of a steep slanted line, 1 right of it
Plane lone_peak(Size2 size, Cell at);        // 1 there, else 0

}  // namespace poolglass::pattern
