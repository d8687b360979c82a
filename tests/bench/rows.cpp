#include "tests/bench/rows.h"

#include <cstring>
#include <memory>

#include "core/pooling/pooling.h"
#include "core/pooling/thread_pool.h"
#include "core/simd_targets.h"

namespace poolglass::bench {
namespace {

// Where every tap is looked at, more of them take from a fifth of a second, for 13x13 on 1024x1024, to
// seconds. Such rows are timed once. The peers' among them are forward alone, since images are not trained
// on, and there are none from 63x63 on, whose calls take up to a quarter of a minute.
constexpr int64_t kSlowTaps = int64_t{1} << 27;
constexpr int64_t kMostTaps = int64_t{1} << 31;

enum class Gradient { kFromKept, kFromX };

struct Engine {
  std::string target;  // empty: the best
  Implementation implementation = Implementation::kAuto;
  Gradient gradient = Gradient::kFromKept;
};

// Positions are kept in 32 bits: no plane here has 2^31 cells.
Call kept_positions(const Job& job, const std::shared_ptr<const PoolPlan>& plan) {
  const auto kept = std::make_shared<std::vector<int32_t>>(static_cast<size_t>(job.output.elements()));
  const auto forward = [plan, kept, job] {
    static_cast<void>(plan->forward_with_indices(job.x, job.y, kept->data()));
  };
  if (job.pass == Pass::kIndices) {
    return {forward, std::string(plan->kernel_name()),
            [kept] { return std::vector<int64_t>(kept->begin(), kept->end()); }};
  }
  forward();
  return {[plan, kept, job] { plan->backward_from_indices(kept->data(), job.dy, job.dx); },
          std::string(plan->kernel_name()),
          {}};
}

Call make_engine(const Job& job, const Engine& engine) {
  PlanOptions options;
  options.layout = job.layout;
  options.threads = job.threads;
  options.implementation = engine.implementation;
  if (!force_simd_target(engine.target).ok()) return {};
  Result<PoolPlan> made = PoolPlan::make(job.params, job.input, options);
  if (!force_simd_target("").ok() || !made.ok()) return {};
  const auto plan = std::make_shared<const PoolPlan>(*std::move(made));
  const bool max = job.params.reduction == Reduction::kMax;
  const bool from_kept = job.pass == Pass::kBackward && max && engine.gradient == Gradient::kFromKept;
  if (job.pass == Pass::kIndices || from_kept) return kept_positions(job, plan);
  const std::string kernel(plan->kernel_name());
  if (job.pass == Pass::kForward) return {[plan, job] { plan->forward(job.x, job.y); }, kernel, {}};
  return {[plan, job] { plan->backward(job.x, job.dy, job.dx); }, kernel, {}};
}

// As many bytes as the pooling reads and writes, half of them read; shared out by the engine's own threads.
Call make_copy(const Job& job) {
  struct Arrays {
    Array from, to;
    int64_t size;
    int threads;
  };
  const int64_t size = (job.input.elements() + job.output.elements()) / 2;
  const auto a = std::make_shared<Arrays>(
      Arrays{Array(static_cast<size_t>(size)), Array(static_cast<size_t>(size)), size, job.threads});
  const auto copy_part = [](void* context, int64_t part, int) {
    const Arrays& arrays = *static_cast<const Arrays*>(context);
    const int64_t begin = arrays.size * part / arrays.threads;
    const int64_t end = arrays.size * (part + 1) / arrays.threads;
    std::memcpy(arrays.to.data() + begin, arrays.from.data() + begin,
                static_cast<size_t>(end - begin) * sizeof(float));
  };
  if (job.threads == 1) return {[a, copy_part] { copy_part(a.get(), 0, 0); }, "", {}};
  return {[a, copy_part] { run_parts(a->threads, a->threads, copy_part, a.get()); }, "", {}};
}

std::string pass_name(Pass pass) {
  return pass == Pass::kForward ? "forward" : pass == Pass::kIndices ? "indices" : "backward";
}

Row row_of(const Case& c, Pass pass, Layout layout, int threads) {
  Row row;
  row.of = c;
  row.job.params = c.params;
  row.job.input = c.input;
  row.job.output = output_of(c);
  row.job.layout = layout;
  row.job.pass = pass;
  row.job.threads = threads;
  row.set_threads = [](int) {};
  return row;
}

void add_engine(std::vector<Row>& list, Row row, const std::string& name, const Engine& engine) {
  row.name = std::string(row.of.name) + "/" + name;
  row.make = [engine](const Job& job) { return make_engine(job, engine); };
  row.trusted = engine.implementation == Implementation::kReference;
  const bool plain = row.trusted || engine.target == "SCALAR";  // that one has no kernels of its own
  row.slow = plain && taps(row.of) > kSlowTaps;
  list.push_back(std::move(row));
}

void add_copies(std::vector<Row>& list, const Case& c) {
  for (const int threads : {1, 2}) {
    Row row = row_of(c, Pass::kForward, Layout::kNchw, threads);
    row.name = std::string(c.name) + "/copy" + (threads > 1 ? "/threads:2" : "");
    row.make = make_copy;
    row.trusted = true;
    row.compared = {{{c.name, "", "", threads}, Who::kCopy, "", 0}};
    list.push_back(std::move(row));
  }
}

// The engine and every peer that computes the same.
void add_class(std::vector<Row>& list, const Case& c, Pass pass, Layout layout, int threads) {
  const Row plain = row_of(c, pass, layout, threads);
  const std::string layout_name = layout == Layout::kNchw ? "nchw" : "nhwc";
  const Class of{c.name, pass_name(pass), layout_name, threads};
  const std::string before = pass == Pass::kForward ? "" : of.pass + "/";
  const std::string after = layout_name + (threads > 1 ? "/threads:" + std::to_string(threads) : "");
  Row ours = plain;
  ours.compared = {{of, Who::kEngine, "", 0}};
  add_engine(list, std::move(ours), before + after, {});
  if (taps(c) > (pass == Pass::kForward ? kMostTaps : kSlowTaps)) return;
  for (const Peer& peer : peers()) {
    if (!peer.takes(plain.job)) continue;
    Row row = plain;
    row.name = std::string(c.name) + "/" + before + peer.name + ":" + after;
    row.make = peer.make;
    row.set_threads = peer.set_threads;
    row.agreement = Agreement::kRounding;
    row.slow = taps(c) > kSlowTaps;
    row.compared = {{of, Who::kPeer, peer.name, 0}};
    list.push_back(std::move(row));
  }
}

}  // namespace

std::vector<Row> rows() {
  std::vector<Row> list;
  for (const Case& c : cases()) {
    const bool max = c.params.reduction == Reduction::kMax;
    add_copies(list, c);
    const Row plain = row_of(c, Pass::kForward, Layout::kNchw, 1);
    add_engine(list, plain, "reference", {"", Implementation::kReference});
    for (const std::string& target : runnable_simd_targets()) add_engine(list, plain, target, {target});
    for (const Pass pass : {Pass::kForward, Pass::kIndices, Pass::kBackward}) {
      if (pass == Pass::kIndices && !max) continue;
      for (const Layout layout : {Layout::kNchw, Layout::kNhwc})
        for (const int threads : {1, 2}) add_class(list, c, pass, layout, threads);
    }
    if (max) {
      add_engine(list, row_of(c, Pass::kBackward, Layout::kNchw, 1), "backward/nchw/from_x",
                 {"", Implementation::kAuto, Gradient::kFromX});
    }
  }
  return list;
}

}  // namespace poolglass::bench
