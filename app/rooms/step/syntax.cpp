#include "app/rooms/step/syntax.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace poolglass::step {
namespace {

constexpr std::array<std::string_view, 18> kPythonKeywords = {
    "def",    "return", "for", "in",       "if",    "else", "and",  "or",    "not",
    "import", "from",   "as",  "continue", "while", "None", "True", "False", "lambda"};
constexpr std::array<std::string_view, 9> kPythonBuiltins = {"range", "len", "float", "max",  "min",
                                                             "int",   "sum", "list",  "print"};
constexpr std::array<std::string_view, 9> kCppKeywords = {"const",    "return", "using", "namespace", "if",
                                                          "#include", "true",   "false", "auto"};
constexpr std::array<std::string_view, 5> kCppBuiltins = {"float", "size_t", "int64_t", "static_cast",
                                                          "vector"};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '#'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

bool among(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

TokenKind kind_of(std::string_view word, Language language) {
  const bool python = language == Language::kPython;
  if (among(python ? std::span<const std::string_view>(kPythonKeywords) : kCppKeywords, word))
    return TokenKind::kKeyword;
  if (among(python ? std::span<const std::string_view>(kPythonBuiltins) : kCppBuiltins, word))
    return TokenKind::kBuiltin;
  return TokenKind::kPlain;
}

// Where the token that begins at `at` ends.
size_t end_of(std::string_view line, size_t at, auto&& belongs) {
  while (at < line.size() && belongs(line[at])) ++at;
  return at;
}

size_t end_of_string(std::string_view line, size_t at) {
  for (size_t i = at + 1; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == line[at])
      return i + 1;
  }
  return line.size();
}

}  // namespace

std::vector<Token> tokens(std::string_view line, Language language) {
  std::vector<Token> all;
  const std::string_view comment = language == Language::kPython ? "#" : "//";
  for (size_t at = 0; at < line.size();) {
    const char c = line[at];
    size_t end = at + 1;
    TokenKind kind = TokenKind::kPlain;
    if (line.substr(at).starts_with(comment)) {
      end = line.size();
      kind = TokenKind::kComment;
    } else if (c == '"' || c == '\'') {
      end = end_of_string(line, at);
      kind = TokenKind::kString;
    } else if (digit(c)) {
      end = end_of(line, at, [](char d) { return digit(d) || d == '.'; });
      kind = TokenKind::kNumber;
    } else if (letter(c)) {
      end = end_of(line, at, [](char d) { return letter(d) || digit(d); });
      kind = kind_of(line.substr(at, end - at), language);
    }
    all.push_back({line.substr(at, end - at), kind});
    at = end;
  }
  return all;
}

}  // namespace poolglass::step
