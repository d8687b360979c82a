// Sizes as the engine's sentences write them.
#pragma once

#include <cstdint>
#include <string>

#include "core/tensor.h"

namespace poolglass {

inline std::string text(int64_t value) { return std::to_string(value); }
inline std::string text(Size2 size) { return text(size.h) + "x" + text(size.w); }  // "3x3"

}  // namespace poolglass
