#include "core/io/temporaries.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <string_view>
#include <utility>

#include "core/io/descriptor.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr std::string_view kStart = ".poolglass-", kEnding = ".tmp";
constexpr size_t kDigits = 16;

// What the signal handler looks at. A slot is filled before it is made ready, and made unready before it is
// given back.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<bool> ready{false};
  int folder = -1;
  char name[64] = {};
};
Slot slots[32];
std::atomic<int> waiting{0};   // SignalsWait objects
std::atomic<int> deferred{0};  // the signal that came meanwhile

// Calls only what a signal handler may.
void on_ending_signal(int number) {
  if (waiting > 0) {
    deferred = number;
    return;
  }
  for (Slot& slot : slots) {
    if (slot.ready) unlinkat(slot.folder, slot.name, 0);
  }
  signal(number, SIG_DFL);
  raise(number);
}

int take_slot(int folder, const std::string& name) {
  for (int i = 0; i < static_cast<int>(std::size(slots)); ++i) {
    Slot& slot = slots[i];
    if (name.size() >= sizeof slot.name || slot.taken.exchange(true)) continue;
    slot.folder = folder;
    std::memcpy(slot.name, name.c_str(), name.size() + 1);
    slot.ready = true;
    return i;
  }
  return -1;
}

bool is_temporary_name(std::string_view name) {
  if (name.size() != kStart.size() + kDigits + kEnding.size()) return false;
  return name.starts_with(kStart) && name.ends_with(kEnding) &&
         name.find_first_not_of("0123456789abcdef", kStart.size()) == kStart.size() + kDigits;
}

// Pipes and devices are not waited for, links not followed, files of others left to them.
void remove_if_dead(int folder, const char* name) {
  const Descriptor file(openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info;
  if (file.ok() && fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
      flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    unlinkat(folder, name, 0);
  }
}

}  // namespace

bool hold_temporary(int descriptor) {
  // Without locks there is nothing to fear either.
  if (flock(descriptor, LOCK_SH | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  return true;
}

void remove_dead_temporaries(int folder) {
  const int listed = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* entries = listed < 0 ? nullptr : fdopendir(listed);
  if (entries == nullptr) {
    if (listed >= 0) close(listed);
    return;
  }
  for (int i = 0; i < kMostEntries; ++i) {
    const dirent* entry = readdir(entries);
    if (entry == nullptr) break;
    if (is_temporary_name(entry->d_name)) remove_if_dead(folder, entry->d_name);
  }
  closedir(entries);
}

std::string descriptor_path(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

Temporary Temporary::reserve(int folder, const char* ending) {
  std::random_device random;
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%08x%08x", random(), random());
  Temporary temporary;
  temporary.name_ = std::string(kStart) + digits + ending;
  temporary.folder_ = folder;
  temporary.slot_ = take_slot(folder, temporary.name_);
  return temporary;
}

Temporary& Temporary::operator=(Temporary&& other) noexcept {
  if (this == &other) return *this;
  remove();
  name_ = std::exchange(other.name_, {});
  folder_ = std::exchange(other.folder_, -1);
  slot_ = std::exchange(other.slot_, -1);
  return *this;
}

void Temporary::remove() {
  if (!name_.empty()) unlinkat(folder_, name_.c_str(), 0);
  forget();
}

void Temporary::forget() {
  if (slot_ >= 0) {
    slots[slot_].ready = false;
    slots[slot_].taken = false;
  }
  slot_ = -1;
  name_.clear();
}

SignalsWait::SignalsWait() { ++waiting; }

SignalsWait::~SignalsWait() {
  if (--waiting > 0) return;
  if (const int number = deferred.exchange(0); number != 0) raise(number);
}

void remove_temporaries_on_signals() {
  signal(SIGXFSZ, SIG_IGN);
  for (int number : kEndingSignals) {
    struct sigaction before;
    if (sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action = {};
    action.sa_handler = on_ending_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

}  // namespace poolglass
