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

#include "core/io/system_memory.h"

namespace poolglass {
namespace {

struct Free {
  void operator()(void* pixels) const { stbi_image_free(pixels); }
};

struct Head {
  int width = 0, height = 0, channels = 0;
};

Status damaged(const std::string& name) {
  const char* reason = stbi_failure_reason();
  return invalid_argument(name + ": is no picture that can be read" +
                          (reason == nullptr ? "" : std::string(" (") + reason + ")"));
}

const stbi_uc* data_of(std::string_view bytes) { return reinterpret_cast<const stbi_uc*>(bytes.data()); }

// What the picture says of itself, within the limits, and with enough memory for `bytes_each` times its
// values, twice: decoded, and as the caller keeps it.
Result<Head> head_of(std::string_view bytes, const std::string& name, int channels, int bytes_each) {
  if (static_cast<int64_t>(bytes.size()) > kMostPictureBytes) {
    return invalid_argument(name + ": has " + std::to_string(bytes.size()) +
                            " bytes, more than the limit of " + std::to_string(kMostPictureBytes));
  }
  Head head;
  const int size = static_cast<int>(bytes.size());
  if (stbi_info_from_memory(data_of(bytes), size, &head.width, &head.height, &head.channels) == 0)
    return damaged(name);
  const int64_t pixels = int64_t{head.width} * head.height;
  if (head.width < 1 || head.height < 1 || pixels > kMostPicturePixels) {
    return invalid_argument(name + ": is " + std::to_string(head.width) + "x" + std::to_string(head.height) +
                            " pixels, more than the limit of " + std::to_string(kMostPicturePixels));
  }
  if (channels > 0) head.channels = channels;
  if (2 * pixels * head.channels * bytes_each > available_memory_bytes())
    return resource_exhausted(name + ": its " + std::to_string(pixels) + " pixels do not fit in memory");
  return head;
}

}  // namespace

bool is_picture(std::string_view start) {
  return start.starts_with("\x89PNG\r\n\x1a\n") || start.starts_with("\xff\xd8\xff");
}

Result<Pixels> decode_pixels(std::string_view bytes, const std::string& name) {
  const int size = static_cast<int>(std::min<size_t>(bytes.size(), kMostPictureBytes));
  const bool wide = stbi_is_16_bit_from_memory(data_of(bytes), size) != 0;
  const Result<Head> head = head_of(bytes, name, 0, wide ? 2 : 1);
  if (!head.ok()) return head.status();
  Head seen;
  std::unique_ptr<void, Free> decoded;
  if (wide) {
    decoded.reset(
        stbi_load_16_from_memory(data_of(bytes), size, &seen.width, &seen.height, &seen.channels, 0));
  } else {
    decoded.reset(stbi_load_from_memory(data_of(bytes), size, &seen.width, &seen.height, &seen.channels, 0));
  }
  if (decoded == nullptr) return damaged(name);
  Pixels pixels;
  pixels.size = {seen.height, seen.width};
  pixels.channels = seen.channels;
  pixels.bytes_each = wide ? 2 : 1;
  const int64_t values = pixels.size.h * pixels.size.w * pixels.channels * pixels.bytes_each;
  pixels.values.assign(static_cast<const char*>(decoded.get()), static_cast<size_t>(values));
  return pixels;
}

Result<Plane> decode_picture(std::string_view bytes, const std::string& name) {
  const Result<Head> head = head_of(bytes, name, 1, static_cast<int>(sizeof(float)));
  if (!head.ok()) return head.status();
  const int size = static_cast<int>(bytes.size());
  Head seen;
  const std::unique_ptr<void, Free> pixels(
      stbi_load_from_memory(data_of(bytes), size, &seen.width, &seen.height, &seen.channels, 1));
  if (pixels == nullptr) return damaged(name);
  Plane plane({seen.height, seen.width});
  std::copy_n(static_cast<const stbi_uc*>(pixels.get()), plane.values.size(), plane.values.begin());
  return plane;
}

}  // namespace poolglass
