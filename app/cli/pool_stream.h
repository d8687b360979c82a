// Pools a file into a file, a few planes at a time, so that neither has to fit in memory.
#pragma once

#include <optional>
#include <string>

#include "core/engine.h"
#include "core/pooling/params.h"
#include "core/status.h"

namespace poolglass::cli {

struct PoolJob {
  PoolParams params;
  const Backend* backend = nullptr;
  int threads = 0;               // 0: every core
  std::optional<Layout> layout;  // none: NCHW, with a remark when the array looks like NHWC
  std::string input;             // what NpyReader::open() and NpyWriter::create() take
  std::string output;
  std::optional<std::string> indices;   // forward: also write the winners here
  std::optional<std::string> gradient;  // backward: the output's gradient
};

// Both results appear or none. What was converted on reading, or is beyond float32, is remarked on stderr
// after success; a long run shows its progress there when stderr is a terminal.
Status run_pool_job(const PoolJob& job);

}  // namespace poolglass::cli
