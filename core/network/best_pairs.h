// Two sequences side by side: which elements stand for each other. Internal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/network/compare.h"
#include "core/stop.h"

namespace poolglass::network {

// Pairs of n elements and m others in which neither order changes, with the largest sum of scores. score(i,
// j) says how well i stands for j; 0: not at all. Every element of both is in exactly one pair. Takes n * m
// steps and bytes. `stop`: when it becomes true, it is given up: no pairs.
template <class Score>
std::vector<LayerPair> best_pairs(size_t n, size_t m, const Score& score, const Stop* stop) {
  enum class Step : uint8_t { kPair, kOnlyA, kOnlyB };
  std::vector<Step> steps((n + 1) * (m + 1));  // from (i, j) on
  std::vector<int32_t> below(m + 1, 0), row(m + 1, 0);
  for (size_t j = 0; j < m; ++j) steps[n * (m + 1) + j] = Step::kOnlyB;
  for (size_t i = n; i-- > 0;) {
    if (stopped(stop)) return {};
    steps[i * (m + 1) + m] = Step::kOnlyA;
    row[m] = 0;
    for (size_t j = m; j-- > 0;) {
      Step& step = steps[i * (m + 1) + j];
      const bool skip_a = below[j] >= row[j + 1];
      row[j] = skip_a ? below[j] : row[j + 1];
      step = skip_a ? Step::kOnlyA : Step::kOnlyB;
      const int32_t s = score(i, j);
      if (s > 0 && below[j + 1] + s >= row[j]) {
        row[j] = below[j + 1] + s;
        step = Step::kPair;
      }
    }
    std::swap(row, below);
  }
  std::vector<LayerPair> pairs;
  for (size_t i = 0, j = 0; i < n || j < m;) {
    const Step step = steps[i * (m + 1) + j];
    pairs.push_back({step == Step::kOnlyB ? -1 : static_cast<int32_t>(i),
                     step == Step::kOnlyA ? -1 : static_cast<int32_t>(j)});
    i += step != Step::kOnlyB;
    j += step != Step::kOnlyA;
  }
  return pairs;
}

}  // namespace poolglass::network
