// The app in its window.
#pragma once

#include <functional>
#include <glm/vec2.hpp>
#include <string>

#include "app/state/model.h"
#include "core/status.h"

namespace poolglass {

struct WindowAppOptions {
  glm::ivec2 size{1280, 720};
  bool compute = true;           // false: an OpenGL 3.3 context, as on old machines
  std::function<Backend()> gpu;  // called with the window's OpenGL context current, like its backend
  bool print_timings = false;    // first frame and mean frame time on stderr at exit
};

// Runs until the window closes. kUnavailable when there is no display.
Status run_window(Model model, const WindowAppOptions& options);

}  // namespace poolglass
