// The memory of tensors while a network runs, one image at a time (inference). Weights are not counted, and
// every layer's output is a tensor of its own: nothing is computed in place.
#pragma once

#include <cstdint>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::network {

// A tensor lives from the layer that makes it to the last that reads it; a result that is wanted
// (Network::outputs, or read by nobody) to the end.
struct LiveMemory {
  std::vector<int64_t>
      bytes;         // while layer i runs: what it reads, its output, and what later layers still need
  int64_t peak = 0;  // kBeyondCount when beyond 63 bits
  int32_t at = -1;   // the first layer that needs as much as any; -1: there are no layers
  Known known = Known::kComplete;  // kPartial: a size was not known, its tensor counts nothing
  int32_t because = -1;            // the first such layer
};
LiveMemory live_memory(const Network& network, const Figures& figures, int64_t bytes_per_element = 4);

}  // namespace poolglass::network
