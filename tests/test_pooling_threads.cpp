// The worker threads, and several callers at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

#include "core/pooling/pooling.h"
#include "core/pooling/thread_pool.h"
#include "tests/support/arrays.h"
#include "tests/support/pooling.h"

using namespace poolglass;
using namespace poolglass::testing;

TEST_CASE("every part runs once, parts of the same time in different slots") {
  constexpr int kThreads = 3;
  struct Seen {
    std::vector<std::atomic<int>> parts = std::vector<std::atomic<int>>(1000);
    std::array<std::atomic<bool>, kThreads> busy{};
    std::atomic<int> wrong{0};
  };
  for (int64_t parts : {1, 2, 3, 7, 1000}) {
    Seen seen;
    run_parts(
        kThreads, parts,
        [](void* opaque, int64_t part, int slot) {
          Seen& s = *static_cast<Seen*>(opaque);
          if (slot < 0 || slot >= kThreads || s.busy[static_cast<size_t>(slot)].exchange(true)) ++s.wrong;
          ++s.parts[static_cast<size_t>(part)];
          s.busy[static_cast<size_t>(slot)] = false;
        },
        &seen);
    CHECK(seen.wrong == 0);
    for (int64_t part = 0; part < 1000; ++part) {
      REQUIRE(seen.parts[static_cast<size_t>(part)] == (part < parts ? 1 : 0));
    }
  }
}

TEST_CASE("a caller who finds the workers taken does the work alone") {
  struct Seen {
    std::atomic<int> parts{0}, elsewhere{0};
    std::thread::id caller;
  } seen;
  const auto second_caller = [](void* opaque, int64_t outer_part, int /*slot*/) {
    if (outer_part != 0) return;
    std::thread([opaque] {
      static_cast<Seen*>(opaque)->caller = std::this_thread::get_id();
      const auto part = [](void* inner, int64_t /*part*/, int slot) {
        Seen& s = *static_cast<Seen*>(inner);
        ++s.parts;
        if (slot != 0 || std::this_thread::get_id() != s.caller) ++s.elsewhere;
      };
      run_parts(2, 5, part, opaque);
    }).join();
  };
  run_parts(2, 2, second_caller, &seen);
  CHECK(seen.parts == 5);
  CHECK(seen.elsewhere == 0);
}

#if defined(__linux__)
TEST_CASE("workers keep off their caller's processor") {
  cpu_set_t mine;
  REQUIRE(pthread_getaffinity_np(pthread_self(), sizeof mine, &mine) == 0);
  const int processors = CPU_COUNT(&mine);
  struct Seen {
    std::atomic<int> working{0};
    std::atomic<int> processors{-1};
  } seen;
  // Each part waits for the other, so that one of the two is a worker's.
  run_parts(
      2, 2,
      [](void* opaque, int64_t /*part*/, int slot) {
        Seen& s = *static_cast<Seen*>(opaque);
        ++s.working;
        while (s.working < 2) std::this_thread::yield();
        cpu_set_t own;
        if (slot == 1 && pthread_getaffinity_np(pthread_self(), sizeof own, &own) == 0) {
          s.processors = CPU_COUNT(&own);
        }
      },
      &seen);
  CHECK(seen.processors == std::max(1, processors - 1));
}
#endif

namespace {
struct Results {
  std::vector<float> x, y, dx, dx_from_indices;
  std::vector<int32_t> indices;
  bool operator==(const Results&) const = default;
};
}  // namespace

// One plan, several callers at a time, each with scratch of its own at some odd address.
static void check_shared_plan(const PoolParams& params, const Shape& shape, Layout layout, int threads) {
  PlanOptions options;
  options.layout = layout;
  options.threads = threads;
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  const size_t inputs = static_cast<size_t>(shape.elements());
  const size_t outputs = static_cast<size_t>(plan->output_shape().elements());
  const bool max = params.reduction == Reduction::kMax;
  const auto run = [&](uint32_t seed, void* scratch) {
    Results r{make_values(shape.elements(), Content::kTies, seed), std::vector<float>(outputs),
              std::vector<float>(inputs), std::vector<float>(inputs), std::vector<int32_t>(outputs)};
    plan->forward(r.x.data(), r.y.data(), scratch);
    plan->backward(r.x.data(), r.y.data(), r.dx.data(), scratch);
    if (max) {
      (void)plan->forward_with_indices(r.x.data(), r.y.data(), r.indices.data(), scratch);
      plan->backward_from_indices(r.indices.data(), r.y.data(), r.dx_from_indices.data(), scratch);
    }
    return r;
  };
  constexpr uint32_t kCallers = 4;
  std::vector<Results> alone, together(kCallers);
  for (uint32_t caller = 0; caller < kCallers; ++caller) alone.push_back(run(caller, nullptr));
  std::vector<std::thread> callers;
  for (uint32_t caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      std::vector<std::byte> scratch(static_cast<size_t>(plan->scratch_bytes()) + caller);
      for (int i = 0; i < 5; ++i) together[caller] = run(caller, scratch.data() + caller);
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (uint32_t caller = 0; caller < kCallers; ++caller) {
    CHECK_MESSAGE(together[caller] == alone[caller], describe(params, shape) << ", caller " << caller);
  }
}

TEST_CASE("callers with scratch of their own share a plan") {
  for (const Reduction reduction : {Reduction::kMax, Reduction::kAverage}) {
    for (const int64_t kernel : {2, 3, 9, 33}) {
      PoolParams params = window_pool(reduction, {kernel, kernel});
      params.stride = {1 + kernel % 2, 1 + kernel % 2};
      params.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc}) {
        for (const int threads : {1, 3}) check_shared_plan(params, {1, 17, 41, 40}, layout, threads);
      }
    }
  }
}

TEST_CASE("windows far taller than their planes run on two threads") {
  constexpr int64_t kPadding = int64_t{1} << 60;  // eight times such a window is more than 64 bits hold
  PoolParams params = window_pool(Reduction::kMax, {2 * kPadding + 1, 1});
  params.stride = {1, 1};
  params.padding.top = params.padding.bottom = kPadding;
  const Shape shape{1, 300, 8, 8};
  PlanOptions options;
  options.threads = 2;
  const Result<PoolPlan> plan = PoolPlan::make(params, shape, options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().message());
  REQUIRE(plan->output_shape().elements() == shape.elements());
  const std::vector<float> x = make_values(shape.elements(), Content::kPlain, 1);
  std::vector<float> y(x.size());
  plan->forward(x.data(), y.data());
  for (size_t i = 0; i < x.size(); ++i) {  // every window is its whole column
    float most = -1;
    for (size_t row = 0; row < 8; ++row) most = std::max(most, x[i / 64 * 64 + row * 8 + i % 8]);
    REQUIRE(y[i] == most);
  }
}
