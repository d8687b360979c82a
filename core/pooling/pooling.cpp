#include "core/pooling/pooling.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <limits>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/pooling/kernels.h"
#include "core/pooling/measured.h"
#include "core/pooling/task.h"
#include "core/pooling/thread_pool.h"
#include "core/simd_targets.h"

namespace poolglass {
namespace {

// Below this many bytes in and out, forking costs more than it saves.
constexpr int64_t kForkBytes = 64 * 1024;

// Larger work is cut into up to four parts a thread, of at least this many bytes: a thread that something
// else keeps busy then leaves more to the others.
constexpr int64_t kPartBytes = 256 * 1024;

// Above this many bytes in and out, inputs come from memory, or from a cache that is no faster.
constexpr int64_t kPrefetchBytes = 12 << 20;

struct FreeAligned {
  void operator()(float* p) const { std::free(p); }
};
using Scratch = std::unique_ptr<float, FreeAligned>;

constexpr int64_t kFloatBytes = sizeof(float);

constexpr int64_t kScratchAlignment = 64;

constexpr int64_t round_up(int64_t bytes) {
  return (bytes + kScratchAlignment - 1) / kScratchAlignment * kScratchAlignment;
}

constexpr size_t kPasses = 4;

bool needs_maxima(Pass pass) {
  return pass == Pass::kForwardWithIndices || pass == Pass::kBackwardFromIndices;
}

// A pass of a pooling on this machine, as far as its kernels' times depend on it.
std::string in_words(const PoolTask& task, Pass pass, int threads) {
  static constexpr const char* kNames[kPasses] = {"forward", "forward-with-indices", "backward",
                                                  "backward-from-indices"};
  const PoolParams& p = task.params;
  std::string words = active_simd_target() + " " + kNames[static_cast<size_t>(pass)];
  words += p.reduction == Reduction::kMax ? " max" : " average";
  const auto add = [&](const char* name, std::initializer_list<int64_t> sizes) {
    words += std::string(" ") + name + " ";
    const char* between = "";
    for (const int64_t size : sizes) {
      words += between + std::to_string(size);
      between = "x";
    }
  };
  if (p.adaptive_output) {
    add("adaptive", {p.adaptive_output->h, p.adaptive_output->w});
  } else {
    add("kernel", {p.kernel.h, p.kernel.w});
    add("stride", {p.stride.h, p.stride.w});
    add("dilation", {p.dilation.h, p.dilation.w});
    add("padding", {p.padding.top, p.padding.left, p.padding.bottom, p.padding.right});
    add("output", {task.output.h, task.output.w});
    if (p.reduction == Reduction::kAverage && !p.count_include_pad) words += " without-padding";
  }
  add(task.layout == Layout::kNchw ? "nchw" : "nhwc",
      {task.input.n, task.input.c, task.input.h, task.input.w});
  add("threads", {threads});
  return words;
}

// Without a pattern that a processor could learn.
std::vector<float> numbers(size_t n) {
  std::vector<float> values(n);
  uint32_t state = 1;
  for (float& v : values) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-31f;
  }
  return values;
}

constexpr int64_t kWidenedTogether = 16 * 1024;  // indices

// Whether 32 bits hold a plane's indices.
bool has_narrow_indices(const PoolTask& task) {
  return task.input.h * task.input.w <= std::numeric_limits<int32_t>::max();
}

// Output rows that read the input rows under one of them.
int64_t shared_rows(const PoolTask& task) {
  const Axis& rows = task.geometry.rows;
  return (rows.kernel - 1) * rows.dilation / rows.stride;
}

}  // namespace

struct PoolPlan::State {
  Shape input, output;  // the caller's
  PoolTask task;
  TaskTables tables, share_tables;
  ShareSums share_sums;
  ShareGrids share_grids;
  TaskTables grid_tables[2][2];
  struct Chosen {
    const char* id = nullptr;
    KernelWork work;
  };
  std::array<Chosen, kPasses> chosen;  // by Pass
  int threads = 1;
  WorkDone* progress = nullptr;
  int64_t bytes = 0;  // of input and output
  Scratch scratch;
  int64_t scratch_stride = 0;  // floats per thread

