// A GL context without any display (EGL surfaceless) and a framebuffer of a given size. Software rendering is
// enough; nothing is shown.
#pragma once

#include <glm/vec2.hpp>
#include <memory>
#include <optional>

#include "app/layout/color.h"
#include "app/platform/gl_renderer.h"
#include "app/platform/image.h"
#include "core/gpu/egl_context.h"
#include "core/status.h"

namespace poolglass {

class Offscreen {
 public:
  // An ImGui context must be current. kUnavailable with a sentence when no context can be had.
  static Result<std::unique_ptr<Offscreen>> create(glm::ivec2 size);
  ~Offscreen();

  glm::ivec2 size() const { return size_; }
  GlRenderer& renderer() { return *renderer_; }
  void render(Color clear) { renderer_->render(size_, clear); }
  Image read() const { return read_framebuffer(size_.x, size_.y); }

 private:
  Offscreen() = default;
  Status make_context();
  Status make_framebuffer(glm::ivec2 size);

  glm::ivec2 size_{0};
  std::unique_ptr<EglContext> context_;
  std::optional<EglContext::Current> current_;
  unsigned framebuffer_ = 0;
  unsigned texture_ = 0;
  std::unique_ptr<GlRenderer> renderer_;
};

}  // namespace poolglass
