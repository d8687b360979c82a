// Bounded reads of files, and what goes wrong with files in words. Writing: core/io/outputs.h. POSIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/status.h"

namespace poolglass {

// "PATH: ACTION: reason" for an errno. A wrong path or a missing right is the caller's mistake
// (kInvalidArgument); a full or failing disk is the machine's (kIo).
Status file_error(const std::string& path, const std::string& action, int error);

// A whole regular file of at most `limit` bytes. The limit is checked before memory is taken.
Result<std::string> read_file(const std::string& path, int64_t limit);

// Standard input to its end, at most `limit` bytes of it. Messages begin with "standard input: ".
Result<std::string> read_standard_input(int64_t limit);

// The first bytes of a regular file, at most `count`.
Result<std::string> read_start(const std::string& path, size_t count);

}  // namespace poolglass
