// How much memory a large request may take.
#pragma once

#include <cstdint>
#include <string>

namespace poolglass {

// Bytes this process could still take without harm: the least of what the machine has available, its control
// groups' limits and its own address-space limit leave. INT64_MAX if none of them is known. Linux tells in
// files what is available and what is used; they are looked for below `root`.
int64_t available_memory_bytes(const std::string& root = {});

}  // namespace poolglass
