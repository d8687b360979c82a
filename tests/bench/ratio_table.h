// What is printed and written once everything has been timed.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

#include "tests/bench/ratios.h"

namespace poolglass::bench {

// The console's table with the medians alone, which it keeps.
class MedianReporter : public benchmark::ConsoleReporter {
 public:
  using ConsoleReporter::ConsoleReporter;
  void ReportRuns(const std::vector<Run>& runs) override;

  // us of the row registered under that name; 0: it was not timed.
  double median(const std::string& name) const;

 private:
  std::map<std::string, double> medians_;
};

void print_ratios(const std::vector<Comparison>& comparisons);

// {"classes": [{"case", "pass", "layout", "threads", "us", "copies", "peers": {name: us}, "best_peer",
// "times_faster"}], "means": [{"layout", "threads", "times_faster", "won", "classes"}]}; null where there is
// nothing to compare with. False when the file cannot be written.
bool write_ratios(const std::string& path, const std::vector<Comparison>& comparisons);

}  // namespace poolglass::bench
