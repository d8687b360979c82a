// Elements of any real type, as float32.
#pragma once

#include <cstdint>

#include "core/io/npy_header.h"

namespace poolglass {

// out[i] = element i, where element i lies at bytes + i * stride. Integers and float64 round to nearest;
// float16 and NaN payloads are kept exactly as far as they fit; a bool is 1 for any byte but 0. Any
// alignment.
void convert_to_float32(const NpyType& type, const unsigned char* bytes, int64_t stride, int64_t count,
                        float* out);

}  // namespace poolglass
