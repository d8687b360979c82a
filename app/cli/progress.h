// A line on stderr that shows how far a long run has come.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "core/work_done.h"

namespace poolglass::cli {

// Silent when stderr is not a terminal, and for the first half second; wiped when the run ends. Drawn by a
// thread of its own, so that it moves, and tells the seconds, while a single step takes long.
class Progress {
 public:
  Progress(std::string what, int64_t total);  // steps
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // The next `steps` steps begin: what the work is to be counted in, 0 to 1 of them. Null: nobody watches.
  WorkDone* begin(int64_t steps);
  void end();  // they are done

 private:
  void watch();
  void draw();

  const std::string what_;
  const int64_t total_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  WorkDone work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  int64_t done_ = 0, steps_ = 0;  // finished; in work
  bool over_ = false, visible_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace poolglass::cli