  Status choose(const PlanOptions& options);
  void choose(Pass pass, const Kernel& kernel) {
    chosen[static_cast<size_t>(pass)] = {kernel.id, kernel.work(task)};
  }
  void measure(std::span<const Kernel> table);
  double seconds(const Kernel& kernel, const PoolArrays& arrays);
  void allocate_scratch();
  void call(Pass pass, const PoolArrays& arrays, void* caller_scratch);
  void call_apart(const KernelWork& kernel, PoolArrays arrays, void* caller_scratch) const;
  void run(const KernelWork& kernel, const PoolTask& call, float* floats) const;
  void run_range(const KernelWork& kernel, const PoolTask& call, int64_t begin, int64_t end,
                 float* floats) const;
};

namespace {

// Elements, bytes of float32 and bytes of an index array all have to fit in 63 bits.
Status check_shape(const char* name, const Shape& shape) {
  const auto text = [&] {
    return std::to_string(shape.n) + "x" + std::to_string(shape.c) + "x" + std::to_string(shape.h) + "x" +
           std::to_string(shape.w);
  };
  if (shape.n < 1) return invalid_argument("batch " + std::to_string(shape.n) + " must be at least 1");
  if (shape.c < 1) return invalid_argument("channels " + std::to_string(shape.c) + " must be at least 1");
  int64_t elements = 0, bytes = 0;
  if (!checked_elements(shape, &elements) || !checked_multiply(elements, sizeof(int64_t), &bytes)) {
    return resource_exhausted(std::string(name) + " " + text() + " is larger than 2^63 - 1 bytes");
  }
  return {};
}

}  // namespace

Result<PoolPlan> PoolPlan::make(const PoolParams& params, const Shape& input, const PlanOptions& options) {
  Result<WindowGeometry> geometry = window_geometry(params, input.plane());
  if (!geometry.ok()) return geometry.status();
  if (Status s = check_shape("input", input); !s.ok()) return s;
  const Shape output{input.n, input.c, geometry->rows.output, geometry->columns.output};
  if (Status s = check_shape("output", output); !s.ok()) return s;
  if (options.threads < 0) {
    return invalid_argument("threads " + std::to_string(options.threads) + " must not be negative");
  }
  try {
    auto state = std::make_unique<State>();
    state->input = input;
    state->output = output;
    PoolParams simple = params;
    Shape simple_input = input, simple_output = output;
    turn_even_adaptive_to_tiles(simple, *geometry);
    if (options.layout == Layout::kNchw || input.c == 1) {
      turn_column_to_row(simple, simple_input, simple_output, *geometry);
    }
    state->task = make_task(simple, simple_input, simple_output, options.layout, *geometry, state->tables);
    state->progress = options.progress;
    if (Status s = state->choose(options); !s.ok()) return s;
    return PoolPlan(std::move(state));
  } catch (const std::exception&) {  // no memory for the tables of a plan this large
    return resource_exhausted("no memory for the plan of a " + std::to_string(output.h) + "x" +
                              std::to_string(output.w) + " output");
  }
}

