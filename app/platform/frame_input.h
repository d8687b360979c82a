// What happened since the last frame, in the app's own words: no window-system type leaves this folder.
#pragma once

#include <glm/vec2.hpp>
#include <string>
#include <vector>

#include "app/state/keys.h"

namespace poolglass {

struct FrameInput {
  glm::vec2 size{1280, 720};  // of the window, in ImGui units
  float display_scale = 1;    // units per 96-dpi pixel: 2 on a display set to 200 %
  float density = 1;          // framebuffer pixels per unit
  double dt = 1.0 / 60;       // seconds
  // Presses and repeats, in order. What has to be taken one after the other, because the first may change
  // where the second goes, comes in frames of its own: here are either characters, or one chord and its
  // repeats.
  std::vector<KeyPress> keys;
  std::vector<std::string> dropped;
  bool close = false;  // the window's close button
};

}  // namespace poolglass
