// PNG files, by libpng.
#pragma once

#include <cstdint>
#include <string>

#include "core/cell.h"
#include "core/io/picture_source.h"
#include "core/status.h"

namespace poolglass {

// Values as they are in the file, whatever it says of gamma and colours; of a palette, and of what is made
// transparent, what is shown. A file any byte of which is damaged is refused.
Result<Pixels> decode_png(PictureSource& source);

// The bytes of a file of RGBA pixels, rows top to bottom. The same pixels give the same bytes.
Result<std::string> encode_png(Size2 size, const uint8_t* rgba);

}  // namespace poolglass
