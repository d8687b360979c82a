// The GPU path against a device-to-device copy of the same number of bytes: a pooling reads its input once
// and writes its output once, and a copy of half as many bytes moves as many. Kernel and copy are timed by
// the device's clock, taken turn by turn, medians of the rounds; transfers by the host's. Usage: bench_gpu
// [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "core/gpu/gpu.h"

namespace poolglass {
namespace {

struct Case {
  const char* name;
  Shape input;
  PoolParams params;
  bool indices = false;
  bool backward = false;
};

PoolParams window(Reduction reduction, int64_t kernel, int64_t stride, int64_t pad) {
  PoolParams p = window_pool(reduction, {kernel, kernel});
  p.stride = {stride, stride};
  p.padding = {pad, pad, pad, pad};
  return p;
}

std::vector<Case> cases() {
  constexpr Reduction kMax = Reduction::kMax, kAverage = Reduction::kAverage;
  return {
      {"max 2x2/2", {1, 64, 224, 224}, window(kMax, 2, 2, 0)},
      {"max 2x2/2", {8, 64, 224, 224}, window(kMax, 2, 2, 0)},
      {"max 2x2/2", {32, 64, 224, 224}, window(kMax, 2, 2, 0)},
      {"max 2x2/2, indices", {8, 64, 224, 224}, window(kMax, 2, 2, 0), true},
      {"max 2x2/2, backward", {8, 64, 224, 224}, window(kMax, 2, 2, 0), false, true},
      {"average 2x2/2", {8, 64, 224, 224}, window(kAverage, 2, 2, 0)},
      {"average 2x2/2, backward", {8, 64, 224, 224}, window(kAverage, 2, 2, 0), false, true},
      {"max 3x3/2, padded", {8, 64, 112, 112}, window(kMax, 3, 2, 1)},
      {"average 3x3/1, padded", {8, 64, 56, 56}, window(kAverage, 3, 1, 1)},
      {"max 13x13/1, padded", {8, 256, 20, 20}, window(kMax, 13, 1, 6)},
      {"global average", {8, 2048, 7, 7}, global_pool(kAverage)},
      {"global average", {8, 64, 224, 224}, global_pool(kAverage)},
  };
}

std::vector<float> random_values(int64_t n) {
  std::mt19937 random(1);
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) v = static_cast<float>(random()) * 0x1p-32f;
  return values;
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

int fail(const Status& status) {
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return 1;
}

std::string text(const Shape& s) {
  return std::to_string(s.n) + "x" + std::to_string(s.c) + "x" + std::to_string(s.h) + "x" +
         std::to_string(s.w);
}

Status measure(GpuEngine& gpu, const Case& c, int rounds) {
  const Result<Size2> plane = output_size(c.params, c.input.plane());
  if (!plane.ok()) return plane.status();
  const Shape output{c.input.n, c.input.c, plane->h, plane->w};
  const auto in = static_cast<size_t>(c.input.elements()), out = static_cast<size_t>(output.elements());
  const std::vector<float> x = random_values(c.input.elements());
  const std::vector<float> dy = random_values(output.elements());
  std::vector<float> y(c.backward ? in : out);
  std::vector<int64_t> indices(c.indices ? out : 0);
  PoolRun run;
  run.params = c.params;
  run.input = c.input;
  run.x = x.data();
  run.dy = c.backward ? dy.data() : nullptr;
  run.y = y.data();
  run.indices = c.indices ? indices.data() : nullptr;

  std::vector<double> kernel, copy, transfer;
  double moved = 0;
  for (int i = 0; i <= rounds; ++i) {
    if (Status s = gpu.run(run); !s.ok()) return s;
    const GpuTimings& t = gpu.timings();
    moved = static_cast<double>(t.uploaded_bytes + t.downloaded_bytes);
    const Result<double> once = gpu.time_copy(static_cast<int64_t>(moved) / 2, 1);
    if (!once.ok()) return once.status();
    if (i == 0) continue;  // compiles
    kernel.push_back(gpu.timings().kernel_ms);
    copy.push_back(*once);
    transfer.push_back(gpu.timings().upload_ms + gpu.timings().download_ms);
  }
  const double k = median(kernel), m = median(copy), t = median(transfer);
  std::printf("%-24s %-16s %9.1f %9.3f %8.2f %9.3f %8.2f %7.2f %10.3f %8.2f\n", c.name, text(c.input).c_str(),
              moved / 1e6, k, moved / k / 1e6, m, moved / m / 1e6, m / k, t, moved / t / 1e6);
  return {};
}

int bench(int rounds) {
  const auto gpu = GpuEngine::create(GpuContext::kOwn);
  if (!gpu.ok()) return fail(gpu.status());
  std::printf("%s, %d rounds\n", (*gpu)->renderer().c_str(), rounds);
  std::printf("%-24s %-16s %9s %9s %8s %9s %8s %7s %10s %8s\n", "operation", "input", "MB", "kernel ms",
              "GB/s", "copy ms", "GB/s", "of copy", "transf. ms", "GB/s");
  for (const Case& c : cases()) {
    if (Status s = measure(**gpu, c, rounds); !s.ok()) return fail(s);
  }
  return 0;
}

}  // namespace
}  // namespace poolglass

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  return poolglass::bench(std::max(rounds, 1));
}
