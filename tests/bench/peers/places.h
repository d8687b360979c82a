// Where threads run. The engine keeps its workers off their caller's processor; the libraries leave that to
// the scheduler, which has been seen to need 50 ms, more than a row is timed, until it parts two threads that
// began on one processor. So the benchmark places them.
#pragma once

#include <sched.h>

namespace poolglass::bench {

// Binds the calling thread to a processor: the index-th of those this program may use, counted round.
void bind_thread(int index);

// Binds the threads of OpenMP's next parallel regions, the calling one included, each to its own processor.
// With one thread nothing is bound.
void place_openmp_threads(int threads);

// Sets the calling thread free again, as it was before.
class KeepPlace {
 public:
  KeepPlace() { sched_getaffinity(0, sizeof before_, &before_); }
  ~KeepPlace() { sched_setaffinity(0, sizeof before_, &before_); }
  KeepPlace(const KeepPlace&) = delete;
  KeepPlace& operator=(const KeepPlace&) = delete;

 private:
  cpu_set_t before_{};
};

}  // namespace poolglass::bench
