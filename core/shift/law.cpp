#include "core/shift/law.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace poolglass {
namespace {

// Taps 0, d, 2d, ... of one axis that are also taps after a nudge.
int64_t shared_taps(int64_t kernel, int64_t dilation, int64_t nudge) {
  if (nudge % dilation != 0) return 0;
  return std::max<int64_t>(kernel - std::abs(nudge) / dilation, 0);
}

bool is_tap(int64_t kernel, int64_t dilation, int64_t tap, int64_t nudge) {
  const int64_t at = tap * dilation + nudge;
  return at >= 0 && at % dilation == 0 && at / dilation < kernel;
}

}  // namespace

Fraction lowest_terms(int64_t part, int64_t whole) {
  const int64_t common = std::max<int64_t>(std::gcd(part, whole), 1);
  return {part / common, whole / common};
}

int64_t window_cells(const ShiftWindow& window) { return window.kernel.h * window.kernel.w; }

int64_t shared_cells(const ShiftWindow& window, Cell nudge) {
  return shared_taps(window.kernel.h, window.dilation.h, nudge.row) *
         shared_taps(window.kernel.w, window.dilation.w, nudge.column);
}

Fraction maximum_stays(const ShiftWindow& window, Cell nudge) {
  const int64_t shared = shared_cells(window, nudge);
  return lowest_terms(shared, 2 * window_cells(window) - shared);
}

Fraction averages_correlate(const ShiftWindow& window, Cell nudge) {
  return lowest_terms(shared_cells(window, nudge), window_cells(window));
}

bool keeps_peak(const ShiftWindow& window, Cell at, Cell nudge) {
  return is_tap(window.kernel.h, window.dilation.h, at.row, nudge.row) &&
         is_tap(window.kernel.w, window.dilation.w, at.column, nudge.column);
}

int64_t nudges_that_keep(const ShiftWindow& window, Cell at) {
  return std::ranges::count_if(kNeighbours, [&](Cell nudge) { return keeps_peak(window, at, nudge); });
}

Fraction lone_peak_stays(const ShiftWindow& window) {
  int64_t kept = 0;
  for (const Cell nudge : kNeighbours) kept += shared_cells(window, nudge);
  return lowest_terms(kept, static_cast<int64_t>(kNeighbours.size()) * window_cells(window));
}

}  // namespace poolglass
