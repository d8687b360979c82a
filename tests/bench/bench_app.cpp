// The app's own work: a whole frame (derive and draw lists, nothing rasterised), and edits of long chains.
#include <benchmark/benchmark.h>

#include "tests/support/app_driver.h"

namespace poolglass {
namespace {

using testing::AppDriver;

void step_frame(benchmark::State& state) {
  AppDriver app;
  app.shell.collect_tags(false);
  const int64_t side = state.range(0);
  update(app.shell.model, app.derived(), step::Action(step::SetGridSize{{side, side}}));
  update(app.shell.model, app.derived(), PlayheadAction(TogglePlay{}));
  update(app.shell.model, app.derived(), PlayheadAction(ToggleLoop{}));
  for (auto _ : state) app.frame();
}
BENCHMARK(step_frame)->Arg(8)->Arg(64)->Unit(benchmark::kMicrosecond);

void chain_frame(benchmark::State& state) {
  AppDriver app;
  app.shell.collect_tags(false);
  update(app.shell.model, app.derived(), SelectRoom{Room::kChain});
  update(app.shell.model, app.derived(), PlayheadAction(TogglePlay{}));
  update(app.shell.model, app.derived(), PlayheadAction(ToggleLoop{}));
  for (auto _ : state) app.frame();
}
BENCHMARK(chain_frame)->Unit(benchmark::kMicrosecond);

// A chain of `layers` 3x3 convolutions; each iteration edits one kernel and derives everything anew.
void chain_edit(benchmark::State& state) {
  Model model;
  Chain chain;
  chain.plane = {4096, 4096};
  chain.layers.assign(static_cast<size_t>(state.range(0)), default_layer(LayerKind::kConv2d));
  for (Layer& layer : chain.layers) layer.out_channels = 8;
  Derived derived;
  update(model, derived, chain::Action(chain::SetChain{chain}));
  chain::derive(model.chain, derived.chain);
  const chain::LayerId id = model.chain.document.identities.front().id;
  bool wide = false;
  for (auto _ : state) {
    Layer layer = model.chain.document.chain.layers.front();
    wide = !wide;
    layer.kernel = wide ? Size2{5, 5} : Size2{3, 3};
    layer.padding = wide ? Padding{2, 2, 2, 2} : Padding{1, 1, 1, 1};
    update(model, derived, chain::Action(chain::SetLayer{id, chain::Field::kKernel, layer}));
    chain::derive(model.chain, derived.chain);
  }
}
BENCHMARK(chain_edit)->Arg(100)->Arg(1000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace poolglass

BENCHMARK_MAIN();
