#include "app/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <system_error>

namespace poolglass::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{500}, kInterval{100};
constexpr int kCells = 32;

}  // namespace

Progress::Progress(std::string what, int64_t total) : what_(std::move(what)), total_(total) {
  if (isatty(STDERR_FILENO) != 1) return;
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {  // no thread to be had: no line
  }
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (visible_) std::fputs("\r\x1b[K", stderr);
}

WorkDone* Progress::begin(int64_t steps) {
  if (!thread_.joinable()) return nullptr;
  const std::lock_guard lock(mutex_);
  steps_ = steps;
  work_.done = work_.total = 0;
  return &work_;
}

void Progress::end() {
  const std::lock_guard lock(mutex_);
  done_ += steps_;
  steps_ = 0;
}

void Progress::watch() {
  std::unique_lock lock(mutex_);
  for (auto pause = kPatience; !wake_.wait_for(lock, pause, [this] { return over_; }); pause = kInterval) {
    draw();
  }
}

void Progress::draw() {
  visible_ = true;
  const double done = static_cast<double>(done_) + static_cast<double>(steps_) * work_.share();
  const double share = std::min(1.0, done / static_cast<double>(std::max<int64_t>(1, total_)));
  const int filled = static_cast<int>(share * kCells);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::string bar;
  for (int i = 0; i < kCells; ++i) bar += i < filled ? "█" : "·";
  std::fprintf(stderr, "\r%s %s %3.0f %%  %.0f s ", what_.c_str(), bar.c_str(), share * 100, elapsed.count());
  std::fflush(stderr);
}

}  // namespace poolglass::cli
