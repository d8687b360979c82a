// The one error type of the engine: a code and a sentence a user can act on.
// No exception crosses core's border; functions that can fail return Status or Result<T>.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace poolglass {

enum class StatusCode {
  kOk,
  kInvalidArgument,    // what the caller asked for cannot be done; the sentence names the field and the limit
  kResourceExhausted,  // too large for this machine's memory or for 64-bit arithmetic
  kUnavailable,        // the machine lacks what is needed (no GPU, no display)
  kIo,                 // the operating system refused a read or a write
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // success
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  // One sentence without a final full stop, e.g. "kernel 9x9 is larger than the padded input 8x8".
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

inline Status invalid_argument(std::string message) {
  return Status(StatusCode::kInvalidArgument, std::move(message));
}
inline Status resource_exhausted(std::string message) {
  return Status(StatusCode::kResourceExhausted, std::move(message));
}

// Either a value or the Status that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Status status) : state_(std::move(status)) { assert(!std::get<Status>(state_).ok()); }

  bool ok() const { return std::holds_alternative<T>(state_); }
  Status status() const { return ok() ? Status() : std::get<Status>(state_); }

  const T& value() const& { return std::get<T>(state_); }
  T& value() & { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace poolglass
