// What the machine offers to the rooms. The shell knows it and hands it to derive(); no model holds it, so
// that it is neither saved nor undone.
#pragma once

#include <vector>

#include "core/engine.h"

namespace poolglass {

struct Environment {
  std::vector<Backend> backends;  // beyond the engine on the CPU, which is always there; "gpu" may be one
};

}  // namespace poolglass
