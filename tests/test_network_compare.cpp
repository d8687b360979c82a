// Two networks layer by layer.
#include <doctest/doctest.h>

#include <atomic>
#include <random>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/compare.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

Network preset(const char* name) { return as_network(chain_preset(name).value()); }

// Every layer of both is in one pair, and neither's order changes.
void check_pairs(const std::vector<LayerPair>& pairs, size_t n, size_t m) {
  int32_t a = 0, b = 0;
  for (const LayerPair& pair : pairs) {
    REQUIRE((pair.a >= 0 || pair.b >= 0));
    if (pair.a >= 0) REQUIRE(pair.a == a++);
    if (pair.b >= 0) REQUIRE(pair.b == b++);
  }
  REQUIRE(static_cast<size_t>(a) == n);
  REQUIRE(static_cast<size_t>(b) == m);
}

}  // namespace

TEST_CASE("a network and itself differ nowhere") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 50; ++i) {
    const Network net = random_network(random, true), other = random_network(random, true);
    const Figures figures = analyze(net);
    const std::vector<LayerPair> pairs = paired(net, net);
    for (size_t k = 0; k < pairs.size(); ++k) {
      REQUIRE(pairs[k] == LayerPair{static_cast<int32_t>(k), static_cast<int32_t>(k)});
      REQUIRE_FALSE(difference_of(pairs[k], figures, figures).any());
    }
    check_pairs(paired(net, other), net.layers.size(), other.layers.size());
  }
}

TEST_CASE(
    "the exercise with convolutions for pools differs in its pools, and in every field behind the first") {
  const Network a = preset("exercise");
  const Figures before = analyze(a);
  const Changed changed = what_if(a, before, WhatIf::kConv3).value();
  const Figures after = analyze(changed.network);
  const std::vector<LayerPair> pairs = paired(a, changed);
  check_pairs(pairs, a.layers.size(), changed.network.layers.size());
  int64_t params = 0, macs = 0;
  std::vector<int32_t> fields;
  for (const LayerPair& pair : pairs) {
    const LayerDifference difference = difference_of(pair, before, after);
    params += difference.params.value;
    macs += difference.macs.value;
    CHECK_FALSE(difference.output);
    if (difference.field) fields.push_back(pair.b);
  }
  CHECK(params == 783'840);
  CHECK(macs == after.macs.value - before.macs.value);
  CHECK(fields == std::vector<int32_t>{2, 3, 4, 5, 6, 7, 8});
  CHECK(difference_of(pairs[2], before, after).params.value == 9'248);
}

TEST_CASE("layers that only one network has stand alone; a blur's last layer is its pool's pair") {
  const Network a = preset("exercise");
  const Figures before = analyze(a);
  const Changed blur = what_if(a, before, WhatIf::kBlur).value();
  const std::vector<LayerPair> pairs = paired(a, blur);
  check_pairs(pairs, a.layers.size(), blur.network.layers.size());
  CHECK(pairs[2] == LayerPair{-1, 2});
  CHECK(pairs[3] == LayerPair{-1, 3});
  CHECK(pairs[4] == LayerPair{2, 4});
  const Changed dilated = what_if(a, before, WhatIf::kDilate).value();
  const std::vector<LayerPair> fewer = paired(a, dilated);
  check_pairs(fewer, a.layers.size(), dilated.network.layers.size());
  CHECK(fewer[2] == LayerPair{2, -1});
  CHECK(difference_of(fewer[2], before, analyze(dilated.network)).only_one);
}

TEST_CASE("two files are paired by name and kind, and else by kind in order") {
  const Network lesson = preset("lesson");
  Network other = lesson;
  other.layers.erase(other.layers.begin() + 3);  // conv2: what follows has other made names
  for (Layer& layer : other.layers) layer.inputs.clear();
  const std::vector<LayerPair> pairs = paired(lesson, other);
  check_pairs(pairs, lesson.layers.size(), other.layers.size());
  int together = 0;
  for (const LayerPair& pair : pairs) together += pair.a >= 0 && pair.b >= 0;
  CHECK(together == static_cast<int>(other.layers.size()));
}

TEST_CASE("sums and differences of counts are complete or not, and stay within 63 bits") {
  const Count two{2}, five{5}, most{INT64_MAX}, open{7, Known::kPartial, 3};
  CHECK(difference_of(two, five) == Count{3});
  CHECK(sum_of(two, five) == Count{7});
  CHECK(sum_of(most, two) == most);
  CHECK(difference_of(Count{-2}, most) == most);
  CHECK(difference_of(two, open) == Count{0, Known::kUnavailable, 3});
  CHECK(sum_of(open, two) == Count{0, Known::kUnavailable, 3});
}

TEST_CASE("what a change makes more of is told, and a search for pairs can be stopped") {
  const Network a = preset("exercise");
  const Figures before = analyze(a);
  const Network b = what_if(a, before, WhatIf::kConv3).value().network;
  const Outcome was = outcome_of(a, before), is = outcome_of(b, analyze(b));
  const OutcomeDifference more = difference_of(was, is);
  CHECK(more.params == Count{783'840});
  CHECK(more.macs.value == is.macs.value - was.macs.value);
  const std::atomic<bool> stop = true;
  CHECK(paired(a, b, &stop).empty());
}

}  // namespace poolglass::network
