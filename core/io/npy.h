// NumPy .npy files (format versions 1.0, 2.0, 3.0; numpy.lib.format). Headers are untrusted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

struct NpyArray {
  std::vector<int64_t> dimensions;  // as in the file: rank 2, 3 or 4
  Tensor tensor;                    // missing leading dimensions are 1
  std::string note;                 // empty, or one sentence on what was converted ("float64 converted to float32")
};

// Reads a real array of rank 2 to 4 as float32. Sizes are checked against the file before memory is taken.
Result<NpyArray> read_npy(const std::string& path);

// Writes little-endian, C order, through a temporary file in the same folder that is renamed at the end:
// on failure nothing is left behind and an existing file stays as it was.
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const float* values);
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const int64_t* values);

}  // namespace poolglass
