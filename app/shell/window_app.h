// The app in its window.
#pragma once

#include <functional>
#include <glm/vec2.hpp>
#include <optional>
#include <string>

#include "app/state/model.h"
#include "core/status.h"

namespace poolglass {

struct WindowAppOptions {
  // What to begin with; without a document, with what was kept when the app last ended.
  std::optional<Model> document;
  std::string file;              // that the document is from
  std::string later;             // a file to be opened once the window is there; empty: none
  std::optional<Layout> layout;  // of its array
  bool takes_looks = true;       // in the theme and scale that were used last, unless they are given here
  std::optional<Room> room;
  std::optional<ThemeName> theme;
  std::optional<float> scale;
  bool reduce_motion = false;

  std::optional<glm::ivec2> size;  // pixels
  bool compute = true;             // false: an OpenGL 3.3 context, as on old machines
  std::function<Backend()> gpu;    // called with the window's OpenGL context current, like its backend
  std::string log;                 // file that every sentence is added to as it is said; "-": stdout
  bool print_timings = false;      // first frame and mean frame time on stderr at exit
};

// Runs until the window closes. kUnavailable when there is no display.
Status run_window(const WindowAppOptions& options);

}  // namespace poolglass
