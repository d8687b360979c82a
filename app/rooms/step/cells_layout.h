// How large cells must be for what they show.
#pragma once

#include <cstdint>

#include "app/rooms/step/layout.h"

namespace poolglass::step {

// The smallest cell, in em, that shows `columns` characters in figures of `size` em.
float cell_for(int columns, float size);

// The largest of these, in pixels, that can be had at all, when words may give way until cells are `bare`:
// figures at ease in both grids, small figures in both, in one.
float wanted_cell(float em, const Content& content, float bare);

// Every how many rows and columns an index is written.
int64_t label_step(float cell, float em);

}  // namespace poolglass::step
