// How work that takes long learns that nobody waits for it any more.
#pragma once

#include <atomic>

namespace poolglass {

using Stop = std::atomic<bool>;  // becomes true on another thread; what works gives up soon after

// Of work that need not be stoppable: null, it goes on to its end.
inline bool stopped(const Stop* stop) { return stop != nullptr && stop->load(std::memory_order_relaxed); }

}  // namespace poolglass
