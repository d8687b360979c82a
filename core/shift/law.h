// What a nudge does to a window, whatever the values: the law that the Shift room's curves are held against.
//
// A is a window, B the same window after a nudge. Of independent values of one continuous distribution the
// maximum of A is B's, too, with probability |A and B| / |A or B|; the averages of A and B correlate by
// |A and B| / |A|. By counting: each of the cells of A or B is as likely to hold the largest value, and an
// average's variance is that of one cell over |A|, of which the common cells are the covariance.
#pragma once

#include <array>
#include <cstdint>

#include "core/cell.h"
#include "core/shift/contest.h"

namespace poolglass {

// In lowest terms.
struct Fraction {
  int64_t part = 0;
  int64_t whole = 1;
  double value() const { return static_cast<double>(part) / static_cast<double>(whole); }
  friend bool operator==(const Fraction&, const Fraction&) = default;
};
Fraction lowest_terms(int64_t part, int64_t whole);

// Cells of a window, and those it shares with itself after a nudge. Kernels of at most 2^20 cells a side.
int64_t window_cells(const ShiftWindow& window);
int64_t shared_cells(const ShiftWindow& window, Cell nudge);

Fraction maximum_stays(const ShiftWindow& window, Cell nudge);
Fraction averages_correlate(const ShiftWindow& window, Cell nudge);

// A lone peak at one of the window's cells, nudged by one pixel in one of eight directions: how many of the
// eight keep it in the window. `at` counts the window's cells, from {0, 0}.
inline constexpr std::array<Cell, 8> kNeighbours = {
    {{-1, -1}, {-1, 0}, {-1, 1}, {0, -1}, {0, 1}, {1, -1}, {1, 0}, {1, 1}}};
bool keeps_peak(const ShiftWindow& window, Cell at, Cell nudge);
int64_t nudges_that_keep(const ShiftWindow& window, Cell at);
// Over all places in the window: 3/8 for 2x2, 5/9 for 3x3, 21/32 for 4x4.
Fraction lone_peak_stays(const ShiftWindow& window);

}  // namespace poolglass
