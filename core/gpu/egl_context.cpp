#include "core/gpu/egl_context.h"

#include <dlfcn.h>
#include <epoxy/egl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace poolglass {
namespace {

Status unavailable(const char* what) { return Status(StatusCode::kUnavailable, what); }

// libepoxy ends the program when it cannot load a library, so ask first.
bool library_exists(const char* name) {
  void* library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return false;
  dlclose(library);
  return true;
}

constexpr int64_t kLeastAddressSpace = int64_t{640} << 20;

int64_t available_address_space() {
  rlimit limit;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur >= static_cast<rlim_t>(kMost)) return kMost;
  int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return static_cast<int64_t>(limit.rlim_cur) - pages * sysconf(_SC_PAGESIZE);
}

bool initialised(EGLDisplay display) {
  return display != EGL_NO_DISPLAY && eglInitialize(display, nullptr, nullptr) == EGL_TRUE;
}

EGLDisplay open_display() {
  if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless")) {
    const EGLDisplay display =
        eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (initialised(display)) return display;
  }
  if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_platform_device")) {
    EGLDeviceEXT device = nullptr;
    EGLint count = 0;
    if (eglQueryDevicesEXT(1, &device, &count) == EGL_TRUE && count > 0) {
      const EGLDisplay display = eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, device, nullptr);
      if (initialised(display)) return display;
    }
  }
  return EGL_NO_DISPLAY;
}

EGLContext open_context(EGLDisplay display, EglContext::Version version) {
  const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION,
                               version.major,
                               EGL_CONTEXT_MINOR_VERSION,
                               version.minor,
                               EGL_CONTEXT_OPENGL_PROFILE_MASK,
                               EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                               EGL_NONE};
  return eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
}

}  // namespace

Result<std::unique_ptr<EglContext>> EglContext::create(std::span<const Version> versions) {
  // Drivers that find no address space for their compilers end the program.
  if (const int64_t room = available_address_space(); room < kLeastAddressSpace) {
    return Status(StatusCode::kUnavailable, "OpenGL needs " + std::to_string(kLeastAddressSpace >> 20) +
                                                " MiB of address space, but only " +
                                                std::to_string(room >> 20) + " MiB are left (ulimit -v)");
  }
  setenv("EGL_LOG_LEVEL", "fatal", 0);  // what fails is said in a sentence, below
  if (!library_exists("libEGL.so.1")) return unavailable("libEGL.so.1 is not installed");
  if (!library_exists("libGL.so.1") && !library_exists("libOpenGL.so.0")) {
    return unavailable("libGL.so.1 is not installed");
  }
  const EGLDisplay display = open_display();
  if (display == EGL_NO_DISPLAY) return unavailable("no EGL display without a window system");
  if (eglBindAPI(EGL_OPENGL_API) != EGL_TRUE) return unavailable("EGL offers no desktop OpenGL");
  EGLContext context = EGL_NO_CONTEXT;
  for (const Version& version : versions) {
    if (context == EGL_NO_CONTEXT) context = open_context(display, version);
  }
  if (context == EGL_NO_CONTEXT) {
    const Version least = versions.back();
    return Status(StatusCode::kUnavailable, "the driver has no OpenGL " + std::to_string(least.major) + "." +
                                                std::to_string(least.minor) + " core context");
  }
  return std::unique_ptr<EglContext>(new EglContext(display, context));
}

// The display stays initialised until exit: Mesa keeps memory of its own past eglTerminate.
EglContext::~EglContext() { eglDestroyContext(display_, context_); }

EglContext::Current::Current(const EglContext* context) : own_(context) {
  if (own_ == nullptr) return;
  eglBindAPI(EGL_OPENGL_API);  // a thread starts with OpenGL ES
  display_ = eglGetCurrentDisplay();
  draw_ = eglGetCurrentSurface(EGL_DRAW);
  read_ = eglGetCurrentSurface(EGL_READ);
  context_ = eglGetCurrentContext();
  ok_ = eglMakeCurrent(own_->display_, EGL_NO_SURFACE, EGL_NO_SURFACE, own_->context_) == EGL_TRUE;
}

EglContext::Current::~Current() {
  if (own_ == nullptr || !ok_) return;
  if (context_ != EGL_NO_CONTEXT) {
    eglMakeCurrent(display_, draw_, read_, context_);
  } else {
    eglMakeCurrent(own_->display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  }
}

}  // namespace poolglass
