#include "tests/bench/ratio_table.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace poolglass::bench {

void MedianReporter::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> shown;
  for (const Run& run : runs) {
    if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median") continue;
    if (run.iterations > 0) {  // none in a row that failed
      const double to_us = 1e6 / benchmark::GetTimeUnitMultiplier(run.time_unit);
      medians_[run.run_name.function_name] = run.GetAdjustedRealTime() * to_us;
    }
    shown.push_back(run);
  }
  if (!shown.empty()) ConsoleReporter::ReportRuns(shown);
}

double MedianReporter::median(const std::string& name) const {
  const auto found = medians_.find(name);
  return found == medians_.end() ? 0 : found->second;
}

void print_ratios(const std::vector<Comparison>& comparisons) {
  std::printf("\n| case | pass | layout | threads | us | x copy | best peer | us | times faster |\n");
  std::printf("|---|---|---|---:|---:|---:|---|---:|---:|\n");
  for (const Comparison& c : comparisons) {
    std::printf("| %s | %s | %s | %d | %.3f |", c.of.name.c_str(), c.of.pass.c_str(), c.of.layout.c_str(),
                c.of.threads, c.us);
    if (c.copies > 0) {
      std::printf(" %.2f |", c.copies);
    } else {
      std::printf(" - |");
    }
    if (c.best_peer.empty()) {
      std::printf(" - | - | - |\n");
    } else {
      std::printf(" %s | %.3f | %.2f |\n", c.best_peer.c_str(), c.peers.at(c.best_peer), c.times_faster);
    }
  }
  std::printf("\n");
  for (const Mean& m : means(comparisons)) {
    std::printf("%s, %d thread(s): geometric mean %.2f times faster than the best peer, %d of %d won\n",
                m.layout.c_str(), m.threads, m.times_faster, m.won, m.classes);
  }
}

bool write_ratios(const std::string& path, const std::vector<Comparison>& comparisons) {
  nlohmann::ordered_json classes = nlohmann::ordered_json::array(), averages = classes;
  for (const Comparison& c : comparisons) {
    classes.push_back(
        {{"case", c.of.name},
         {"pass", c.of.pass},
         {"layout", c.of.layout},
         {"threads", c.of.threads},
         {"us", c.us},
         {"copies", c.copies},
         {"peers", c.peers},
         {"best_peer", c.best_peer.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(c.best_peer)},
         {"times_faster", c.times_faster}});
  }
  for (const Mean& m : means(comparisons)) {
    averages.push_back({{"layout", m.layout},
                        {"threads", m.threads},
                        {"times_faster", m.times_faster},
                        {"won", m.won},
                        {"classes", m.classes}});
  }
  std::ofstream file(path);
  file << nlohmann::ordered_json{{"classes", classes}, {"means", averages}}.dump(2) << '\n';
  return file.good();
}

}  // namespace poolglass::bench
