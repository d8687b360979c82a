#include "core/io/npy_convert.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace poolglass {
namespace {

static_assert(std::endian::native == std::endian::little, "file bytes are taken as they lie");

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Every value is a float32.
float from_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1fu, fraction = half & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float denormal = static_cast<float>(fraction) * 0x1p-24f;
  return sign != 0 ? -denormal : denormal;
}

// out[i] = convert(element i), the elements being of type T.
template <class T, class Out, class Convert>
void convert_each(const unsigned char* elements, int64_t count, Out* out, Convert convert) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, elements + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
    out[i] = static_cast<Out>(convert(value));
  }
}

template <class Out>
void convert(const NpyType& type, const unsigned char* elements, int64_t count, Out* out) {
  const auto each = [&]<class T>(T) { convert_each<T>(elements, count, out, [](T value) { return value; }); };
  if (type.kind == 'b') {
    convert_each<uint8_t>(elements, count, out, [](uint8_t value) { return value != 0 ? 1 : 0; });
  } else if (type.kind == 'f') {
    if (type.size == 2) convert_each<uint16_t>(elements, count, out, from_half);
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

}  // namespace

void swap_byte_order(unsigned char* elements, int64_t count, int size) {
  for (int64_t i = 0; i < count; ++i, elements += size) std::reverse(elements, elements + size);
}

int64_t convert_to_float32(const NpyType& type, const unsigned char* elements, int64_t count, float* out) {
  if (type.kind != 'f' || type.size != 8) {
    convert(type, elements, count, out);
    return 0;
  }
  int64_t beyond_range = 0;
  convert_each<double>(elements, count, out, [&](double value) {
    const float rounded = static_cast<float>(value);
    beyond_range += std::isinf(rounded) && !std::isinf(value);
    return rounded;
  });
  return beyond_range;
}

void convert_to_float64(const NpyType& type, const unsigned char* elements, int64_t count, double* out) {
  convert(type, elements, count, out);
}

}  // namespace poolglass
