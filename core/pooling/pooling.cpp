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

// What the spans of a PoolTask show.
struct Tables {
  std::vector<AxisWindow> rows, columns;
  std::vector<float> row_divisor, column_divisor, identity_row;
};

}  // namespace

struct PoolPlan::State {
  Shape input, output;  // the caller's
  PoolTask task;
  Tables tables, share_tables;
  ShareSums share_sums;
  ShareGrids share_grids;
  Tables grid_tables[2][2];
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

// Adaptive windows that divide the plane evenly are tiles, for which there are faster kernels.
void turn_even_adaptive_to_tiles(PoolParams& params, WindowGeometry& geometry) {
  Axis &rows = geometry.rows, &columns = geometry.columns;
  if (!rows.adaptive || (rows.output == 1 && columns.output == 1)) return;
  if (rows.input % rows.output != 0 || columns.input % columns.output != 0) return;
  const Size2 tile{rows.input / rows.output, columns.input / columns.output};
  params = window_pool(params.reduction, tile);
  rows.adaptive = columns.adaptive = false;
  rows.kernel = rows.stride = tile.h;
  columns.kernel = columns.stride = tile.w;
}

// Planes of one column lie in memory as planes of one row do, whose windows lie side by side in vectors.
void turn_column_to_row(PoolParams& params, Shape& input, Shape& output, WindowGeometry& geometry) {
  const Axis& column = geometry.columns;
  if (input.w != 1 || input.h == 1 || column.output != 1) return;
  if (!column.adaptive && (column.kernel != 1 || column.pad_begin != 0 || column.pad_end != 0)) return;
  std::swap(input.h, input.w);
  std::swap(output.h, output.w);
  if (params.adaptive_output) std::swap(params.adaptive_output->h, params.adaptive_output->w);
  params.kernel = {1, params.kernel.h};
  params.stride = {1, params.stride.h};
  params.dilation = {1, params.dilation.h};
  params.padding = {.left = params.padding.top, .right = params.padding.bottom};
  std::swap(geometry.rows, geometry.columns);
  if (!geometry.rows.adaptive) geometry.rows.stride = geometry.rows.dilation = 1;
}

std::vector<AxisWindow> windows_of(const Axis& axis) {
  std::vector<AxisWindow> windows(static_cast<size_t>(axis.output));
  for (int64_t i = 0; i < axis.output; ++i) windows[static_cast<size_t>(i)] = axis.window(i);
  return windows;
}

// Where the columns' divisor is the one of the middle window, which most of them share.
void find_inner(PoolTask& task) {
  const std::span<const float> divisors = task.column_divisor;
  const int64_t n = task.out_row(), middle = n / 2;
  task.inner_divisor = divisors[static_cast<size_t>(middle)];
  const auto inner = [&](int64_t i) { return divisors[static_cast<size_t>(i)] == task.inner_divisor; };
  for (task.inner_begin = middle; task.inner_begin > 0 && inner(task.inner_begin - 1);) --task.inner_begin;
  for (task.inner_end = middle + 1; task.inner_end < n && inner(task.inner_end);) ++task.inner_end;
  // Lanes behind the row are never stored.
  if (task.inner_end == n) task.inner_end += kVectorSlack;
}

PoolTask make_task(const PoolParams& params, const Shape& input, const Shape& output, Layout layout,
                   const WindowGeometry& geometry, Tables& tables) {
  PoolTask task;
  task.params = params;
  task.input = input;
  task.output = output;
  task.layout = layout;
  task.planes = layout == Layout::kNchw ? input.planes() : input.n;
  task.pixel = layout == Layout::kNchw ? 1 : input.c;
  task.geometry = geometry;
  tables.rows = windows_of(geometry.rows);
  tables.columns = windows_of(geometry.columns);
  const auto divisor = [](const AxisWindow& w) {
    return static_cast<float>(std::max<int64_t>(1, w.divisor));
  };
  for (const AxisWindow& window : tables.rows) tables.row_divisor.push_back(divisor(window));
  std::vector<float>& columns = tables.column_divisor;
  for (const AxisWindow& window : tables.columns) {
    columns.insert(columns.end(), static_cast<size_t>(task.pixel), divisor(window));
  }
  columns.insert(columns.end(), kVectorSlack, 1.0f);
  const bool max = params.reduction == Reduction::kMax;
  tables.identity_row.assign(static_cast<size_t>(task.in_row() + kVectorSlack),
                             max ? -std::numeric_limits<float>::infinity() : -0.0f);
  task.rows = tables.rows;
  task.columns = tables.columns;
  task.row_divisor = tables.row_divisor;
  task.column_divisor = columns;
  task.identity_row = tables.identity_row;
  find_inner(task);
  return task;
}

// For sums.
void divide_by_one(PoolTask& task, Tables& tables) {
  std::fill(tables.row_divisor.begin(), tables.row_divisor.end(), 1.0f);
  std::fill(tables.column_divisor.begin(), tables.column_divisor.end(), 1.0f);
  find_inner(task);
}

// Fails where no kernel takes it.
bool make_share_grids(const PoolTask& task, Tables (&tables)[2][2], ShareGrids& grids) {
  const std::span<const Kernel> separable_kernels = poolglass::separable_kernels();
  if (separable_kernels.empty() || task.params.reduction == Reduction::kMax) return false;
  const Axis &rows = task.geometry.rows, &columns = task.geometry.columns;
  grids.tree = gradients_are_tree_sums(task.geometry);
  const auto side_by_side = [&](const Axis& axis) {
    return !axis.adaptive && (axis.dilation == 1 || (grids.tree && axis.stride == 1));
  };
  if (!side_by_side(rows) || !side_by_side(columns) || (rows.stride == 1 && columns.stride == 1))
    return false;
  const auto of_axis = [](const Axis& axis) {
    ShareGrids::OfAxis of;
    of.stride = axis.stride;
    if (axis.stride == 1) {
      of.cells = axis.input;
      of.shift = axis.pad_begin;
      of.taps[0] = axis.kernel;
      return of;
    }
    of.pad_begin = axis.pad_begin;
    of.cells = (axis.input - 1 + axis.pad_begin) / axis.stride + 1;
    of.high_phases = (axis.kernel - 1) % axis.stride + 1;
    of.taps[0] = (axis.kernel - 1) / axis.stride + 1;
    of.taps[1] = of.taps[0] - 1;
    return of;
  };
  grids.rows = of_axis(rows);
  grids.columns = of_axis(columns);
  if (!grids.tree) return true;
  const auto grid_axis = [](const Axis& axis, const ShareGrids::OfAxis& of, int kind) {
    Axis readers = readers_axis(axis);
    if (axis.stride == 1) return readers;
    readers.reader_stride = 0;
    readers.output = of.cells;
    readers.kernel = of.taps[kind];
    readers.pad_begin = readers.kernel - 1;
    return readers;
  };
  for (int r = 0; r < grids.rows.kinds(); ++r) {
    for (int c = 0; c < grids.columns.kinds(); ++c) {
      if (grids.rows.taps[r] == 0 || grids.columns.taps[c] == 0) continue;
      const WindowGeometry geometry{grid_axis(rows, grids.rows, r), grid_axis(columns, grids.columns, c)};
      PoolParams params = window_pool(Reduction::kAverage, {geometry.rows.kernel, geometry.columns.kernel});
      params.stride = {1, 1};
      const Shape input{1, task.layout == Layout::kNhwc ? task.input.c : 1, geometry.rows.input,
                        geometry.columns.input};
      const Shape output{1, input.c, geometry.rows.output, geometry.columns.output};
      ShareGrids::Grid& grid = grids.grid[r][c];
      grid.task = make_task(params, input, output, task.layout, geometry, tables[r][c]);
      divide_by_one(grid.task, tables[r][c]);
      const Kernel& separable = separable_kernels.front();
      if (!separable.can(grid.task)) return false;
      grid.kernel = separable.work(grid.task);
    }
  }
  return true;
}

// Fails where no kernel takes it.
bool make_share_sums(const PoolTask& task, Tables& tables, ShareSums& sums) {
  const std::span<const Kernel> separable_kernels = poolglass::separable_kernels();
  if (separable_kernels.empty()) return false;
  if (task.params.reduction == Reduction::kMax || !gradients_are_tree_sums(task.geometry)) return false;
  if (task.geometry.rows.stride > 1 || task.geometry.columns.stride > 1) return false;
  constexpr int64_t kBuffer = 64 * 1024;  // floats, about
  WindowGeometry geometry{readers_axis(task.geometry.rows), readers_axis(task.geometry.columns)};
  Axis& rows = geometry.rows;
  const int64_t reach = (rows.kernel - 1) * rows.dilation;
  if (reach / 4 > task.input.h + 16) return false;  // little else than shares of no windows
  sums.whole_planes = task.out_plane() <= kBuffer;
  int64_t planes = 1;
  if (sums.whole_planes) {
    planes = std::clamp<int64_t>(kBuffer / task.out_plane(), 1, task.planes);
  } else {  // as many rows as make those that two bands need few
    rows.output = std::min(std::max({4 * reach, kBuffer / task.out_row(), int64_t{1}}), rows.output);
    rows.input = rows.output + reach;
    rows.pad_begin = 0;
  }
  PoolParams params = task.params;
  params.padding = {};
  const bool pixels = task.layout == Layout::kNhwc;
  const Shape input{planes, pixels ? task.input.c : 1, rows.input, geometry.columns.input};
  const Shape output{planes, input.c, rows.output, geometry.columns.output};
  sums.task = make_task(params, input, output, task.layout, geometry, tables);
  divide_by_one(sums.task, tables);
  const Kernel& separable = separable_kernels.front();
  if (!separable.can(sums.task)) return false;
  sums.kernel = separable.work(sums.task);
  return true;
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
