// A picture of a room without any display.
#pragma once

#include <functional>
#include <glm/vec2.hpp>
#include <string>

#include "app/state/model.h"
#include "core/status.h"

namespace poolglass {

struct ShotOptions {
  glm::ivec2 size{1280, 720};    // pixels
  float scale = 1;               // of everything drawn: 2 is a display set to 200 %
  std::function<Backend()> gpu;  // called with the picture's OpenGL context current, like its backend
  std::string path;              // the PNG file to write
  std::string tags_path;         // when set: a JSON list of everything clickable, {"name","x","y","w","h"}
  std::string svg_path;          // when set: the room's picture as SVG, too
  std::string state_path;        // when set: the file `model` comes from, which no output may replace
};

// Draws `model` until it rests and writes the picture and what else is wanted: all files or none. The same
// model gives the same bytes.
Status take_shot(const Model& model, const ShotOptions& options);

}  // namespace poolglass
