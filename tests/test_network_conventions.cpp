#include <doctest/doctest.h>

#include "core/network/conventions.h"

using namespace poolglass;
using namespace poolglass::network;

namespace {

Terms sum_of(const Network& network) {
  const Figures figures = analyze(network);
  REQUIRE(!figures.error);
  Terms sum;
  for (size_t i = 1; i < network.layers.size(); ++i) sum += layer_terms(network, figures, i);
  return sum;
}

void add(Network* network, Kind kind, int64_t outputs = 0, bool bias = true) {
  Layer layer = default_layer(kind);
  if (kind == Kind::kConv2d) layer.out_channels = outputs;
  if (kind == Kind::kLinear) layer.out_features = outputs;
  layer.bias = bias;
  network->layers.push_back(layer);
}

}  // namespace

TEST_CASE("conventions count what their authors count") {
  // 2x4x4 -> conv 3x3, 3 channels, no bias -> batch norm -> ReLU -> max 2x2 -> GAP -> linear 5.
  Network network = with_input(2, 4, 4);
  add(&network, Kind::kConv2d, 3, false);
  add(&network, Kind::kBatchNorm2d);
  add(&network, Kind::kRelu);
  add(&network, Kind::kMaxPool2d);
  add(&network, Kind::kAdaptiveAvgPool2d);
  network.layers.back().output_size = {1, 1};
  add(&network, Kind::kFlatten);
  add(&network, Kind::kLinear, 5);
  const Terms sum = sum_of(network);
  CHECK(sum.complete);
  CHECK(sum.conv_macs == 2 * 9 * 3 * 16);
  CHECK(sum.linear_macs == 15);
  CHECK(sum.params == 54 + 6 + 20);
  CHECK(sum.moving_stats == 6);
  const int64_t plain = 864 + 15;
  CHECK(multiply_adds(sum, Convention::kPlain) == plain);
  CHECK(multiply_adds(sum, Convention::kFlops) == 2 * plain);
  CHECK(multiply_adds(sum, Convention::kTimm) == plain + 2 * 48 + 12);
  CHECK(multiply_adds(sum, Convention::kPtflopsAten) == plain + 5);
  CHECK(multiply_adds(sum, Convention::kPtflops) == plain + 5 + 2 * 48 + 2 * (48 + 48 + 12));
  CHECK(multiply_adds(sum, Convention::kPtflops, {.functional = true}) ==
        plain + 5 + 2 * 48 + (48 + 48 + 12));
  CHECK(multiply_adds(sum, Convention::kThop) == plain + 15 + 5 + 4 * 48 + 12);
  CHECK(multiply_adds(sum, Convention::kSlim) == 2 * plain + 5 + 48 + 4 * 12);
  CHECK(multiply_adds(sum, Convention::kSlim, {.fused_batch_norm = true}) == 2 * plain + 5 + 4 * 12);
}

TEST_CASE("a convention has one name") {
  for (const Convention convention : kConventions) {
    CHECK(convention_from_name(convention_name(convention)) == convention);
  }
  CHECK(!convention_from_name("Plain"));
}

TEST_CASE("costs at an unknown size are not complete, parameters are") {
  Network network = with_input(3, kUnknownSize, kUnknownSize);
  add(&network, Kind::kConv2d, 8);
  const Terms sum = sum_of(network);
  CHECK(!sum.complete);
  CHECK(sum.params == 3 * 9 * 8 + 8);
}

TEST_CASE("sums stop where they no longer fit") {
  Terms sum;
  sum.conv_macs = kBeyondCount - 1;
  Terms more;
  more.conv_macs = 2;
  sum += more;
  CHECK(sum.conv_macs == kBeyondCount);
  CHECK(multiply_adds(sum, Convention::kFlops) == kBeyondCount);
}
