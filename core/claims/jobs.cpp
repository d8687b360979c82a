#include "core/claims/jobs.h"

#include <utility>
#include <vector>

#include "core/chain/presets.h"
#include "core/pictures/pictures.h"
#include "core/shift/compare.h"
#include "core/shift/contest.h"

namespace poolglass {

Chain chain_with_pools(int64_t pools) {
  const Result<Chain> whole = chain_preset("exercise");
  Chain chain = whole.ok() ? *whole : Chain();
  std::vector<Layer> kept;
  for (const Layer& layer : chain.layers) {
    if (is_pool(layer.kind) && pools-- <= 0) continue;
    kept.push_back(layer);
  }
  chain.layers = std::move(kept);
  return chain;
}

Result<Jobs> jobs_of(int64_t pools) {
  const ChainFigures figures = analyze(chain_with_pools(pools));
  if (figures.error) return figures.error->status;
  const LayerFigures& last = figures.layers.back();
  Jobs jobs;
  jobs.pools = pools;
  jobs.map = last.output;
  jobs.macs = figures.total_macs;
  jobs.params = figures.total_params;
  jobs.activations = figures.total_activations;
  jobs.field = last.receptive_field.h;
  for (const LayerFigures& layer : figures.layers) jobs.bytes += layer.bytes;
  const int64_t side = int64_t{1} << pools;
  const ShiftWindow window{{side, side}, {side, side}, {1, 1}};
  constexpr Cell kRight{0, 1};
  jobs.law = maximum_stays(window, kRight);
  const Result<Contest> contest = Contest::make(camera_picture(), window, Border::kCircular);
  if (!contest.ok()) return contest.status();
  jobs.stays = compare(contest->answer(Contestant::kMax, {0, 0}), contest->answer(Contestant::kMax, kRight),
                       Border::kCircular)
                   .identical;
  return jobs;
}

}  // namespace poolglass
