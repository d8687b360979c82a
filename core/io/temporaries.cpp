#include "core/io/temporaries.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

#include "core/io/outputs.h"

namespace poolglass {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};

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

}  // namespace

std::string descriptor_path(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

Temporary Temporary::reserve(int folder) {
  std::random_device random;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%08x%08x", random(), random());
  Temporary temporary;
  temporary.name_ = std::string(".poolglass-") + digits + ".tmp";
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
