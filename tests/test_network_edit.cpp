// Edits of networks: what is left is in order, and nothing else has changed.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/network/edit.h"
#include "core/network/figures.h"
#include "tests/support/random_network.h"

using namespace poolglass;
using namespace poolglass::network;

namespace {

Layer conv(const char* name, std::vector<int32_t> inputs = {}) {
  Layer layer = default_layer(Kind::kConv2d);
  layer.name = name;
  layer.inputs = std::move(inputs);
  return layer;
}

Layer join(const char* name, std::vector<int32_t> inputs, Kind kind = Kind::kAdd) {
  Layer layer;
  layer.kind = kind;
  layer.name = name;
  layer.inputs = std::move(inputs);
  return layer;
}

// input, stem, a1, a2 (beside b), join, end
Network two_paths() {
  Network net = with_input(3, 16, 16);
  for (Layer& layer : std::vector<Layer>{conv("stem"), conv("a1"), conv("a2"), conv("b", {1}),
                                         join("join", {3, 4}), conv("end")})
    net.layers.push_back(std::move(layer));
  return net;
}

std::vector<std::string> names(const Network& net) { return effective_names(net); }

}  // namespace

TEST_CASE("a deleted layer's readers read what it read") {
  const Result<Network> net = without_layer(two_paths(), 2);
  REQUIRE_MESSAGE(net.ok(), net.status().message());
  CHECK(names(*net) == std::vector<std::string>{"input", "stem", "a2", "b", "join", "end"});
  CHECK(sources(*net, 2)[0] == 1);
  CHECK(sources(*net, 4)[0] == 2);
  CHECK(sources(*net, 4)[1] == 3);
  CHECK_FALSE(analyze(*net).error.has_value());
  CHECK_FALSE(without_layer(two_paths(), 0).ok());
  CHECK_FALSE(without_layer(two_paths(), 5).ok());
}

TEST_CASE("a deleted path takes its layers and a join of one with it") {
  const Result<Network> net = without_path(two_paths(), 5, 0);
  REQUIRE_MESSAGE(net.ok(), net.status().message());
  CHECK(names(*net) == std::vector<std::string>{"input", "stem", "b", "end"});
  const Result<Network> other = without_path(two_paths(), 5, 1);
  REQUIRE_MESSAGE(other.ok(), other.status().message());
  CHECK(names(*other) == std::vector<std::string>{"input", "stem", "a1", "a2", "end"});
  CHECK_FALSE(without_path(two_paths(), 5, 2).ok());
  CHECK_FALSE(without_path(two_paths(), 2, 0).ok());
}

TEST_CASE("a bypass is read in the layer's place, and deleting it gives the network back") {
  for (const Kind kind : {Kind::kAdd, Kind::kConcat}) {
    const Result<Network> net = with_bypass(two_paths(), 3, kind);
    REQUIRE_MESSAGE(net.ok(), net.status().message());
    CHECK(net->layers[4].kind == kind);
    CHECK(sources(*net, 4)[0] == 3);
    CHECK(sources(*net, 4)[1] == 2);
    CHECK(sources(*net, 6)[0] == 4);
    const Result<Network> back = without_path(*net, 4, 1);
    REQUIRE_MESSAGE(back.ok(), back.status().message());
    CHECK(*back == two_paths());
  }
}

TEST_CASE("bypasses of random networks can be taken back, and no edit leaves the order") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    const Network net = random_network(random, true);
    const size_t layer = random() % net.layers.size();
    const Result<Network> without = without_layer(net, layer);
    if (without.ok()) {
      CHECK(without->layers.size() == net.layers.size() - 1);
      Network again = *without;
      CHECK(order(&again).ok());
      CHECK(again == *without);
    }
    const Result<Network> with = with_bypass(net, layer, Kind::kAdd);
    CHECK(with.ok() == without.ok());
    if (!with.ok()) continue;
    const Result<Network> back = without_path(*with, layer + 1, 1);
    REQUIRE_MESSAGE(back.ok(), back.status().message());
    CHECK(back->layers.size() == net.layers.size());
    CHECK(analyze(*back).params == analyze(net).params);
  }
}
