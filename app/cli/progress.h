// A line on stderr that shows how far a long run has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace poolglass::cli {

// Silent when stderr is not a terminal, and for the first half second; wiped when the run ends.
class Progress {
 public:
  Progress(std::string what, int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(int64_t done);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  int64_t total_;
  bool terminal_;
  bool visible_ = false;
  Clock::time_point due_;
};

}  // namespace poolglass::cli
