#include "core/io/json_quote.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/printable.h"

namespace poolglass {
namespace {

// Two \u escapes for a character beyond 16 bits.
void append_escape(std::string& text, char32_t character) {
  char code[16];
  if (character < 0x10000) {
    std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(character));
  } else {
    const auto offset = static_cast<unsigned>(character - 0x10000);
    std::snprintf(code, sizeof code, "\\u%04x\\u%04x", 0xd800 + (offset >> 10), 0xdc00 + (offset & 0x3ff));
  }
  text += code;
}

}  // namespace

std::string json_quote(const std::string& text) {
  const std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (is_printable(quoted)) return quoted;
  std::string escaped;
  for (std::string_view rest = quoted; !rest.empty();) {
    char32_t character = 0;
    const size_t bytes = decode_character(rest, &character);
    if (is_control(character)) {
      append_escape(escaped, character);
    } else {
      escaped += rest.substr(0, bytes);
    }
    rest.remove_prefix(bytes);
  }
  return escaped;
}

}  // namespace poolglass
