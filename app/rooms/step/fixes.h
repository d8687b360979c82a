// What makes windows read cells that they leave out: "13 of 49 cells are never read", and what to do.
#pragma once

#include <vector>

#include "app/rooms/step/model.h"
#include "core/pooling/window.h"

namespace poolglass::step {

// Ceil mode, padding, stride, dilation, and cutting the grid to what is read, each where it leaves fewer
// cells unread than `geometry`, that of the document; none when all are read.
std::vector<Fix> fixes(const Document& document, const WindowGeometry& geometry);

}  // namespace poolglass::step
