#include "app/rooms/step/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "app/rooms/format.h"

namespace poolglass::step {
namespace {

constexpr size_t kTapsInFull = 12;  // longer arithmetic is abbreviated
constexpr size_t kTapsInSentence = 16;

std::string general_text(float value, int digits) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
  return {buffer.data(), end.ptr};
}

std::string shortest_text(float value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

// "-1.5e+07" as people write it: "−1.5e7".
std::string tidied(std::string text) {
  if (const size_t e = text.find('e'); e != std::string::npos) {
    const bool negative = text[e + 1] == '-';
    size_t digits = e + 2;
    while (digits + 1 < text.size() && text[digits] == '0') ++digits;
    text = text.substr(0, e) + (negative ? "e−" : "e") + text.substr(digits);
  }
  if (text.front() == '-') text = "−" + text.substr(1);
  return text;
}

// "−0.25" -> "−.25"
std::string without_leading_zero(std::string text) {
  const size_t zero = text.find("0.");
  const bool leads =
      zero == 0 || (zero != std::string::npos && text.starts_with("−") && zero == sizeof("−") - 1);
  return leads ? text.erase(zero, 1) : text;
}

std::optional<std::string> special_text(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "−∞" : "∞";
  return std::nullopt;
}

float read_back(const std::string& text) {
  float value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string tap_text(const Tap& tap) { return tap.kind == TapKind::kCell ? short_text(tap.value) : "pad"; }

PieceRole tap_role(const Tap& tap) {
  if (tap.kind != TapKind::kCell) return PieceRole::kPadding;
  return tap.winner ? PieceRole::kWinner : PieceRole::kCell;
}

// The taps that the arithmetic names: a maximum passes over what ceil mode hangs over the edge, an average
// over everything its divisor does not count.
std::vector<const Tap*> named_taps(const WindowFacts& facts, const PoolParams& params) {
  const bool padding = params.reduction == Reduction::kMax || params.count_include_pad;
  std::vector<const Tap*> taps;
  for (const Tap& tap : facts.taps) {
    if (tap.kind == TapKind::kCell || (tap.kind == TapKind::kPadding && padding)) taps.push_back(&tap);
  }
  return taps;
}

// Of a long list the first four, the last two and the winner.
std::vector<bool> shown_taps(const std::vector<const Tap*>& taps, bool all) {
  std::vector<bool> shown(taps.size(), all && taps.size() <= kTapsInFull);
  for (size_t i = 0; i < taps.size(); ++i) {
    if (i < 4 || i + 2 >= taps.size() || taps[i]->winner) shown[i] = true;
  }
  return shown;
}

}  // namespace

std::string exact_text(float value) {
  if (std::isnan(value)) return "NaN";
  return shortest_text(value);
}

std::string short_text(float value, int digits, bool* rounded) {
  if (rounded != nullptr) *rounded = false;
  if (const auto special = special_text(value)) return *special;
  const bool whole = value == std::trunc(value) && std::abs(value) < 1e6f;
  const std::string text = whole ? shortest_text(value) : general_text(value, digits);
  if (rounded != nullptr) *rounded = read_back(text) != value;
  return tidied(text);
}

std::string fitted_text(float value, int columns) {
  if (const auto special = special_text(value)) return columns_of(*special) <= columns ? *special : "";
  for (int digits = 6; digits >= 1; --digits) {
    const std::string text = general_text(value, digits);
    const std::string tidy = tidied(text);
    if (columns_of(tidy) <= columns) return tidy;
    const std::string bare = without_leading_zero(tidy);
    const bool worth_it = read_back(text) == value || digits <= 2;
    if (worth_it && columns_of(bare) <= columns) return bare;
  }
  return {};
}

int columns_of(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<Piece> arithmetic(const WindowFacts& facts, const PoolParams& params) {
  const bool max = params.reduction == Reduction::kMax;
  const auto taps = named_taps(facts, params);
  const auto shown = shown_taps(taps, facts.lists_all());
  const int64_t count = facts.lists_all() ? std::ssize(taps) : facts.all_taps();
  const bool whole = std::find(shown.begin(), shown.end(), false) == shown.end();
  const std::string separator = max ? ", " : " + ";

  std::vector<Piece> pieces;
  std::string opening = max ? "max(" : "(";
  if (max && !whole) opening = "max of " + grouped(count) + " (";
  pieces.push_back({opening, PieceRole::kPlain});
  for (size_t i = 0; i < taps.size(); ++i) {
    const bool gap = !shown[i];
    if (gap && i > 0 && !shown[i - 1]) continue;
    if (i > 0) pieces.push_back({separator, PieceRole::kPlain});
    if (gap) {
      pieces.push_back({"…", PieceRole::kEllipsis});
    } else {
      pieces.push_back({tap_text(*taps[i]), tap_role(*taps[i])});
    }
  }
  pieces.push_back({max ? ") " : ")/" + grouped(facts.divisor) + " ", PieceRole::kPlain});
  pieces.push_back({result_text(facts.result), PieceRole::kResult});
  return pieces;
}

int figure_columns(float value) {
  if (const auto special = special_text(value)) return columns_of(*special);
  return std::min(
      {columns_of(tidied(general_text(value, 6))), columns_of(tidied(general_text(value, 3))), 5});
}

std::string short_text(double value) {
  const bool whole = value == std::trunc(value) && std::abs(value) < 1e9;
  if (whole && std::abs(value) >= 10000) return grouped(static_cast<int64_t>(value));
  return short_text(static_cast<float>(value));
}

std::string cell_name(std::string_view grid, Cell cell) {
  return std::string(grid) + "[" + std::to_string(cell.row) + "," + std::to_string(cell.column) + "]";
}

std::string sentence(std::string text) {
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text[i] == 'x' && digit(text[i - 1]) && digit(text[i + 1])) text.replace(i, 1, "×");
  }
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string joined(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text += piece.text;
  return text;
}

std::string result_text(float result) {
  bool rounded = false;
  const std::string text = short_text(result, 5, &rounded);
  return (rounded ? "≈ " : "= ") + text;
}

std::string window_sentence(const WindowFacts& facts, const PoolParams& params) {
  const std::string place = std::to_string(facts.output.row) + "," + std::to_string(facts.output.column);
  std::string text = "Window (" + place + ") reads ";
  if (facts.lists_all() && facts.taps.size() <= kTapsInSentence) {
    for (size_t i = 0; i < facts.taps.size(); ++i) {
      if (i > 0) text += i % static_cast<size_t>(facts.columns.taps) == 0 ? " / " : " ";
      text += facts.taps[i].kind == TapKind::kOverhang ? "off" : tap_text(facts.taps[i]);
    }
  } else {
    text += grouped(facts.cells) + (facts.cells == 1 ? " cell" : " cells");
    if (facts.cells > 0) {
      const auto span = [](const AxisWindow& axis) {
        return std::to_string(axis.first) + "–" + std::to_string(axis.first + (axis.count - 1) * axis.step);
      };
      text += ", rows " + span(facts.rows) + ", columns " + span(facts.columns);
    }
  }
  text += params.reduction == Reduction::kMax ? ": max " : ": average ";
  return text + result_text(facts.result) + " → out[" + place + "]";
}

std::string bins_text(const Axis& axis) {
  constexpr int64_t kNamed = 9;
  std::string text;
  for (int64_t i = 0; i < axis.output; ++i) {
    if (axis.output > kNamed && i == kNamed - 2) {
      text += " …";
      i = axis.output - 1;
    }
    const AxisWindow bin = axis.window(i);
    text += (text.empty() ? "[" : " [") + std::to_string(bin.first) + ", " +
            std::to_string(bin.first + bin.count) + ")";
  }
  return text;
}

Formula size_formula(const Axis& axis, bool ceil_mode) {
  if (axis.adaptive) return {bins_text(axis), ""};
  const auto text = [](int64_t number) { return std::to_string(number); };
  std::string padding = "2·" + text(axis.pad_begin);
  if (axis.pad_begin != axis.pad_end) padding = text(axis.pad_begin) + " + " + text(axis.pad_end);
  Formula formula;
  formula.text = std::string(ceil_mode ? "⌈" : "⌊") + "(" + text(axis.input) + " + " + padding + " − " +
                 text(axis.dilation) + "·(" + text(axis.kernel) + " − 1) − 1) / " + text(axis.stride) +
                 (ceil_mode ? "⌉" : "⌋") + " + 1 = ";
  if (ceil_mode) {
    const int64_t reach = axis.input + axis.pad_begin + axis.pad_end - axis.dilation * (axis.kernel - 1) - 1;
    const int64_t rounded_up = (reach + axis.stride - 1) / axis.stride + 1;
    if (reach > 0 && rounded_up != axis.output) {
      formula.text += text(rounded_up) + " → ";
      formula.note = "the last window would start outside the input, so it is dropped";
    }
  }
  formula.text += text(axis.output);
  return formula;
}

}  // namespace poolglass::step
