// Pictures from files: PNG and JPEG, with their channels or as one grey one.
#pragma once

#include <string>
#include <string_view>

#include "core/io/read_progress.h"
#include "core/shift/plane.h"
#include "core/status.h"

namespace poolglass {

// Pictures larger than this are refused before they are decoded.
inline constexpr int64_t kMostPicturePixels = int64_t{1} << 25;
inline constexpr int64_t kMostPictureBytes = int64_t{1} << 28;

// Whether the first bytes of a file are those of a picture this reads.
bool is_picture(std::string_view start);

// As in the file, channels side by side: 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA). A palette's
// pixels have its colours.
struct Pixels {
  Size2 size;
  int64_t channels = 1;
  int64_t bytes_each = 1;  // or 2, of a PNG with 16 bits: little-endian
  std::string values;      // size.h * size.w * channels of them
};

// Untrusted bytes; failures are one sentence that begins with `name`. What the pixels take is checked before
// it is allocated. `progress`, which may be null, counts bytes as the decoder takes them.
Result<Pixels> decode_pixels(std::string_view bytes, const std::string& name,
                             ReadProgress* progress = nullptr);

// Values from 0 to 255, as in the file; of a colour picture its luma (77 R + 150 G + 29 B) / 256, and what is
// transparent counts like the rest. Untrusted bytes; failures are one sentence that begins with `name`.
Result<Plane> decode_picture(std::string_view bytes, const std::string& name);

}  // namespace poolglass
