#include "app/cli/cli.h"
#include "app/shell/shot.h"
#include "app/shell/window_app.h"
#include "core/gpu/gpu.h"
#include "core/io/outputs.h"

namespace {

// The window's own context does the work, if it can; it is asked when its device is first needed.
poolglass::Backend window_gpu(bool compute) {
  using namespace poolglass;
  if (compute) return gpu_backend(GpuContext::kCurrent);
  return unavailable_backend(
      "gpu", "the GPU path is not available: it needs OpenGL 4.3, and the window was opened with OpenGL 3.3");
}

}  // namespace

int main(int argc, char** argv) {
  using namespace poolglass;
  remove_temporaries_on_signals();
  CliHooks hooks;
  hooks.backends = cpu_backends();
  hooks.backends.push_back(gpu_backend(GpuContext::kOwn));
  hooks.open_window = [](const WindowRequest& request) {
    WindowAppOptions options{.document = request.document,
                             .file = request.file,
                             .later = request.later,
                             .layout = request.layout,
                             .takes_looks = request.takes_looks,
                             .room = request.room,
                             .theme = request.theme,
                             .scale = request.scale,
                             .reduce_motion = request.reduce_motion,
                             .size = {},
                             .compute = request.compute,
                             .gpu = [&] { return window_gpu(request.compute); },
                             .log = request.log,
                             .print_timings = request.timings};
    if (request.width > 0) options.size = {request.width, request.height};
    return run_window(options);
  };
  hooks.shot = [](const ShotRequest& request) {
    return take_shot(request.model, {.size = {request.width, request.height},
                                     .scale = request.scale,
                                     .gpu = [] { return window_gpu(true); },
                                     .path = request.path,
                                     .tags_path = request.tags_path,
                                     .svg_path = request.svg_path,
                                     .state_path = request.state_path});
  };
  return run_cli(argc, argv, hooks);
}
