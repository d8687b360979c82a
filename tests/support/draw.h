// Poolings drawn from bytes, for tests and fuzzing: common windows as well as any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass::testing {

// Numbers from bytes; zeros when they run out.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  int64_t pick(int64_t low, int64_t high) {
    const int64_t value = byte() | byte() << 8;
    return low + value % (high - low + 1);
  }
  bool flip(int in = 2) { return byte() % in == 0; }

 private:
  const uint8_t* data_;
  size_t size_, at_ = 0;
};

struct DrawnPooling {
  PoolParams params;
  Shape shape;
};

// The parameters may not fit the shape.
inline DrawnPooling draw_pooling(Bytes& bytes) {
  DrawnPooling drawn;
  PoolParams& p = drawn.params;
  Shape& shape = drawn.shape;
  shape = {bytes.pick(1, 2), bytes.flip(4) ? bytes.pick(20, 100) : bytes.pick(1, 20), bytes.pick(1, 30),
           bytes.flip(8) ? bytes.pick(80, 280) : bytes.pick(1, 80)};
  const bool large = bytes.flip(4);
  const auto size = [&](int64_t most) { return Size2{bytes.pick(1, most), bytes.pick(1, most)}; };
  p = window_pool(bytes.flip() ? Reduction::kMax : Reduction::kAverage, size(large ? 40 : 5));
  const int kind = bytes.byte() % 8;
  if (kind == 0) {  // tiles
    p.kernel = p.stride = {2, 2};
  } else if (kind == 1) {  // odd squares at stride 1 that keep the plane's size
    const int64_t half = bytes.pick(1, large ? 8 : 3);
    p.kernel = {2 * half + 1, 2 * half + 1};
    p.stride = {1, 1};
    p.padding = {half, half, half, half};
    if (bytes.flip()) shape.w = bytes.pick(5, 20);
  } else if (kind <= 3) {  // squares, valid or padded
    const int64_t k = p.kernel.w, stride = bytes.pick(1, std::min<int64_t>(k, 3));
    p.kernel = {k, k};
    p.stride = {stride, stride};
    if (bytes.flip()) p.padding = {k / 2, k / 2, k / 2, k / 2};
    if (bytes.flip()) shape.w = bytes.pick(3, 20);
  } else if (kind == 4 && bytes.flip()) {  // one window, the plane
    p.kernel = shape.plane();
  } else {
    p.stride = size(bytes.flip() ? 1 : 5);
    p.dilation = size(bytes.flip(4) ? 3 : 1);
    p.padding = {bytes.pick(0, p.kernel.h / 2), bytes.pick(0, p.kernel.w / 2), bytes.pick(0, p.kernel.h / 2),
                 bytes.pick(0, p.kernel.w / 2)};
    if (bytes.flip(8)) p.adaptive_output = bytes.flip() ? Size2{1, 1} : size(12);
  }
  p.ceil_mode = bytes.flip();
  p.count_include_pad = bytes.flip();
  return drawn;
}

}  // namespace poolglass::testing
