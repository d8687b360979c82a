// Where a person's files are: the XDG state folder, and paths as people write them.
#pragma once

#include <string>

#include "core/status.h"

namespace poolglass {

// $XDG_STATE_HOME/poolglass, or ~/.local/state/poolglass when the variable is missing or not absolute (XDG
// Base Directory Specification 0.8). Made, for its owner alone, when it does not exist yet.
Result<std::string> state_folder();

// "~" and "~/grids" with the home folder in front; anything else as it is.
std::string with_home(const std::string& path);

// The same file as a path from the root, links in its folders followed, so that equal files have equal names.
std::string absolute_path(const std::string& path);

}  // namespace poolglass
