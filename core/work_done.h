// How far a long call has come, for someone who watches from another thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace poolglass {

struct WorkDone {
  std::atomic<int64_t> done{0};   // units of work that are finished, of
  std::atomic<int64_t> total{0};  // all of them; 0: not known yet

  double share() const {  // 0 to 1
    const int64_t all = total.load(std::memory_order_relaxed);
    return all > 0 ? static_cast<double>(done.load(std::memory_order_relaxed)) / static_cast<double>(all) : 0;
  }
};

}  // namespace poolglass
