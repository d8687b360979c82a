#include "core/io/picture_source.h"

#include <algorithm>

#include "core/io/system_memory.h"

namespace poolglass {

std::string_view PictureSource::take(size_t most) {
  if (stopped()) return {};
  const std::string_view some = bytes.substr(at, most);
  cut_short = cut_short || some.empty();
  at += some.size();
  if (progress != nullptr) progress->done = static_cast<int64_t>(at);
  return some;
}

void PictureSource::give_reason(const char* text) {
  const size_t length = std::string_view(text).copy(reason, sizeof(reason) - 1);
  reason[length] = '\0';
}

Status PictureSource::failure() const {
  const std::string prefix = std::string(name) + ": ";
  if (stopped()) return Status(reading_stopped().code(), prefix + reading_stopped().message());
  const std::string unreadable = prefix + "is no picture that can be read";
  if (cut_short) return invalid_argument(unreadable + ": it is cut short, the file ends before it does");
  return invalid_argument(reason[0] == '\0' ? unreadable : unreadable + " (" + reason + ")");
}

Status PictureSource::fits(const Pixels& head, int64_t working_bytes) const {
  const int64_t pixels = head.size.h * head.size.w;
  if (pixels > kMostPicturePixels) {
    return invalid_argument(std::string(name) + ": is " + std::to_string(head.size.w) + "x" +
                            std::to_string(head.size.h) + " pixels, more than the limit of " +
                            std::to_string(kMostPicturePixels));
  }
  const bool room = 2 * pixels * head.channels * head.bytes_each + working_bytes <= available_memory_bytes();
  return room ? Status() : no_room_for_pixels(name, head.size);
}

Status no_room_for_pixels(std::string_view name, Size2 size) {
  return resource_exhausted(std::string(name) + ": its " + std::to_string(size.h * size.w) +
                            " pixels do not fit in memory");
}

}  // namespace poolglass
