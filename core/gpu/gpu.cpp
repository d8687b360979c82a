#include "core/gpu/gpu.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <optional>

#include "core/gpu/device.h"
#include "core/gpu/egl_context.h"
#include "core/gpu/pass.h"
#include "core/gpu/programs.h"

namespace poolglass {
namespace {

using gpu::Array;
using Clock = std::chrono::steady_clock;

constexpr int kVersion = 43;
constexpr size_t kKeptPlans = 8;
constexpr int64_t kParameterBytes = 256;  // a block's size is rounded up by each driver in its own way

Status unavailable(const std::string& why) {
  return Status(StatusCode::kUnavailable, "the GPU path is not available: " + why);
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int64_t integer(GLenum name) {
  GLint64 value = 0;
  glGetInteger64v(name, &value);
  return value;
}

int64_t indexed_integer(GLenum name, GLuint index) {
  GLint value = 0;
  glGetIntegeri_v(name, index, &value);
  return value;
}

// A plan and its tables on the device.
struct Prepared {
  PoolParams params;
  Size2 input;
  gpu::Operation operation;
  gpu::PassPlan plan;
  gpu::DeviceArray tables;
};

gpu::Operation operation_of(const PoolRun& run) {
  if (run.dy != nullptr) return gpu::Operation::kBackward;
  return run.indices != nullptr ? gpu::Operation::kForwardWithIndices : gpu::Operation::kForward;
}

Status check_run(const PoolRun& run) {
  const bool average = run.params.reduction == Reduction::kAverage;
  if (run.indices != nullptr && average) return invalid_argument("an average has no indices");
  if (run.indices != nullptr && run.dy != nullptr) return invalid_argument("a backward pass has no indices");
  if (run.input.n < 1)
    return invalid_argument("batch " + std::to_string(run.input.n) + " must be at least 1");
  if (run.input.c < 1)
    return invalid_argument("channels " + std::to_string(run.input.c) + " must be at least 1");
  return {};
}

}  // namespace

struct GpuEngine::State {
  // Order matters: what belongs to the context goes before it does.
  std::unique_ptr<EglContext> own;
  std::string renderer;
  GpuLimits limits;
  GpuTimings timings;

  struct Objects {
    gpu::Programs programs;
    std::list<Prepared> prepared;  // most recently used first
    std::array<gpu::DeviceArray, gpu::kArrayCount> arrays;
    gpu::DeviceArray parameters;
    gpu::DeviceTimer timer;
  };
  std::optional<Objects> objects;
  bool flushing_known = false;

  ~State() {
    const EglContext::Current current(own.get());
    objects.reset();
  }

  Status open(GpuContext context, const GpuLimits& wanted);
  void lower_limits(const GpuLimits& wanted);
  Status run(const PoolRun& run);
  Status run_in_batches(const PoolRun& run);
  Status find_flushing();
  Result<Prepared*> prepare(const PoolRun& run);
  Status check_plane(const PoolRun& run) const;
  Result<int64_t> planes_per_batch(const gpu::PassPlan& plan, int64_t planes) const;
  Status run_batch(const PoolRun& run, Prepared& prepared, int64_t first, int64_t planes);
  Status dispatch(const gpu::Pass& pass, const Prepared& prepared, int64_t planes);
  void bind(GLuint point, Array array);

