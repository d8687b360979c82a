// Edits of networks: what is left is in order, and nothing else has changed.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <random>

#include "core/network/edit.h"
#include "core/network/figures.h"
#include "core/network/join_fixes.h"
#include "core/network/sizes.h"
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

TEST_CASE("a layer is added in line, or as a branch whose result is one more output") {
  const Result<Network> in_line = with_layer(two_paths(), 1, conv("new"), Place::kInLine);
  REQUIRE_MESSAGE(in_line.ok(), in_line.status().message());
  CHECK(names(*in_line) == std::vector<std::string>{"input", "stem", "new", "a1", "a2", "b", "join", "end"});
  CHECK(sources(*in_line, 3)[0] == 2);
  CHECK(sources(*in_line, 5)[0] == 2);
  Network wanted = two_paths();
  wanted.outputs = {6};
  const Result<Network> branch = with_layer(wanted, 1, conv("new"), Place::kBranch);
  REQUIRE_MESSAGE(branch.ok(), branch.status().message());
  CHECK(sources(*branch, 3)[0] == 1);
  CHECK(sources(*branch, 5)[0] == 1);
  CHECK(branch->outputs == std::vector<int32_t>{7, 2});
  CHECK_FALSE(with_layer(wanted, 9, conv("new"), Place::kInLine).ok());
  CHECK_FALSE(with_layer(wanted, 1, join("new", {}), Place::kInLine).ok());
}

TEST_CASE("a join is read in the place of what it joins, and makes no cycle") {
  // A branch's end meets the layer that it left: the branch needs none of that layer's readers.
  const Network branched = with_layer(two_paths(), 1, conv("new"), Place::kBranch).value();
  const Result<Network> net = with_join(branched, 1, 2, Kind::kAdd);
  REQUIRE_MESSAGE(net.ok(), net.status().message());
  CHECK(net->layers[3].kind == Kind::kAdd);
  CHECK(sources(*net, 4)[0] == 3);  // a1
  CHECK(sources(*net, 6)[0] == 3);  // b
  CHECK(sources(*net, 2)[0] == 1);  // the branch itself
  // A skip: what is between its ends goes on reading the first.
  const Result<Network> skip = with_join(two_paths(), 1, 3, Kind::kConcat);
  REQUIRE_MESSAGE(skip.ok(), skip.status().message());
  CHECK(sources(*skip, 2)[0] == 1);
  CHECK(sources(*skip, 5)[0] == 1);  // b needs the stem as it is
  CHECK(sources(*skip, 6)[0] == 4);
  // Two ends.
  const Network ends = with_layer(two_paths(), 1, conv("new"), Place::kBranch).value();
  const Result<Network> both = with_join(ends, 7, 2, Kind::kAdd);
  REQUIRE_MESSAGE(both.ok(), both.status().message());
  CHECK(sources(*both, 8).size() == 2);
  CHECK_FALSE(with_join(ends, 2, 2, Kind::kAdd).ok());
  CHECK_FALSE(with_join(ends, 1, 2, Kind::kConv2d).ok());
}

TEST_CASE("joins of any two layers of random networks leave an order of execution") {
  std::mt19937_64 random(6);
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    const Network net = random_network(random, true);
    const size_t a = random() % net.layers.size(), b = random() % net.layers.size();
    const Result<Network> joined = with_join(net, a, b, Kind::kAdd);
    CHECK(joined.ok() == (a != b));
    if (!joined.ok()) continue;
    REQUIRE(joined->layers.size() == net.layers.size() + 1);
    REQUIRE(is_join(joined->layers[std::max(a, b) + 1].kind));
    Network again = *joined;
    REQUIRE(order(&again).ok());
    CHECK(again == *joined);
  }
}
TEST_CASE("a layer goes in between one input of a join and the join alone") {
  Network net = with_input(3, 8, 8);
  net.layers.push_back(default_layer(Kind::kRelu));
  net.layers.push_back(default_layer(Kind::kAdd));
  net.layers[2].inputs = {0, 1};
  net.repeats.push_back({1, 2, 1, 1, "i"});
  const Network longer = with_layer_before(net, 2, 0, default_layer(Kind::kPad)).value();
  REQUIRE(longer.layers.size() == 4);
  CHECK(longer.layers[2].kind == Kind::kPad);
  CHECK(sources(longer, 2)[0] == 0);
  CHECK(sources(longer, 3)[0] == 2);
  CHECK(sources(longer, 3)[1] == 1);
  CHECK(sources(longer, 1)[0] == 0);  // which reads it as before
  CHECK(longer.repeats.empty());
  CHECK_FALSE(with_layer_before(net, 2, 2, default_layer(Kind::kPad)).ok());
  CHECK_FALSE(with_layer_before(net, 9, 0, default_layer(Kind::kPad)).ok());
  CHECK(with_layer_before(net, 2, 0, default_layer(Kind::kAdd)).status().message() ==
        "add is no layer of one input");
  CHECK(with_layer_before(net, 2, 0, make_input({1, 3, 8, 8})).status().message() ==
        "input is no layer of one input");

  Network after = with_input(3, 8, 8);  // a join that only follows a repeat
  for (const Kind kind : {Kind::kRelu, Kind::kRelu, Kind::kAdd}) after.layers.push_back(default_layer(kind));
  after.layers[3].inputs = {0, 2};
  after.repeats.push_back({1, 1, 2, 1, "i"});
  const std::vector<Repeat> kept = after.repeats;
  CHECK(with_layer_before(after, 3, 0, default_layer(Kind::kPad)).value().repeats == kept);
}

