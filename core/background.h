// Long work that does not hold up whoever wants it: it runs on another thread, on a copy of what it needs,
// and is stopped when its result is not wanted any more.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "core/stop.h"

namespace poolglass {

// Seconds that whoever asks has patience for: kUntilDone waits to the end.
inline constexpr double kUntilDone = 1e9;

template <class Value>
class Background {
 public:
  Background() = default;
  Background(Background&&) noexcept = default;
  Background& operator=(Background&& other) noexcept {
    stop();
    stop_ = std::move(other.stop_);
    future_ = std::move(other.future_);
    return *this;
  }
  ~Background() { stop(); }

  // `make` gives up soon after `stop` has become true: nobody takes its result then. What ran before is
  // stopped, which is waited for: there is one thread at most.
  void start(std::function<Value(const Stop&)> make) {
    stop();
    stop_ = std::make_shared<Stop>(false);
    future_ = std::async(std::launch::async,
                         [make = std::move(make), stop = stop_]() -> Value { return make(*stop); });
  }

  void stop() {
    if (!future_.valid()) return;
    *stop_ = true;
    future_ = {};
  }

  bool running() const { return future_.valid(); }

  // The result, once; waits for it `patience` seconds at most. Nothing: it is not over, or nothing runs.
  std::optional<Value> take(double patience) {
    if (!future_.valid()) return std::nullopt;
    if (patience < kUntilDone) {
      const auto wait = std::chrono::duration<double>(patience);
      if (future_.wait_for(wait) != std::future_status::ready) return std::nullopt;
    }
    return future_.get();
  }

 private:
  std::shared_ptr<Stop> stop_;
  std::future<Value> future_;
};

}  // namespace poolglass
