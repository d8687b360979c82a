#include "app/platform/offscreen.h"

#include <epoxy/gl.h>

#include <string>

namespace poolglass {
namespace {

Status unavailable(const std::string& what) {
  return Status(StatusCode::kUnavailable,
                "cannot render offscreen: " + what + " (needs EGL and OpenGL 3.3, e.g. Mesa)");
}

}  // namespace

Result<std::unique_ptr<Offscreen>> Offscreen::create(glm::ivec2 size) {
  std::unique_ptr<Offscreen> offscreen(new Offscreen);
  if (Status status = offscreen->make_context(); !status.ok()) return status;
  if (Status status = offscreen->make_framebuffer(size); !status.ok()) return status;
  offscreen->renderer_ = std::make_unique<GlRenderer>();
  return offscreen;
}

Status Offscreen::make_context() {
  constexpr EglContext::Version kVersions[] = {{4, 3}, {3, 3}};
  Result<std::unique_ptr<EglContext>> context = EglContext::create(kVersions);
  if (!context.ok()) return unavailable(context.status().message());
  context_ = *std::move(context);
  current_.emplace(context_.get());
  if (!current_->ok()) return unavailable("the OpenGL context cannot be made current");
  return {};
}

Status Offscreen::make_framebuffer(glm::ivec2 size) {
  GLint limit = 0;
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &limit);
  if (size.x < 1 || size.y < 1 || size.x > limit || size.y > limit) {
    return invalid_argument("picture size " + std::to_string(size.x) + "x" + std::to_string(size.y) +
                            " is outside 1 to " + std::to_string(limit) + " pixels per side");
  }
  size_ = size;
  glGenTextures(1, &texture_);
  glBindTexture(GL_TEXTURE_2D, texture_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, size.x, size.y, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glGenFramebuffers(1, &framebuffer_);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    return unavailable("no framebuffer of " + std::to_string(size.x) + "x" + std::to_string(size.y) +
                       " pixels");
  }
  return {};
}

Offscreen::~Offscreen() {
  renderer_.reset();
  if (framebuffer_ != 0) glDeleteFramebuffers(1, &framebuffer_);
  if (texture_ != 0) glDeleteTextures(1, &texture_);
}

}  // namespace poolglass
