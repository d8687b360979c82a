// poolglass pool: reads a feature map, pools it plane by plane, writes the result whole or not at all.
#include <algorithm>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/numbers.h"
#include "app/cli/pool_options.h"
#include "app/cli/pool_stream.h"
#include "core/pooling/params.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kMaxThreads = 4096;

struct PoolArguments {
  PoolOptions pool;
  Text layout, device, threads, indices, backward, input, output;
};

void declare(Parser& parser, PoolArguments& a) {
  a.pool.declare(parser, Need::kRequired);
  parser.text("--indices", "also write each maximum's position, row * width + column, as int64", &a.indices);
  parser.text("--backward", "read the output's gradient from this file; OUT gets the input's", &a.backward);
  parser.text("--layout", "nchw (default) or nhwc: where the channels are, in every array", &a.layout);
  parser.text("--device", "cpu (default) or gpu", &a.device);
  parser.text("--threads", "number of threads; default: one per core", &a.threads);
  parser.text("IN",
              "feature map: (H,W), (C,H,W) or (N,C,H,W) as .npy, FILE.npz:NAME or - (standard input); or a "
              "picture (PNG, JPEG)",
              &a.input, Need::kRequired);
  parser.text("OUT", "result (.npy), or - (standard output)", &a.output, Need::kRequired);
}

Result<PoolJob> pool_job(const PoolArguments& a, const CliHooks& hooks) {
  PoolJob job;
  const Result<PoolParams> params = a.pool.params();
  if (!params.ok()) return params.status();
  job.params = *params;
  if (Status s = validate(job.params); !s.ok()) return s;
  if (a.indices.given() && job.params.reduction == Reduction::kAverage) {
    return invalid_argument("--indices needs a maximum: an average has no winner");
  }
  if (a.indices.given() && a.backward.given())
    return invalid_argument("--indices and --backward exclude each other");
  if (a.backward.given() && a.input.value == "-" && a.backward.value == "-") {
    return invalid_argument("IN and --backward cannot both be standard input");
  }
  if (a.indices.given() && a.output.value == "-" && a.indices.value == "-") {
    return invalid_argument("OUT and --indices cannot both be standard output");
  }
  if (a.layout.given()) {
    if (a.layout.value != "nchw" && a.layout.value != "nhwc") {
      return invalid_argument("--layout \"" + a.layout.value + "\" must be nchw or nhwc");
    }
    job.layout = a.layout.value == "nhwc" ? Layout::kNhwc : Layout::kNchw;
  }
  const std::string device = a.device.given() ? a.device.value : "cpu";
  if (device != "cpu" && device != "gpu")
    return invalid_argument("--device \"" + device + "\" must be cpu or gpu");
  const Result<const Backend*> backend = find_backend(hooks.backends, device);
  if (!backend.ok()) return backend.status();
  job.backend = *backend;
  if (device == "gpu" && job.layout == Layout::kNhwc) {
    return invalid_argument("--layout nhwc needs --device cpu");
  }
  if (a.threads.given()) {
    const Result<int64_t> threads = parse_count("--threads", a.threads.value);
    if (!threads.ok()) return threads.status();
    if (*threads < 1 || *threads > kMaxThreads) {
      return invalid_argument("--threads " + a.threads.value + " must be between 1 and " +
                              std::to_string(kMaxThreads));
    }
    job.threads = static_cast<int>(*threads);
  }
  job.input = a.input.value;
  job.output = a.output.value;
  if (a.indices.given()) job.indices = a.indices.value;
  if (a.backward.given()) job.gradient = a.backward.value;
  return job;
}

}  // namespace

Status pool_command(const Arguments& arguments, const CliHooks& hooks) {
  Parser parser("Pools every plane of a feature map. Semantics are PyTorch's.", "poolglass pool");
  PoolArguments given;
  declare(parser, given);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};
  const Result<PoolJob> job = pool_job(given, hooks);
  if (!job.ok()) return job.status();
  return run_pool_job(*job);
}

}  // namespace poolglass::cli
