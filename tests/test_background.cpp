// Work on another thread that is stopped when its result is not wanted any more.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include "core/background.h"

namespace poolglass {
namespace {

// Runs until it is told to end, and says how many of its kind run.
struct Endless {
  std::shared_ptr<std::atomic<int>> running = std::make_shared<std::atomic<int>>(0);
  std::shared_ptr<std::atomic<int>> stopped = std::make_shared<std::atomic<int>>(0);
  int operator()(const Stop& stop) const {
    ++*running;
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --*running;
    ++*stopped;
    return 1;
  }
  void wait_until_running() const {
    while (*running == 0) std::this_thread::yield();
  }
};

}  // namespace

TEST_CASE("a result is handed over once, after at most the time that there is patience for") {
  Background<int> run;
  CHECK_FALSE(run.take(kUntilDone));  // nothing runs
  run.start([](const Stop&) { return 7; });
  CHECK(run.running());
  CHECK(run.take(kUntilDone) == 7);
  CHECK_FALSE(run.running());
  CHECK_FALSE(run.take(kUntilDone));
  const Endless endless;
  run.start(endless);
  CHECK_FALSE(run.take(0.001));
  CHECK(run.running());
}

TEST_CASE("what runs is stopped: by stop, by another start, by the end of who wanted it") {
  const Endless endless;
  {
    Background<int> run;
    run.start(endless);
    endless.wait_until_running();
    run.stop();
    CHECK(*endless.running == 0);
    CHECK(*endless.stopped == 1);
    CHECK_FALSE(run.running());
    CHECK_FALSE(run.take(kUntilDone));  // the result is dropped
    run.stop();                         // of nothing

    run.start(endless);
    endless.wait_until_running();
    run.start([&](const Stop&) { return endless.running->load(); });
    CHECK(run.take(kUntilDone) == 0);  // one at a time
    CHECK(*endless.stopped == 2);

    run.start(endless);
    endless.wait_until_running();
    run = Background<int>();
    CHECK(*endless.stopped == 3);

    run.start(endless);
    endless.wait_until_running();
  }
  CHECK(*endless.stopped == 4);
  CHECK(*endless.running == 0);
}

TEST_CASE("what fails, fails where its result is taken, and the next one runs") {
  Background<int> run;
  run.start([](const Stop&) -> int { throw std::runtime_error("no"); });
  CHECK_THROWS_AS(run.take(kUntilDone), std::runtime_error);
  CHECK_FALSE(run.running());
  run.start([](const Stop&) -> int { throw std::runtime_error("no"); });
  run.stop();  // nobody asks why
  run.start([](const Stop&) { return 2; });
  CHECK(run.take(kUntilDone) == 2);
}

}  // namespace poolglass