TEST_CASE("joins that differ in rows are cropped, padded, or pooled in ceil mode until all fit") {
  // Two poolings down and two doublings up, with a skip at each height: 10, 5, 2, then 4 beside 5.
  Network net = with_input(1, 10, 10);
  const auto add = [&](Kind kind, std::vector<int32_t> inputs, const char* name) {
    net.layers.push_back(default_layer(kind));
    net.layers.back().inputs = std::move(inputs);
    net.layers.back().name = name;
  };
  add(Kind::kMaxPool2d, {0}, "pool1");
  add(Kind::kMaxPool2d, {1}, "pool2");
  add(Kind::kUpsample, {2}, "up1");
  add(Kind::kConcat, {1, 3}, "join1");
  add(Kind::kUpsample, {4}, "up2");
  add(Kind::kConcat, {0, 5}, "join2");
  const Figures broken = analyze(net);
  REQUIRE(broken.error);
  REQUIRE(broken.error->layer == 4);
  const std::vector<FixedJoins> fixes = join_fixes(net, broken);
  REQUIRE(fixes.size() == 3);

  REQUIRE(fixes[0].network);  // the second skip is too large then
  const Figures cropped = analyze(*fixes[0].network);
  CHECK_FALSE(cropped.error);
  CHECK(cropped.layers.back().height() == 8);
  REQUIRE(fixes[0].paths.size() == 2);
  CHECK(fixes[0].paths[0].source == "pool1");
  CHECK(fixes[0].paths[0].join == "join1");
  CHECK(fixes[0].paths[0].from == Size2{5, 5});
  CHECK(fixes[0].paths[0].to == Size2{4, 4});
  CHECK(fixes[0].paths[1].from == Size2{10, 10});
  const Layer& crop = fixes[0].network->layers[4];
  CHECK(crop.kind == Kind::kCrop);
  CHECK(crop.padding == Padding{0, 0, 1, 1});

  REQUIRE(fixes[1].network);
  const Figures padded = analyze(*fixes[1].network);
  CHECK_FALSE(padded.error);
  CHECK(padded.layers.back().height() == 10);
  REQUIRE(fixes[1].paths.size() == 1);
  CHECK(fixes[1].paths[0].source == "up1");

  CHECK_FALSE(fixes[2].network);  // 5 is pooled to 3, which doubles to 6
  CHECK(fixes[2].why_not == "still 5 and 6");
  const std::atomic<bool> stop = true;
  for (const FixedJoins& fix : join_fixes(net, broken, &stop)) {
    CHECK_FALSE(fix.network);
    CHECK(fix.why_not == "it was stopped");
  }

  net.layers[1].kernel = net.layers[1].stride = {1, 1};  // 10, 10, 5, 10: nothing drops a row
  CHECK(join_fixes(net, analyze(net)).size() == 3);
  CHECK(join_fixes(net, analyze(net))[2].why_not == "no pool before it drops a row or column");
  CHECK(join_fixes(resized(net, {4, 4}), {}).empty());
  Network channels = with_input(3, 8, 8);
  channels.layers.push_back(default_layer(Kind::kConv2d));
  channels.layers.push_back(default_layer(Kind::kAdd));
  channels.layers[1].out_channels = 4;
  channels.layers[2].inputs = {0, 1};
  REQUIRE(analyze(channels).error);
  CHECK(join_fixes(channels, analyze(channels)).empty());
}

