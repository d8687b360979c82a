#include "app/cli/numbers.h"

#include <optional>
#include <vector>

namespace poolglass::cli {
namespace {

enum class Digits { kGood, kNone, kTooMany };

Digits read_digits(std::string_view text, int64_t* value) {
  if (text.empty()) return Digits::kNone;
  int64_t number = 0;
  bool fits = true;
  for (char c : text) {
    if (c < '0' || c > '9') return Digits::kNone;
    fits = fits && checked_multiply(number, 10, &number) && !__builtin_add_overflow(number, c - '0', &number);
  }
  *value = number;
  return fits ? Digits::kGood : Digits::kTooMany;
}

Status refusal(const std::string& name, std::string_view text, Digits why, const char* form) {
  const std::string shown = name + " \"" + std::string(text.substr(0, 60)) + "\"";
  if (why == Digits::kTooMany) return invalid_argument(shown + " is beyond 2^63-1");
  return invalid_argument(shown + " must be " + form + " in plain decimal digits");
}

// `text` split at `separator` into numbers.
Result<std::vector<int64_t>> parse_list(const std::string& name, std::string_view text, char separator,
                                        const char* form) {
  std::vector<int64_t> values;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    int64_t value = 0;
    const Digits read =
        read_digits(text.substr(begin, end == std::string_view::npos ? end : end - begin), &value);
    if (read != Digits::kGood) return refusal(name, text, read, form);
    values.push_back(value);
    if (values.size() > 4) return refusal(name, text, Digits::kNone, form);
    if (end == std::string_view::npos) return values;
    begin = end + 1;
  }
}

Result<Size2> parse_pair(const std::string& name, std::string_view text, const char* form) {
  const Result<std::vector<int64_t>> values = parse_list(name, text, 'x', form);
  if (!values.ok()) return values.status();
  if (values->size() > 2) return refusal(name, text, Digits::kNone, form);
  return Size2{values->front(), values->back()};
}

}  // namespace

Result<int64_t> parse_count(const std::string& name, std::string_view text) {
  int64_t value = 0;
  const Digits read = read_digits(text, &value);
  if (read != Digits::kGood) return refusal(name, text, read, "a number");
  return value;
}

Result<Size2> parse_size(const std::string& name, std::string_view text) {
  return parse_pair(name, text, "N or HxW");
}

Result<Padding> parse_padding(const std::string& name, std::string_view text) {
  constexpr const char* kForm = "P, PHxPW or T,L,B,R";
  if (text.find(',') == std::string_view::npos) {
    const Result<Size2> both = parse_pair(name, text, kForm);
    if (!both.ok()) return both.status();
    return Padding{both->h, both->w, both->h, both->w};
  }
  const Result<std::vector<int64_t>> sides = parse_list(name, text, ',', kForm);
  if (!sides.ok()) return sides.status();
  if (sides->size() != 4) return refusal(name, text, Digits::kNone, kForm);
  return Padding{(*sides)[0], (*sides)[1], (*sides)[2], (*sides)[3]};
}

Result<double> parse_decimal(const std::string& name, std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  int64_t whole = 0, parts = 0;
  const Digits first = read_digits(text.substr(0, point), &whole), second = read_digits(fraction, &parts);
  if (first != Digits::kGood || second != Digits::kGood || fraction.size() > 6) {
    return refusal(name, text, first == Digits::kTooMany ? first : Digits::kNone,
                   "a number such as 2 or 1.5");
  }
  double unit = 1;
  for (size_t i = 0; i < fraction.size(); ++i) unit *= 10;
  return static_cast<double>(whole) + static_cast<double>(parts) / unit;
}

}  // namespace poolglass::cli
