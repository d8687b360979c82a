// Which input sizes a network works on, and which of them it reads to the last row.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/trace.h"
#include "core/stop.h"

namespace poolglass::network {

// The network with its first input's plane of this size.
Network resized(const Network& network, Size2 plane);

// The smallest square that works, up to `most`; found by trying, as a larger one need not work where a
// smaller does. Nothing: none does, or `most` squares would take too long (more than kMostSizeSteps layers).
inline constexpr int64_t kMostSizeSteps = 50'000'000;
inline constexpr int64_t kMostSide = 2048;
std::optional<int64_t> smallest_input(const Network& network, int64_t most = kMostSide);

// Sides of inputs that people use.
inline constexpr std::array<int64_t, 10> kUsualSides = {64, 96, 128, 160, 192, 224, 256, 299, 321, 384};

// Sizes n from `from` on for which n mod `modulus` is one of `remainders` (ascending).
struct SizePattern {
  int64_t from = 1;
  int64_t modulus = 1;
  std::vector<int64_t> remainders{0};
  bool has(int64_t size) const {
    return size >= from && std::ranges::binary_search(remainders, size % modulus);
  }
  bool every() const { return static_cast<int64_t>(remainders.size()) == modulus; }
  friend bool operator==(const SizePattern&, const SizePattern&) = default;
};
// "every size from 29", "multiples of 32", "12 more than multiples of 16, from 188".
std::string pattern_words(const SizePattern& pattern);

// Sizes found by trying as many as it takes to see them repeat.
struct FittingSizes {
  int64_t smallest = 0;              // 0: none was found
  std::optional<SizePattern> fit;    // all joins agree, all windows fit
  std::optional<SizePattern> whole;  // and no row is lost in any layer
};
// Of square inputs; with `width`, of the heights of inputs so wide, and rows alone are looked for.
// `stop`: when it becomes true, the search ends with what was found.
FittingSizes fitting_sizes(const Network& network, std::optional<int64_t> width = {},
                           const Stop* stop = nullptr);

// The cells of every layer's output that reach a result (Network::outputs, or what nobody reads) along the
// rows or columns; what lies outside is computed, or given, and lost. A hole between strides is not told.
struct Needed {
  std::vector<Interval> rows, columns;
};
Needed needed(const Network& network, const Figures& figures);

// Rows (or columns) of the layer's output that reach no result, before and behind those that do. 0 where it
// has none, where their number is not known, and where nothing of it is needed.
int64_t lost(const Needed& needed, const Figures& figures, size_t layer, Along along);

}  // namespace poolglass::network
