#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "core/io/system_memory.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

// A machine as its files describe it.
class Machine {
 public:
  void has(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = root() + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  int64_t available() const { return available_memory_bytes(root()); }

 private:
  std::string root() const { return folder_ / "root"; }
  TempFolder folder_;
};

const char* const kMemInfo =
    "MemTotal: 16000 kB\nMemFree: 100 kB\nMemAvailable:    900000 kB\nBuffers: 7 kB\n";
constexpr int64_t kOfMachine = int64_t{900'000} * 1024;

}  // namespace

TEST_CASE("memory: what the machine says is available, else what it has") {
  const Machine machine;
  const int64_t all = machine.available();  // nothing is said: the physical memory of this one
  CHECK(all > kOfMachine);
  CHECK(all < std::numeric_limits<int64_t>::max());
  machine.has("/proc/meminfo", "MemTotal: 16000 kB\nMemFree: 100 kB\n");
  CHECK(machine.available() == all);
  machine.has("/proc/meminfo", "MemAvailable: much kB\n");
  CHECK(machine.available() == all);
  machine.has("/proc/meminfo", "MemAvailable: 9007199254740992 kB\n");  // not to be told in bytes
  CHECK(machine.available() == all);
  machine.has("/proc/meminfo", kMemInfo);
  CHECK(machine.available() == kOfMachine);
}

TEST_CASE("memory: a control group leaves its limit without what is used, but for cached files") {
  const Machine machine;
  machine.has("/proc/meminfo", kMemInfo);
  machine.has("/proc/self/cgroup", "1:name=systemd:/elsewhere\n0::/slice/app\n");
  const std::string group = "/sys/fs/cgroup/slice/app";
  machine.has(group + "/memory.max", "max\n");
  machine.has(group + "/memory.current", "5000\n");
  CHECK(machine.available() == kOfMachine);
  machine.has(group + "/memory.max", "8000000\n");
  CHECK(machine.available() == 8'000'000 - 5000);
  machine.has(group + "/memory.stat", "anon 1\ninactive_file 3000\nactive_file 4\n");
  CHECK(machine.available() == 8'000'000 - 2000);
  machine.has(group + "/memory.stat", "anon 1\ninactive_file 6000\n");  // more than is used
  CHECK(machine.available() == 8'000'000);
  machine.has(group + "/memory.max", "4000\n");
  machine.has(group + "/memory.stat", "anon 1\n");
  CHECK(machine.available() == 0);
  machine.has(group + "/memory.max", "-1\n");  // no limit
  CHECK(machine.available() == kOfMachine);
}

TEST_CASE("memory: the address space that a process's own limit leaves counts, too") {
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  std::ifstream statm("/proc/self/statm");
  int64_t pages = 0;
  statm >> pages;
  REQUIRE(pages > 0);
  constexpr int64_t kLeft = int64_t{256} << 20;
  rlimit limit = before;
  limit.rlim_cur = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE) + kLeft);
  const Machine machine;
  machine.has("/proc/meminfo", kMemInfo);
  machine.has("/proc/self/statm", std::to_string(pages) + " 7 7\n");
  REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
  const int64_t left = machine.available();
  machine.has("/proc/self/statm", std::to_string(pages + 1000) + " 7 7\n");
  const int64_t less = machine.available();
  machine.has("/proc/self/statm", std::to_string(2 * pages + 1'000'000) + " 7 7\n");
  const int64_t none = machine.available();
  REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(left == std::min(kLeft, kOfMachine));
  CHECK(less == std::min(kLeft - 1000 * sysconf(_SC_PAGESIZE), kOfMachine));
  CHECK(none == 0);
}

TEST_CASE("memory: groups around the process's own count, as do version 1's limits") {
  const Machine machine;
  machine.has("/proc/meminfo", kMemInfo);
  machine.has("/proc/self/cgroup", "0::/slice/app\n");
  machine.has("/sys/fs/cgroup/slice/app/memory.max", "7000000\n");
  machine.has("/sys/fs/cgroup/slice/app/memory.current", "0\n");
  machine.has("/sys/fs/cgroup/slice/memory.max", "6000000\n");
  machine.has("/sys/fs/cgroup/slice/memory.current", "0\n");
  CHECK(machine.available() == 6'000'000);
  machine.has("/sys/fs/cgroup/memory.max", "5000000\n");
  machine.has("/sys/fs/cgroup/memory.current", "1000\n");
  CHECK(machine.available() == 5'000'000 - 1000);
  machine.has("/sys/fs/cgroup/memory/memory.limit_in_bytes", "4000000\n");
  machine.has("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
  CHECK(machine.available() == 3'999'999);
}

}  // namespace poolglass
