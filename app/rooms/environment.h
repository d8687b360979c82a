// What the machine offers to the rooms. The shell knows it and hands it to derive(); no model holds it, so
// that it is neither saved nor undone.
#pragma once

#include <cstdint>
#include <vector>

#include "core/background.h"
#include "core/engine.h"

namespace poolglass {

struct Environment {
  std::vector<Backend> backends;  // beyond the engine on the CPU, which is always there; "gpu" may be one
  // Cells that derive() may look at in one call for what the picture can be without for some frames, the
  // thumbnails of other channels; one of them is made whatever it takes.
  int64_t cells_at_once = INT64_MAX;
  // Seconds that derive() may wait for long work of its own. A window has little: what is not there yet is
  // told as being found, and the next derive() asks again. Who wants a result, and nothing else, waits.
  double patience = kUntilDone;
};

}  // namespace poolglass
