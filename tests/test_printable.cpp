#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <iterator>

#include "core/io/json_quote.h"
#include "core/io/strict_json.h"
#include "core/printable.h"

namespace poolglass {
namespace {

constexpr char32_t kLast = 0x10ffff;

std::string utf8(char32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

bool surrogate(char32_t c) { return c >= 0xd800 && c < 0xe000; }

// Unicode's general categories Cc, Zl and Zp, and the property Bidi_Control, as its data files list them.
bool listed(char32_t c) {
  constexpr char32_t kBidi[] = {0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
                                0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};
  return c <= 0x1f || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         std::find(std::begin(kBidi), std::end(kBidi), c) != std::end(kBidi);
}

}  // namespace

TEST_CASE("every control and bidi mark of Unicode is spelt out, and letters stay") {
  int64_t escaped = 0;
  for (char32_t c = 0; c <= kLast; ++c) {
    if (surrogate(c)) continue;
    const std::string character = utf8(c), shown = printable(character);
    char32_t decoded = kLast + 1;
    const bool control = is_control(c);
    bool good = decode_character(character, &decoded) == character.size() && decoded == c;
    good = good && (!listed(c) || control) && (shown == character) == !control;
    good = good && is_printable(character) == !control;
    good = good &&
           (!control || std::ranges::all_of(shown, [](char byte) { return byte >= 0x20 && byte < 0x7f; }));
    if (!good) FAIL("U+", static_cast<uint32_t>(c));  // a check for each takes too long
    escaped += control;
  }
  CHECK(escaped > 65);
  CHECK(escaped < 400);  // what is left out is text
  for (const char32_t c : {U'\u00ad', U'\u200c', U'\u200d', U'\u00e9', U'\u4e00', U'\U0001f469'}) {
    CHECK_FALSE(is_control(c));
  }
}

TEST_CASE("escapes are the usual ones") {
  CHECK(printable(std::string("a\nb\tc\x1b[2J\a\0z", 12)) == "a\\nb\\tc\\x1b[2J\\x07\\x00z");
  CHECK(printable("\xc2\x9b\u202e\u2028\U000e0041") == "\\u009b\\u202e\\u2028\\U000e0041");
  CHECK(printable("caf\xe9 \xf0\x9f\x91") == "caf\\xe9 \\xf0\\x9f\\x91");
  CHECK(printable("").empty());
}

TEST_CASE("bytes that are no UTF-8 are spelt out one by one") {
  for (const std::string& broken :
       {std::string("\x80"), std::string("\xc0\x80"), std::string("\xc1\xbf"), std::string("\xe0\x80\x80"),
        std::string("\xe0\x9f\xbf"), std::string("\xed\xa0\x80"), std::string("\xf0\x8f\xbf\xbf"),
        std::string("\xf4\x90\x80\x80"), std::string("\xf5\x80\x80\x80"), std::string("\xff"),
        std::string("\xc3"), std::string("\xe2\x82")}) {
    CHECK(printable(broken).size() == 4 * broken.size());
    CHECK(printable(broken + "é").ends_with("é"));
  }
}

TEST_CASE("one line keeps both ends, whole characters and its limit, in time for the limit") {
  CHECK(one_line("short", 32) == "short");
  CHECK(one_line(std::string(1000, 'a') + "end", 40) ==
        std::string(17, 'a') + " … " + std::string(14, 'a') + "end");
  for (const size_t limit : {size_t{32}, size_t{33}, size_t{60}, size_t{64}}) {
    for (const char* piece : {"é", "日", "\U0001f469", "\x1b", "\xff", "a日", "\u202e"}) {
      std::string text;
      for (int i = 0; i < 300; ++i) {
        text += piece;
        const std::string line = one_line(text, limit);
        REQUIRE(line.size() <= limit);
        REQUIRE(is_printable(line));
        if (printable(text).size() <= limit) REQUIRE(line == printable(text));
      }
    }
  }
  const std::string huge(size_t{64} << 20, '\x1b');
  const clock_t before = clock();
  for (int i = 0; i < 100; ++i) CHECK(one_line(huge, 200).size() <= 200);
  CHECK(clock() - before < 2 * CLOCKS_PER_SEC);
}

TEST_CASE("JSON strings read back as they were and hold no control") {
  std::string all;
  for (char32_t c = 0; c <= kLast; ++c) {
    if (!surrogate(c)) all += utf8(c);
  }
  const std::string quoted = json_quote(all);
  CHECK(is_printable(quoted));
  const Result<Json> json = parse_strict_json(quoted);
  REQUIRE(json.ok());
  CHECK(json->get_ref<const std::string&>() == all);
  CHECK(json_quote("a\n\x1b\x7f\u202e\U000e0041é") == "\"a\\n\\u001b\\u007f\\u202e\\udb40\\udc41é\"");
  CHECK(json_quote("\xff") == "\"\uFFFD\"");
}

}  // namespace poolglass
