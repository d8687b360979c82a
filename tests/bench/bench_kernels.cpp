// What the choice of kernels is worth: for each case of files like more_cases.txt, every kernel that can
// compute its pass is timed beside the others.
//
//   bench_kernels [--layout nchw|nhwc] [--threads N] [--target NAME] [--each] FILE...
//
// Prints a row for each kernel (cases it is chosen for, how many times faster than the next best it is in
// them: what its row of the table is worth), then the regret of the estimate (time of the kernel chosen /
// time of the fastest) as a mean and its worst cases. Besides what the harness reads the files may name the
// direction bwdidx, the gradient from indices, and out=HxW, adaptive pooling to that size. --each also prints
// every case's times, the fastest kernel first and the chosen one with a star; --target takes another SIMD
// target than the machine's best.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "core/pooling/kernels.h"
#include "core/pooling/pooling.h"
#include "core/simd_targets.h"

namespace {

using namespace poolglass;

struct Case {
  std::string name;
  PoolParams params;
  Pass pass = Pass::kForward;
  Shape shape;
};

[[noreturn]] void fail(const std::string& sentence) {
  std::fprintf(stderr, "bench_kernels: %s\n", sentence.c_str());
  std::exit(2);
}

std::vector<int64_t> numbers(std::string text, const char* separators) {
  for (char& c : text) {
    if (std::string(separators).find(c) != std::string::npos) c = ' ';
  }
  std::istringstream in(text);
  std::vector<int64_t> result;
  for (int64_t value = 0; in >> value;) result.push_back(value);
  return result;
}

Size2 pair(const std::string& text) {
  const std::vector<int64_t> n = numbers(text, "x");
  if (n.empty()) fail("not a size: " + text);
  return {n.front(), n.back()};
}

std::optional<Case> parse(std::string line) {
  line.resize(std::min(line.find('#'), line.size()));
  std::istringstream words(line);
  std::string op, direction, shape, word;
  Case c;
  if (!(words >> c.name)) return std::nullopt;
  if (!(words >> op >> direction >> shape)) fail(c.name + ": name, op, direction and shape expected");
  const std::vector<int64_t> sizes = numbers(shape, ",");
  if (sizes.size() != 4) fail(c.name + ": N,C,H,W expected");
  c.shape = {sizes[0], sizes[1], sizes[2], sizes[3]};
  const Reduction reduction = op == "max" ? Reduction::kMax : Reduction::kAverage;
  c.params = op == "gap" ? global_pool(reduction) : window_pool(reduction, {1, 1});
  c.pass = direction == "fwd"      ? Pass::kForward
           : direction == "fwdidx" ? Pass::kForwardWithIndices
           : direction == "bwdidx" ? Pass::kBackwardFromIndices
                                   : Pass::kBackward;
  bool stride = false;
  while (words >> word) {
    const std::string value = word.substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("k=")) c.params.kernel = pair(value);
    if (word.starts_with("s=")) {
      c.params.stride = pair(value);
      stride = true;
    }
    if (word.starts_with("d=")) c.params.dilation = pair(value);
    if (word.starts_with("out=")) c.params.adaptive_output = pair(value);
    if (word.starts_with("p=")) {
      const std::vector<int64_t> n = numbers(value, ",x");
      c.params.padding =
          n.size() == 4 ? Padding{n[0], n[1], n[2], n[3]} : Padding{n.front(), n.back(), n.front(), n.back()};
    }
    if (word == "ceil") c.params.ceil_mode = true;
    if (word == "cip=0") c.params.count_include_pad = false;
  }
  if (!stride && op != "gap") c.params.stride = c.params.kernel;
  return c;
}

struct Arrays {
  std::vector<float> x, y, dy, dx;
  std::vector<int32_t> indices;
};

