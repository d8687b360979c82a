// The files that were opened or saved last, of all windows together: recent.json in the state folder.
#pragma once

#include <string>
#include <vector>

#include "core/status.h"

namespace poolglass {

class RecentFiles {
 public:
  static constexpr size_t kMost = 12;

  RecentFiles() = default;  // remembers nothing beyond the window
  // A list that cannot be read is set aside under another name and told in `problem`; the new one starts
  // empty.
  static RecentFiles open(const std::string& folder, std::string* problem);

  // Absolute paths, the last one first. A file that is gone stays listed: a stick may be plugged in again.
  const std::vector<std::string>& paths() const { return paths_; }

  // Puts the path in front, and takes in what other windows added meanwhile.
  Status add(const std::string& path);
  Status forget(const std::string& path);

 private:
  template <class Change>
  Status change(Change change);

  std::string folder_;  // empty: nowhere
  std::vector<std::string> paths_;
};

}  // namespace poolglass
