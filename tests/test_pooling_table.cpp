// The table of kernels (core/pooling/simd/README.md): every row over all it says it can compute, on every
// SIMD target, against the definition, bit for bit.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "core/pooling/kernels.h"
#include "tests/support/arrays.h"
#include "tests/support/draw.h"
#include "tests/support/pooling.h"
#include "tests/support/simd_targets.h"

using namespace poolglass;
using namespace poolglass::testing;

namespace {

// What the definition makes of a drawn pooling, in the layout of the plans that are compared with it.
struct Expected {
  std::vector<float> x, dy, y, dx;
  std::vector<int64_t> indices;
};

Expected define(const DrawnPooling& drawn, Layout layout, Content content, uint32_t seed) {
  PlanOptions options;
  options.implementation = Implementation::kReference;
  options.layout = layout;
  const Result<PoolPlan> plan = PoolPlan::make(drawn.params, drawn.shape, options);
  const int64_t windows = plan->output_shape().elements(), cells = drawn.shape.elements();
  Expected e;
  e.x = make_values(cells, content, seed);
  e.dy = make_values(windows, content == Content::kSpecial ? Content::kPlain : content, seed + 1);
  e.y.resize(static_cast<size_t>(windows));
  e.dx.resize(static_cast<size_t>(cells));
  e.indices.resize(static_cast<size_t>(windows));
  if (drawn.params.reduction == Reduction::kMax) {
    plan->forward_with_indices(e.x.data(), e.y.data(), e.indices.data());
  } else {
    plan->forward(e.x.data(), e.y.data());
  }
  plan->backward(e.x.data(), e.dy.data(), e.dx.data());
  return e;
}

// Runs one pass of a plan on arrays of the exact size.
std::string difference(const PoolPlan& plan, Pass pass, const Expected& e, size_t shift) {
  ExactArray<float> x(e.x, shift), dy(e.dy, shift), y(e.y.size(), shift), dx(e.dx.size(), shift);
  std::memset(y.data(), 0x55, y.size() * sizeof(float));
  std::memset(dx.data(), 0x55, dx.size() * sizeof(float));
  ExactArray<int64_t> indices(e.indices);
  const auto same_y = [&] { return first_difference(e.y.data(), y.data(), y.size()); };
  const auto same_dx = [&] { return first_difference(e.dx.data(), dx.data(), dx.size()); };
  switch (pass) {
    case Pass::kForward:
      plan.forward(x.data(), y.data());
      return same_y();
    case Pass::kForwardWithIndices: {
      ExactArray<int32_t> narrow(e.indices.size());
      ExactArray<float> again(e.y.size());
      std::memset(indices.data(), 0x55, indices.size() * sizeof(int64_t));
      plan.forward_with_indices(x.data(), y.data(), indices.data());
      if (!plan.forward_with_indices(x.data(), again.data(), narrow.data()).ok()) return "32-bit indices";
      for (size_t i = 0; i < e.indices.size(); ++i) {
        if (indices.data()[i] != e.indices[i]) return "index " + std::to_string(i);
        if (narrow.data()[i] != e.indices[i]) return "32-bit index " + std::to_string(i);
      }
      const std::string difference = first_difference(e.y.data(), again.data(), again.size());
      return difference.empty() ? same_y() : difference;
    }
    case Pass::kBackward:
      plan.backward(x.data(), dy.data(), dx.data());
      return same_dx();
    case Pass::kBackwardFromIndices: {
      ExactArray<int32_t> narrow(std::vector<int32_t>(e.indices.begin(), e.indices.end()));
      plan.backward_from_indices(indices.data(), dy.data(), dx.data());
      if (std::string d = same_dx(); !d.empty()) return d;
      std::memset(dx.data(), 0x55, dx.size() * sizeof(float));
      plan.backward_from_indices(narrow.data(), dy.data(), dx.data());
      return same_dx();
    }
  }
  return "no such pass";
}

// POOLGLASS_TEST_DRAWS=N: N poolings, on one thread, for programs that an emulator runs.
const char* const kDraws = std::getenv("POOLGLASS_TEST_DRAWS");
int draws() { return kDraws != nullptr ? std::atoi(kDraws) : 1200; }

}  // namespace

