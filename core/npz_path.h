// An array's place in a .npz archive, as people write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/file_ending.h"

namespace poolglass {

struct NpzPath {
  std::string archive;  // "folder/a.npz"
  std::string member;   // "name"; empty: none was named
};

// "a.npz:name" and "a.npz", in whatever case, taken apart; nothing for any other path. Names may have colons.
inline std::optional<NpzPath> split_npz_path(std::string_view path) {
  if (has_ending(path, ".npz")) return NpzPath{std::string(path), ""};
  for (size_t end = path.rfind(':'); end != path.npos && end > 0; end = path.rfind(':', end - 1)) {
    if (has_ending(path.substr(0, end), ".npz"))
      return NpzPath{std::string(path.substr(0, end)), std::string(path.substr(end + 1))};
  }
  return std::nullopt;
}

}  // namespace poolglass
