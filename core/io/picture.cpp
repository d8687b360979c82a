#include "core/io/picture.h"

#include "core/io/jpeg.h"
#include "core/io/picture_source.h"
#include "core/io/png.h"
#include "core/io/system_memory.h"

namespace poolglass {
namespace {

// Of 16 bits, where there are as many; the upper eight of the result.
float luma(const Pixels& pixels, const unsigned char* pixel) {
  const auto value = [&](int channel) -> int {
    const unsigned char* at = pixel + channel * pixels.bytes_each;
    return pixels.bytes_each == 2 ? at[0] | at[1] << 8 : at[0];
  };
  const int all = pixels.channels < 3 ? value(0) : (77 * value(0) + 150 * value(1) + 29 * value(2)) / 256;
  return static_cast<float>(pixels.bytes_each == 2 ? all / 256 : all);
}

}  // namespace

bool is_picture(std::string_view start) {
  return start.starts_with("\x89PNG\r\n\x1a\n") || start.starts_with("\xff\xd8\xff");
}

Result<Pixels> decode_pixels(std::string_view bytes, const std::string& name, ReadProgress* progress) {
  if (static_cast<int64_t>(bytes.size()) > kMostPictureBytes) {
    return invalid_argument(name + ": has " + std::to_string(bytes.size()) +
                            " bytes, more than the limit of " + std::to_string(kMostPictureBytes));
  }
  if (progress != nullptr) progress->total = static_cast<int64_t>(bytes.size());
  PictureSource source{.bytes = bytes, .name = name, .progress = progress};
  if (bytes.starts_with('\x89')) return decode_png(source);
  if (bytes.starts_with('\xff')) return decode_jpeg(source);
  source.cut_short = bytes.empty();
  source.give_reason("it is neither PNG nor JPEG");
  return source.failure();
}

Result<Plane> decode_picture(std::string_view bytes, const std::string& name) {
  const Result<Pixels> pixels = decode_pixels(bytes, name);
  if (!pixels.ok()) return pixels.status();
  const int64_t values = pixels->size.h * pixels->size.w;
  if (values * int64_t{sizeof(float)} > available_memory_bytes())
    return no_room_for_pixels(name, pixels->size);
  Plane plane(pixels->size);
  const auto* pixel = reinterpret_cast<const unsigned char*>(pixels->values.data());
  for (float& value : plane.values) {
    value = luma(*pixels, pixel);
    pixel += pixels->channels * pixels->bytes_each;
  }
  return plane;
}

}  // namespace poolglass
