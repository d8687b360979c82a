// Options that say what a pooling computes: shared by `pool` and `code`.
#pragma once

#include "app/cli/command.h"
#include "core/pooling/params.h"

namespace poolglass::cli {

struct PoolOptions {
  Text op, kernel, stride, pad, dilation, output_size;
  bool ceil_mode = false, count_pad = false, ignore_pad = false;

  void declare(Parser& parser, Need op = Need::kOptional);
  bool given() const;  // any of them
  // What they say; --op must have been given. Fails where an option says nothing of the operation.
  Result<PoolParams> params() const;
};

}  // namespace poolglass::cli
