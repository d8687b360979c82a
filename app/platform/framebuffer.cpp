#include "app/platform/framebuffer.h"

#include <epoxy/gl.h>

#include <string>
#include <utility>

namespace poolglass {

Result<Framebuffer> Framebuffer::create(glm::ivec2 pixels) {
  GLint limit = 0;
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &limit);
  const std::string size = std::to_string(pixels.x) + "x" + std::to_string(pixels.y);
  if (pixels.x < 1 || pixels.y < 1 || pixels.x > limit || pixels.y > limit) {
    return invalid_argument("picture size " + size + " is outside 1 to " + std::to_string(limit) +
                            " pixels per side");
  }
  Framebuffer target(pixels);
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &target.before_);
  glGenTextures(1, &target.texture_);
  glBindTexture(GL_TEXTURE_2D, target.texture_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, pixels.x, pixels.y, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glGenFramebuffers(1, &target.name_);
  glBindFramebuffer(GL_FRAMEBUFFER, target.name_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, target.texture_, 0);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    return Status(StatusCode::kUnavailable, "no framebuffer of " + size + " pixels");
  }
  return target;
}

Framebuffer::Framebuffer(Framebuffer&& other) noexcept
    : size_(other.size_),
      name_(std::exchange(other.name_, 0)),
      texture_(std::exchange(other.texture_, 0)),
      before_(other.before_) {}

Framebuffer::~Framebuffer() {
  if (name_ != 0) {
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(before_));
    glDeleteFramebuffers(1, &name_);
  }
  if (texture_ != 0) glDeleteTextures(1, &texture_);
}

Image Framebuffer::read() const {
  glBindFramebuffer(GL_FRAMEBUFFER, name_);
  return read_framebuffer(size_.x, size_.y);
}

}  // namespace poolglass
