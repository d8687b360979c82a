// The engine as a peer of a comparison harness: one plug-in per layout, see the harness's candidate.h.
#include <candidate.h>

#include <memory>
#include <vector>

#include "core/pooling/pooling.h"

namespace {

using namespace poolglass;

struct Candidate {
  PoolPlan plan;
  pool_case pc;
  pool_bufs bufs;
  std::vector<int32_t> indices;  // where the harness keeps none, and for the gradient of a maximum
};

PoolParams params_of(const pool_case& pc) {
  const Reduction reduction = pc.op == POOL_MAX ? Reduction::kMax : Reduction::kAverage;
  if (pc.op == POOL_GAP) return global_pool(reduction);
  PoolParams p = window_pool(reduction, {pc.kh, pc.kw});
  p.stride = {pc.sh, pc.sw};
  p.padding = {pc.pt, pc.pl, pc.pb, pc.pr};
  p.dilation = {pc.dh, pc.dw};
  p.ceil_mode = pc.ceil_mode != 0;
  p.count_include_pad = pc.count_include_pad != 0;
  return p;
}

void* create(const pool_case* pc, const pool_bufs* bufs, Layout layout) {
  PlanOptions options;
  options.layout = layout;
  options.threads = pc->threads;
  Result<PoolPlan> plan = PoolPlan::make(params_of(*pc), {pc->n, pc->c, pc->h, pc->w}, options);
  if (!plan.ok()) return nullptr;
  const size_t results = static_cast<size_t>(plan->output_shape().elements());
  const bool gradient_of_max = pc->dir == POOL_BWD && pc->op == POOL_MAX;
  const bool keep = gradient_of_max || (pc->dir == POOL_FWD_IDX && bufs->idx == nullptr);
  auto* c = new Candidate{*std::move(plan), *pc, *bufs, std::vector<int32_t>(keep ? results : 0)};
  if (gradient_of_max) {  // a backward pass begins with what the forward one has kept, as that of the peers
    std::vector<float> y(results);
    if (!c->plan.forward_with_indices(bufs->x, y.data(), c->indices.data()).ok()) c->indices.clear();
  }
  return c;
}

void run(void* state) {
  Candidate& c = *static_cast<Candidate*>(state);
  switch (c.pc.dir) {
    case POOL_FWD:
      return c.plan.forward(c.bufs.x, c.bufs.y);
    case POOL_FWD_IDX:
      // A plane of this harness has no 2^31 cells.
      static_cast<void>(c.plan.forward_with_indices(c.bufs.x, c.bufs.y,
                                                    c.bufs.idx != nullptr ? c.bufs.idx : c.indices.data()));
      return;
    default:
      if (!c.indices.empty()) return c.plan.backward_from_indices(c.indices.data(), c.bufs.dy, c.bufs.dx);
      return c.plan.backward(c.bufs.x, c.bufs.dy, c.bufs.dx);
  }
}

void destroy(void* state) { delete static_cast<Candidate*>(state); }

const pool_peer kPeers[] = {
    {"candidate:nchw", POOL_NCHW,
     [](const pool_case* pc, const pool_bufs* bufs) { return create(pc, bufs, Layout::kNchw); }, nullptr, run,
     nullptr, nullptr, destroy},
    {"candidate:nhwc", POOL_NHWC,
     [](const pool_case* pc, const pool_bufs* bufs) { return create(pc, bufs, Layout::kNhwc); }, nullptr, run,
     nullptr, nullptr, destroy},
};

}  // namespace

extern "C" __attribute__((visibility("default"))) int pool_module_peers(const pool_peer** list) {
  *list = kPeers;
  return 2;
}
