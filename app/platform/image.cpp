#include "app/platform/image.h"

#include <epoxy/gl.h>
#include <stb_image_write.h>

#include <algorithm>

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
  std::string bytes;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<size_t>(size));
  };
  if (stbi_write_png_to_func(append, &bytes, image.width, image.height, 4, image.rgba.data(),
                             image.width * 4) == 0) {
    return resource_exhausted("not enough memory to encode the picture");
  }
  return bytes;
}

}  // namespace poolglass
