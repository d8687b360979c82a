// Values as JSON. Standard library only.
#pragma once

#include <string>

namespace poolglass {

// In quotes. Controls (core/printable.h) become \u escapes, which read back as themselves; bytes that are not
// UTF-8 become U+FFFD.
std::string json_quote(const std::string& text);

inline const char* json_bool(bool value) { return value ? "true" : "false"; }

}  // namespace poolglass
