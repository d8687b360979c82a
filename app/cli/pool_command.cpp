// poolglass pool: reads a feature map, pools it plane by plane, writes the result whole or not at all.
#include <algorithm>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/numbers.h"
#include "app/cli/pool_stream.h"
#include "core/pooling/params.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kMaxThreads = 4096;

struct PoolArguments {
  Text op, kernel, stride, pad, dilation, output_size, layout, device, threads, indices, backward, input,
      output;
  bool ceil_mode = false, count_pad = false, ignore_pad = false;
};

void declare(CLI::App& app, PoolArguments& a) {
  Text::add(app, "--op", &a.op, "max, avg, global-max, global-avg, adaptive-max or adaptive-avg")->required();
  Text::add(app, "--kernel", &a.kernel, "window size, K or KHxKW (max, avg)");
  Text::add(app, "--stride", &a.stride, "S or SHxSW; default: the kernel");
  Text::add(app, "--pad", &a.pad, "P, PHxPW or T,L,B,R, at most half the kernel; default: 0");
  Text::add(app, "--dilation", &a.dilation, "D or DHxDW; default: 1");
  app.add_flag("--ceil-mode", a.ceil_mode, "round the output size up")->disable_flag_override();
  app.add_flag("--count-include-pad", a.count_pad, "averages divide by padding too (default)")
      ->disable_flag_override();
  app.add_flag("--no-count-include-pad", a.ignore_pad, "averages divide by cells of the input only")
      ->disable_flag_override();
  Text::add(app, "--output-size", &a.output_size, "N or OHxOW (adaptive-max, adaptive-avg)");
  Text::add(app, "--indices", &a.indices,
            "also write each maximum's position, row * width + column, as int64");
  Text::add(app, "--backward", &a.backward,
            "read the output's gradient from this file; OUT gets the input's");
  Text::add(app, "--layout", &a.layout, "nchw (default) or nhwc: where the channels are, in every array");
  Text::add(app, "--device", &a.device, "cpu (default) or gpu");
  Text::add(app, "--threads", &a.threads, "number of threads; default: one per core");
  Text::add(app, "IN", &a.input,
            "feature map: (H,W), (C,H,W) or (N,C,H,W) as .npy, FILE.npz:NAME or - (standard input)")
      ->required();
  Text::add(app, "OUT", &a.output, "result (.npy), or - (standard output)")->required();
}

// Refuses options that the operation has no use for: a forgotten --op must not pass silently.
Status check_unused(const PoolArguments& a, bool window, bool adaptive) {
  const std::string op = "--op " + a.op.value;
  for (const auto& [text, name] : {std::pair{&a.kernel, "--kernel"},
                                   {&a.stride, "--stride"},
                                   {&a.pad, "--pad"},
                                   {&a.dilation, "--dilation"}}) {
    if (!window && text->given()) return invalid_argument(op + " takes no " + name);
  }
  if (!window && a.ceil_mode) return invalid_argument(op + " takes no --ceil-mode");
  if (!window && (a.count_pad || a.ignore_pad)) return invalid_argument(op + " takes no --count-include-pad");
  if (a.count_pad && a.ignore_pad) {
    return invalid_argument("--count-include-pad and --no-count-include-pad exclude each other");
  }
  if (!adaptive && a.output_size.given()) return invalid_argument(op + " takes no --output-size");
  return {};
}

Result<PoolParams> window_params(const PoolArguments& a, Reduction reduction) {
  if (!a.kernel.given()) return invalid_argument("--op " + a.op.value + " needs --kernel");
  const Result<Size2> kernel = parse_size("--kernel", a.kernel.value);
  if (!kernel.ok()) return kernel.status();
  PoolParams params = window_pool(reduction, *kernel);
  if (a.stride.given()) {
    const Result<Size2> stride = parse_size("--stride", a.stride.value);
    if (!stride.ok()) return stride.status();
    params.stride = *stride;
  }
  if (a.pad.given()) {
    const Result<Padding> padding = parse_padding("--pad", a.pad.value);
    if (!padding.ok()) return padding.status();
    params.padding = *padding;
  }
  if (a.dilation.given()) {
    const Result<Size2> dilation = parse_size("--dilation", a.dilation.value);
    if (!dilation.ok()) return dilation.status();
    params.dilation = *dilation;
  }
  params.ceil_mode = a.ceil_mode;
  params.count_include_pad = !a.ignore_pad;
  return params;
}

Result<PoolParams> pool_params(const PoolArguments& a) {
  const std::string& op = a.op.value;
  const size_t dash = op.find('-');
  const std::string kind = dash == std::string::npos ? "" : op.substr(0, dash);
  const std::string name = dash == std::string::npos ? op : op.substr(dash + 1);
  if ((name != "max" && name != "avg") ||
      (dash != std::string::npos && kind != "global" && kind != "adaptive")) {
    return invalid_argument(
        "--op \"" + op +
        "\" is unknown: it must be max, avg, global-max, global-avg, adaptive-max or adaptive-avg");
  }
  const Reduction reduction = name == "max" ? Reduction::kMax : Reduction::kAverage;
  if (Status s = check_unused(a, kind.empty(), kind == "adaptive"); !s.ok()) return s;
  if (kind.empty()) return window_params(a, reduction);
  if (kind == "global") return global_pool(reduction);
  if (!a.output_size.given()) return invalid_argument("--op " + op + " needs --output-size");
  const Result<Size2> size = parse_size("--output-size", a.output_size.value);
  if (!size.ok()) return size.status();
  return adaptive_pool(reduction, *size);
}

Result<PoolJob> pool_job(const PoolArguments& a, const CliHooks& hooks) {
  PoolJob job;
  const Result<PoolParams> params = pool_params(a);
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
  CLI::App app("Pools every plane of a feature map. Semantics are PyTorch's.", "poolglass pool");
  PoolArguments given;
  declare(app, given);
  const Result<Parsed> parsed = parse(app, arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};
  const Result<PoolJob> job = pool_job(given, hooks);
  if (!job.ok()) return job.status();
  return run_pool_job(*job);
}

}  // namespace poolglass::cli
