// Text from outside (names in files, paths, arguments) made fit to be shown: on a terminal, in a picture, in
// a message. Standard library only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace poolglass {

// Bytes of the character at the front of UTF-8 text, and the character; 0 when they are not one (RFC 3629).
size_t decode_character(std::string_view text, char32_t* character);

// Characters that steer instead of being seen: Unicode's controls (Cc), line and paragraph separators,
// everything with the property Bidi_Control, the invisible marks U+206A to U+206F, U+FEFF, U+FFF9 to U+FFFB
// and the tags from U+E0000; and what is no character at all (U+FFFE and the like). Joiners stay, which names
// in many scripts need.
bool is_control(char32_t character);

// The text with controls and bytes that are no UTF-8 spelt out: \n, \t, \x1b, \u202e, \U000e0041.
std::string printable(std::string_view text);
bool is_printable(std::string_view text);  // printable(text) == text

// printable() in at most `limit` bytes (32 or more), the middle of a long text cut. Takes time for `limit`
// bytes, however long the text is.
std::string one_line(std::string_view text, size_t limit);

}  // namespace poolglass
