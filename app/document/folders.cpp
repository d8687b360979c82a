#include "app/document/folders.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "core/io/file.h"

namespace poolglass {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Status make_private_folders(const fs::path& folder) {
  struct stat info;
  if (stat(folder.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return file_error(folder.string(), "cannot hold sessions", ENOTDIR);
  }
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    if (Status s = make_private_folders(folder.parent_path()); !s.ok()) return s;
  }
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return file_error(folder.string(), "cannot be made", errno);
  }
  return {};
}

}  // namespace

Result<std::string> state_folder() {
  std::string base = variable("XDG_STATE_HOME");
  if (!fs::path(base).is_absolute()) {
    const std::string home = variable("HOME");
    if (!fs::path(home).is_absolute()) {
      return Status(StatusCode::kUnavailable, "neither XDG_STATE_HOME nor HOME names a folder");
    }
    base = home + "/.local/state";
  }
  std::string folder = (fs::path(base) / "poolglass").string();
  if (Status s = make_private_folders(folder); !s.ok()) return s;
  return folder;
}

std::string with_home(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const std::string home = variable("HOME");
  return home.empty() ? path : home + path.substr(1);
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const fs::path full = fs::absolute(path, error);
  if (error) return path;
  const fs::path folder = fs::weakly_canonical(full.parent_path(), error);
  return error ? full.string() : (folder / full.filename()).string();
}

}  // namespace poolglass
