#include "app/document/session_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <vector>

#include "core/io/file.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

constexpr int64_t kSessionLimit = int64_t{64} << 20;

std::string window_file(const std::string& folder, int number) {
  return folder + "/window-" + std::to_string(number) + ".json";
}
std::string lock_file(const std::string& folder, int number) {
  return folder + "/window-" + std::to_string(number) + ".lock";
}
std::string last_file(const std::string& folder) { return folder + "/last.json"; }

// When the file was written, in nanoseconds; -1 when there is none.
int64_t written(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return -1;
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

Result<std::optional<std::string>> read_if_there(const std::string& path) {
  if (written(path) < 0) return std::optional<std::string>();
  Result<std::string> text = read_file(path, kSessionLimit);
  if (!text.ok()) return text.status();
  return std::optional<std::string>(*std::move(text));
}

// A name that says when, and that nothing has yet.
Result<std::string> set_aside(const std::string& folder, const std::string& path) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
  for (int i = 1; i <= 1000; ++i) {
    std::string name = folder + "/damaged-" + stamp + (i > 1 ? "-" + std::to_string(i) : "") + ".json";
    // link() and not rename(): another window may be setting something aside in the same second.
    if (link(path.c_str(), name.c_str()) == 0) {
      if (unlink(path.c_str()) != 0) return file_error(path, "cannot be set aside", errno);
      return name;
    }
    if (errno != EEXIST) return file_error(path, "cannot be set aside", errno);
  }
  return file_error(path, "cannot be set aside", EEXIST);
}

}  // namespace

Result<SessionStore> SessionStore::open(const std::string& folder, bool take_over) {
  struct Place {
    int number;
    int64_t written;  // -1: free
  };
  std::vector<Place> places;
  for (int number = 1; number <= kMostWindows; ++number) {
    const int64_t when = written(window_file(folder, number));
    if (when < 0 || take_over) places.push_back({number, when});
  }
  std::ranges::stable_sort(places, [](const Place& a, const Place& b) { return a.written > b.written; });
  for (const Place& place : places) {
    Result<FileLock> lock = FileLock::try_take(lock_file(folder, place.number));
    if (!lock.ok() && lock.status().code() == StatusCode::kUnavailable) continue;
    if (!lock.ok()) return lock.status();
    // Between looking and locking, another start may have taken the place, used it and left.
    if (!take_over && written(window_file(folder, place.number)) >= 0) continue;
    return SessionStore(folder, place.number, *std::move(lock));
  }
  return Status(StatusCode::kUnavailable, folder + ": has room for " + std::to_string(kMostWindows) +
                                              " windows, and all of it is taken");
}

std::string SessionStore::path() const { return window_file(folder_, number_); }

Result<std::optional<std::string>> SessionStore::killed() { return read_if_there(path()); }

Result<std::optional<std::string>> SessionStore::last() {
  if (others_run()) return std::optional<std::string>();
  return read_if_there(last_file(folder_));
}

std::optional<std::string> SessionStore::newest() const {
  std::vector<std::string> paths{last_file(folder_)};
  for (int number = 1; number <= kMostWindows; ++number) paths.push_back(window_file(folder_, number));
  const auto newest = std::ranges::max_element(paths, {}, written);
  if (written(*newest) < 0) return std::nullopt;
  Result<std::string> text = read_file(*newest, kSessionLimit);
  return text.ok() ? std::optional<std::string>(*std::move(text)) : std::nullopt;
}

bool SessionStore::others_run() const {
  for (int number = 1; number <= kMostWindows; ++number) {
    if (number == number_ || written(lock_file(folder_, number)) < 0) continue;
    if (!FileLock::try_take(lock_file(folder_, number)).ok()) return true;
  }
  return false;
}

Status SessionStore::keep(const std::string& text) { return write_file(path(), text, {.is_private = true}); }

Status SessionStore::close(const std::string& text) {
  if (Status s = write_file(last_file(folder_), text, {.is_private = true}); !s.ok()) return s;
  if (unlink(path().c_str()) != 0 && errno != ENOENT) return file_error(path(), "cannot be removed", errno);
  return {};
}

Result<std::string> SessionStore::set_killed_aside() { return set_aside(folder_, path()); }
Result<std::string> SessionStore::set_last_aside() { return set_aside(folder_, last_file(folder_)); }

}  // namespace poolglass
