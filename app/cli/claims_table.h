// What is said about pooling, with what the experiments find.
#pragma once

#include <string>

#include "core/status.h"

namespace poolglass::cli {

// Runs every experiment. format: "text", "tsv" or "json".
Result<std::string> claims_table(const std::string& format);

}  // namespace poolglass::cli
