// Dear ImGui's draw data through OpenGL 3.3 or newer, into whatever framebuffer is bound. Needs a current
// context and a current ImGui context for its whole life.
#pragma once

#include <glm/vec2.hpp>
#include <memory>

#include "app/layout/color.h"
#include "core/status.h"

namespace poolglass {

class GlRenderer {
 public:
  static Result<std::unique_ptr<GlRenderer>> create();  // kUnavailable when OpenGL cannot be had
  ~GlRenderer();
  GlRenderer(const GlRenderer&) = delete;
  GlRenderer& operator=(const GlRenderer&) = delete;

  void upload_fonts();  // after the atlas was rebuilt
  void render(glm::ivec2 pixels, Color clear);

 private:
  GlRenderer() = default;
};

}  // namespace poolglass