  gpu::DeviceArray& array(Array which) { return objects->arrays[static_cast<size_t>(which)]; }
  int64_t bytes(const gpu::PassPlan& plan, Array which, int64_t planes) const {
    return plan.plane_words[static_cast<size_t>(which)] * 4 * planes;
  }
};

Status GpuEngine::State::open(GpuContext context, const GpuLimits& wanted) {
  if (context == GpuContext::kOwn) {
    constexpr EglContext::Version kWanted[] = {{4, 3}};
    Result<std::unique_ptr<EglContext>> created = EglContext::create(kWanted);
    if (!created.ok()) return unavailable(created.status().message());
    own = *std::move(created);
  }
  const EglContext::Current current(own.get());
  if (!current.ok()) return unavailable("its OpenGL context cannot be made current on this thread");
  // Calls that a context lacks end the program in libepoxy: none is made before this line.
  const int version = epoxy_is_desktop_gl() ? epoxy_gl_version() : 0;
  if (version < kVersion) {
    return unavailable("compute shaders need OpenGL 4.3, and this is " +
                       (version == 0
                            ? std::string("not desktop OpenGL")
                            : "OpenGL " + std::to_string(version / 10) + "." + std::to_string(version % 10)));
  }
  gpu::forget_errors();
  const GLubyte* name = glGetString(GL_RENDERER);
  renderer = name != nullptr ? reinterpret_cast<const char*>(name) : "unknown renderer";
  lower_limits(wanted);
  objects.emplace();
  return {};
}

void GpuEngine::State::lower_limits(const GpuLimits& wanted) {
  limits.buffer_bytes = std::min(wanted.buffer_bytes, integer(GL_MAX_SHADER_STORAGE_BLOCK_SIZE));
  limits.batch_bytes = wanted.batch_bytes;
  limits.keeps_denormals = wanted.keeps_denormals;
  limits.groups = std::min({wanted.groups, indexed_integer(GL_MAX_COMPUTE_WORK_GROUP_COUNT, 0),
                            indexed_integer(GL_MAX_COMPUTE_WORK_GROUP_COUNT, 1)});
}

// Before anything is allocated for it.
Status GpuEngine::State::check_plane(const PoolRun& run) const {
  const Result<Size2> output = output_size(run.params, run.input.plane());
  if (!output.ok()) return output.status();
  for (const auto& [name, size] : {std::pair{"input", run.input.plane()}, {"output", *output}}) {
    int64_t plane_bytes = 0;
    const int64_t word = run.indices != nullptr && size == *output ? 8 : 4;
    if (!checked_multiply(size.h, size.w, &plane_bytes) ||
        !checked_multiply(plane_bytes, word, &plane_bytes) || plane_bytes > limits.buffer_bytes) {
      return resource_exhausted(std::string("one ") + name + " plane of " + std::to_string(size.h) + "x" +
                                std::to_string(size.w) + " cells is larger than the " +
                                std::to_string(limits.buffer_bytes) +
                                " bytes that an array on this GPU may have");
    }
  }
  return {};
}

Result<Prepared*> GpuEngine::State::prepare(const PoolRun& run) {
  const gpu::Operation operation = operation_of(run);
  std::list<Prepared>& kept = objects->prepared;
  for (auto it = kept.begin(); it != kept.end(); ++it) {
    if (it->params == run.params && it->input == run.input.plane() && it->operation == operation) {
      kept.splice(kept.begin(), kept, it);
      return &kept.front();
    }
  }
  Result<gpu::PassPlan> plan = gpu::make_passes(run.params, run.input.plane(), operation);
  if (!plan.ok()) return plan.status();
  if (kept.size() == kKeptPlans) kept.pop_back();
  Prepared& prepared = kept.emplace_front();
  prepared.params = run.params;
  prepared.input = run.input.plane();
  prepared.operation = operation;
  prepared.plan = *std::move(plan);
  prepared.plan.tables.push_back(0);  // an array of no bytes cannot be bound
  const auto table_bytes = static_cast<int64_t>(prepared.plan.tables.size() * sizeof(uint32_t));
  Status status = prepared.tables.reserve(table_bytes);
  if (status.ok() && table_bytes > limits.buffer_bytes) {
    status = resource_exhausted("the window tables take " + std::to_string(table_bytes) +
                                " bytes, more than the " + std::to_string(limits.buffer_bytes) +
                                " that an array on this GPU may have");
  }
  if (!status.ok()) {
    kept.pop_front();
    return status;
  }
  prepared.tables.upload(prepared.plan.tables.data(), table_bytes);
  prepared.plan.tables = {};
  return &prepared;
}

Result<int64_t> GpuEngine::State::planes_per_batch(const gpu::PassPlan& plan, int64_t planes) const {
  int64_t all_bytes = 0, most_bytes = 0;
  for (int64_t words : plan.plane_words) {
    all_bytes += 4 * words;
    most_bytes = std::max(most_bytes, 4 * words);
  }
  if (most_bytes > limits.buffer_bytes) {
    return resource_exhausted("one plane takes an array of " + std::to_string(most_bytes) +
                              " bytes, and one on this GPU may have " + std::to_string(limits.buffer_bytes));
  }
  const int64_t fit = std::min(limits.buffer_bytes / most_bytes, limits.batch_bytes / all_bytes);
  return std::clamp<int64_t>(fit, 1, planes);
}

Status GpuEngine::State::run(const PoolRun& run) {
  timings = {};
  if (Status s = check_run(run); !s.ok()) return s;
  if (Status s = check_plane(run); !s.ok()) return s;
  const EglContext::Current current(own.get());
  if (!current.ok()) return unavailable("its OpenGL context cannot be made current on this thread");
  const gpu::StateGuard guard;
  gpu::forget_errors();
  if (run.params.reduction == Reduction::kAverage || run.dy != nullptr) {
    if (Status s = find_flushing(); !s.ok()) return s;
  }
  return run_in_batches(run);
}

// Tries once what the driver makes of denormal numbers: an average of two.
Status GpuEngine::State::find_flushing() {
  if (flushing_known) return {};
  const float x[] = {0x6p-149f, 0x8p-149f};
  float y = 0;
  PoolRun pair{window_pool(Reduction::kAverage, {1, 2}), {1, 1, 1, 2}};
  pair.x = x;
  pair.y = &y;
  if (Status s = run_in_batches(pair); !s.ok()) return s;
  limits.keeps_denormals = limits.keeps_denormals && y == 0x7p-149f;
  objects->programs.set_flushes(!limits.keeps_denormals);
  flushing_known = true;
  timings = {};
  return {};
}

Status GpuEngine::State::run_in_batches(const PoolRun& run) {
  const Result<Prepared*> prepared = prepare(run);
  if (!prepared.ok()) return prepared.status();
  const int64_t planes = run.input.planes();
  const Result<int64_t> fit = planes_per_batch((*prepared)->plan, planes);
  if (!fit.ok()) return fit.status();
  int64_t batch = *fit;
  for (int64_t first = 0; first < planes;) {
    const int64_t count = std::min(batch, planes - first);
    const Status status = run_batch(run, **prepared, first, count);
    if (status.ok()) {
      first += count;
    } else if (status.code() == StatusCode::kResourceExhausted && count > 1) {
      // Less memory than the limits promise: smaller parts may fit.
      for (gpu::DeviceArray& a : objects->arrays) a.release();
      batch = count / 2;
    } else {
      return status;
    }
  }
  return {};
}

Status GpuEngine::State::run_batch(const PoolRun& run, Prepared& prepared, int64_t first, int64_t planes) {
  const gpu::PassPlan& plan = prepared.plan;
  for (size_t i = 0; i < gpu::kArrayCount; ++i) {
    if (plan.plane_words[i] == 0) continue;
    if (Status s = objects->arrays[i].reserve(plan.plane_words[i] * 4 * planes); !s.ok()) return s;
  }
  const int64_t in_cells = run.input.h * run.input.w, out_cells = plan.output.h * plan.output.w;

  const Clock::time_point upload_start = Clock::now();
  const auto upload = [&](Array which, const float* data, int64_t cells) {
    const int64_t size = bytes(plan, which, planes);
    if (size == 0) return;
    array(which).upload(data + first * cells, size);
    timings.uploaded_bytes += size;
  };
  upload(Array::kX, run.x, in_cells);
  upload(Array::kDy, run.dy, out_cells);
  glFinish();
  timings.upload_ms += milliseconds_since(upload_start);

  objects->timer.start();
  for (const gpu::Pass& pass : plan.passes) {
    if (Status s = dispatch(pass, prepared, planes); !s.ok()) return s;
  }
  objects->timer.stop();
  glFinish();
  timings.kernel_ms += objects->timer.milliseconds();
  if (Status s = gpu::check_errors("pooling"); !s.ok()) return s;

  const Clock::time_point download_start = Clock::now();
  const auto download = [&](Array which, void* data) {
    const int64_t size = bytes(plan, which, planes);
    if (size == 0) return;
    array(which).download(data, size);
    timings.downloaded_bytes += size;
  };
  download(Array::kY, run.y + first * out_cells);
  download(Array::kDx, run.y + first * in_cells);
  if (run.indices != nullptr) download(Array::kIndices, run.indices + first * out_cells);
  timings.download_ms += milliseconds_since(download_start);
  ++timings.batches;
  return gpu::check_errors("reading the result");
}

void GpuEngine::State::bind(GLuint point, Array which) {
  glBindBufferBase(GL_SHADER_STORAGE_BUFFER, point, which == Array::kNone ? 0 : array(which).name());
}

Status GpuEngine::State::dispatch(const gpu::Pass& pass, const Prepared& prepared, int64_t planes) {
  const Result<unsigned> program = objects->programs.get(pass.shader, pass.defines);
  if (!program.ok()) return program.status();
  glUseProgram(*program);
  bind(0, pass.source);
  bind(1, pass.source_index);
  bind(2, pass.result);
  bind(3, pass.result_index);
  glBindBufferBase(GL_SHADER_STORAGE_BUFFER, 4, prepared.tables.name());

  gpu::Parameters parameters = pass.parameters;
  const int64_t lines = planes * parameters.lines_per_plane;
  const int64_t units =
      (lines + parameters.lines_per_group - 1) / parameters.lines_per_group * parameters.units_per_line;
  parameters.lines = static_cast<uint32_t>(lines);
  parameters.units = static_cast<uint32_t>(units);
  const int64_t groups = pass.units_are_groups ? units : (units + pass.group - 1) / pass.group;
  if (Status s = objects->parameters.reserve(kParameterBytes); !s.ok()) return s;
  glBindBufferBase(GL_UNIFORM_BUFFER, 0, objects->parameters.name());
  for (int64_t first = 0; first < groups;) {
    const int64_t x = std::min(groups - first, limits.groups);
    const int64_t y = std::min((groups - first) / x, limits.groups);
    parameters.first_group = static_cast<uint32_t>(first);
    objects->parameters.upload(&parameters, sizeof(parameters));
    glDispatchCompute(static_cast<GLuint>(x), static_cast<GLuint>(y), 1);
    ++timings.dispatches;
    first += x * y;
  }
  glMemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT);
  return {};
}

GpuEngine::GpuEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}
GpuEngine::~GpuEngine() = default;

