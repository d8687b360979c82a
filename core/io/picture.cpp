#include "core/io/picture.h"

#include <algorithm>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 65535
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace poolglass {
namespace {

struct Free {
  void operator()(stbi_uc* pixels) const { stbi_image_free(pixels); }
};

Status damaged(const std::string& name) {
  const char* reason = stbi_failure_reason();
  return invalid_argument(name + ": is no picture that can be read" +
                          (reason == nullptr ? "" : std::string(" (") + reason + ")"));
}

}  // namespace

bool is_picture(std::string_view start) {
  return start.starts_with("\x89PNG\r\n\x1a\n") || start.starts_with("\xff\xd8\xff");
}

Result<Plane> decode_picture(std::string_view bytes, const std::string& name) {
  if (static_cast<int64_t>(bytes.size()) > kMostPictureBytes) {
    return invalid_argument(name + ": has " + std::to_string(bytes.size()) +
                            " bytes, more than the limit of " + std::to_string(kMostPictureBytes));
  }
  const auto* data = reinterpret_cast<const stbi_uc*>(bytes.data());
  const int size = static_cast<int>(bytes.size());
  int width = 0, height = 0, channels = 0;
  if (stbi_info_from_memory(data, size, &width, &height, &channels) == 0) return damaged(name);
  if (width < 1 || height < 1 || int64_t{width} * height > kMostPicturePixels) {
    return invalid_argument(name + ": is " + std::to_string(width) + "x" + std::to_string(height) +
                            " pixels, more than the limit of " + std::to_string(kMostPicturePixels));
  }
  const std::unique_ptr<stbi_uc, Free> pixels(
      stbi_load_from_memory(data, size, &width, &height, &channels, 1));
  if (pixels == nullptr) return damaged(name);
  Plane plane({height, width});
  std::copy_n(pixels.get(), plane.values.size(), plane.values.begin());
  return plane;
}

}  // namespace poolglass
