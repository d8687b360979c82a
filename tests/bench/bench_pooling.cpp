// Times every case of cases.h: a copy of the same bytes, the definition, each SIMD target, two threads, NHWC,
// and the training passes. Every result is compared with the definition before it is timed.
//
// Compare only figures of one run, with --benchmark_enable_random_interleaving=true and repetitions.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

#include "core/pooling/pooling.h"
#include "core/simd_targets.h"
#include "tests/bench/cases.h"

namespace {

using namespace poolglass;

// The arrays of one case, made when its first benchmark runs.
struct Arrays {
  std::vector<float> x, y, dy, dx, expected, expected_dx;
  std::vector<int64_t> indices;

  explicit Arrays(const bench::Case& c) {
    PlanOptions options;
    options.implementation = Implementation::kReference;
    const Result<PoolPlan> plan = PoolPlan::make(c.params, c.input, options);
    x.resize(static_cast<size_t>(c.input.elements()));
    y.resize(static_cast<size_t>(plan->output_shape().elements()));
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (float& v : x) v = uniform(random);
    dx.resize(x.size());
    dy = expected = y;
    for (float& v : dy) v = uniform(random);
    expected_dx = dx;
    indices.resize(y.size());
    plan->forward(x.data(), expected.data());
    plan->backward(x.data(), dy.data(), expected_dx.data());
  }
};

Arrays& arrays_of(const bench::Case& c) {
  static std::map<std::string, Arrays> all;
  return all.try_emplace(c.name, c).first->second;
}

enum class Pass { kForward, kIndices, kBackward };

struct Variant {
  std::string name;
  std::string target;  // empty: the best
  PlanOptions options;
  Pass pass = Pass::kForward;
};

void run_pass(const PoolPlan& plan, Pass pass, Arrays& a) {
  switch (pass) {
    case Pass::kForward:
      return plan.forward(a.x.data(), a.y.data());
    case Pass::kIndices:
      return plan.forward_with_indices(a.x.data(), a.y.data(), a.indices.data());
    case Pass::kBackward:
      return plan.backward(a.x.data(), a.dy.data(), a.dx.data());
  }
}

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

void count_bytes(benchmark::State& state, const Arrays& a) {
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>((a.x.size() + a.y.size()) * sizeof(float)));
}

void time_variant(benchmark::State& state, const bench::Case& c, const Variant& variant) {
  Arrays& a = arrays_of(c);
  if (!force_simd_target(variant.target).ok()) return state.SkipWithError("no such SIMD target");
  const Result<PoolPlan> plan = PoolPlan::make(c.params, c.input, variant.options);
  if (!force_simd_target("").ok() || !plan.ok()) return state.SkipWithError("no plan");
  run_pass(*plan, variant.pass, a);
  // NHWC: the same memory seen as another tensor; its bits are the tests' business.
  const bool compare = variant.options.layout == Layout::kNchw;
  const bool backward = variant.pass == Pass::kBackward;
  if (compare && !(backward ? same(a.dx, a.expected_dx) : same(a.y, a.expected))) {
    return state.SkipWithError("differs from the definition");
  }
  for (auto _ : state) {
    run_pass(*plan, variant.pass, a);
    benchmark::ClobberMemory();
  }
  count_bytes(state, a);
  state.SetLabel(std::string(plan->kernel_name()));
}

// As many bytes as the pooling reads and writes, half of them read.
void time_copy(benchmark::State& state, const bench::Case& c) {
  const Arrays& a = arrays_of(c);
  const size_t bytes = (a.x.size() + a.y.size()) * sizeof(float) / 2;
  std::vector<char> from(bytes, 1), to(bytes);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::ClobberMemory();
  }
  count_bytes(state, a);
}

void add_case(const bench::Case& c) {
  const auto add = [&](const Variant& variant) {
    benchmark::RegisterBenchmark((std::string(c.name) + "/" + variant.name).c_str(),
                                 [c, variant](benchmark::State& state) { time_variant(state, c, variant); })
        ->UseRealTime();
  };
  benchmark::RegisterBenchmark((std::string(c.name) + "/copy").c_str(), [c](benchmark::State& state) {
    time_copy(state, c);
  })->UseRealTime();
  for (const std::string& target : runnable_simd_targets()) add({target, target, {}, Pass::kForward});
  PlanOptions options;
  options.implementation = Implementation::kReference;
  add({"reference", "", options, Pass::kForward});
  options = {};
  options.threads = 2;
  add({"threads:2", "", options, Pass::kForward});
  options = {};
  options.layout = Layout::kNhwc;
  add({"nhwc", "", options, Pass::kForward});
  if (c.params.reduction == Reduction::kMax) add({"indices", "", {}, Pass::kIndices});
  add({"backward", "", {}, Pass::kBackward});
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const poolglass::bench::Case& c : poolglass::bench::cases()) add_case(c);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
