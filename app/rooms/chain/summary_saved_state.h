// The pasted summary in a saved state.
#pragma once

#include <memory>
#include <string>

#include "core/io/strict_json.h"
#include "core/network/check.h"

namespace poolglass::chain {

// An object with "program", "channels_last" and "params", each where it says so, and "rows", a list of
// {"name", "type", "sizes", "params"}: type as a network's file has it, sizes without the batch, -1 where one
// is open.
std::string summary_json(const network::Summary& summary);
// A field of that; fails with a sentence where it is none, or has more than parse_summary() would give.
std::shared_ptr<const network::Summary> read_summary(FieldReader& fields, const char* key);

}  // namespace poolglass::chain
