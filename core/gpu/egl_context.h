// An OpenGL context without a window: EGL's surfaceless platform, or a device's. Software rendering is
// enough.
#pragma once

#include <memory>
#include <span>

#include "core/status.h"

namespace poolglass {

class EglContext {
 public:
  struct Version {
    int major, minor;
  };
  // The first of `versions` that can be had, core profile; it is not made current. kUnavailable with what is
  // missing: "no EGL display without a window system".
  static Result<std::unique_ptr<EglContext>> create(std::span<const Version> versions);
  ~EglContext();
  EglContext(const EglContext&) = delete;
  EglContext& operator=(const EglContext&) = delete;

  // Makes it current on the calling thread for as long as the guard lives, then what EGL had there before.
  // Fails where another thread has it, or where a window of another API (GLX) is current.
  class Current {
   public:
    explicit Current(const EglContext* context);  // null: does nothing, and is ok
    ~Current();
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;
    bool ok() const { return ok_; }

   private:
    const EglContext* own_;
    void* display_ = nullptr;
    void* draw_ = nullptr;
    void* read_ = nullptr;
    void* context_ = nullptr;
    bool ok_ = true;
  };

 private:
  EglContext(void* display, void* context) : display_(display), context_(context) {}
  void* display_;
  void* context_;
};

}  // namespace poolglass
