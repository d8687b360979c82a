// Numbers, arithmetic and formulas of the Step room as text. Everything is computed by core; this only words
// it.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cell.h"
#include "core/pooling/params.h"
#include "core/pooling/window.h"

namespace poolglass::step {

// The shortest text that reads back as the same float: "5.25", "-0", "1e-45", "NaN", "inf".
std::string exact_text(float value);

// For people: at most `digits` significant digits, a real minus sign and infinity sign. `*rounded` (may be
// null) says whether the text differs from the value.
std::string short_text(float value, int digits = 4, bool* rounded = nullptr);
// Of a sum, a share, ...: as the float nearest to it; whole numbers up to a billion grouped: "60,000".
std::string short_text(double value);

// As short_text, in at most `columns` characters by giving up digits, or the zero before the point where that
// keeps the value exact or its second digit: "−.25"; empty when not even one digit fits.
std::string fitted_text(float value, int columns);

// Characters that fitted_text needs to give the value exactly or to three significant digits; at most five.
int figure_columns(float value);

// The engine's plain sentence as it is set on screen: "Kernel 9×9 is larger than the input 8×8".
std::string sentence(std::string text);

// Characters of UTF-8 text.
int columns_of(std::string_view text);

std::string cell_name(std::string_view grid, Cell cell);  // "in[3,4]"

// What one tap of a window reads.
enum class TapKind { kCell, kPadding, kOverhang };  // overhang: beyond the padding, by ceil mode
struct Tap {
  Cell cell;  // in the input; outside it for padding and overhang
  TapKind kind = TapKind::kCell;
  float value = 0;  // kCell only
  bool winner = false;
};

// Arithmetic is laid out piece by piece: a line may break after any piece.
enum class PieceRole { kPlain, kCell, kWinner, kPadding, kEllipsis, kResult };
struct Piece {
  std::string text;
  PieceRole role = PieceRole::kPlain;
};

// Everything about one output cell.
struct WindowFacts {
  Cell output;
  AxisWindow rows, columns;
  // Row-major, rows.taps x columns.taps; of more than kMostTaps some of them (window_facts.h).
  std::vector<Tap> taps;
  float result = 0;
  std::optional<Cell> winner;  // of a maximum
  int64_t divisor = 1;         // of an average
  int64_t cells = 0;           // taps inside the input
  std::vector<Piece> pieces;   // "max(5, 3, 5, 8) = 8"
  int64_t all_taps() const { return rows.taps * columns.taps; }
  bool lists_all() const { return std::ssize(taps) == all_taps(); }
};
inline constexpr int64_t kMostTaps = 64 * 64;  // of a window that slides

// The arithmetic of a window whose other fields are set.
std::vector<Piece> arithmetic(const WindowFacts& facts, const PoolParams& params);
std::string joined(const std::vector<Piece>& pieces);

// "= 7", "≈ 1.6667"
std::string result_text(float result);

// "Window (0,1) reads 0 0 / 6 7: max = 7 → out[0,1]"
std::string window_sentence(const WindowFacts& facts, const PoolParams& params);

// The output size along one axis with numbers substituted.
struct Formula {
  std::string text;  // "⌊(8 + 2·0 − 1·(2 − 1) − 1) / 2⌋ + 1 = 4"
  std::string note;  // ceil mode dropped the last window: why; else empty
  friend bool operator==(const Formula&, const Formula&) = default;
};
// Of an adaptive axis its bins: "[0, 2) [1, 3) [2, 5) [4, 6) [5, 7)"
Formula size_formula(const Axis& axis, bool ceil_mode);

}  // namespace poolglass::step
