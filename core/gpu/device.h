// Arrays, timers and errors of an OpenGL context. Internal to core/gpu; a context must be current wherever
// one of these is used.
#pragma once

#include <cstdint>

#include "core/status.h"

namespace poolglass::gpu {

// An array on the device that grows when it has to and is never shrunk.
class DeviceArray {
 public:
  DeviceArray() = default;
  ~DeviceArray();
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  // At least `bytes`, contents undefined. kResourceExhausted when the device has no memory for it.
  Status reserve(int64_t bytes);
  void release();
  void upload(const void* data, int64_t bytes);
  void download(void* data, int64_t bytes) const;  // waits
  unsigned name() const { return name_; }
  int64_t bytes() const { return bytes_; }

 private:
  unsigned name_ = 0;
  int64_t bytes_ = 0;
};

// Time on the device's clock between two calls.
class DeviceTimer {
 public:
  DeviceTimer();
  ~DeviceTimer();
  DeviceTimer(const DeviceTimer&) = delete;
  DeviceTimer& operator=(const DeviceTimer&) = delete;

  void start();
  void stop();
  double milliseconds() const;  // between the two; waits

 private:
  unsigned queries_[2] = {};
};

// What of the current context's state a run changes; put back at the end.
class StateGuard {
 public:
  StateGuard();
  ~StateGuard();
  StateGuard(const StateGuard&) = delete;
  StateGuard& operator=(const StateGuard&) = delete;

 private:
  int program_ = 0, copy_read_ = 0, copy_write_ = 0, storage_ = 0, uniform_ = 0;
};

void forget_errors();
// The first OpenGL error since then as a sentence.
Status check_errors(const char* doing);

}  // namespace poolglass::gpu
