// A pooling as a list of shader runs: made on the CPU from the window geometry, without any OpenGL. Internal
// to core/gpu.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass::gpu {

// The arrays on the device. kX ... kDx are the caller's, the others hold partial results.
enum class Array {
  kNone,
  kX,
  kDy,
  kY,
  kIndices,
  kDx,
  kWinners,
  kValues0,
  kPlaces0,
  kValues1,
  kPlaces1,
  kCount
};
inline constexpr size_t kArrayCount = static_cast<size_t>(Array::kCount);

// shaders/common.glsl has the same fields in the same order, as a std140 block of scalars.
struct Parameters {
  uint32_t first_group = 0, units = 0, lines = 0, lines_per_plane = 1, units_per_line = 1,
           lines_per_group = 1;
  uint32_t input_height = 0, input_width = 0, output_height = 0, output_width = 0;
  uint32_t source_pitch = 0, source_plane = 0;
  uint32_t row_runs = 0, column_runs = 0, row_step = 1, column_step = 1, row_divisors = 0,
           column_divisors = 0;
  uint32_t blocks = 0;
  float divisor = 1, reciprocal = 1;
};

struct Pass {
  std::string_view shader;  // file in shaders/
  std::string defines;
  uint32_t group = 128;           // invocations per group
  bool units_are_groups = false;  // else they are invocations
  Parameters parameters;          // first_group, units and lines depend on the number of planes
  Array source = Array::kNone, source_index = Array::kNone, result = Array::kNone,
        result_index = Array::kNone;
};

enum class Operation { kForward, kForwardWithIndices, kBackward };

struct PassPlan {
  Size2 output;
  std::vector<Pass> passes;
  std::vector<uint32_t> tables;                       // all passes' tables, one behind the other
  std::array<int64_t, kArrayCount> plane_words = {};  // 4-byte words of each array per plane; 0: not used
};

// Fails with a sentence if the parameters do not fit the plane, or if the plane has more cells than 32 bits
// count.
Result<PassPlan> make_passes(const PoolParams& params, Size2 input, Operation operation);

}  // namespace poolglass::gpu
