#include "core/printable.h"

#include <algorithm>
#include <cstdio>

namespace poolglass {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// `bytes` is one character, or one byte that belongs to none.
void append_escaped(std::string& text, std::string_view bytes, bool broken, char32_t character) {
  char code[12];
  if (character == '\n' && !broken) {
    text += "\\n";
  } else if (character == '\t' && !broken) {
    text += "\\t";
  } else if (broken || bytes.size() == 1) {
    std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(bytes[0])));
    text += code;
  } else {
    const char* form = character < 0x10000 ? "\\u%04x" : "\\U%08x";
    std::snprintf(code, sizeof code, form, static_cast<unsigned>(character));
    text += code;
  }
}

}  // namespace

size_t decode_character(std::string_view text, char32_t* character) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = byte(0);
  const size_t bytes = lead < 0x80   ? 1
                       : lead < 0xc2 ? 0
                       : lead < 0xe0 ? 2
                       : lead < 0xf0 ? 3
                       : lead < 0xf5 ? 4
                                     : 0;
  if (bytes == 0 || bytes > text.size()) return 0;
  char32_t c = bytes == 1 ? lead : lead & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return 0;
    c = c << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = (bytes == 3 && c < 0x800) || (bytes == 4 && c < 0x10000);
  const bool surrogate = c >= 0xd800 && c < 0xe000;
  if (overlong || surrogate || c > 0x10ffff) return 0;
  *character = c;
  return bytes;
}

bool is_control(char32_t c) {
  if (c < 0x20) return true;
  if (c < 0x7f) return false;
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return within(0x7f, 0x9f) || c == 0x61c || within(0x200e, 0x200f) || within(0x2028, 0x202e) ||
         within(0x2066, 0x206f) || c == 0xfeff || within(0xfff9, 0xfffb) || within(0xfdd0, 0xfdef) ||
         within(0xe0000, 0xe007f) || (c & 0xfffe) == 0xfffe;
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    char32_t character = 0;
    const size_t bytes = decode_character(text, &character);
    if (bytes == 0 || is_control(character)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    char32_t character = 0;
    const size_t bytes = decode_character(text, &character);
    const std::string_view taken = text.substr(0, bytes == 0 ? 1 : bytes);
    if (bytes == 0 || is_control(character)) {
      append_escaped(shown, taken, bytes == 0, character);
    } else {
      shown += taken;
    }
    text.remove_prefix(taken.size());
  }
  return shown;
}

std::string one_line(std::string_view text, size_t limit) {
  constexpr std::string_view kGap = " … ";
  const size_t keep = (limit - kGap.size()) / 2;  // the reason stands at the end, behind a long path
  if (text.size() <= 2 * limit) {
    const std::string line = printable(text);
    if (line.size() <= limit) return line;
  }
  // Escapes only make text longer, so that `keep` bytes of either end are enough.
  size_t first = text.size() - std::min(text.size(), keep);
  while (first < text.size() && continues(text[first])) ++first;
  std::string head, tail = printable(text.substr(first));
  for (std::string_view rest = text; head.size() <= keep && !rest.empty();) {
    char32_t character = 0;
    const size_t bytes = decode_character(rest, &character);
    const std::string next = printable(rest.substr(0, bytes == 0 ? 1 : bytes));
    if (head.size() + next.size() > keep) break;
    head += next;
    rest.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  if (tail.size() > keep) {
    size_t cut = tail.size() - keep;
    while (cut < tail.size() && continues(tail[cut])) ++cut;
    tail.erase(0, cut);
  }
  return head + std::string(kGap) + tail;
}

}  // namespace poolglass
