// An RGBA picture in memory, and as a PNG file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/status.h"

namespace poolglass {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgba;  // rows top to bottom
};

// Reads the bound framebuffer of the current GL context.
Image read_framebuffer(int width, int height);

// The bytes of a PNG file.
Result<std::string> encode_png(const Image& image);

}  // namespace poolglass
