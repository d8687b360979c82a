// What it costs to share a call between two threads: the engine's pool beside OpenMP and oneTBB, where they
// are installed. Back to back, and after a pause in which idle workers may have gone to sleep.
#include <benchmark/benchmark.h>

#include <chrono>
#include <thread>

#include "core/pooling/thread_pool.h"

#ifdef POOLGLASS_BENCH_TBB
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace {

void pause_for(int64_t microseconds) {
  if (microseconds > 0) std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

// Times `fork`, not the pause before it.
template <class F>
void time_fork(benchmark::State& state, const F& fork) {
  for (auto _ : state) {
    pause_for(state.range(0));
    const auto start = std::chrono::steady_clock::now();
    fork();
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
}

void engine(benchmark::State& state) {
  time_fork(state, [] {
    poolglass::run_parts(
        2, 2, [](void*, int64_t part, int) { benchmark::DoNotOptimize(part); }, nullptr);
  });
}
BENCHMARK(engine)->Arg(0)->Arg(1000)->Iterations(3000)->UseManualTime();

#ifdef _OPENMP
void openmp(benchmark::State& state) {
  time_fork(state, [] {
#pragma omp parallel num_threads(2)
    {
      int part = 0;
      benchmark::DoNotOptimize(part);
    }
  });
}
BENCHMARK(openmp)->Arg(0)->Arg(1000)->Iterations(3000)->UseManualTime();
#endif

#ifdef POOLGLASS_BENCH_TBB
void onetbb(benchmark::State& state) {
  tbb::task_arena arena(2);
  time_fork(state, [&] {
    arena.execute([] {
      tbb::parallel_for(
          0, 2, [](int part) { benchmark::DoNotOptimize(part); }, tbb::static_partitioner());
    });
  });
}
BENCHMARK(onetbb)->Arg(0)->Arg(1000)->Iterations(3000)->UseManualTime();
#endif

}  // namespace

BENCHMARK_MAIN();
