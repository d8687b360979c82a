#include "core/network/compare.h"

#include <string>
#include <unordered_map>

#include "core/network/best_pairs.h"

namespace poolglass::network {
namespace {

// How well two layers stand for each other; 0: they do not.
int32_t score_of(const Layer& a, const std::string& a_name, const Layer& b, const std::string& b_name) {
  if ((a.kind == Kind::kInput) != (b.kind == Kind::kInput)) return 0;
  const bool kind = a.kind == b.kind, name = a_name == b_name;
  return kind && name ? 4 : kind ? 2 : name ? 1 : 0;
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

bool same_field(const Field& a, const Field& b) {
  return a.state == b.state && a.r_least() == b.r_least() && a.r_most() == b.r_most() &&
         a.padding() == b.padding();
}

}  // namespace

std::vector<LayerPair> paired(const Network& a, const Network& b, const Stop* stop) {
  const size_t n = a.layers.size(), m = b.layers.size();
  if (std::ssize(a.layers) * std::ssize(b.layers) > kMostPairings) return pairs_by_name(a, b);
  const std::vector<std::string> a_names = effective_names(a), b_names = effective_names(b);
  const auto score = [&](size_t i, size_t j) {
    return score_of(a.layers[i], a_names[i], b.layers[j], b_names[j]);
  };
  return best_pairs(n, m, score, stop);
}

std::vector<LayerPair> paired(const Network& a, const Changed& b) {
  std::vector<int32_t> a_of_b(b.from.size(), -1);
  for (size_t j = 0; j < b.from.size(); ++j) {
    const bool last = j + 1 == b.from.size() || b.from[j + 1] != b.from[j];
    if (last) a_of_b[j] = b.from[j];
  }
  return in_order(a.layers.size(), a_of_b);
}

Count difference_of(const Count& a, const Count& b) {
  Count difference;
  if (a.known != Known::kComplete || b.known != Known::kComplete) {
    difference.known = Known::kUnavailable;
    difference.because = b.known != Known::kComplete ? b.because : a.because;
  } else if (__builtin_sub_overflow(b.value, a.value, &difference.value)) {
    difference.value = b.value > a.value ? INT64_MAX : INT64_MIN;
  }
  return difference;
}

Count sum_of(const Count& a, const Count& b) {
  Count sum;
  if (a.known != Known::kComplete || b.known != Known::kComplete) {
    sum.known = Known::kUnavailable;
    sum.because = a.known != Known::kComplete ? a.because : b.because;
  } else if (__builtin_add_overflow(a.value, b.value, &sum.value)) {
    sum.value = a.value > 0 ? INT64_MAX : INT64_MIN;
  }
  return sum;
}

LayerDifference difference_of(const LayerPair& pair, const Figures& a, const Figures& b) {
  LayerDifference difference;
  static const LayerFigures nothing;
  const LayerFigures& was = pair.a < 0 ? nothing : a.layers[static_cast<size_t>(pair.a)];
  const LayerFigures& is = pair.b < 0 ? nothing : b.layers[static_cast<size_t>(pair.b)];
  difference.params = difference_of(was.params, is.params);
  difference.macs = difference_of(was.macs, is.macs);
  difference.only_one = pair.a < 0 || pair.b < 0;
  if (difference.only_one) return difference;
  difference.output = was.output != is.output;
  difference.field = !same_field(was.rows, is.rows) || !same_field(was.columns, is.columns);
  return difference;
}

OutcomeDifference difference_of(const Outcome& a, const Outcome& b) {
  return {difference_of(a.params, b.params), difference_of(a.macs, b.macs)};
}

}  // namespace poolglass::network