TEST_CASE("joins are made to fit on as many paths as can be shown, and on no more") {
  const auto fixes = [](int64_t paths) {
    Network net = with_input(1, 9, 9);
    net.layers.push_back(default_layer(Kind::kMaxPool2d));  // 4 x 4
    net.layers.push_back(default_layer(Kind::kConcat));
    net.layers[2].inputs = {1};
    for (int64_t i = 0; i < paths; ++i) net.layers[2].inputs.push_back(0);
    return join_fixes(net, analyze(net));
  };
  const std::vector<FixedJoins> most = fixes(kMostFixedPaths);
  REQUIRE(most.size() == 3);
  CHECK(most[0].network);
  CHECK(std::ssize(most[0].paths) == kMostFixedPaths);
  const std::vector<FixedJoins> more = fixes(kMostFixedPaths + 1);
  CHECK_FALSE(more[0].network);
  CHECK(more[0].why_not == "more than 64 paths would have to change");
  CHECK(more[1].network);  // the one that is smaller
}

TEST_CASE("a side of 1, which stands for any, is left as it is where planes are made to fit") {
  Network net = with_input(1, 16, 14);
  for (const Kind kind : {Kind::kCrop, Kind::kGlobalAvgPool2d, Kind::kCrop, Kind::kMul})
    net.layers.push_back(default_layer(kind));
  net.layers[1].padding = {0, 0, 1, 13};  // 15 x 1
  net.layers[2].inputs = {0};             // 1 x 1
  net.layers[3].inputs = {0};
  net.layers[3].padding = {2, 0, 0, 0};  // 14 x 14
  net.layers[4].inputs = {0, 1, 2, 3};
  const Figures broken = analyze(net);
  REQUIRE(broken.error);
  REQUIRE(broken.layers[1].width() == 1);
  const std::vector<FixedJoins> fixes = join_fixes(net, broken);
  REQUIRE(fixes.size() == 3);
  for (const size_t i : {0, 1}) {
    REQUIRE(fixes[i].network);
    const Figures fixed = analyze(*fixes[i].network);
    CHECK_FALSE(fixed.error);
    CHECK(fixed.layers.back().height() == (i == 0 ? 14 : 16));
    CHECK(fixed.layers.back().width() == 14);
    for (const FixedPath& path : fixes[i].paths) CHECK(path.from.w == path.to.w);
    CHECK(fixes[i].paths.size() == 2);
  }
}

TEST_CASE("pools behind a join that ceil mode has mended keep what they drop, too") {
  Network net = with_input(1, 5, 5);
  for (int block = 0; block < 2; ++block) {
    const auto before = static_cast<int32_t>(net.layers.size()) - 1;
    for (const Kind kind : {Kind::kMaxPool2d, Kind::kUpsample, Kind::kCrop, Kind::kAdd})
      net.layers.push_back(default_layer(kind));
    net.layers[static_cast<size_t>(before) + 3].padding = {0, 0, 1, 1};
    net.layers.back().inputs = {before, before + 3};
  }
  const std::vector<FixedJoins> fixes = join_fixes(net, analyze(net));
  REQUIRE(fixes.size() == 3);
  REQUIRE(fixes[2].network);
  CHECK(fixes[2].network->layers[1].ceil_mode);
  CHECK(fixes[2].network->layers[5].ceil_mode);
  CHECK_FALSE(analyze(*fixes[2].network).error);
}

TEST_CASE("pools in ceil mode make a join fit that misses what they drop") {
  Network net = with_input(1, 5, 5);
  for (const Kind kind : {Kind::kMaxPool2d, Kind::kUpsample, Kind::kCrop, Kind::kAdd})
    net.layers.push_back(default_layer(kind));
  net.layers[3].padding = {0, 0, 1, 1};
  net.layers[4].inputs = {0, 3};  // 5 beside 2 * 2 - 1; in ceil mode 2 * 3 - 1
  const std::vector<FixedJoins> fixes = join_fixes(net, analyze(net));
  REQUIRE(fixes.size() == 3);
  REQUIRE(fixes[2].network);
  CHECK(fixes[2].network->layers[1].ceil_mode);
  CHECK_FALSE(analyze(*fixes[2].network).error);
}

TEST_CASE("what a pool drops along an axis depends on that axis's dilation") {
  for (const bool rows : {true, false}) {
    Network net = with_input(1, 6, 6);
    for (const Kind kind : {Kind::kMaxPool2d, Kind::kUpsample, Kind::kAdd})
      net.layers.push_back(default_layer(kind));
    net.layers[1].dilation = rows ? Size2{2, 1} : Size2{1, 2};
    net.layers[3].inputs = {0, 2};  // 6 beside 4 along the dilated axis, 6 beside 6 along the other
    const std::vector<FixedJoins> fixes = join_fixes(net, analyze(net));
    REQUIRE(fixes.size() == 3);
    REQUIRE(fixes[2].network);
    CHECK(fixes[2].network->layers[1].ceil_mode);
    CHECK_FALSE(analyze(*fixes[2].network).error);
  }
}
