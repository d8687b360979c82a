// An RGBA picture in memory, and its way to a PNG file.
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

// Through a temporary file that is renamed at the end; on failure nothing is left behind.
Status write_png(const std::string& path, const Image& image);

}  // namespace poolglass
