// Which input sizes a network works on, and which of them it reads to the last row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"

namespace poolglass::network {

// The network with its first input's plane of this size.
Network resized(const Network& network, Size2 plane);

// The smallest square that works, up to `most`; found by trying, as a larger one need not work where a
// smaller does. Nothing: none does, or `most` squares would take too long (more than kMostSizeSteps layers).
inline constexpr int64_t kMostSizeSteps = 50'000'000;
std::optional<int64_t> smallest_input(const Network& network, int64_t most = 2048);

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

// Square inputs, found by trying as many sizes as it takes to see them repeat.
struct FittingSizes {
  int64_t smallest = 0;              // 0: none was found
  std::optional<SizePattern> fit;    // all joins agree, all windows fit
  std::optional<SizePattern> whole;  // and no row is lost in any layer
};
FittingSizes fitting_sizes(const Network& network);

// The cells of every layer's output that reach a result (Network::outputs, or what nobody reads) along the
// rows or columns; what lies outside is computed, or given, and lost. A hole between strides is not told.
struct Needed {
  std::vector<Interval> rows, columns;
};
Needed needed(const Network& network, const Figures& figures);

}  // namespace poolglass::network
