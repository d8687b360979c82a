// The SIMD targets this binary carries and this machine runs, by name. Hides Highway from tests, bench and
// UI.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace poolglass {

// Names of the targets compiled in and runnable here, best first, e.g. {"AVX3", "AVX2", "SSE4", "SCALAR"}.
std::vector<std::string> runnable_simd_targets();

// The target that new plans use.
std::string active_simd_target();

// Makes new plans use `name` ("" restores the best). Process-wide; call it between plans, from one thread.
Status force_simd_target(std::string_view name);

}  // namespace poolglass
