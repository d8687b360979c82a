#include "core/io/npy_convert.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace poolglass {
namespace {

static_assert(std::endian::native == std::endian::little, "file bytes are taken as they lie");

template <class T>
T load(const unsigned char* bytes, bool big_endian) {
  unsigned char ordered[sizeof(T)];
  std::memcpy(ordered, bytes, sizeof(T));
  if (big_endian) std::reverse(ordered, ordered + sizeof(T));
  return std::bit_cast<T>(ordered);
}

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Every value is a float32.
float from_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1fu, fraction = half & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float denormal = static_cast<float>(fraction) * 0x1p-24f;
  return sign != 0 ? -denormal : denormal;
}

template <class T, class Convert>
void convert_each(const unsigned char* bytes, int64_t stride, int64_t count, bool big_endian, float* out,
                  Convert convert) {
  for (int64_t i = 0; i < count; ++i) out[i] = convert(load<T>(bytes + i * stride, big_endian));
}

}  // namespace

void convert_to_float32(const NpyType& type, const unsigned char* bytes, int64_t stride, int64_t count,
                        float* out) {
  const auto each = [&]<class T>(T) {
    convert_each<T>(bytes, stride, count, type.big_endian, out,
                    [](T value) { return static_cast<float>(value); });
  };
  if (type.kind == 'b') {
    convert_each<uint8_t>(bytes, stride, count, false, out,
                          [](uint8_t value) { return value != 0 ? 1.0f : 0.0f; });
  } else if (type.kind == 'f') {
    if (type.size == 2) convert_each<uint16_t>(bytes, stride, count, type.big_endian, out, from_half);
    if (type.size == 4) each(float{});
    if (type.size == 8) each(double{});
  } else if (type.kind == 'i') {
    if (type.size == 1) each(int8_t{});
    if (type.size == 2) each(int16_t{});
    if (type.size == 4) each(int32_t{});
    if (type.size == 8) each(int64_t{});
  } else {
    if (type.size == 1) each(uint8_t{});
    if (type.size == 2) each(uint16_t{});
    if (type.size == 4) each(uint32_t{});
    if (type.size == 8) each(uint64_t{});
  }
}

}  // namespace poolglass
