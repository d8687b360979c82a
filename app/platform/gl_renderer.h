// Dear ImGui's draw data through OpenGL 3.3 or newer, into whatever framebuffer is bound. Needs a current
// context and a current ImGui context for its whole life.
#pragma once

#include <glm/vec2.hpp>
#include <memory>
#include <unordered_map>

#include "app/layout/color.h"
#include "app/rooms/bitmap.h"
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
  void put_textures();  // the driver's names, in place of the bitmaps that the draw data have
  unsigned texture_for(const Bitmap& bitmap);
  void forget_unused();

  struct Texture {
    unsigned name = 0;
    uint64_t revision = 0;
    int width = 0, height = 0;
    bool used = false;  // in this frame
  };
  std::unordered_map<const Bitmap*, Texture> textures_;
};

}  // namespace poolglass
