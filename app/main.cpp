#include "app/cli/cli.h"
#include "app/shell/shot.h"
#include "app/shell/window_app.h"
#include "core/gpu/gpu.h"

int main(int argc, char** argv) {
  using namespace poolglass;
  CliHooks hooks;
  hooks.backends = cpu_backends();
  hooks.backends.push_back(gpu_backend(GpuContext::kOwn));
  hooks.open_window = [](const WindowRequest& request) {
    return run_window(request.model, {.size = {request.width, request.height},
                                      .compute = request.compute,
                                      .print_timings = request.timings});
  };
  hooks.shot = [](const ShotRequest& request) {
    return take_shot(request.model, {.size = {request.width, request.height},
                                     .scale = request.scale,
                                     .path = request.path,
                                     .tags_path = request.tags_path,
                                     .svg_path = request.svg_path});
  };
  return run_cli(argc, argv, hooks);
}
