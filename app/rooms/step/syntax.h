// What the words of a program are, for colouring them. Python and C++, a line at a time: no literal or
// comment of what the room writes goes over the end of its line.
#pragma once

#include <string_view>
#include <vector>

namespace poolglass::step {

enum class TokenKind { kPlain, kKeyword, kBuiltin, kNumber, kString, kComment };

struct Token {
  std::string_view text;  // a part of the line
  TokenKind kind = TokenKind::kPlain;
};

enum class Language { kPython, kCpp };

// The tokens cover the line without a gap, blanks included.
std::vector<Token> tokens(std::string_view line, Language language);

}  // namespace poolglass::step
