#include "app/document/recent_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "app/document/file_lock.h"
#include "app/document/folders.h"
#include "core/io/file.h"
#include "core/io/outputs.h"
#include "core/io/strict_json.h"

namespace poolglass {
namespace {

constexpr int64_t kListLimit = 1 << 20;

std::string file_of(const std::string& folder) { return folder + "/recent.json"; }

// {"poolglass_recent": 1, "files": ["/grids/net.json"]}; no file is an empty list.
Result<std::vector<std::string>> read_list(const std::string& path) {
  std::vector<std::string> paths;
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return paths;
  const Result<std::string> text = read_file(path, kListLimit);
  if (!text.ok()) return text.status();
  const Result<Json> json = parse_strict_json(*text, {.bytes = kListLimit});
  if (!json.ok()) return json.status();
  FieldReader fields(*json, "recent files");
  int64_t version = 0;
  fields.require("poolglass_recent");
  fields.integer("poolglass_recent", &version);
  if (version != 1) fields.fail("poolglass_recent must be 1, the only format version there is");
  const Json* files = fields.list("files");
  if (Status s = fields.status(); !s.ok()) return s;
  for (size_t i = 0; files != nullptr && i < files->size() && i < RecentFiles::kMost; ++i) {
    const Json& path_of_file = (*files)[i];
    if (!path_of_file.is_string()) return invalid_argument("recent files: files must be a list of paths");
    paths.push_back(path_of_file.get<std::string>());
  }
  return paths;
}

std::string list_text(const std::vector<std::string>& paths) {
  std::string text = "{\"poolglass_recent\": 1, \"files\": [";
  for (size_t i = 0; i < paths.size(); ++i) text += (i > 0 ? ",\n  " : "\n  ") + json_quote(paths[i]);
  return text + "\n]}\n";
}

}  // namespace

RecentFiles RecentFiles::open(const std::string& folder, std::string* problem) {
  RecentFiles recent;
  recent.folder_ = folder;
  Result<std::vector<std::string>> paths = read_list(file_of(folder));
  if (paths.ok()) {
    recent.paths_ = *std::move(paths);
    return recent;
  }
  const std::string aside = folder + "/damaged-recent-" + std::to_string(getpid()) + ".json";
  if (std::rename(file_of(folder).c_str(), aside.c_str()) != 0) {
    recent.folder_.clear();
    *problem = paths.status().message();
  } else {
    *problem = "the list of recent files could not be read (" + paths.status().message() +
               ") and was set aside as " + aside;
  }
  return recent;
}

template <class Change>
Status RecentFiles::change(Change change) {
  if (folder_.empty()) {
    change(paths_);
    return {};
  }
  const Result<FileLock> lock = FileLock::take(folder_ + "/recent.lock");
  if (!lock.ok()) {
    change(paths_);
    return lock.status();
  }
  if (Result<std::vector<std::string>> paths = read_list(file_of(folder_)); paths.ok()) {
    paths_ = *std::move(paths);
  }
  change(paths_);
  return write_file(file_of(folder_), list_text(paths_), {.is_private = true});
}

Status RecentFiles::add(const std::string& path) {
  const std::string full = absolute_path(path);
  return change([&](std::vector<std::string>& paths) {
    std::erase(paths, full);
    paths.insert(paths.begin(), full);
    if (paths.size() > kMost) paths.resize(kMost);
  });
}

Status RecentFiles::forget(const std::string& path) {
  return change([&](std::vector<std::string>& paths) { std::erase(paths, path); });
}

}  // namespace poolglass
