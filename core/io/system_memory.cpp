#include "core/io/system_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace poolglass {
namespace {

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();

// Linux's own estimate of what can be taken without swapping (proc(5), MemAvailable); else all there is.
int64_t machine_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string word;
  int64_t kibibytes = 0;
  while (file >> word) {
    if (word == "MemAvailable:" && file >> kibibytes && kibibytes < kUnknown / 1024) return kibibytes * 1024;
  }
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? int64_t{pages} * page : kUnknown;
}

// The first number of a file, or "unknown" for a missing file and the word "max".
int64_t number_in(const char* path) {
  std::ifstream file(path);
  int64_t number = 0;
  return file >> number && number > 0 ? number : kUnknown;
}

int64_t control_group_bytes() {
  return std::min(number_in("/sys/fs/cgroup/memory.max"),
                  number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
}

int64_t address_space_bytes() {
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur >= static_cast<rlim_t>(kUnknown)) return kUnknown;
  return static_cast<int64_t>(limit.rlim_cur);
}

}  // namespace

int64_t available_memory_bytes() {
  return std::min({machine_bytes(), control_group_bytes(), address_space_bytes()});
}

}  // namespace poolglass
