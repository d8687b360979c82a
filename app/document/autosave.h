// When a window's state is to be written, and the writing, which does not hold up the picture.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>

#include "core/status.h"

namespace poolglass {

// A state is written when it has not changed for kQuiet seconds, and at the latest kLatest seconds after a
// change: whatever happens, no more than the last second is lost, on a slow disk and a busy machine too, and
// a drag does not write sixty times a second.
class Autosave {
 public:
  static constexpr double kQuiet = 0.25;
  static constexpr double kLatest = 0.4;
  static constexpr double kRetry = 5;  // seconds after a failure

  using Write = std::function<Status(const std::string& text)>;
  explicit Autosave(Write write) : write_(std::move(write)) {}
  ~Autosave();  // waits for a write that has begun
  Autosave(const Autosave&) = delete;
  Autosave& operator=(const Autosave&) = delete;

  void touch(double now);           // the state may have changed; `now` in seconds of any clock
  double due_in(double now) const;  // seconds until begin() is wanted; infinity: nothing to write
  bool busy() const { return writing_.valid(); }

  // Hands over what writes the state's text. It runs on another thread and must own all it uses. Only when
  // not busy; a text like the last one written is not written again.
  void begin(std::function<std::string()> make_text);

  // The outcome of the last begin(), once there is one. After a failure, due again kRetry seconds later.
  std::optional<Status> finished(double now);
  // Waits for it.
  Status wait(double now);

 private:
  struct Outcome {
    Status status;
    std::string text;
  };
  Status take(double now);

  Write write_;
  std::future<Outcome> writing_;
  std::string written_;
  double changed_ = -1,
         first_ = -1;  // times of the last and of the first change not yet handed over; -1: none
  double not_before_ = 0;
};

}  // namespace poolglass
