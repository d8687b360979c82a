// The header of a .npy file: a Python dict literal with the keys 'descr', 'fortran_order' and 'shape', behind
// a magic string, a version and a length (numpy.lib.format). Pure: bytes in, values out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace poolglass {

// Element type of the file: a bool, an integer or a floating-point number.
struct NpyType {
  char kind = 'f';  // 'f', 'i', 'u', 'b'
  int size = 4;     // bytes
  bool big_endian = false;
  friend bool operator==(const NpyType&, const NpyType&) = default;
};

std::string npy_type_name(const NpyType& type);  // "float64", "big-endian int32", "bool"

struct NpyHeader {
  NpyType type;
  bool fortran_order = false;
  std::vector<int64_t> dimensions;  // any rank, every extent >= 0
  int64_t data_offset = 0;          // of the first element, in bytes
};

// Bytes that a header can take at most. NumPy's own headers are far below; version 2 allows 4 GiB of them.
inline constexpr int64_t kNpyHeaderLimit = 65536 + 10;

// `bytes`: the beginning of the file (all of it, or at least kNpyHeaderLimit bytes). Accepts versions 1 to 3,
// the three keys once each in any order, any spacing, either quote, every name numpy.dtype() has for a type,
// and Python 2's long integers, (4L, 4L), in versions 1 and 2; everything else is refused with a sentence.
Result<NpyHeader> parse_npy_header(std::string_view bytes);

// A version 1.0 header (little-endian, C order), padded so that the data starts at a multiple of 64 bytes.
std::string write_npy_header(const NpyType& type, const std::vector<int64_t>& dimensions);

}  // namespace poolglass
