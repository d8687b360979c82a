// Two networks, layer by layer: which layers stand for each other, and what differs between them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/what_if.h"
#include "core/stop.h"

namespace poolglass::network {

// A layer of each of two networks; -1: the other has none that stands for it.
struct LayerPair {
  int32_t a = -1;
  int32_t b = -1;
  friend bool operator==(const LayerPair&, const LayerPair&) = default;
};

// Pairs in which neither network's order changes. A pair of the same name and kind counts most, one of the
// same kind less, one of the same name (a pool that has become a convolution) least, and the pairs are those
// with the largest sum, which need not be the most. Every layer of both is in exactly one.
// Networks of more than kMostPairings layers times layers are paired by equal names alone.
// `stop`: when it becomes true, it is given up: no pairs.
inline constexpr int64_t kMostPairings = int64_t{1} << 24;
std::vector<LayerPair> paired(const Network& a, const Network& b, const Stop* stop = nullptr);

// The same for a network with a change: of several layers that stand for one of A's the last is its pair, as
// it makes what was made before.
std::vector<LayerPair> paired(const Network& a, const Changed& b);

// b - a, and a + b: of numbers that are both complete, as far as 63 bits hold them; else unavailable.
Count difference_of(const Count& a, const Count& b);
Count sum_of(const Count& a, const Count& b);

// What differs between the layers of a pair. Nothing does where all are false and both differences 0.
struct LayerDifference {
  bool only_one = false;  // the other network has no such layer; its figures count as 0
  bool output = false;    // its sizes
  bool field = false;     // r or start, of either axis
  // B's minus A's.
  Count params, macs;
  bool any() const {
    return only_one || output || field || params.value != 0 || macs.value != 0 ||
           params.known != Known::kComplete || macs.known != Known::kComplete;
  }
};
// Both layers must be known: below a.layers.size() and b.layers.size().
LayerDifference difference_of(const LayerPair& pair, const Figures& a, const Figures& b);

// What B's outcome has more than A's.
struct OutcomeDifference {
  Count params, macs;
};
OutcomeDifference difference_of(const Outcome& a, const Outcome& b);

}  // namespace poolglass::network
