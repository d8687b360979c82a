// Numbers and shapes as people read them: thousands grouped, a real minus, a real multiplication sign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/tensor.h"

namespace poolglass {

std::string grouped(int64_t value);  // 13860 -> "13,860", -15 -> "−15"
std::string compact(
    int64_t value);  // 13860 -> "13.9 K", 102760448 -> "103 M"; below 10,000 grouped and exact
std::string bytes_text(int64_t bytes);  // 12288 -> "12.3 kB", decimal units as on a data sheet
std::string decimal(double value);      // at most one digit after the point: "7.5", "8"

// "1.05 MB" that no line breaks between number and unit: a no-break space stands between them.
std::string with_whole_units(std::string_view text);

// All of `text` as the number that somebody typed, whichever way: "5.25", "5,25", "−1", "+3", "∞", "NaN".
std::optional<double> typed_number(std::string text);

// "32x32" as the engine writes it for a terminal -> "32×32".
std::string with_times_signs(std::string_view text);

std::string size_text(Size2 size);                 // "3×3"
std::string short_size_text(Size2 size);           // "46" when square, else "3×5"
std::string shape_text(const Shape& shape);        // "48 × 4 × 4"
std::string tight_shape_text(const Shape& shape);  // "48×4×4", for narrow columns

}  // namespace poolglass
