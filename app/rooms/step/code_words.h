// Pieces of programs that several languages share. Internal to what writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/pooling/params.h"

namespace poolglass::step {

inline bool is_max(const PoolParams& params) { return params.reduction == Reduction::kMax; }
inline std::string text(int64_t value) { return std::to_string(value); }
// What is added to something: " + 2", " - 1", or nothing.
std::string plus(int64_t value);

// The lines of Python that count the windows along one axis of h or w cells: `rows = ...` or `columns = ...`.
enum class CountedSide { kRows, kColumns };
std::vector<std::string> count_lines(const PoolParams& params, CountedSide side);

}  // namespace poolglass::step