Result<std::unique_ptr<GpuEngine>> GpuEngine::create(GpuContext context, const GpuLimits& limits) {
  auto state = std::make_unique<State>();
  if (Status s = state->open(context, limits); !s.ok()) return s;
  return std::unique_ptr<GpuEngine>(new GpuEngine(std::move(state)));
}

Status GpuEngine::run(const PoolRun& run) { return state_->run(run); }
const GpuTimings& GpuEngine::timings() const { return state_->timings; }
const std::string& GpuEngine::renderer() const { return state_->renderer; }
const GpuLimits& GpuEngine::limits() const { return state_->limits; }

Result<double> GpuEngine::time_copy(int64_t bytes, int times) {
  const EglContext::Current current(state_->own.get());
  if (!current.ok()) return unavailable("its OpenGL context cannot be made current on this thread");
  const gpu::StateGuard guard;
  gpu::forget_errors();
  gpu::DeviceArray from, to;
  if (Status s = from.reserve(bytes); !s.ok()) return s;
  if (Status s = to.reserve(bytes); !s.ok()) return s;
  glBindBuffer(GL_COPY_READ_BUFFER, from.name());
  glBindBuffer(GL_COPY_WRITE_BUFFER, to.name());
  const auto copy = [&] {
    glCopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER, 0, 0, static_cast<GLsizeiptr>(bytes));
  };
  copy();  // the first touch of fresh memory is not the copy's own cost
  glFinish();
  gpu::DeviceTimer& timer = state_->objects->timer;
  timer.start();
  for (int i = 0; i < times; ++i) copy();
  timer.stop();
  glFinish();
  if (Status s = gpu::check_errors("copying"); !s.ok()) return s;
  return timer.milliseconds() / std::max(times, 1);
}

}  // namespace poolglass
