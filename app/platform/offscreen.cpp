#include "app/platform/offscreen.h"

#include <epoxy/egl.h>
#include <epoxy/gl.h>

#include <string>

namespace poolglass {
namespace {

Status unavailable(const std::string& what) {
  return Status(StatusCode::kUnavailable,
                "cannot render offscreen: " + what + " (needs EGL and OpenGL 3.3, e.g. Mesa)");
}

EGLDisplay open_display() {
  if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless")) {
    const EGLDisplay display =
        eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (display != EGL_NO_DISPLAY && eglInitialize(display, nullptr, nullptr)) return display;
  }
  if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_platform_device")) {
    EGLDeviceEXT device = nullptr;
    EGLint count = 0;
    if (eglQueryDevicesEXT(1, &device, &count) && count > 0) {
      const EGLDisplay display = eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, device, nullptr);
      if (display != EGL_NO_DISPLAY && eglInitialize(display, nullptr, nullptr)) return display;
    }
  }
  return EGL_NO_DISPLAY;
}

EGLContext open_context(EGLDisplay display) {
  constexpr EGLint kVersions[][2] = {{4, 3}, {3, 3}};
  for (const auto& version : kVersions) {
    const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION,
                                 version[0],
                                 EGL_CONTEXT_MINOR_VERSION,
                                 version[1],
                                 EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                 EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                 EGL_NONE};
    const EGLContext context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    if (context != EGL_NO_CONTEXT) return context;
  }
  return EGL_NO_CONTEXT;
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
  display_ = open_display();
  if (display_ == EGL_NO_DISPLAY) return unavailable("no EGL display without a window system");
  if (!eglBindAPI(EGL_OPENGL_API)) return unavailable("EGL offers no desktop OpenGL");
  context_ = open_context(display_);
  if (context_ == EGL_NO_CONTEXT) return unavailable("no OpenGL 3.3 core context");
  if (!eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_)) {
    return unavailable("the OpenGL context cannot be made current");
  }
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
  if (context_ == nullptr) return;
  // The display stays initialised until exit: Mesa keeps memory of its own past eglTerminate.
  eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  eglDestroyContext(display_, context_);
}

}  // namespace poolglass