TEST_CASE("ids of kernels are unique") {
  for_each_simd_target([] {
    std::set<std::string> ids;
    for (const Kernel& kernel : kernel_table()) CHECK_MESSAGE(ids.insert(kernel.id).second, kernel.id);
  });
}

TEST_CASE("every kernel gives the definition's bits wherever it can be used, and each is chosen somewhere") {
  std::set<std::string> never_chosen;
  for_each_simd_target([&] {
    for (const Kernel& kernel : kernel_table()) {
      if (!is_definition(kernel)) never_chosen.insert(kernel.id);
    }
  });
  for_each_simd_target([&] {
    std::map<std::string, int> reached;
    for (const Kernel& kernel : kernel_table()) {
      if (!is_definition(kernel)) reached[kernel.id] = 0;
    }
    std::mt19937 random(20261129);
    for (int i = 0; i < draws(); ++i) {
      uint8_t drawn_bytes[64];
      for (uint8_t& b : drawn_bytes) b = static_cast<uint8_t>(random());
      Bytes bytes(drawn_bytes, sizeof drawn_bytes);
      const DrawnPooling drawn = draw_pooling(bytes);
      PlanOptions options;
      options.layout = bytes.flip() ? Layout::kNhwc : Layout::kNchw;
      options.threads = bytes.flip(4) && kDraws == nullptr ? 3 : 1;
      const Content content = static_cast<Content>(bytes.pick(0, 3));
      const size_t shift = static_cast<size_t>(bytes.pick(0, 3));
      const Result<PoolPlan> chosen = PoolPlan::make(drawn.params, drawn.shape, options);
      if (!chosen.ok()) continue;
      const Expected expected = define(drawn, options.layout, content, static_cast<uint32_t>(random()));
      for (const Kernel& kernel : kernel_table()) {
        if (is_definition(kernel)) continue;
        if (chosen->kernel_name(kernel.pass) == kernel.id) never_chosen.erase(kernel.id);
        options.kernel = kernel.id;
        const Result<PoolPlan> plan = PoolPlan::make(drawn.params, drawn.shape, options);
        if (!plan.ok()) continue;
        ++reached[kernel.id];
        const std::string where = difference(*plan, kernel.pass, expected, shift);
        if (!where.empty()) {
          FAIL_CHECK(kernel.id << ", " << describe(drawn.params, drawn.shape) << ", layout "
                               << static_cast<int>(options.layout) << ", content "
                               << static_cast<int>(content) << ", " << options.threads
                               << " threads: " << where);
        }
      }
    }
    for (const auto& [id, count] : reached) CHECK_MESSAGE(count > 0, id << " is never reached");
  });
  for (const std::string& id : never_chosen) FAIL_CHECK(id << " is never chosen");
}

TEST_CASE("the gradient of a plane too wide for blocks of argmaxes is wide windows' work") {
  for_each_simd_target([&] {
    PoolParams params = window_pool(Reduction::kMax, {63, 63});
    params.stride = {31, 31};
    const Result<PoolPlan> plan = PoolPlan::make(params, {1, 1, 63, 600000});
    REQUIRE(plan.ok());
    if (active_simd_target() == "SCALAR") return;  // has no vectors of cells
    CHECK(plan->kernel_name(Pass::kBackward) == "nchw-wide-window-max-gradient");
  });
}

TEST_CASE("a kernel asked for by its id is used, or said not to fit") {
  PlanOptions options;
  options.kernel = "separable";
  if (active_simd_target() != "SCALAR") {
    CHECK(PoolPlan::make(window_pool(Reduction::kMax, {2, 2}), {1, 1, 8, 8}, options)->kernel_name() ==
          "separable");
  }
  options.kernel = "fastest";
  CHECK(PoolPlan::make(window_pool(Reduction::kMax, {2, 2}), {1, 1, 8, 8}, options).status().message() ==
        "unknown kernel \"fastest\"");
  options.kernel = "nchw-2x2/2";
  if (active_simd_target() != "SCALAR") {
    CHECK(PoolPlan::make(window_pool(Reduction::kMax, {3, 3}), {1, 1, 8, 8}, options).status().message() ==
          "kernel nchw-2x2/2 cannot compute this pooling");
  }
}
