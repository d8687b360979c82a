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

const Plane& lesson_grid() {
  static const Plane kGrid = [] {
    Plane plane(Size2{8, 8});
    plane.values = {5, 3, 0, 0, 0, 0, 0, 3, 5, 8, 6, 7, 2, 1, 5, 3, 5, 6, 1, 6, 4, 6,
                    3, 1, 7, 4, 0, 3, 0, 0, 2, 9, 3, 7, 2, 3, 2, 7, 0, 5, 0, 1, 4, 1,
                    1, 2, 9, 1, 1, 7, 1, 1, 2, 9, 9, 7, 1, 3, 0, 7, 1, 2, 1, 6};
    return plane;
  }();
  return kGrid;
}

}  // namespace poolglass
