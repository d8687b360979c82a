// The app's own work: a whole frame (derive and draw lists, nothing rasterised), and edits of long chains.
#include <benchmark/benchmark.h>

#include <memory>

#include "core/network/network.h"
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

// A map of 4096x4096 cells in a file's place.
void open_map(AppDriver& app) {
  constexpr int64_t kSide = 4096;
  auto tensor = std::make_shared<Tensor>(Shape{1, 1, kSide, kSide});
  uint32_t bits = 1;
  for (float& value : tensor->values) {
    bits = bits * 1664525u + 1013904223u;
    value = static_cast<float>(bits >> 16) / 65536;
  }
  app.shell.collect_tags(false);
  update(app.shell.model, app.derived(), step::Action(step::OpenTensor{std::move(tensor), "map.npy"}));
  app.frames(3);
}

// One frame while the playhead walks: {cells in sight, both operations}.
void map_frame(benchmark::State& state) {
  AppDriver app({state.range(2), state.range(2) * 9 / 16});
  open_map(app);
  update(app.shell.model, app.derived(), step::Action(step::SetBoth{state.range(1) != 0}));
  update(app.shell.model, app.derived(),
         step::Action(step::SetSight{{2000, 2000, static_cast<double>(state.range(0))}}));
  update(app.shell.model, app.derived(), PlayheadAction(TogglePlay{}));
  update(app.shell.model, app.derived(), PlayheadAction(ToggleLoop{}));
  app.frames(3);
  for (auto _ : state) app.frame();
}
BENCHMARK(map_frame)
    ->Args({0, 0, 1280})
    ->Args({0, 1, 1280})
    ->Args({700, 0, 2560})
    ->Args({12, 0, 1280})
    ->Args({24, 1, 2560})
    ->Unit(benchmark::kMicrosecond);

// Frames while the map is dragged, some cells a side in sight.
void pan(benchmark::State& state, AppDriver& app, double cells) {
  double column = 1000;
  for (auto _ : state) {
    column = column > 3000 ? 1000 : column + 1.7;
    update(app.shell.model, app.derived(), step::Action(step::SetSight{{2000, column, cells}}));
    app.frame();
  }
}

// One frame while the map is dragged: the colours of what is in sight are made anew.
void map_pan(benchmark::State& state) {
  AppDriver app({state.range(1), state.range(1) * 9 / 16});
  open_map(app);
  pan(state, app, static_cast<double>(state.range(0)));
}
BENCHMARK(map_pan)
    ->Args({4000, 1280})
    ->Args({400, 1280})
    ->Args({24, 1280})
    ->Args({1400, 2560})
    ->Unit(benchmark::kMicrosecond);

// One frame of a lens while the map is dragged: {lens, both operations, cells in sight}.
void map_lens(benchmark::State& state) {
  AppDriver app;
  open_map(app);
  app.shell.model.step.lens = static_cast<size_t>(state.range(0));
  update(app.shell.model, app.derived(), step::Action(step::SetKernel{{3, 3}}));
  update(app.shell.model, app.derived(), step::Action(step::SetBoth{state.range(1) != 0}));
  app.frames(2);
  pan(state, app, static_cast<double>(state.range(2)));
}
BENCHMARK(map_lens)
    ->ArgsProduct({{step::kWindowLens, step::kGradientLens, step::kCoverageLens, step::kRebuildLens},
                   {0, 1},
                   {4000, 24}})
    ->Unit(benchmark::kMicrosecond);

// What a lens costs once, when it is chosen.
void map_lens_chosen(benchmark::State& state) {
  AppDriver app;
  open_map(app);
  for (auto _ : state) {
    app.shell.model.step.lens = static_cast<size_t>(state.range(0));
    app.frame();
    state.PauseTiming();
    app.shell.model.step.lens = step::kWindowLens;
    app.frame();
    state.ResumeTiming();
  }
}
BENCHMARK(map_lens_chosen)
    ->Arg(step::kGradientLens)
    ->Arg(step::kCoverageLens)
    ->Arg(step::kRebuildLens)
    ->Unit(benchmark::kMillisecond);

// What a change of the map costs once: pooled anew, its levels, the range of its values.
void map_change(benchmark::State& state) {
  AppDriver app;
  open_map(app);
  bool wide = false;
  for (auto _ : state) {
    wide = !wide;
    const int64_t kernel = wide ? 3 : 2;
    update(app.shell.model, app.derived(), step::Action(step::SetKernel{{kernel, kernel}}));
    app.frame();
  }
}
BENCHMARK(map_change)->Unit(benchmark::kMillisecond);

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

// As many nodes as the largest of the published vision models: residual blocks of five layers, none alike.
network::Network blocks_of(int64_t nodes) {
  network::Network net = network::with_input(3, 4096, 4096);
  const auto add = [&](network::Kind kind, std::vector<int32_t> inputs = {}) {
    network::Layer layer = network::default_layer(kind);
    layer.inputs = std::move(inputs);
    net.layers.push_back(std::move(layer));
    return static_cast<int32_t>(net.layers.size()) - 1;
  };
  int32_t entry = add(network::Kind::kConv2d);
  while (static_cast<int64_t>(net.layers.size()) + 5 <= nodes) {
    add(network::Kind::kConv2d);
    add(network::Kind::kBatchNorm2d);
    add(network::Kind::kRelu);
    const int32_t end = add(network::Kind::kConv2d);
    entry = add(network::Kind::kAdd, {end, entry});
  }
  return net;
}

void network_open(benchmark::State& state) {
  const network::Network net = blocks_of(state.range(0));
  for (auto _ : state) {
    chain::Model model;
    chain::Derived derived;
    chain::update(model, chain::SetGraph{chain::make_graph(net, "")});
    chain::derive(model, derived);
    benchmark::DoNotOptimize(derived.network.lanes.spine.size());
  }
}
BENCHMARK(network_open)->Arg(1000)->Arg(13360)->Unit(benchmark::kMillisecond);

// One frame while the picture is dragged: {nodes, zoom}.
void network_pan(benchmark::State& state) {
  AppDriver app;
  app.shell.collect_tags(false);
  chain::Model& room = app.shell.model.chain;
  update(app.shell.model, app.derived(), SelectRoom{Room::kChain});
  chain::update(room, chain::SetGraph{chain::make_graph(blocks_of(state.range(0)), "")});
  chain::GraphLook look;
  look.view = chain::GraphView::kLayers;
  chain::update(room, chain::SetLook{look});
  app.frames(5);
  const auto zoom = static_cast<float>(state.range(1));
  float left = 0;
  for (auto _ : state) {
    left = left > 4000 ? 0 : left + 0.37f;
    chain::update(room, chain::SetCamera{{zoom, left}});
    app.frame();
  }
}
BENCHMARK(network_pan)
    ->Args({13360, 1})
    ->Args({13360, 30})
    ->Args({13360, 300})
    ->Args({13360, 1000})
    ->Args({13360, 8000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace poolglass

BENCHMARK_MAIN();
