// How far reading a file has come, and whether it is to stop; shared with someone who watches.
#pragma once

#include <atomic>

#include "core/status.h"
#include "core/work_done.h"

namespace poolglass {

struct ReadProgress : WorkDone {
  std::atomic<bool> stop{false};  // set: reading ends soon, with the Status of reading_stopped()
  bool stopped() const { return stop.load(std::memory_order_relaxed); }
};

inline Status reading_stopped() { return invalid_argument("reading was stopped"); }

}  // namespace poolglass
