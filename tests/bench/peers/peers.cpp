#include "tests/bench/peers/peer.h"

namespace poolglass::bench {

std::vector<Peer> peers() {
  std::vector<Peer> list;
#ifdef POOLGLASS_BENCH_ONEDNN
  list.push_back(onednn());
#endif
#ifdef POOLGLASS_BENCH_XNNPACK
  list.push_back(xnnpack());
#endif
#ifdef POOLGLASS_BENCH_TORCH
  list.push_back(torch());
#endif
  return list;
}

bool as_window(const Job& job, PoolParams* window) {
  *window = job.params;
  if (!job.params.adaptive_output) return true;
  if (*job.params.adaptive_output != Size2{1, 1}) return false;
  *window = window_pool(job.params.reduction, job.input.plane());
  return true;
}

}  // namespace poolglass::bench
