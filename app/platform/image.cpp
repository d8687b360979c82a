#include "app/platform/image.h"

#include <epoxy/gl.h>

#include <algorithm>

#include "core/io/png.h"

namespace poolglass {

Image read_framebuffer(int width, int height) {
  Image image{width, height, {}};
  const size_t row = static_cast<size_t>(width) * 4;
  image.rgba.resize(row * static_cast<size_t>(height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, image.rgba.data());
  for (int y = 0; y < height / 2; ++y) {  // GL's rows run bottom to top
    std::swap_ranges(image.rgba.begin() + static_cast<int64_t>(row) * y,
                     image.rgba.begin() + static_cast<int64_t>(row) * (y + 1),
                     image.rgba.begin() + static_cast<int64_t>(row) * (height - 1 - y));
  }
  for (size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;  // blending leaves alpha undefined
  return image;
}

Result<std::string> encode_png(const Image& image) {
  return encode_png(Size2{image.height, image.width}, image.rgba.data());
}

}  // namespace poolglass
