// Elements of any real type, as float32 or float64.
#pragma once

#include <cstdint>

#include "core/io/npy_header.h"

namespace poolglass {

// Turns round the bytes of `count` elements of `size` bytes each.
void swap_byte_order(unsigned char* elements, int64_t count, int size);

// out[i] = element i, in this machine's byte order at any alignment. Integers and float64 round to nearest;
// float16 and NaN payloads are kept exactly as far as they fit; a bool is 1 for any byte but 0. Returns how
// many finite values became infinite.
int64_t convert_to_float32(const NpyType& type, const unsigned char* elements, int64_t count, float* out);

// The same, where only integers of 64 bits are rounded.
void convert_to_float64(const NpyType& type, const unsigned char* elements, int64_t count, double* out);

}  // namespace poolglass
