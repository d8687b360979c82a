// How the time of a result grows with the window: sweeps k at strides 1, 2 and k / 2 over square planes,
// planes of one row and of one column, for every pass; prints nanoseconds per result, or per cell of a
// gradient, and the worst ratio to the fastest k of the same row of the table from k = 5 on.
//
//   bench_windows [SIDE [CHANNELS]]     default: planes of SIDE x SIDE = 600 x 600 cells and of SIDE^2 x 1, 1
//   channel
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/pooling/pooling.h"
#include "core/simd_targets.h"

namespace {

using namespace poolglass;

struct What {
  const char* name;
  Reduction reduction;
  Pass pass;
};

// Seconds of one run, the shortest of as many as fit a tenth of a second, at least two.
double time(const PoolPlan& plan, Pass pass, const Shape& in) {
  const auto cells = static_cast<size_t>(in.elements()),
             windows = static_cast<size_t>(plan.output_shape().elements());
  std::vector<float> x(cells), y(windows), dy(windows, 1.0f), dx(cells);
  std::vector<int32_t> indices(windows);
  uint32_t state = 7;
  for (float& v : x) v = static_cast<float>(static_cast<int32_t>(state = state * 1664525u + 1013904223u));
  if (pass == Pass::kBackwardFromIndices) (void)plan.forward_with_indices(x.data(), y.data(), indices.data());
  double best = std::numeric_limits<double>::infinity(), total = 0;
  for (int runs = 0; runs < 2 || (total < 0.1 && runs < 200); ++runs) {
    const auto start = std::chrono::steady_clock::now();
    if (pass == Pass::kForward) plan.forward(x.data(), y.data());
    if (pass == Pass::kForwardWithIndices)
      (void)plan.forward_with_indices(x.data(), y.data(), indices.data());
    if (pass == Pass::kBackward) plan.backward(x.data(), dy.data(), dx.data());
    if (pass == Pass::kBackwardFromIndices) plan.backward_from_indices(indices.data(), dy.data(), dx.data());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::min(best, seconds);
    total += seconds;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t side = argc > 1 ? std::atoll(argv[1]) : 600, channels = argc > 2 ? std::atoll(argv[2]) : 1;
  const What all[] = {{"max", Reduction::kMax, Pass::kForward},
                      {"average", Reduction::kAverage, Pass::kForward},
                      {"max with indices", Reduction::kMax, Pass::kForwardWithIndices},
                      {"gradient of max", Reduction::kMax, Pass::kBackward},
                      {"gradient of average", Reduction::kAverage, Pass::kBackward},
                      {"gradient from indices", Reduction::kMax, Pass::kBackwardFromIndices}};
  const int64_t kernels[] = {2, 3, 5, 9, 17, 31, 63, 127, 251, 501, 1001};
  std::printf("SIMD target %s; ns per result, of gradients per cell or result, whichever are more\n",
              active_simd_target().c_str());
  for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
    if (layout == Layout::kNhwc && channels == 1) continue;
    for (const Size2 plane : {Size2{side, side}, Size2{1, side * side}, Size2{side * side, 1}}) {
      for (const char* const stride_name : {"1", "2", "k/2"}) {
        for (const What& what : all) {
          std::printf("%s %lldx%lld s %-3s %-21s", layout == Layout::kNchw ? "nchw" : "nhwc",
                      static_cast<long long>(plane.h), static_cast<long long>(plane.w), stride_name,
                      what.name);
          double least = std::numeric_limits<double>::infinity(), most = 0;
          for (const int64_t k : kernels) {
            const int64_t stride = *stride_name == '1'   ? 1
                                   : *stride_name == '2' ? 2
                                                         : std::max<int64_t>(k / 2, 1);
            const auto along = [&](int64_t cells, int64_t size) { return cells == 1 ? 1 : size; };
            PoolParams p = window_pool(what.reduction, {along(plane.h, k), along(plane.w, k)});
            p.stride = {along(plane.h, stride), along(plane.w, stride)};
            p.padding = {p.kernel.h / 2, p.kernel.w / 2, p.kernel.h / 2, p.kernel.w / 2};
            PlanOptions options;
            options.layout = layout;
            const Shape shape{1, channels, plane.h, plane.w};
            const Result<PoolPlan> plan = PoolPlan::make(p, shape, options);
            if (!plan.ok()) continue;
            const bool gradient = what.pass == Pass::kBackward || what.pass == Pass::kBackwardFromIndices;
            const int64_t cells = shape.elements(), windows = plan->output_shape().elements();
            // Every cell of the input is read once at least.
            const double ns =
                1e9 * time(*plan, what.pass, shape) /
                static_cast<double>(gradient || stride > 2 ? std::max(cells, windows) : windows);
            std::printf(" %7.2f", ns);
            std::fflush(stdout);
            if (k >= 5) least = std::min(least, ns), most = std::max(most, ns);
          }
          std::printf("  worst %.1f\n", most / least);
        }
      }
    }
  }
}
