// Pictures of the user's: PNG, JPEG, or a plane of a .npy file.
#pragma once

#include <string>

#include "core/shift/plane.h"
#include "core/status.h"

namespace poolglass {

// One channel: of PNG and JPEG the luma from 0 to 255, of an array its first plane. Every failure is one
// sentence that names the file.
Result<Plane> read_picture_file(const std::string& path);

}  // namespace poolglass
