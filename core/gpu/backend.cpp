#include <memory>
#include <mutex>
#include <optional>

#include "core/gpu/gpu.h"

namespace poolglass {
namespace {

// An engine that is made when it is first asked for: listing the backends must not cost a driver's start.
class LazyEngine {
 public:
  explicit LazyEngine(GpuContext context) : context_(context) {}

  Status available() {
    const std::lock_guard lock(mutex_);
    return make();
  }

  std::string detail() {
    const std::lock_guard lock(mutex_);
    return make().ok() ? engine_->renderer() : std::string();
  }

  Status run(const PoolRun& run) {
    const std::lock_guard lock(mutex_);
    if (Status s = make(); !s.ok()) return s;
    return engine_->run(run);
  }

 private:
  Status make() {
    if (!created_) {
      Result<std::unique_ptr<GpuEngine>> engine = GpuEngine::create(context_);
      created_ = engine.status();
      if (engine.ok()) engine_ = *std::move(engine);
    }
    return *created_;
  }

  const GpuContext context_;
  std::mutex mutex_;
  std::optional<Status> created_;
  std::unique_ptr<GpuEngine> engine_;
};

}  // namespace

Backend gpu_backend(GpuContext context) {
  const auto engine = std::make_shared<LazyEngine>(context);
  Backend backend;
  backend.name = "gpu";
  backend.detail = [engine] { return engine->detail(); };
  backend.available = [engine] { return engine->available(); };
  backend.run = [engine](const PoolRun& run) { return engine->run(run); };
  return backend;
}

}  // namespace poolglass
