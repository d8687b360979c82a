// What the Shift room says in words.
#pragma once

#include <string>
#include <string_view>

#include "app/rooms/shift/model.h"

namespace poolglass::shift {

std::string_view contestant_name(size_t contestant);                         // "max", "plain", "blur"
std::string_view contestant_brief(size_t contestant);                        // where that is too long: "poly"
std::string contestant_title(size_t contestant, const ShiftWindow& window);  // "plain /2", "max, then blur"

std::string percent(double share);                      // "48.0 %", "100 %", "0 %"
std::string correlation_text(std::optional<double> r);  // ".981", "1", "−.25", "—"
std::string value_text(float value);                    // "1", ".5"
std::string fraction_text(const Fraction& fraction);    // "3/8"
std::string pixels_text(double pixels);                 // "+1 px", "−0.25 px", "0 px"
std::string nudge_words(double right, double down);     // "right by 1 pixel and up by 2.25 pixels"

// The one value of all cells; none where they differ.
std::optional<float> constant_value(const Plane& plane);

// The largest share, or correlation, of a row of meters: those that have it are the best, if they differ.
bool is_best_identical(const Derived& derived, size_t contestant);
bool is_best_correlation(const Derived& derived, size_t contestant);

}  // namespace poolglass::shift
