#include "tests/bench/peers/places.h"

#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace poolglass::bench {
namespace {

std::vector<int> allowed_processors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> list;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) list.push_back(cpu);
  return list;
}

}  // namespace

void bind_thread(int index) {
  static const std::vector<int> processors = allowed_processors();  // of a thread that is not bound yet
  if (processors.empty()) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processors[static_cast<size_t>(index) % processors.size()], &one);
  sched_setaffinity(0, sizeof one, &one);
}

void place_openmp_threads([[maybe_unused]] int threads) {
#ifdef _OPENMP
  if (threads == 1) return;
#pragma omp parallel num_threads(threads)
  bind_thread(omp_get_thread_num());
#endif
}

}  // namespace poolglass::bench
