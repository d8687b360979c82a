// Pictures that travel inside the program (assets/pictures).
#pragma once

#include "core/shift/plane.h"

namespace poolglass {

// A man behind a camera: 512x512, values 0 to 255. CC0, by Lav Varshney. Decoded at the first call.
const Plane& camera_picture();

// The grid of 8x8 small numbers that the lesson pools.
const Plane& lesson_grid();

}  // namespace poolglass
