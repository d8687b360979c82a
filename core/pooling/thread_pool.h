// The few worker threads all plans share. Internal.
//
// A fork/join must cost less than the pooling it splits, so workers that have just worked watch for more for
// a short while and only then sleep; the caller takes parts too and never waits for a worker to wake up.
#pragma once

#include <cstdint>

namespace poolglass {

// Threads for `requested` (0: one per core), at most 64.
int resolve_threads(int requested);

using PartFunction = void (*)(void* context, int64_t part, int slot);

// Calls f(context, part, slot) once for each part, on up to `threads` threads, and returns when all are done.
// Parts that run at the same time have different slots, 0 <= slot < threads. If another caller is using the
// workers, all parts run on the calling thread.
void run_parts(int threads, int64_t parts, PartFunction f, void* context);

}  // namespace poolglass
