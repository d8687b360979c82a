// What one window reads and makes of it, for the picture, the arithmetic and the status line.
#pragma once

#include "app/rooms/step/derived.h"

namespace poolglass::step {

// Of the picture's window at `output`. A window of more than kMostTaps cells, a bin of a map, lists the first
// and the last of them and the winner: what its arithmetic names. Takes time of the order of its cells.
WindowFacts window_facts(const Derived& derived, Cell output);

}  // namespace poolglass::step
