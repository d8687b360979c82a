// A place to draw that is not on any screen: a texture of a given size in the current OpenGL context.
#pragma once

#include <glm/vec2.hpp>

#include "app/platform/image.h"
#include "core/status.h"

namespace poolglass {

class Framebuffer {
 public:
  // Bound for drawing until this object goes; then what was bound before is again. kInvalidArgument, with the
  // limit, for a size the context cannot have.
  static Result<Framebuffer> create(glm::ivec2 pixels);
  Framebuffer(Framebuffer&& other) noexcept;
  Framebuffer& operator=(Framebuffer&&) = delete;
  ~Framebuffer();

  glm::ivec2 size() const { return size_; }
  Image read() const;

 private:
  explicit Framebuffer(glm::ivec2 size) : size_(size) {}

  glm::ivec2 size_;
  unsigned name_ = 0;
  unsigned texture_ = 0;
  int before_ = 0;
};

}  // namespace poolglass
