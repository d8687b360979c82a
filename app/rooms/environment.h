// What the machine offers to the rooms. The shell knows it and hands it to derive(); no model holds it, so
// that it is neither saved nor undone.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine.h"

namespace poolglass {

struct Environment {
  std::vector<Backend> backends;  // beyond the engine on the CPU, which is always there; "gpu" may be one
  // Cells that derive() may look at in one call for what the picture can be without for some frames, the
  // thumbnails of other channels; one of them is made whatever it takes.
  int64_t cells_at_once = INT64_MAX;
};

}  // namespace poolglass
