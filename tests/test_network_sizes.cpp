// Sizes that fit, rows that are lost, memory while running.
#include <doctest/doctest.h>

#include <random>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/network/memory.h"
#include "core/network/sizes.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

Layer conv(int64_t kernel, int64_t padding, int64_t stride = 1, std::vector<int32_t> inputs = {}) {
  Layer layer = default_layer(Kind::kConv2d);
  layer.kernel = {kernel, kernel};
  layer.padding = {padding, padding, padding, padding};
  layer.stride = {stride, stride};
  layer.inputs = std::move(inputs);
  return layer;
}

// Halved `depth` times, doubled as often, joined with what was there before.
Network hourglass(int depth) {
  Network net = with_input(3, 64, 64);
  std::vector<int32_t> skips;
  for (int i = 0; i < depth; ++i) {
    net.layers.push_back(conv(3, 1));
    skips.push_back(static_cast<int32_t>(net.layers.size()) - 1);
    net.layers.push_back(of(Kind::kMaxPool2d));
  }
  for (int i = 0; i < depth; ++i) {
    net.layers.push_back(of(Kind::kUpsample));
    net.layers.push_back(of(Kind::kConcat, {skips.back(), static_cast<int32_t>(net.layers.size()) - 1}));
    skips.pop_back();
  }
  return net;
}

}  // namespace

TEST_CASE("joins agree for multiples of what is halved between them") {
  const FittingSizes sizes = fitting_sizes(hourglass(4));
  CHECK(sizes.smallest == 16);
  REQUIRE(sizes.fit);
  CHECK(*sizes.fit == SizePattern{16, 16, {0}});
  CHECK(pattern_words(*sizes.fit) == "multiples of 16");
  CHECK(sizes.whole == sizes.fit);
}

TEST_CASE("a chain works from a size on, and loses rows where its pools do not divide") {
  const FittingSizes sizes = fitting_sizes(as_network(chain_preset("lesson").value()));
  CHECK(sizes.smallest == 16);
  REQUIRE(sizes.fit);
  CHECK(pattern_words(*sizes.fit) == "every size from 16");
  REQUIRE(sizes.whole);
  CHECK(*sizes.whole == SizePattern{16, 16, {0}});
}

TEST_CASE("unpadded convolutions shift the pattern") {
  Network net = with_input(1, 64, 64);
  net.layers.push_back(conv(3, 0));
  net.layers.push_back(of(Kind::kMaxPool2d));
  const FittingSizes sizes = fitting_sizes(net);
  CHECK(sizes.smallest == 4);
  REQUIRE(sizes.whole);
  CHECK(*sizes.whole == SizePattern{4, 2, {0}});
  CHECK(pattern_words({5, 4, {1, 3}}) == "1 or 3 more than multiples of 4, from 5");
}

TEST_CASE("no size fits where a join never agrees, and nothing is searched where there is no image") {
  Network net = with_input(1, 64, 64);
  net.layers.push_back(conv(3, 0));
  net.layers.push_back(of(Kind::kConcat, {0, 1}));
  CHECK_FALSE(smallest_input(net, 100));
  CHECK(fitting_sizes(net).smallest == 0);
  Network vector;
  vector.layers.push_back(make_input({kUnknownSize, 8}, kVector));
  CHECK_FALSE(smallest_input(vector));
}

TEST_CASE("shapes tried alone are the shapes that are analysed") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 200; ++i) {
    const Network net = random_network(random, true);
    const std::optional<int64_t> smallest = smallest_input(net, 80);
    for (int64_t side = 1; side <= 80; ++side) {
      const bool works = !analyze(resized(net, {side, side})).error;
      if (works) REQUIRE((smallest && *smallest <= side));
      if (smallest && side < *smallest) REQUIRE_FALSE(works);
      if (smallest && side == *smallest) REQUIRE(works);
    }
  }
}

TEST_CASE("lost rows are followed through all layers") {
  const Network odd = as_network(chain_preset("odd").value());  // 31 -> 15 -> 7 -> 3 -> 1
  const Needed need = needed(odd, analyze(odd));
  CHECK(need.rows[8] == Interval{0, 0});
  CHECK(need.rows[7] == Interval{0, 1});  // the last pool leaves a row
  CHECK(need.rows[6] == Interval{0, 2});  // which the convolution before it reads all the same
  CHECK(need.rows[0].first == 0);
  const Network vector = as_network(chain_preset("lenet5").value());
  CHECK(needed(vector, analyze(vector)).rows[4] == Interval{0, 4});  // flatten reads the whole map

  Network gated = with_input(4, 9, 9);
  gated.layers.push_back(conv(1, 0, 2));
  gated.layers.push_back(of(Kind::kGlobalAvgPool2d, {0}));
  gated.layers.push_back(conv(1, 0, 1));
  gated.layers.push_back(of(Kind::kMul, {1, 3}));
  const Needed all = needed(gated, analyze(gated));
  CHECK(all.columns[0] == Interval{0, 8});  // the gate reads every cell
  CHECK(all.columns[3] == Interval{0, 0});
}

TEST_CASE("the peak of live tensors is where most must be held") {
  // input 2x4x4 (128 bytes), conv 8x4x4 (512), relu (512), pool 8x2x2 (128); then add of two pools' worth.
  Network net = with_input(2, 4, 4);
  net.layers.push_back(conv(3, 1));
  net.layers.push_back(of(Kind::kRelu));
  net.layers.push_back(of(Kind::kMaxPool2d));
  net.layers.push_back(of(Kind::kRelu));
  net.layers.push_back(of(Kind::kAdd, {3, 4}));
  const Figures figures = analyze(net);
  const LiveMemory memory = live_memory(net, figures);
  CHECK(memory.bytes == std::vector<int64_t>{128, 640, 1024, 640, 256, 384});
  CHECK(memory.peak == 1024);
  CHECK(memory.at == 2);
  CHECK(memory.known == Known::kComplete);
  net.outputs = {1};  // wanted: held to the end
  CHECK(live_memory(net, figures).bytes == std::vector<int64_t>{128, 640, 1024, 1152, 768, 896});
  CHECK(live_memory(net, figures, 1).bytes[0] == 32);
  const Network unknown = resized(net, {kUnknownSize, 4});
  const LiveMemory partial = live_memory(unknown, analyze(unknown));
  CHECK(partial.known == Known::kPartial);
  CHECK(partial.because == 0);
}

TEST_CASE("heights of an input that is not square are looked for at its width") {
  const Network net = as_network(chain_preset("lesson").value());
  const FittingSizes sizes = fitting_sizes(net, 50);  // which loses columns at every height
  CHECK(sizes.smallest == 16);
  REQUIRE(sizes.whole);
  CHECK(*sizes.whole == SizePattern{16, 16, {0}});
  CHECK(fitting_sizes(hourglass(4), 50).smallest == 0);  // joins never agree along the columns
}

TEST_CASE("cells are lost before those that are needed, too") {
  Network net = with_input(1, 12, 10);
  Layer crop = of(Kind::kCrop);
  crop.padding = {3, 0, 1, 2};  // top, left, bottom, right
  net.layers.push_back(crop);
  const Figures figures = analyze(net);
  const Needed need = needed(net, figures);
  CHECK(lost(need, figures, 0, Along::kRows) == 4);
  CHECK(lost(need, figures, 0, Along::kColumns) == 2);
  CHECK(lost(need, figures, 1, Along::kRows) == 0);
}

}  // namespace poolglass::network
