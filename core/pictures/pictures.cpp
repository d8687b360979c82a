#include "core/pictures/pictures.h"

#include <utility>

#include "assets/assets.h"
#include "core/io/picture.h"

namespace poolglass {

const Plane& camera_picture() {
  static const Plane kPicture = [] {
    const std::span<const unsigned char> bytes = assets::find("pictures/camera.png");
    Result<Plane> picture =
        decode_picture({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "camera.png");
    return picture.ok() ? *std::move(picture) : Plane();
  }();
  return kPicture;
}

}  // namespace poolglass
