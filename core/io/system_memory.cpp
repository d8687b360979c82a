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
int64_t machine_bytes(const std::string& root) {
  std::ifstream file(root + "/proc/meminfo");
  std::string word;
  int64_t kibibytes = 0;
  while (file >> word) {
    if (word == "MemAvailable:" && file >> kibibytes && kibibytes < kUnknown / 1024) return kibibytes * 1024;
  }
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? int64_t{pages} * page : kUnknown;
}

// The first number of a file, or "unknown" for a missing file and the word "max".
int64_t number_in_file(const std::string& path) {
  std::ifstream file(path);
  int64_t number = 0;
  return file >> number && number >= 0 ? number : kUnknown;
}

// The number behind a word of a file; 0 when it is not there.
int64_t number_behind(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  std::string word;
  int64_t number = 0;
  while (file >> word) {
    if (word == name && file >> number) return number;
  }
  return 0;
}

// What a control group's limit leaves; files it has cached make room when they have to.
int64_t left_in_group(const std::string& folder, const char* limit_file, const char* used_file) {
  const int64_t limit = number_in_file(folder + limit_file), used = number_in_file(folder + used_file);
  if (limit == kUnknown || used == kUnknown) return limit;
  const int64_t cached = number_behind(folder + "/memory.stat", "inactive_file");
  return std::max<int64_t>(limit - std::max<int64_t>(used - cached, 0), 0);
}

// The process's own group and those around it.
int64_t control_group_bytes(const std::string& root) {
  const std::string groups = root + "/sys/fs/cgroup";
  int64_t least = left_in_group(groups + "/memory", "/memory.limit_in_bytes", "/memory.usage_in_bytes");
  std::ifstream file(root + "/proc/self/cgroup");
  std::string line, group;
  while (std::getline(file, line)) {
    if (line.rfind("0::", 0) == 0) group = line.substr(3);
  }
  while (true) {
    least = std::min(least, left_in_group(groups + group, "/memory.max", "/memory.current"));
    if (group.empty()) return least;
    group.erase(std::min(group.rfind('/'), group.size()));
  }
}

int64_t address_space_bytes(const std::string& root) {
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur >= static_cast<rlim_t>(kUnknown)) return kUnknown;
  const int64_t pages = number_in_file(root + "/proc/self/statm"), page = sysconf(_SC_PAGESIZE);
  const int64_t used = pages == kUnknown ? 0 : pages * page;
  return std::max<int64_t>(static_cast<int64_t>(limit.rlim_cur) - used, 0);
}

}  // namespace

int64_t available_memory_bytes(const std::string& root) {
  return std::min({machine_bytes(root), control_group_bytes(root), address_space_bytes(root)});
}

}  // namespace poolglass
