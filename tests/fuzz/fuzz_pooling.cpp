// Draws parameters, shape and data from bytes and compares every SIMD target with the definition, bit for
// bit: forward, indices, backward, both layouts, one to three threads, the kernels chosen and others.
//
// With clang, -fsanitize=fuzzer makes the bytes. Without, POOLGLASS_FUZZ_MAIN draws them at random:
//   fuzz_pooling [SECONDS [SEED]]      default: 60 seconds, seed 1; ends with 1 at the first difference
#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/pooling/kernels.h"
#include "core/pooling/pooling.h"
#include "core/simd_targets.h"
#include "tests/support/draw.h"
#include "tests/support/pooling.h"

namespace {

using namespace poolglass;

using testing::Bytes;

std::vector<float> draw_values(Bytes& bytes, int64_t n) {
  // The bytes seed the values: corpora stay small and every plane is full of ties, zeros, NaN or none of
  // them.
  const float special[] = {NAN, -NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 1e-42f, -1e-42f, 3e38f, -3e38f};
  const int kind = bytes.byte() % 4;
  std::mt19937 random(static_cast<uint32_t>(bytes.byte()));
  std::vector<float> values(static_cast<size_t>(n));
  for (float& v : values) {
    v = static_cast<float>(static_cast<int32_t>(random())) * 0x1p-31f;
    if (kind == 1) v = static_cast<float>(static_cast<int32_t>(v * 2));  // ties and both zeros
    if (kind == 2 && random() % 8 == 0) v = special[random() % std::size(special)];
    if (kind == 3) v = std::bit_cast<float>(static_cast<uint32_t>(random()));
  }
  return values;
}

template <class T>
bool same(T a, T b) {
  if constexpr (std::is_same_v<T, float>) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
  } else {
    return a == b;
  }
}

// How often each kernel ran.
std::map<std::string, int64_t> reached;

struct Results {
  std::vector<float> y, dx;
  std::vector<int64_t> indices;
};

template <class T>
void compare(const std::vector<T>& expected, const std::vector<T>& actual, const char* array,
             const std::string& what) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (same(expected[i], actual[i])) continue;
    std::fprintf(stderr, "%s: %s[%zu] is %.9g, expected %.9g\n", what.c_str(), array, i,
                 static_cast<double>(actual[i]), static_cast<double>(expected[i]));
    std::abort();
  }
}

// All that a plan does. What it does in several ways has to agree.
Results run(const PoolPlan& plan, bool max, const std::vector<float>& x, const std::vector<float>& dy,
            const std::string& what) {
  Results r{std::vector<float>(dy.size()), std::vector<float>(x.size()), std::vector<int64_t>(dy.size())};
  plan.forward(x.data(), r.y.data());
  plan.backward(max ? x.data() : nullptr, dy.data(), r.dx.data());
  if (max) {
    std::vector<float> y(dy.size()), dx(x.size());
    std::vector<int32_t> narrow(dy.size());
    if (!plan.forward_with_indices(x.data(), y.data(), narrow.data()).ok()) std::abort();
    compare(r.y, y, "y beside 32-bit indices", what);
    plan.forward_with_indices(x.data(), y.data(), r.indices.data());
    compare(r.y, y, "y beside indices", what);
    compare(r.indices, std::vector<int64_t>(narrow.begin(), narrow.end()), "32-bit indices", what);
    plan.backward_from_indices(r.indices.data(), dy.data(), dx.data());
    compare(r.dx, dx, "dx from indices", what);
    plan.backward_from_indices(narrow.data(), dy.data(), dx.data());
    compare(r.dx, dx, "dx from 32-bit indices", what);
  }
  return r;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes bytes(data, size);
  const auto [params, shape] = testing::draw_pooling(bytes);
  PlanOptions options;
  options.implementation = Implementation::kReference;
  const Result<PoolPlan> reference = PoolPlan::make(params, shape, options);
  if (!reference.ok()) return 0;
  std::vector<float> x = draw_values(bytes, shape.elements());
  std::vector<float> dy = draw_values(bytes, reference->output_shape().elements());
  const bool max = params.reduction == Reduction::kMax;
  Results expected = run(*reference, max, x, dy, testing::describe(params, shape) + ": reference");
  options.implementation = Implementation::kAuto;
  options.threads = static_cast<int>(bytes.pick(1, 3));
  if (bytes.flip()) {
    const Shape out = reference->output_shape();
    options.layout = Layout::kNhwc;
    x = testing::to_nhwc(x, shape);
    dy = testing::to_nhwc(dy, out);
    expected = {testing::to_nhwc(expected.y, out), testing::to_nhwc(expected.dx, shape),
                testing::to_nhwc(expected.indices, out)};
  }
  for (const std::string& target : runnable_simd_targets()) {
    if (!force_simd_target(target).ok()) std::abort();
    // What is chosen, and a kernel that might have been.
    const std::vector<Kernel> table = kernel_table();
    for (const std::string& kernel : {std::string(), std::string(table[bytes.byte() % table.size()].id)}) {
      options.kernel = kernel;
      const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
      if (!plan.ok()) continue;
      std::string what = testing::describe(params, shape) + ": " + target;
      for (const Pass pass :
           {Pass::kForward, Pass::kForwardWithIndices, Pass::kBackward, Pass::kBackwardFromIndices}) {
        if (!max && (pass == Pass::kForwardWithIndices || pass == Pass::kBackwardFromIndices)) continue;
        what += " " + std::string(plan->kernel_name(pass));
        ++reached[std::string(plan->kernel_name(pass))];
      }
      const Results actual = run(*plan, max, x, dy, what);
      compare(expected.y, actual.y, "y", what);
      compare(expected.dx, actual.dx, "dx", what);
      compare(expected.indices, actual.indices, "indices", what);
    }
  }
  return force_simd_target("").ok() ? 0 : 1;
}

#ifdef POOLGLASS_FUZZ_MAIN
int main(int argc, char** argv) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(argc > 1 ? std::atoll(argv[1]) : 60);
  std::mt19937 random(argc > 2 ? static_cast<uint32_t>(std::atoll(argv[2])) : 1);
  int64_t runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    uint8_t bytes[64];
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    LLVMFuzzerTestOneInput(bytes, sizeof bytes);
  }
  for (const auto& [id, count] : reached)
    std::printf("%10lld  %s\n", static_cast<long long>(count), id.c_str());
  std::printf("%lld poolings without a difference\n", static_cast<long long>(runs));
}
#endif
