// Shapes and float32 tensors. Standard library only.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace poolglass {

// Height and width, in cells. Kernels, strides, dilations and plane sizes are all of this type.
struct Size2 {
  int64_t h = 1;
  int64_t w = 1;
  friend bool operator==(const Size2&, const Size2&) = default;
};

// A batch of feature maps: n images of c channels, each a plane of h x w cells.
struct Shape {
  int64_t n = 1;
  int64_t c = 1;
  int64_t h = 1;
  int64_t w = 1;

  Size2 plane() const { return {h, w}; }
  int64_t planes() const { return n * c; }
  // Number of elements. The caller has checked that it fits (see checked_elements).
  int64_t elements() const { return n * c * h * w; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

// Memory order of a dense tensor: planes one after the other, or the channels of a cell side by side.
enum class Layout { kNchw, kNhwc };

// a * b for non-negative a and b; false when it does not fit in 63 bits.
inline bool checked_multiply(int64_t a, int64_t b, int64_t* product) {
  return !__builtin_mul_overflow(a, b, product);
}

// Elements of a shape; false when an extent is negative or the product does not fit in 63 bits.
inline bool checked_elements(const Shape& shape, int64_t* elements) {
  if (shape.n < 0 || shape.c < 0 || shape.h < 0 || shape.w < 0) return false;
  int64_t total = shape.n;
  return checked_multiply(total, shape.c, &total) && checked_multiply(total, shape.h, &total) &&
         checked_multiply(total, shape.w, elements);
}

// A dense float32 tensor that owns its memory, NCHW.
struct Tensor {
  Shape shape;
  std::vector<float> values;

  Tensor() : values(1) {}
  explicit Tensor(const Shape& s) : shape(s), values(static_cast<size_t>(s.elements())) {}
  Tensor(const Shape& s, std::vector<float> v) : shape(s), values(std::move(v)) {}

  float* plane(int64_t index) { return values.data() + index * shape.h * shape.w; }
  const float* plane(int64_t index) const { return values.data() + index * shape.h * shape.w; }
  float& at(int64_t n, int64_t c, int64_t y, int64_t x) {
    return values[static_cast<size_t>(((n * shape.c + c) * shape.h + y) * shape.w + x)];
  }
  float at(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return values[static_cast<size_t>(((n * shape.c + c) * shape.h + y) * shape.w + x)];
  }
  friend bool operator==(const Tensor&, const Tensor&) = default;
};

}  // namespace poolglass
