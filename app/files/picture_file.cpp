#include "app/files/picture_file.h"

#include <algorithm>

#include "core/io/file.h"
#include "core/io/npy.h"
#include "core/io/picture.h"

namespace poolglass {

Result<Plane> read_picture_file(const std::string& path) {
  const Result<std::string> start = read_start(path, 16);
  if (start.ok() && is_picture(*start)) {
    const Result<std::string> bytes = read_file(path, kMostPictureBytes);
    return bytes.ok() ? decode_picture(*bytes, path) : bytes.status();
  }
  const Result<NpyArray> array = read_npy(path);
  if (!array.ok()) return array.status();
  const Tensor& tensor = array->tensor;
  if (tensor.shape.elements() == 0) return invalid_argument(path + ": holds no values");
  Plane plane(tensor.shape.plane());
  std::copy_n(tensor.plane(0), plane.values.size(), plane.values.begin());
  return plane;
}

}  // namespace poolglass
