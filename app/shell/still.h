// What a room looks like at rest, drawn beside whatever else is going on: for `shot` and for a window's
// exports.
#pragma once

#include <glm/vec2.hpp>
#include <string>
#include <vector>

#include "app/platform/image.h"
#include "app/state/model.h"
#include "app/views/ui.h"
#include "core/status.h"

namespace poolglass {

inline constexpr double kFrameTime = 1.0 / 60;  // seconds: what motion is drawn for

struct StillOptions {
  glm::ivec2 pixels{1280, 720};
  float display_scale = 1;  // units per 96-dpi pixel, as in FrameInput
  float density = 1;        // pixels per unit
  bool svg = false;         // the room's picture as SVG, too
};

struct Still {
  Image image;            // the whole window
  std::string svg;        // the room's picture, when asked for
  std::vector<Tag> tags;  // names and places of everything clickable
};

// Draws `model` with a shell of its own until it rests: no pointer, no panel, no tooltip. Needs a current
// OpenGL context, whose bindings are as before afterwards. The same model gives the same bytes.
Result<Still> draw_still(const Model& model, const Environment& environment, const StillOptions& options);

}  // namespace poolglass
