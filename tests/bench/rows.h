// The rows of the benchmark: what is timed for each case.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/case_data.h"
#include "tests/bench/ratios.h"

namespace poolglass::bench {

struct Row {
  std::string name;
  Case of{};
  Job job;  // without the arrays
  std::function<Call(const Job&)> make;
  void (*set_threads)(int) = nullptr;
  Agreement agreement = Agreement::kBits;
  bool trusted = false;          // a copy, or the definition itself: nothing to verify
  bool slow = false;             // one call is enough
  std::vector<Timing> compared;  // empty or one: how the row enters the table of ratios
};

// In the order of the table of ratios. Names:
//
//   CASE/copy[/threads:2]
//   CASE/reference, CASE/AVX2, ...                      the definition and each SIMD target: NCHW, one thread
//   CASE[/PASS]/[PEER:]LAYOUT[/threads:2]               PASS: indices or backward
//   CASE/backward/nchw/from_x                           a maximum's gradient without kept positions
std::vector<Row> rows();

}  // namespace poolglass::bench
