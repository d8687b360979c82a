// Temporary names, and their end when a signal ends the process. Internal to outputs.cpp. POSIX.
#pragma once

#include <string>

namespace poolglass {

std::string descriptor_path(int descriptor);  // under /proc

// A name in a folder that is unlinked when this object goes, or when a signal ends the process first
// (core/io/outputs.h, remove_temporaries_on_signals).
class Temporary {
 public:
  Temporary() = default;
  // A name of random digits in a folder whose descriptor outlives this object. There is no file yet. Names
  // with the ending ".old" are never taken for a dead process's.
  static Temporary reserve(int folder, const char* ending = ".tmp");
  Temporary(Temporary&& other) noexcept { *this = static_cast<Temporary&&>(other); }
  Temporary& operator=(Temporary&& other) noexcept;
  ~Temporary() { remove(); }

  const char* name() const { return name_.c_str(); }
  void remove();  // unlinks it
  void forget();  // it is gone, or is somebody else's now

 private:
  std::string name_;
  int folder_ = -1;
  int slot_ = -1;  // where the signal handler finds it; -1: nowhere
};

// SIGKILL and power cuts leave temporary files. A living process holds a lock on each of its own, so that
// others can tell. False when another process is about to remove the file: it took it for a dead one's before
// it was held.
bool hold_temporary(int descriptor);
// Removes the user's temporary files that no process holds from a folder, looking at the first kMostEntries
// of what it contains. Where file systems have no locks, nothing is removed.
inline constexpr int kMostEntries = 10000;
void remove_dead_temporaries(int folder);

// While one lives, signals that remove temporaries wait.
class SignalsWait {
 public:
  SignalsWait();
  ~SignalsWait();
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;
};

}  // namespace poolglass
