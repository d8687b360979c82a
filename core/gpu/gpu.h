// Pooling by OpenGL 4.3 compute shaders. Same semantics as core/pooling/pooling.h, NCHW, every operation:
// maxima, winners' indices and gradients of maxima are the same bits as the reference's; so are averages and
// their gradients, because the shaders add in the reference's order and round quotients correctly, as far as
// the driver's float addition and multiplication are IEEE's. OpenGL lets a driver take denormal numbers for
// zero: whether it does is tried once, and then small sums and quotients are computed by a detour. (Where a
// quotient is outside 1e-30 to 1e30 it may be 1 unit in the last place off.)
//
// Nothing here needs a window, and no type here is OpenGL's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/engine.h"
#include "core/status.h"

namespace poolglass {

enum class GpuContext {
  kOwn,      // a context of the engine's own, without a window (EGL); usable from any one thread at a time
  kCurrent,  // the OpenGL context that is current on the calling thread, now and at every later call
};

// What one array or one dispatch may hold. Work beyond it is split by planes. Values above the machine's are
// lowered to it; tests inject small ones.
struct GpuLimits {
  int64_t buffer_bytes = int64_t{1} << 31;  // of one array on the GPU
  int64_t batch_bytes = int64_t{1} << 29;   // of all arrays together
  int64_t groups = 65535;                   // work groups of a dispatch, along one dimension
  bool keeps_denormals = true;              // false: as if the driver took denormal numbers for zero
};

// Where the time of the last run went.
struct GpuTimings {
  double upload_ms = 0;    // host to device, until the copy has arrived
  double kernel_ms = 0;    // shaders alone, by the GPU's clock
  double download_ms = 0;  // device to host
  int64_t uploaded_bytes = 0;
  int64_t downloaded_bytes = 0;
  int batches = 0;     // parts the run was split into
  int dispatches = 0;  // of shaders
};

class GpuEngine {
 public:
  // kUnavailable with one sentence, "the GPU path is not available: ...", if there is no OpenGL 4.3.
  static Result<std::unique_ptr<GpuEngine>> create(GpuContext context, const GpuLimits& limits = {});
  ~GpuEngine();
  GpuEngine(const GpuEngine&) = delete;
  GpuEngine& operator=(const GpuEngine&) = delete;

  // Runs and waits. Programs, tables and arrays are kept for the next run. Fails with a sentence if the
  // parameters do not fit the shape, if a single plane is larger than the GPU's arrays, or if the driver
  // fails; `run.y` is then undefined. State of a current context that it touches is put back.
  Status run(const PoolRun& run);

  const GpuTimings& timings() const;    // of the last run
  const std::string& renderer() const;  // as the driver calls itself, e.g. "llvmpipe (LLVM 15.0.6, 256 bits)"
  const GpuLimits& limits() const;      // in force

  // Copies `bytes` from one array on the device to another, `times` times, and returns the milliseconds of
  // one copy by the GPU's clock: what a memory-bound kernel is measured against.
  Result<double> time_copy(int64_t bytes, int times);

 private:
  struct State;
  explicit GpuEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The backend "gpu". Its engine is made by the first call that needs it. With kOwn calls may come from any
// thread; with kCurrent all come, and the last copy goes, while that context is current.
Backend gpu_backend(GpuContext context);

}  // namespace poolglass