double run(const PoolPlan& plan, Pass pass, Arrays& a, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    switch (pass) {
      case Pass::kForward:
        plan.forward(a.x.data(), a.y.data());
        break;
      case Pass::kForwardWithIndices:
        (void)plan.forward_with_indices(a.x.data(), a.y.data(), a.indices.data());
        break;
      case Pass::kBackward:
        plan.backward(a.x.data(), a.dy.data(), a.dx.data());
        break;
      case Pass::kBackwardFromIndices:
        plan.backward_from_indices(a.indices.data(), a.dy.data(), a.dx.data());
        break;
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

struct Timed {
  std::string id;
  PoolPlan plan;
  double us = std::numeric_limits<double>::infinity();
};

// Every kernel that can; the shortest of nine rounds in turns.
std::vector<Timed> time_all(const Case& c, const PlanOptions& options) {
  std::vector<Timed> all;
  for (const Kernel& kernel : kernel_table()) {
    if (kernel.pass != c.pass || is_definition(kernel)) continue;
    PlanOptions one = options;
    one.kernel = kernel.id;
    Result<PoolPlan> plan = PoolPlan::make(c.params, c.shape, one);
    if (plan.ok()) all.push_back({kernel.id, std::move(*plan)});
  }
  if (all.empty()) return all;
  const auto cells = static_cast<size_t>(c.shape.elements()),
             windows = static_cast<size_t>(all.front().plan.output_shape().elements());
  Arrays a{std::vector<float>(cells), std::vector<float>(windows), std::vector<float>(windows, 1.0f),
           std::vector<float>(cells), std::vector<int32_t>(windows)};
  uint32_t state = 7;
  for (float& v : a.x) v = static_cast<float>(static_cast<int32_t>(state = state * 1664525u + 1013904223u));
  if (c.params.reduction == Reduction::kMax) {
    PlanOptions chosen = options;
    (void)PoolPlan::make(c.params, c.shape, chosen)
        ->forward_with_indices(a.x.data(), a.y.data(), a.indices.data());
  }
  constexpr int kRounds = 9;
  constexpr double kRound = 1e-3;  // seconds
  double fastest = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    for (Timed& t : all) {
      if (round > 1 && t.us > 5 * fastest) continue;  // the first run also brings in pages and code
      const double once = round == 0 ? run(t.plan, c.pass, a, 1) : t.us * 1e-6;
      const int times = std::clamp(static_cast<int>(kRound / once), 1, 2000);
      t.us = std::min(t.us, 1e6 * run(t.plan, c.pass, a, times));
      fastest = std::min(fastest, t.us);
    }
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  PlanOptions options;
  std::vector<Case> cases;
  bool each = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--layout" && i + 1 < argc) {
      options.layout = std::string(argv[++i]) == "nhwc" ? Layout::kNhwc : Layout::kNchw;
    } else if (argument == "--threads" && i + 1 < argc) {
      options.threads = std::atoi(argv[++i]);
    } else if (argument == "--target" && i + 1 < argc) {
      const Status status = force_simd_target(argv[++i]);
      if (!status.ok()) fail(status.message());
    } else if (argument == "--each") {
      each = true;
    } else {
      std::ifstream file(argument);
      if (!file) fail(argument + ": cannot be read");
      for (std::string line; std::getline(file, line);) {
        if (std::optional<Case> c = parse(line)) cases.push_back(std::move(*c));
      }
    }
  }
  if (cases.empty()) fail("no cases; name a file of them");

  struct Row {
    int chosen = 0;
    double log_gain = 0, most_gain = 0;
    int compared = 0;
  };
  std::map<std::string, Row> rows;  // by id; of the passes that cases have
  for (const Kernel& kernel : kernel_table()) {
    const Layouts layout = options.layout == Layout::kNchw ? Layouts::kNchw : Layouts::kNhwc;
    const bool reached =
        (kernel.layouts == Layouts::kBoth || kernel.layouts == layout) &&
        std::any_of(cases.begin(), cases.end(), [&](const Case& c) { return c.pass == kernel.pass; });
    if (reached && !is_definition(kernel)) rows[kernel.id];
  }
  struct Regret {
    double ratio;
    std::string words;
  };
  std::vector<Regret> regrets;
  for (const Case& c : cases) {
    const Result<PoolPlan> plan = PoolPlan::make(c.params, c.shape, options);
    if (!plan.ok()) fail(c.name + ": " + plan.status().message());
    std::vector<Timed> all = time_all(c, options);
    if (each) {
      std::sort(all.begin(), all.end(), [](const Timed& a, const Timed& b) { return a.us < b.us; });
      std::printf("%-28s", c.name.c_str());
      for (const Timed& t : all)
        std::printf(" %s%s %.2f", t.id.c_str(), t.id == plan->kernel_name(c.pass) ? "*" : "", t.us);
      std::printf("\n");
    }
    const std::string chosen(plan->kernel_name(c.pass));
    ++rows[chosen].chosen;
    double mine = 0, other = std::numeric_limits<double>::infinity();
    std::string best;
    for (const Timed& t : all) {
      if (t.id == chosen) {
        mine = t.us;
      } else if (t.us < other) {
        other = t.us;
        best = t.id;
      }
    }
    if (mine == 0 || best.empty()) continue;
    Row& row = rows[chosen];
    row.log_gain += std::log(other / mine);
    row.most_gain = std::max(row.most_gain, other / mine);
    ++row.compared;
    char words[256];
    std::snprintf(words, sizeof words, "%-28s %-34s %9.2f us, %s %.2f us", c.name.c_str(), chosen.c_str(),
                  mine, best.c_str(), other);
    regrets.push_back({mine / std::min(mine, other), words});
  }
  std::printf("SIMD target %s, %s, %d thread(s), %zu cases\n\n", active_simd_target().c_str(),
              options.layout == Layout::kNchw ? "NCHW" : "NHWC", options.threads, cases.size());
  std::printf("%-44s %6s  %s\n", "kernel", "chosen",
              "times faster than the next best (geometric mean, most)");
  for (const auto& [id, row] : rows) {
    std::printf("%-44s %6d  ", id.c_str(), row.chosen);
    if (row.compared > 0) {
      std::printf("%.2f %6.2f\n", std::exp(row.log_gain / row.compared), row.most_gain);
    } else {
      std::printf("%s\n", row.chosen > 0 ? "alone" : "-");
    }
  }
  if (regrets.empty()) return 0;
  double sum = 0;
  for (const Regret& r : regrets) sum += r.ratio;
  std::sort(regrets.begin(), regrets.end(),
            [](const Regret& a, const Regret& b) { return a.ratio > b.ratio; });
  std::printf("\nregret over %zu cases with a choice: mean %.3f, worst %.2f\n", regrets.size(),
              sum / static_cast<double>(regrets.size()), regrets.front().ratio);
  for (size_t i = 0; i < std::min<size_t>(regrets.size(), 12) && regrets[i].ratio > 1; ++i)
    std::printf("  %.2f  %s\n", regrets[i].ratio, regrets[i].words.c_str());
}
