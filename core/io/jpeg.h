// JPEG files, by libjpeg-turbo or what else has the interface of libjpeg 6b.
#pragma once

#include "core/io/picture_source.h"
#include "core/status.h"

namespace poolglass {

// Grey or RGB, with 8 bits. Values are those of libjpeg's exact transform (JDCT_ISLOW) and its smooth
// upsampling, without what the file says of colour profiles. Where pixels are missing or damaged, and where
// it is in CMYK, the file is refused.
Result<Pixels> decode_jpeg(PictureSource& source);

}  // namespace poolglass
