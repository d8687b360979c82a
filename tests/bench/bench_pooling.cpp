// Times every case of cases.h: a copy of the same bytes, the definition, each SIMD target, and forward and
// training passes in both layouts on one thread and two, beside the libraries of peers/ that are installed,
// in the same run on the same buffers. Every result is compared with the definition before it is timed; a
// difference is an error row and fails the program. Ends with a table of ratios, which --ratios_out=FILE
// writes as JSON.
//
// Compare only figures of one run, with --benchmark_enable_random_interleaving=true and repetitions.
#include <benchmark/benchmark.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/case_data.h"
#include "tests/bench/peers/places.h"
#include "tests/bench/ratio_table.h"
#include "tests/bench/rows.h"

namespace {

using namespace poolglass;
using namespace poolglass::bench;

// A row and what has become of it.
struct Timed {
  Row row;
  Call call;  // kept from one repetition to the next
  std::string error;
};

// The arrays of a case, made when its first row is timed.
const CaseData& data_of(const Case& c) {
  static std::map<std::string, CaseData> all;
  return all.try_emplace(c.name, c).first->second;
}

double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// Threads of other rows, the engine's and those of libraries, look out for more work for up to tens of
// milliseconds before they sleep: waits, awake, until they have, or a tenth of a second.
void wait_for_idle_threads() {
  const double start = seconds(CLOCK_MONOTONIC);
  for (double now = start; now < start + 0.1;) {
    const double others = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID);
    const double from = now;
    while ((now = seconds(CLOCK_MONOTONIC)) < from + 0.5e-3) {
    }
    const double busy = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID) - others;
    if (busy < 0.02 * (now - from)) return;
  }
}

void prepare(Timed& timed) {
  Job job = timed.row.job;
  const CaseData& data = data_of(timed.row.of);
  const CaseData::Side& side = data.side(job.layout);
  job.x = side.x.data();
  job.y = side.y.data();
  job.dy = side.dy.data();
  job.dx = side.dx.data();
  timed.call = timed.row.make(job);
  if (!timed.call.run) {
    timed.error = "cannot be made";
  } else if (!timed.row.trusted) {
    timed.error = verify(job, timed.call, data, timed.row.agreement);
  }
}

void time_row(benchmark::State& state, Timed& timed) {
  const Job& job = timed.row.job;
  const KeepPlace place;
  timed.row.set_threads(job.threads);
  if (!timed.call.run && timed.error.empty()) prepare(timed);
  if (!timed.error.empty()) return state.SkipWithError(timed.error.c_str());
  wait_for_idle_threads();
  for (auto _ : state) {
    timed.call.run();
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * (job.input.elements() + job.output.elements()) *
                          static_cast<int64_t>(sizeof(float)));
  state.SetLabel(timed.call.label);
  if (timed.row.slow) timed.call = {};  // its last call; some keep gigabytes
}

void add_row(Timed& timed) {
  auto* added = benchmark::RegisterBenchmark(timed.row.name.c_str(),
                                             [&timed](benchmark::State& state) { time_row(state, timed); });
  added->UseRealTime();
  if (timed.row.slow) added->Iterations(1)->Repetitions(1);
}

// Takes --ratios_out=FILE out of the arguments.
std::string ratios_path(int* argc, char** argv) {
  constexpr std::string_view kFlag = "--ratios_out=";
  std::string path;
  int kept = 0;
  for (int i = 0; i < *argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(kFlag)) {
      path = argument.substr(kFlag.size());
    } else {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  return path;
}

std::vector<Comparison> compare_rows(const std::vector<Timed>& all, const MedianReporter& reporter) {
  std::vector<Timing> timings;
  for (const Timed& timed : all)
    for (Timing timing : timed.row.compared) {
      timing.us = reporter.median(timed.row.name);
      if (timing.us > 0) timings.push_back(timing);
    }
  return compare(timings);
}

// One sentence for each row that failed; how many did.
int print_failures(const std::vector<Timed>& all) {
  int failures = 0;
  for (const Timed& timed : all) {
    if (timed.error.empty()) continue;
    std::fprintf(stderr, "%s: %s\n", timed.row.name.c_str(), timed.error.c_str());
    ++failures;
  }
  return failures;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = ratios_path(&argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const Peer& peer : peers()) benchmark::AddCustomContext(peer.name, peer.version);
  std::vector<Timed> all;
  for (Row& row : rows()) all.push_back({std::move(row), {}, {}});
  for (Timed& timed : all) add_row(timed);
  MedianReporter reporter(isatty(STDOUT_FILENO) ? MedianReporter::OO_Color : MedianReporter::OO_None);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();

  const std::vector<Comparison> comparisons = compare_rows(all, reporter);
  if (!comparisons.empty()) print_ratios(comparisons);
  const bool written = path.empty() || write_ratios(path, comparisons);
  if (!written) std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return print_failures(all) > 0 || !written ? 1 : 0;
}
