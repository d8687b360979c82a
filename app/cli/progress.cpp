#include "app/cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace poolglass::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{500}, kInterval{100};
constexpr int kCells = 32;

}  // namespace

Progress::Progress(std::string what, int64_t total)
    : what_(std::move(what)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      due_(terminal_ ? Clock::now() + kPatience : Clock::time_point::max()) {}

Progress::~Progress() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(int64_t done) {
  if (!terminal_ || Clock::now() < due_) return;
  due_ = Clock::now() + kInterval;
  visible_ = true;
  const double share = static_cast<double>(done) / static_cast<double>(total_);
  const int filled = static_cast<int>(share * kCells);
  std::string bar;
  for (int i = 0; i < kCells; ++i) bar += i < filled ? "█" : "·";
  std::fprintf(stderr, "\r%s %s %3.0f %%", what_.c_str(), bar.c_str(), share * 100);
  std::fflush(stderr);
}

}  // namespace poolglass::cli
