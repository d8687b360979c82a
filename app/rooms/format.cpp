#include "app/rooms/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace poolglass {
namespace {

constexpr const char* kMinus = "\u2212";

std::string fixed(double value, int digits) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits);
  return {text, end.ptr};
}

// Three significant digits and a unit that stands for a power of 1000.
std::string scaled(double value, const std::array<const char*, 7>& units) {
  size_t unit = 0;
  // 999.5 would print as "1000": it belongs to the next unit already.
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  const int digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return fixed(value, digits) + " " + units[unit];
}

}  // namespace

std::string grouped(int64_t value) {
  // The magnitude of the smallest int64 does not fit in int64.
  const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string text = std::to_string(magnitude);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return value < 0 ? kMinus + text : text;
}

std::string compact(int64_t value) {
  if (value < 10000) return grouped(value);
  return scaled(static_cast<double>(value), {"", "K", "M", "G", "T", "P", "E"});
}

std::string bytes_text(int64_t bytes) {
  if (bytes < 1000) return grouped(bytes) + " B";
  return scaled(static_cast<double>(bytes), {"B", "kB", "MB", "GB", "TB", "PB", "EB"});
}

std::string with_whole_units(std::string_view text) {
  constexpr std::array<std::string_view, 19> kUnits = {"B",  "kB", "MB", "GB", "TB", "PB", "EB",
                                                       "K",  "M",  "G",  "T",  "P",  "E",  "%",
                                                       "px", "ns", "µs", "ms", "s"};
  std::string whole;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool behind_number = i > 0 && text[i] == ' ' && text[i - 1] >= '0' && text[i - 1] <= '9';
    const std::string_view rest = text.substr(i + 1);
    const bool unit =
        behind_number &&
        std::ranges::find(kUnits, rest.substr(0, rest.find_first_of(" ,.;:)\n"))) != kUnits.end();
    whole += unit ? "\u00A0" : std::string(1, text[i]);
  }
  return whole;
}

std::string decimal(double value) {
  const double tenths = std::round(std::abs(value) * 10);
  const std::string text = fixed(tenths / 10, std::fmod(tenths, 10) == 0 ? 0 : 1);
  return value < 0 && tenths > 0 ? kMinus + text : text;
}

std::optional<double> typed_number(std::string text) {
  const std::string minus = kMinus, infinity = "∞";
  if (text.starts_with(minus)) text.replace(0, minus.size(), "-");
  if (text.starts_with('+')) text.erase(0, 1);
  if (const size_t at = text.find(infinity); at != std::string::npos)
    text.replace(at, infinity.size(), "inf");
  std::ranges::replace(text, ',', '.');
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string with_times_signs(std::string_view text) {
  const auto digit = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  std::string set;
  for (size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && text[at] == 'x' && digit(at - 1) && digit(at + 1)) {
      set += "×";
    } else {
      set += text[at];
    }
  }
  return set;
}

std::string size_text(Size2 size) { return std::to_string(size.h) + "×" + std::to_string(size.w); }

std::string short_size_text(Size2 size) {
  return size.h == size.w ? std::to_string(size.h) : size_text(size);
}

std::string shape_text(const Shape& shape) {
  return grouped(shape.c) + " × " + grouped(shape.h) + " × " + grouped(shape.w);
}

std::string tight_shape_text(const Shape& shape) {
  return std::to_string(shape.c) + "×" + std::to_string(shape.h) + "×" + std::to_string(shape.w);
}

}  // namespace poolglass
