#include "core/network/memory.h"

#include <algorithm>

namespace poolglass::network {
namespace {

using Wide = __int128;

// For each layer, the last that needs its output.
std::vector<size_t> last_readers(const Network& network, size_t count) {
  constexpr size_t kNobody = SIZE_MAX;
  std::vector<size_t> last(count, kNobody);
  for (size_t i = 0; i < count; ++i) {
    for (const int32_t source : sources(network, i)) last[static_cast<size_t>(source)] = i;
  }
  for (size_t i = 0; i < count; ++i) {
    if (last[i] == kNobody) last[i] = network.outputs.empty() ? count - 1 : i;
  }
  for (const int32_t output : network.outputs) {
    if (static_cast<size_t>(output) < count) last[static_cast<size_t>(output)] = count - 1;
  }
  return last;
}

}  // namespace

LiveMemory live_memory(const Network& network, const Figures& figures, int64_t bytes_per_element) {
  const size_t count = figures.layers.size();
  LiveMemory memory;
  memory.bytes.resize(count);
  const std::vector<size_t> last = last_readers(network, count);
  std::vector<Wide> freed(count, 0);  // after layer i
  Wide live = 0;
  for (size_t i = 0; i < count; ++i) {
    const Count& activations = figures.layers[i].activations;
    if (activations.known == Known::kUnavailable && memory.because < 0) {
      memory.known = Known::kPartial;
      memory.because = activations.because;
    }
    const Wide size = static_cast<Wide>(activations.value) * bytes_per_element;
    live += size;
    freed[last[i]] += size;
    memory.bytes[i] = static_cast<int64_t>(std::min<Wide>(live, kBeyondCount));
    if (memory.at < 0 || memory.bytes[i] > memory.peak) {
      memory.peak = memory.bytes[i];
      memory.at = static_cast<int32_t>(i);
    }
    live -= freed[i];
  }
  return memory;
}

}  // namespace poolglass::network
