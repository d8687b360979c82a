// Pictures from files: PNG and JPEG, as one grey channel.
#pragma once

#include <string>
#include <string_view>

#include "core/shift/plane.h"
#include "core/status.h"

namespace poolglass {

// Pictures larger than this are refused before they are decoded.
inline constexpr int64_t kMostPicturePixels = int64_t{1} << 25;
inline constexpr int64_t kMostPictureBytes = int64_t{1} << 28;

// Whether the first bytes of a file are those of a picture this reads.
bool is_picture(std::string_view start);

// Values from 0 to 255, as in the file; of a colour picture its luma (77 R + 150 G + 29 B) / 256, and what is
// transparent counts like the rest. Untrusted bytes; failures are one sentence that begins with `name`.
Result<Plane> decode_picture(std::string_view bytes, const std::string& name);

}  // namespace poolglass
