// What windows said: of a session that was kept, or as it is said.
#pragma once

#include <string>

#include "core/status.h"

namespace poolglass::cli {

// Prints the log of a kept session, or of standard input, "-".
Status print_log(const std::string& path);

// Prints what `poolglass --log` writes to a file, or a window keeps of its session, a line a sentence: what
// is there already, then what is added. A file that is shortened or replaced is begun anew, what it
// held before being printed to its end; of a session that
// is kept anew only what it has said since is printed. "-" and pipes end with their writer; files go on until
// the process is stopped.
Status follow_log(const std::string& path);

}  // namespace poolglass::cli
