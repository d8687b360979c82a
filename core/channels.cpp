#include "core/channels.h"

#include <algorithm>

namespace poolglass {
namespace {

// The array's elements in their own order, from the planes that an NHWC array was taken apart into.
std::vector<float> to_pixels(const Tensor& tensor) {
  const Shape& shape = tensor.shape;
  const int64_t cells = shape.h * shape.w;
  std::vector<float> pixels(tensor.values.size());
  for (int64_t n = 0; n < shape.n; ++n) {
    for (int64_t c = 0; c < shape.c; ++c) {
      const float* plane = tensor.plane(n * shape.c + c);
      float* to = pixels.data() + n * cells * shape.c + c;
      for (int64_t i = 0; i < cells; ++i) to[i * shape.c] = plane[i];
    }
  }
  return pixels;
}

}  // namespace

Shape shape_of(const std::vector<int64_t>& dimensions, Layout layout) {
  int64_t extents[4] = {1, 1, 1, 1};
  std::copy(dimensions.begin(), dimensions.end(), extents + 4 - dimensions.size());
  if (layout == Layout::kNhwc) return {extents[0], extents[3], extents[1], extents[2]};
  return {extents[0], extents[1], extents[2], extents[3]};
}

bool channels_look_last(const std::vector<int64_t>& dimensions) {
  const size_t rank = dimensions.size();
  if (rank < 3 || rank > 4) return false;
  const int64_t last = dimensions[rank - 1], w = dimensions[rank - 2], h = dimensions[rank - 3];
  if (last == 1 || last == 3 || last == 4) return h > last && w > last;
  return rank == 4 && h == w && w > 1 && w != last && last % 8 == 0;
}

void to_planes(const float* values, int64_t first, int64_t count, const Shape& shape, float* planes) {
  const int64_t cells = shape.h * shape.w;
  int64_t c = first % shape.c, cell = first / shape.c % cells, n = first / shape.c / cells;
  for (int64_t i = 0; i < count; ++i) {
    planes[(n * shape.c + c) * cells + cell] = values[i];
    if (++c < shape.c) continue;
    c = 0;
    if (++cell < cells) continue;
    cell = 0;
    ++n;
  }
}

Tensor retaken(const Tensor& tensor, const std::vector<int64_t>& dimensions, Layout from, Layout to) {
  if (from == to) return tensor;
  const Shape shape = shape_of(dimensions, to);
  if (from == Layout::kNhwc) return {shape, to_pixels(tensor)};
  Tensor result(shape);
  to_planes(tensor.values.data(), 0, shape.elements(), shape, result.values.data());
  return result;
}

}  // namespace poolglass
