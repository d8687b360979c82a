#include "core/network/compare.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace poolglass::network {
namespace {

enum class Step : uint8_t { kPair, kOnlyA, kOnlyB };

// How well two layers stand for each other; 0: they do not.
int32_t score_of(const Layer& a, const std::string& a_name, const Layer& b, const std::string& b_name) {
  if ((a.kind == Kind::kInput) != (b.kind == Kind::kInput)) return 0;
  const bool kind = a.kind == b.kind, name = a_name == b_name;
  return kind && name ? 4 : kind ? 2 : name ? 1 : 0;
}

// The sequence of pairs with the largest sum of scores.
std::vector<LayerPair> best_pairs(const Network& a, const Network& b) {
  const std::vector<std::string> a_names = effective_names(a), b_names = effective_names(b);
  const size_t n = a.layers.size(), m = b.layers.size();
  std::vector<Step> steps((n + 1) * (m + 1));  // from (i, j) on
  std::vector<int32_t> below(m + 1, 0), row(m + 1, 0);
  for (size_t j = 0; j < m; ++j) steps[n * (m + 1) + j] = Step::kOnlyB;
  for (size_t i = n; i-- > 0;) {
    steps[i * (m + 1) + m] = Step::kOnlyA;
    row[m] = 0;
    for (size_t j = m; j-- > 0;) {
      Step& step = steps[i * (m + 1) + j];
      const bool skip_a = below[j] >= row[j + 1];
      row[j] = skip_a ? below[j] : row[j + 1];
      step = skip_a ? Step::kOnlyA : Step::kOnlyB;
      const int32_t score = score_of(a.layers[i], a_names[i], b.layers[j], b_names[j]);
      if (score > 0 && below[j + 1] + score >= row[j]) {
        row[j] = below[j + 1] + score;
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

// In the order of both networks, from what stands for what: the layer of A for each of B, ascending; -1:
// none.
std::vector<LayerPair> in_order(size_t layers_of_a, const std::vector<int32_t>& a_of_b) {
  std::vector<LayerPair> pairs;
  int32_t next = 0;
  for (size_t j = 0; j < a_of_b.size(); ++j) {
    const int32_t a = a_of_b[j];
    for (; a >= 0 && next < a; ++next) pairs.push_back({next, -1});
    if (a >= 0) ++next;
    pairs.push_back({a, static_cast<int32_t>(j)});
  }
  for (; next < static_cast<int32_t>(layers_of_a); ++next) pairs.push_back({next, -1});
  return pairs;
}

std::vector<LayerPair> pairs_by_name(const Network& a, const Network& b) {
  const std::vector<std::string> a_names = effective_names(a), b_names = effective_names(b);
  std::unordered_map<std::string, int32_t> places;
  for (size_t i = 0; i < a_names.size(); ++i) places.emplace(a_names[i], static_cast<int32_t>(i));
  std::vector<int32_t> a_of_b(b_names.size(), -1);
  int32_t last = -1;
  for (size_t j = 0; j < b_names.size(); ++j) {
    const auto at = places.find(b_names[j]);
    if (at != places.end() && at->second > last) a_of_b[j] = last = at->second;
  }
  return in_order(a.layers.size(), a_of_b);
}

Count minus(const Count& b, const Count& a) {
  Count difference;
  if (a.known != Known::kComplete || b.known != Known::kComplete) {
    difference.known = Known::kUnavailable;
    difference.because = b.known != Known::kComplete ? b.because : a.because;
  } else if (__builtin_sub_overflow(b.value, a.value, &difference.value)) {
    difference.value = b.value > a.value ? INT64_MAX : INT64_MIN;
  }
  return difference;
}

bool same_field(const Field& a, const Field& b) {
  return a.state == b.state && a.r_least() == b.r_least() && a.r_most() == b.r_most() &&
         a.padding() == b.padding();
}

}  // namespace

std::vector<LayerPair> paired(const Network& a, const Network& b) {
  const auto n = static_cast<int64_t>(a.layers.size()), m = static_cast<int64_t>(b.layers.size());
  return n * m <= kMostPairings ? best_pairs(a, b) : pairs_by_name(a, b);
}

std::vector<LayerPair> paired(const Network& a, const Changed& b) {
  std::vector<int32_t> a_of_b(b.from.size(), -1);
  for (size_t j = 0; j < b.from.size(); ++j) {
    const bool last = j + 1 == b.from.size() || b.from[j + 1] != b.from[j];
    if (last) a_of_b[j] = b.from[j];
  }
  return in_order(a.layers.size(), a_of_b);
}

LayerDifference difference_of(const LayerPair& pair, const Figures& a, const Figures& b) {
  LayerDifference difference;
  static const LayerFigures nothing;
  const LayerFigures& was = pair.a < 0 ? nothing : a.layers[static_cast<size_t>(pair.a)];
  const LayerFigures& is = pair.b < 0 ? nothing : b.layers[static_cast<size_t>(pair.b)];
  difference.params = minus(is.params, was.params);
  difference.macs = minus(is.macs, was.macs);
  difference.only_one = pair.a < 0 || pair.b < 0;
  if (difference.only_one) return difference;
  difference.output = was.output != is.output;
  difference.field = !same_field(was.rows, is.rows) || !same_field(was.columns, is.columns);
  return difference;
}

}  // namespace poolglass::network
