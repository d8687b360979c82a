#include "app/cli/pool_options.h"

#include <utility>

#include "app/cli/numbers.h"

namespace poolglass::cli {
namespace {

// Refuses options that the operation has no use for: a forgotten --op must not pass silently.
Status check_unused(const PoolOptions& a, bool window, bool adaptive) {
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

Result<PoolParams> window_params(const PoolOptions& a, Reduction reduction) {
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

}  // namespace

void PoolOptions::declare(Parser& parser, Need need) {
  parser.text("--op", "max, avg, global-max, global-avg, adaptive-max or adaptive-avg", &op, need);
  parser.text("--kernel", "window size, K or KHxKW (max, avg)", &kernel);
  parser.text("--stride", "S or SHxSW; default: the kernel", &stride);
  parser.text("--pad", "P, PHxPW or T,L,B,R, at most half the kernel; default: 0", &pad);
  parser.text("--dilation", "D or DHxDW; default: 1", &dilation);
  parser.flag("--ceil-mode", "round the output size up", &ceil_mode);
  parser.flag("--count-include-pad", "averages divide by padding too (default)", &count_pad);
  parser.flag("--no-count-include-pad", "averages divide by cells of the input only", &ignore_pad);
  parser.text("--output-size", "N or OHxOW (adaptive-max, adaptive-avg)", &output_size);
}

bool PoolOptions::given() const {
  const bool text = op.given() || kernel.given() || stride.given() || pad.given() || dilation.given() ||
                    output_size.given();
  return text || ceil_mode || count_pad || ignore_pad;
}

Result<PoolParams> PoolOptions::params() const {
  const std::string& operation = op.value;
  const size_t dash = operation.find('-');
  const std::string kind = dash == std::string::npos ? "" : operation.substr(0, dash);
  const std::string name = dash == std::string::npos ? operation : operation.substr(dash + 1);
  if ((name != "max" && name != "avg") ||
      (dash != std::string::npos && kind != "global" && kind != "adaptive")) {
    return invalid_argument(
        "--op \"" + operation +
        "\" is unknown: it must be max, avg, global-max, global-avg, adaptive-max or adaptive-avg");
  }
  const Reduction reduction = name == "max" ? Reduction::kMax : Reduction::kAverage;
  if (Status s = check_unused(*this, kind.empty(), kind == "adaptive"); !s.ok()) return s;
  if (kind.empty()) return window_params(*this, reduction);
  if (kind == "global") return global_pool(reduction);
  if (!output_size.given()) return invalid_argument("--op " + operation + " needs --output-size");
  const Result<Size2> size = parse_size("--output-size", output_size.value);
  if (!size.ok()) return size.status();
  return adaptive_pool(reduction, *size);
}

}  // namespace poolglass::cli
