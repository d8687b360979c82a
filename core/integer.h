// Integer arithmetic: quotients that round one way for either sign, and wide values that may not fit.
#pragma once

#include <cstdint>

namespace poolglass {

// a / b rounded down and up; b is positive.
template <class Int>
constexpr Int floor_divide(Int a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
template <class Int>
constexpr Int ceil_divide(Int a, int64_t b) {
  return a / b + (a % b > 0 ? 1 : 0);
}

// Whether `value` is a 64-bit integer; *out has its low bits in any case.
constexpr bool fits(__int128 value, int64_t* out) {
  *out = static_cast<int64_t>(value);
  return *out == value;
}

}  // namespace poolglass