Status PoolPlan::State::choose(const PlanOptions& options) {
  std::vector<Kernel> table;
  if (options.implementation == Implementation::kAuto) {
    threads = resolve_threads(options.threads);
    bytes = (task.input.elements() + task.output.elements()) * kFloatBytes;
    task.prefetch = bytes > kPrefetchBytes;
    task.stream = bytes > kStreamBytes;
    if (make_share_sums(task, share_tables, share_sums)) task.share_sums = &share_sums;
    if (make_share_grids(task, grid_tables, share_grids)) task.share_grids = &share_grids;
    table = kernel_table();
  } else {
    const std::span<const Kernel> definition = reference_kernels();
    table.assign(definition.begin(), definition.end());
  }
  for (size_t i = 0; i < kPasses; ++i) {
    const Pass pass = static_cast<Pass>(i);
    choose(pass, choose_kernel(table, pass, task));
  }
  if (options.planning == Planning::kMeasure) measure(table);
  if (!options.kernel.empty()) {
    const auto named = [&](const Kernel& kernel) { return options.kernel == kernel.id; };
    const auto kernel = std::find_if(table.begin(), table.end(), named);
    if (kernel == table.end()) return invalid_argument("unknown kernel \"" + options.kernel + "\"");
    if (!takes(*kernel, kernel->pass, task)) {
      return invalid_argument("kernel " + options.kernel + " cannot compute this pooling");
    }
    choose(kernel->pass, *kernel);
  }
  allocate_scratch();
  return {};
}

