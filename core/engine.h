// The ways this machine can run a pooling, fastest first. The command line, the window and the benchmark all
// choose from this one list. Other layers may add backends (the GPU path does); core knows none of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/pooling/params.h"
#include "core/status.h"
#include "core/tensor.h"
#include "core/work_done.h"

namespace poolglass {

struct PoolRun {
  PoolParams params;
  Shape input;
  Layout layout = Layout::kNchw;  // of every array; the GPU takes NCHW alone
  int threads = 0;                // 0: every core
  WorkDone* progress = nullptr;   // CPU: grows while the call runs; may be null
  const float* x = nullptr;       // input
  const float* dy = nullptr;      // set: backward
  float* y = nullptr;             // output, or dx when dy is set
  int64_t* indices = nullptr;     // set: max with indices
};

struct Backend {
  std::string name;  // "reference", "cpu", "gpu"
  // Functions, because a driver that must be started to answer is started when it is first asked.
  std::function<std::string()> detail;  // e.g. "AVX3, 2 threads"; empty when not available
  std::function<Status()> available;    // ok, or one sentence that says why not
  std::function<Status(const PoolRun&)> run;
};

// Built-in CPU backends. The environment variable POOLGLASS_SIMD_TARGET makes "cpu" use the SIMD target it
// names (for comparisons); a name this machine does not run makes "cpu" unavailable.
std::vector<Backend> cpu_backends();

// A backend that cannot run, for the reason given.
Backend unavailable_backend(std::string name, std::string why);

// The named backend, or the first available one for "auto"; when it cannot run, why not.
Result<const Backend*> find_backend(const std::vector<Backend>& backends, const std::string& name);

}  // namespace poolglass
