#include "core/engine.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "core/pooling/pooling.h"
#include "core/simd_targets.h"

namespace poolglass {
namespace {

Status run_plan(const PoolRun& run, Implementation implementation) {
  PlanOptions options;
  options.layout = run.layout;
  options.threads = run.threads;
  options.progress = run.progress;
  options.implementation = implementation;
  const bool average = run.params.reduction == Reduction::kAverage;
  if (run.indices != nullptr && average) return invalid_argument("an average has no indices");
  if (run.indices != nullptr && run.dy != nullptr) return invalid_argument("a backward pass has no indices");
  Result<PoolPlan> plan = PoolPlan::make(run.params, run.input, options);
  if (!plan.ok()) return plan.status();
  if (run.dy != nullptr) {
    plan->backward(run.x, run.dy, run.y);
  } else if (run.indices != nullptr) {
    plan->forward_with_indices(run.x, run.y, run.indices);
  } else {
    plan->forward(run.x, run.y);
  }
  return {};
}

std::string cpu_detail() {
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  return active_simd_target() + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

}  // namespace

std::vector<Backend> cpu_backends() {
  const char* target = std::getenv("POOLGLASS_SIMD_TARGET");
  const Status forced = target != nullptr ? force_simd_target(target) : Status();
  const auto always = [] { return Status(); };
  return {
      {"cpu", cpu_detail, [forced] { return forced; },
       [](const PoolRun& run) { return run_plan(run, Implementation::kAuto); }},
      {"reference", [] { return std::string("the definition, one thread"); }, always,
       [](const PoolRun& run) { return run_plan(run, Implementation::kReference); }},
  };
}

Backend unavailable_backend(std::string name, std::string why) {
  const Status status(StatusCode::kUnavailable, std::move(why));
  return {std::move(name), [] { return std::string(); }, [status] { return status; },
          [status](const PoolRun&) { return status; }};
}

Result<const Backend*> find_backend(const std::vector<Backend>& backends, const std::string& name) {
  std::string names;
  for (const Backend& backend : backends) {
    if (name == "auto" || name == backend.name) {
      const Status available = backend.available();
      if (available.ok()) return &backend;
      if (name == backend.name) {
        return Status(available.code(), "device \"" + name + "\" cannot run here: " + available.message());
      }
    }
    names += ", " + backend.name;
  }
  if (name == "auto") return Status(StatusCode::kUnavailable, "no device can run here");
  return invalid_argument("unknown device \"" + name + "\" (known: auto" + names + ")");
}

}  // namespace poolglass