double PoolPlan::State::seconds(const Kernel& kernel, const PoolArrays& arrays) {
  static_cast<PoolArrays&>(task) = arrays;
  const KernelWork& work = chosen[static_cast<size_t>(kernel.pass)].work;
  const auto start = std::chrono::steady_clock::now();
  run(work, task, scratch.get());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Each pass takes the kernel with the shortest of several runs, in turns, lest a busy moment falls on one of
// them.
void PoolPlan::State::measure(std::span<const Kernel> table) {
  constexpr int kRounds = 5, kMostRuns = 64;
  constexpr double kRound = 2e-3;  // seconds of one kernel in a round
  std::vector<float> x, y, dy, dx;
  std::vector<int64_t> indices;
  PoolArrays arrays[kPasses];
  WorkDone* const counted = std::exchange(progress, nullptr);  // measuring is not the caller's work
  for (size_t i = 0; i < kPasses; ++i) {
    const Pass pass = static_cast<Pass>(i);
    if (task.params.reduction == Reduction::kAverage && needs_maxima(pass)) continue;
    std::vector<Kernel> candidates;
    for (const Kernel& kernel : table) {
      if (takes(kernel, pass, task) && !is_definition(kernel)) candidates.push_back(kernel);
    }
    if (candidates.size() < 2) continue;
    const std::string pooling = in_words(task, pass, threads);
    if (const std::optional<std::string> id = measured_kernel(pooling)) {
      const auto known = std::find_if(candidates.begin(), candidates.end(),
                                      [&](const Kernel& kernel) { return kernel.id == *id; });
      if (known != candidates.end()) {
        choose(pass, *known);
        continue;
      }
    }
    if (x.empty()) {
      const auto cells = static_cast<size_t>(task.input.elements()),
                 windows = static_cast<size_t>(task.output.elements());
      x = numbers(cells);
      dy = numbers(windows);
      y.resize(windows);
      dx.resize(cells);
      indices.resize(windows);
      arrays[0] = {.x = x.data(), .y = y.data()};
      arrays[1] = {.x = x.data(), .y = y.data(), .indices = indices.data()};
      arrays[2] = {.x = x.data(), .dy = dy.data(), .y = dx.data()};
      arrays[3] = {.dy = dy.data(), .y = dx.data(), .positions = indices.data()};
      if (task.params.reduction == Reduction::kMax) {  // the indices that the last pass reads
        allocate_scratch();
        static_cast<PoolArrays&>(task) = arrays[1];
        run(chosen[1].work, task, scratch.get());
      }
    }
    std::vector<double> best(candidates.size(), std::numeric_limits<double>::infinity());
    std::vector<int> runs(candidates.size(), 1);
    for (int round = 0; round < kRounds; ++round) {
      const double fastest = *std::min_element(best.begin(), best.end());
      for (size_t k = 0; k < candidates.size(); ++k) {
        // One that took far longer than another is not tried again.
        if (round > 0 && best[k] > 3 * fastest) continue;
        choose(pass, candidates[k]);
        allocate_scratch();
        for (int n = 0; n < runs[k]; ++n) best[k] = std::min(best[k], seconds(candidates[k], arrays[i]));
        runs[k] = std::clamp(static_cast<int>(kRound / best[k]), 1, kMostRuns);
      }
    }
    const size_t fastest_one = static_cast<size_t>(std::min_element(best.begin(), best.end()) - best.begin());
    choose(pass, candidates[fastest_one]);
    add_measured_kernels({{pooling, candidates[fastest_one].id}});
  }
  progress = counted;
}

void PoolPlan::State::allocate_scratch() {
  int64_t floats = 0;
  for (const Chosen& kernel : chosen) floats = std::max(floats, kernel.work.scratch);
  scratch_stride = round_up(floats * kFloatBytes) / kFloatBytes;
  scratch.reset();
  if (floats == 0) return;
  const size_t scratch_bytes = static_cast<size_t>(scratch_stride * kFloatBytes * threads);
  scratch.reset(static_cast<float*>(std::aligned_alloc(kScratchAlignment, scratch_bytes)));
  if (scratch == nullptr) throw std::bad_alloc();
}

PoolPlan::PoolPlan(std::unique_ptr<State> state) : state_(std::move(state)) {}
PoolPlan::PoolPlan(PoolPlan&&) noexcept = default;
PoolPlan& PoolPlan::operator=(PoolPlan&&) noexcept = default;
PoolPlan::~PoolPlan() = default;

const Shape& PoolPlan::input_shape() const { return state_->input; }
const Shape& PoolPlan::output_shape() const { return state_->output; }
std::string_view PoolPlan::kernel_name(Pass pass) const {
  return state_->chosen[static_cast<size_t>(pass)].id;
}

int64_t PoolPlan::scratch_bytes() const {
  return state_->scratch_stride * kFloatBytes * state_->threads + kScratchAlignment - 1;
}

// Inlined, and nothing takes the arrays' address, so they go straight into the task: copied through memory
// they cost the smallest calls half their time again.
[[gnu::always_inline]] inline void PoolPlan::State::call(Pass pass, const PoolArrays& arrays,
                                                         void* caller_scratch) {
  const KernelWork& kernel = chosen[static_cast<size_t>(pass)].work;
  if (caller_scratch != nullptr) return call_apart(kernel, arrays, caller_scratch);
  static_cast<PoolArrays&>(task) = arrays;
  run(kernel, task, scratch.get());
}

// Leaves the plan's own task to another call.
[[gnu::noinline]] void PoolPlan::State::call_apart(const KernelWork& kernel, PoolArrays arrays,
                                                   void* caller_scratch) const {
  PoolTask copy = task;
  static_cast<PoolArrays&>(copy) = arrays;
  const auto address = reinterpret_cast<uintptr_t>(caller_scratch);
  const uintptr_t skip = (kScratchAlignment - address % kScratchAlignment) % kScratchAlignment;
  run(kernel, copy, reinterpret_cast<float*>(static_cast<std::byte*>(caller_scratch) + skip));
}

// Kernels write 32-bit indices. Those of a 64-bit array lie in the upper half of what is to hold them until
// they are widened, as many at a time as the second-level cache holds beside what the kernel reads.
[[gnu::always_inline]] inline void PoolPlan::State::run_range(const KernelWork& kernel, const PoolTask& call,
                                                              int64_t begin, int64_t end,
                                                              float* floats) const {
  if (call.indices == nullptr || !has_narrow_indices(call)) return kernel.run(call, begin, end, floats);
  PoolTask block = call;
  block.indices = nullptr;
  const int64_t outputs = call.output.elements() / kernel.units;  // of a unit
  const int64_t most = std::max(kWidenedTogether / outputs, 16 * shared_rows(call) + 1);
  for (int64_t first = begin, last; first < end; first = last) {
    last = std::min(first + most, end);
    int64_t* const wide = call.indices + first * outputs;
    const int64_t n = (last - first) * outputs;
    int32_t* const narrow = reinterpret_cast<int32_t*>(wide) + n;
    block.short_indices = narrow - first * outputs;
    kernel.run(block, first, last, floats);
    widen_indices(narrow, n, wide);
  }
}

void PoolPlan::State::run(const KernelWork& kernel, const PoolTask& call, float* floats) const {
  if (progress == nullptr && (threads == 1 || bytes < kForkBytes || kernel.units == 1)) {
    run_range(kernel, call, 0, kernel.units, floats);
    return;
  }
  // A part begins with input rows that the part before has too. There should be more of its own: 5x5/1
  // averages of 20x20 NHWC pixels took twice as long in six parts as in two.
  const int64_t shared = shared_rows(call);
  const int64_t worthwhile = shared > 0 ? kernel.units / shared / (4 * threads) : 4;
  const int64_t per_thread = std::clamp<int64_t>(std::min(bytes / kPartBytes / threads, worthwhile), 1, 4);
  int64_t parts = std::min(threads * per_thread, kernel.units);
  if (progress != nullptr) {
    parts = std::max(parts, std::clamp<int64_t>(kernel.units / std::max<int64_t>(8 * shared, 1), 1, 64));
    parts = std::min(parts, kernel.units);
    progress->total += kernel.units;
  }
  struct Context {
    const State& state;
    const KernelWork& kernel;
    const PoolTask& call;
    float* floats;
    int64_t stride, parts;
    WorkDone* progress;
  } context{*this, kernel, call, floats, scratch_stride, parts, progress};
  run_parts(
      threads, parts,
      [](void* opaque, int64_t part, int slot) {
        const Context& c = *static_cast<Context*>(opaque);
        const int64_t units = c.kernel.units,
                      begin = units / c.parts * part + std::min(part, units % c.parts);
        const int64_t end = begin + units / c.parts + (part < units % c.parts ? 1 : 0);
        c.state.run_range(c.kernel, c.call, begin, end, c.floats + slot * c.stride);
        if (c.progress != nullptr) c.progress->done += end - begin;
      },
      &context);
}

void PoolPlan::forward(const float* x, float* y, void* scratch) const {
  state_->call(Pass::kForward, {.x = x, .y = y}, scratch);
}

void PoolPlan::forward_with_indices(const float* x, float* y, int64_t* indices, void* scratch) const {
  state_->call(indices != nullptr ? Pass::kForwardWithIndices : Pass::kForward,
               {.x = x, .y = y, .indices = indices}, scratch);
}

Status PoolPlan::forward_with_indices(const float* x, float* y, int32_t* indices, void* scratch) const {
  if (!has_narrow_indices(state_->task)) {
    const int64_t cells = state_->task.input.h * state_->task.input.w;
    return invalid_argument("32-bit indices do not reach all of a plane's " + std::to_string(cells) +
                            " cells");
  }
  state_->call(indices != nullptr ? Pass::kForwardWithIndices : Pass::kForward,
               {.x = x, .y = y, .short_indices = indices}, scratch);
  return {};
}

void PoolPlan::backward(const float* x, const float* dy, float* dx, void* scratch) const {
  state_->call(Pass::kBackward, {.x = x, .dy = dy, .y = dx}, scratch);
}

void PoolPlan::backward_from_indices(const int64_t* indices, const float* dy, float* dx,
                                     void* scratch) const {
  state_->call(Pass::kBackwardFromIndices, {.dy = dy, .y = dx, .positions = indices}, scratch);
}

void PoolPlan::backward_from_indices(const int32_t* indices, const float* dy, float* dx,
                                     void* scratch) const {
  state_->call(Pass::kBackwardFromIndices, {.dy = dy, .y = dx, .short_positions = indices}, scratch);
}

}  // namespace poolglass
