// Shapes, fields, alignment and costs of graphs, against chains and by following indices.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "core/chain/chain.h"
#include "core/chain/presets.h"
#include "core/network/figures.h"
#include "core/network/network.h"
#include "core/network/trace.h"
#include "tests/support/random_network.h"

namespace poolglass::network {
namespace {

Layer conv(int64_t channels, int64_t kernel, int64_t padding, int64_t stride = 1,
           std::vector<int32_t> inputs = {}) {
  Layer layer = default_layer(Kind::kConv2d);
  layer.out_channels = channels;
  layer.kernel = {kernel, kernel};
  layer.padding = {padding, padding, padding, padding};
  layer.stride = {stride, stride};
  layer.inputs = std::move(inputs);
  return layer;
}

Layer same(Layer layer) {
  layer.padding_mode = PaddingMode::kSame;
  return layer;
}

Layer pool(int64_t kernel, int64_t stride, int64_t padding = 0, std::vector<int32_t> inputs = {}) {
  Layer layer = default_layer(Kind::kMaxPool2d);
  layer.kernel = {kernel, kernel};
  layer.padding = {padding, padding, padding, padding};
  layer.stride = {stride, stride};
  layer.inputs = std::move(inputs);
  return layer;
}

Layer up(int64_t scale, Upsampling mode = Upsampling::kNearest) {
  Layer layer = default_layer(Kind::kUpsample);
  layer.scale = {scale, scale};
  layer.mode = mode;
  return layer;
}

Network chain(int64_t channels, int64_t size, std::vector<Layer> layers) {
  Network network = with_input(channels, size, size);
  for (Layer& layer : layers) network.layers.push_back(std::move(layer));
  return network;
}

Figures valid(const Network& network) {
  Figures figures = analyze(network);
  REQUIRE_MESSAGE(!figures.error, figures.error->status.message());
  REQUIRE(figures.layers.size() == network.layers.size());
  return figures;
}

std::string error_of(const Network& network) {
  const Figures figures = analyze(network);
  REQUIRE(figures.error);
  return figures.error->status.message();
}

// ---- chains -----------------------------------------------------------------------------------------------

Network as_network(const Chain& chain) {
  Network network = with_input(chain.channels, chain.plane.h, chain.plane.w);
  for (const poolglass::Layer& from : chain.layers) {
    Layer layer;
    layer.kind = *kind_from_name(layer_kind_name(from.kind));
    layer.name = from.name;
    layer.out_channels = from.out_channels;
    layer.kernel = from.kernel;
    layer.stride = from.stride;
    layer.padding = from.padding;
    layer.dilation = from.dilation;
    layer.bias = from.bias;
    layer.ceil_mode = from.ceil_mode;
    layer.output_size = from.output_size;
    layer.out_features = from.out_features;
    network.layers.push_back(layer);
  }
  return network;
}

void check_axis(const Field& field, int64_t r, int64_t jump, int64_t padding, int64_t extent) {
  if (jump == 0) {
    CHECK((field.state == FieldState::kWhole || field.state == FieldState::kBound));
    CHECK(receptive(field, extent).most == r);
    return;
  }
  REQUIRE(field.one_field());
  CHECK(field.r_most() == r);
  CHECK(field.jump() == Ratio{jump, 1});
  CHECK(field.padding() == padding);
  CHECK(field.longest_r == r);
  CHECK(field.longest_padding == padding);
}

void check_same(const Chain& chain) {
  const ChainFigures expected = poolglass::analyze(chain);
  const Figures figures = analyze(as_network(chain));
  REQUIRE(expected.error.has_value() == figures.error.has_value());
  if (expected.error) CHECK(expected.error->status.message() == figures.error->status.message());
  REQUIRE(figures.layers.size() == expected.layers.size() + 1);
  for (size_t i = 0; i < expected.layers.size(); ++i) {
    CAPTURE(i);
    const poolglass::LayerFigures& want = expected.layers[i];
    const LayerFigures& got = figures.layers[i + 1];
    CHECK(Shape{1, got.channels(), got.height(), got.width()} == want.output);
    CHECK(got.params == Count{want.params});
    CHECK(got.macs == Count{want.macs});
    CHECK(got.activations == Count{want.activations});
    CHECK(got.bytes == want.bytes);
    check_axis(got.rows, want.receptive_field.h, want.jump.h, want.padding.h, chain.plane.h);
    check_axis(got.columns, want.receptive_field.w, want.jump.w, want.padding.w, chain.plane.w);
  }
  CHECK(figures.params.value == expected.total_params);
  CHECK(figures.macs.value == expected.total_macs);
  CHECK(figures.activations.value == expected.total_activations);
}

}  // namespace

TEST_CASE("a chain has the figures of its network, in its own terms") {
  for (const ChainPreset& preset : chain_presets()) {
    CAPTURE(preset.name);
    check_same(preset.make());
  }
}

TEST_CASE("sizes are known when there are some and all are") {
  CHECK_FALSE(Dims().known());
  CHECK(Dims{1}.known());
  CHECK(Dims{0, 3}.known());
  CHECK_FALSE(Dims{1, kUnknownSize}.known());
  CHECK_FALSE(Dims{kUnknownSize, 1}.known());
  Dims shorter{1, 3, kUnknownSize};
  shorter.rank = 2;  // what is behind its last size is none of it
  CHECK(shorter.known());
  CHECK(Dims{1, 2, 3, 4, 5, 6, 7, 8}.known());
}

TEST_CASE("kinds have names that lead back to them") {
  for (int i = 0; i < kKinds; ++i) {
    const Kind kind = static_cast<Kind>(i);
    CHECK(kind_from_name(kind_name(kind)) == kind);
  }
  CHECK_FALSE(kind_from_name("conv3d"));
}

// ---- receptive fields -------------------------------------------------------------------------------------

TEST_CASE(
    "a bottleneck ResNet sees 427 cells with its strides in the first 3x3, 483 in the last unit before") {
  const auto resnet = [](bool torchvision) {
    Network net = chain(3, 224, {conv(64, 7, 3, 2), pool(3, 2, 1)});
    const int units[] = {3, 4, 6, 3};
    int32_t at = 2;
    for (int stage = 0; stage < 4; ++stage) {
      const int64_t width = int64_t{64} << stage;
      for (int unit = 0; unit < units[stage]; ++unit) {
        const bool last = unit == units[stage] - 1;
        const int64_t stride = torchvision ? (stage > 0 && unit == 0 ? 2 : 1) : (stage < 3 && last ? 2 : 1);
        net.layers.push_back(conv(width, 1, 0, 1, {at}));
        net.layers.push_back(conv(width, 3, 1, stride));
        net.layers.push_back(conv(4 * width, 1, 0));
        net.layers.push_back(conv(4 * width, 1, 0, stride, {at}));
        net.layers.push_back(of(Kind::kAdd, {at + 3, at + 4}));
        at += 5;
      }
    }
    return net;
  };
  const Figures torchvision = valid(resnet(true)), slim = valid(resnet(false));
  const LayerFigures& last = torchvision.layers.back();
  CHECK(last.rows.r_most() == 427);
  CHECK(last.rows.jump() == Ratio{32, 1});
  CHECK(last.rows.padding() == 213);
  CHECK(last.align_rows.upstream == Alignment::kAligned);
  CHECK(slim.layers.back().rows.r_most() == 483);
}

TEST_CASE("SAME depends on the size, and is not known where the size is not") {
  const auto padding = [](int64_t size, int64_t kernel, int64_t stride) {
    const Figures figures = valid(chain(3, size, {same(conv(8, kernel, 0, stride))}));
    return figures.layers[1].rows.start_known ? figures.layers[1].rows.padding() : int64_t{-1000};
  };
  CHECK(padding(224, 3, 2) == 0);  // total 1: the odd cell at the end
  CHECK(padding(225, 3, 2) == 1);  // total 2
  CHECK(padding(224, 7, 2) == 2);
  CHECK(padding(kUnknownSize, 3, 1) == 1);
  CHECK(padding(kUnknownSize, 1, 2) == 0);
  CHECK(padding(kUnknownSize, 4, 2) == 1);
  CHECK(padding(kUnknownSize, 3, 2) == -1000);
  CHECK(padding(kUnknownSize, 5, 3) == -1000);
  const Figures unknown =
      valid(chain(3, kUnknownSize, {same(conv(8, 7, 0, 2)), same(pool(3, 2)), conv(8, 3, 1)}));
  CHECK(unknown.layers[3].rows.r_most() == 7 + 2 * 2 + 2 * 4);
  CHECK(unknown.layers[3].rows.jump() == Ratio{4, 1});
  CHECK_FALSE(unknown.layers[3].rows.start_known);
  CHECK(unknown.layers[3].rows.start_unknown_at == 1);
  CHECK(field_words(unknown.layers[3].rows, {"input", "stem"}) == "padding depends on the input size (stem)");
  CHECK(unknown.layers[3].macs.known == Known::kUnavailable);
  CHECK(unknown.params.known == Known::kComplete);
}

TEST_CASE("SAME_LOWER puts the odd cell at the beginning") {
  Layer lower = conv(8, 3, 0, 2);
  lower.padding_mode = PaddingMode::kSameLower;
  const Figures figures = valid(chain(3, 224, {lower}));
  CHECK(figures.layers[1].rows.padding() == 1);
  CHECK(figures.layers[1].window_rows.pad_end == 0);
  CHECK(figures.layers[1].height() == 112);
}

TEST_CASE("branches that disagree see more than the largest of them, and the edge is named") {
  Network net = chain(1, 32, {conv(4, 3, 1), conv(4, 3, 0), of(Kind::kIdentity, {1}), of(Kind::kCrop)});
  net.layers[4].padding = {0, 0, 2, 2};  // the other path keeps its centre
  net.layers.push_back(of(Kind::kAdd, {2, 4}));
  const Figures figures = valid(net);
  const LayerFigures& sum = figures.layers[5];
  CHECK(sum.align_rows.state == Alignment::kMisaligned);
  CHECK(sum.align_rows.input == 1);
  CHECK(sum.align_rows.half_cells_least == -2);  // one cell to the left
  CHECK(sum.align_rows.upstream_at == 5);
  CHECK(sum.rows.unit0 == Interval{-1, 3});
  CHECK(sum.rows.longest_r == 5);
}

TEST_CASE("a squeeze-and-excitation gate keeps the local field beside the whole input") {
  Network net = chain(3, 32,
                      {conv(8, 3, 1), of(Kind::kGlobalAvgPool2d), conv(2, 1, 0), of(Kind::kRelu),
                       conv(8, 1, 0), of(Kind::kSigmoid), of(Kind::kMul, {1, 6}), conv(8, 3, 1)});
  const Figures figures = valid(net);
  CHECK(figures.layers[6].rows.state == FieldState::kWhole);
  CHECK(figures.layers[7].rows.state == FieldState::kLocal);
  CHECK(figures.layers[7].rows.gated);
  CHECK(figures.layers[8].rows.r_most() == 5);
  CHECK(field_words(figures.layers[8].rows, {}) == "whole input through gates");
  net.layers[7].kind = Kind::kAdd;  // a summand is no gate
  CHECK(valid(net).layers[8].rows.state == FieldState::kWhole);
}

TEST_CASE("after upsampling fields depend on the phase, and joins are aligned within a range") {
  // U-Net's deepest step: a jump of 16 beside 8.
  Network net = chain(
      1, 64,
      {pool(2, 2), pool(2, 2), pool(2, 2), pool(2, 2), up(2), of(Kind::kConcat, {3, 5}), conv(4, 3, 1)});
  const Figures figures = valid(net);
  CHECK(figures.layers[5].rows.period == 2);
  CHECK(figures.layers[5].rows.jump() == Ratio{8, 1});
  CHECK(figures.layers[6].align_rows.state == Alignment::kWithin);
  CHECK(figures.layers[6].align_rows.half_cells_least == -8);  // 4 px
  CHECK(figures.layers[6].align_rows.half_cells_most == 8);
  Layer transposed = default_layer(Kind::kConvTranspose2d);
  transposed.kernel = {4, 4};
  transposed.padding = {1, 1, 1, 1};
  const Figures spread = valid(chain(1, 8, {transposed}));
  CHECK(spread.layers[1].height() == 16);
  CHECK(spread.layers[1].rows.jump() == Ratio{1, 2});
  CHECK(spread.layers[1].rows.unit(0) == Interval{-1, 0});
  CHECK(spread.layers[1].rows.unit(1) == Interval{0, 1});
}

TEST_CASE("past a box that is not known the field is unavailable, and the counts are partial") {
  Layer box = of(Kind::kOp);
  box.op = "TopK";
  const Network net = chain(3, 8, {conv(4, 3, 1), box, conv(4, 3, 1), of(Kind::kGlobalAvgPool2d)});
  const Figures figures = valid(net);
  CHECK(effective_names(net)[2] == "topk1");
  CHECK(figures.layers[3].rows.state == FieldState::kUnavailable);
  CHECK(field_words(figures.layers[4].rows, effective_names(net)) == "unavailable past topk1");
  CHECK(figures.layers[3].channels() == 4);
  CHECK(figures.params.known == Known::kPartial);
  CHECK(figures.params.because == 2);
  CHECK(figures.params.value == 112);
}

TEST_CASE("of two boxes that are not known the first is the one that hides the field") {
  Layer box = of(Kind::kOp);
  box.op = "TopK";
  const Network net = chain(3, 8, {conv(4, 3, 1), box, conv(4, 3, 1), box, conv(4, 3, 1)});
  const Figures figures = valid(net);
  for (const size_t past : {3, 4, 5})
    CHECK(field_words(figures.layers[past].rows, effective_names(net)) == "unavailable past topk1");
  const Network after_bound = chain(3, 8, {of(Kind::kGlobalAvgPool2d), box});
  CHECK(valid(after_bound).layers[2].rows.state == FieldState::kWhole);
}

// ---- what is refused --------------------------------------------------------------------------------------

TEST_CASE("joins whose shapes disagree are refused by name") {
  Network net = chain(1, 127, {conv(4, 3, 1), pool(2, 2), up(2), of(Kind::kAdd, {1, 3})});
  net.layers[1].name = "stem";
  CHECK(error_of(net) ==
        "layer 4 (add1): its inputs do not fit together: \"stem\" is 4x127x127, but \"upsample1\" is "
        "4x126x126");
  net.layers[4].kind = Kind::kConcat;
  CHECK(error_of(net).find("do not fit together") != std::string::npos);
}

TEST_CASE("what works on planes is refused behind a vector or behind channels that stand last") {
  const Layer flatten = default_layer(Kind::kFlatten);
  CHECK(error_of(chain(3, 8, {flatten, conv(4, 3, 1)})) ==
        "layer 2 (conv1): conv2d needs a feature map, but flatten has made it a vector");
  CHECK(error_of(chain(3, 8, {flatten, pool(2, 2)})) ==
        "layer 2 (pool1): max_pool2d needs a feature map, but flatten has made it a vector");
  Layer nhwc = default_layer(Kind::kPermute);
  nhwc.channels_last = true;
  CHECK(
      error_of(chain(3, 8, {nhwc, pool(2, 2)})) ==
      "layer 2 (pool1): max_pool2d needs the channels before the plane, but they are last: permute to nchw");
}

TEST_CASE("groups divide the channels of what has groups") {
  Layer norm = of(Kind::kGroupNorm);
  norm.groups = 3;
  CHECK(error_of(chain(4, 8, {norm})).find("groups") != std::string::npos);
  CHECK_FALSE(analyze(chain(6, 8, {norm})).error);
  norm.kind = Kind::kBatchNorm2d;
  CHECK_FALSE(analyze(chain(4, 8, {norm})).error);
}

TEST_CASE("order sorts what stands in no order, and names circles, doubles and strangers") {
  Network net = chain(1, 8, {of(Kind::kAdd, {2, 3}), conv(4, 3, 1, 1, {0}), conv(4, 1, 0, 1, {0})});
  REQUIRE(order(&net).ok());
  CHECK(net.layers[3].kind == Kind::kAdd);
  CHECK(net.layers[3].inputs == std::vector<int32_t>{1, 2});
  CHECK(valid(net).layers[3].channels() == 4);
  const Network sorted = net;
  REQUIRE(order(&net).ok());
  CHECK(net == sorted);

  Network circle = chain(1, 8, {conv(4, 3, 1, 1, {3}), of(Kind::kRelu), of(Kind::kRelu)});
  CHECK(order(&circle).message() ==
        "the layers read each other in a circle: \"conv1\", which reads \"relu2\", which reads \"relu1\", "
        "which "
        "reads \"conv1\"");
  Network doubles = chain(1, 8, {of(Kind::kRelu), of(Kind::kRelu)});
  doubles.layers[1].name = doubles.layers[2].name = "r";
  CHECK(order(&doubles).message().find("\"r\"") != std::string::npos);
  Network stranger = chain(1, 8, {of(Kind::kRelu, {7})});
  CHECK(order(&stranger).message() == "layer \"relu1\": input 7 is no layer");
  Network lonely = chain(1, 8, {of(Kind::kAdd, {0})});
  CHECK(order(&lonely).message() == "layer \"add1\": add needs two inputs or more, but has one");
}

TEST_CASE("figures beyond 63 bits are refused") {
  Network net = chain(1, 1, {});
  for (int i = 0; i < 70; ++i) {
    Layer layer = pool(1, 2);
    layer.ceil_mode = true;
    net.layers.push_back(layer);
  }
  CHECK(error_of(net).find("its jump is beyond 2^63-1") != std::string::npos);
  CHECK(error_of(chain(int64_t{1} << 40, 8, {conv(int64_t{1} << 40, 3, 1)}))
            .find("number of parameters is beyond") != std::string::npos);
  Network wide = chain(int64_t{1} << 62, 1, {of(Kind::kIdentity, {0}), of(Kind::kConcat, {0, 1})});
  CHECK(error_of(wide).find("beyond 2^63-1") != std::string::npos);
}

// ---- paths ------------------------------------------------------------------------------------------------

TEST_CASE("path counts of the lesson's chain and of VGG-16") {
  const Network lesson = as_network(chain_preset("lesson").value());
  const PathCounts paths = path_counts(lesson, valid(lesson), 8, 1, Along::kColumns).value();
  REQUIRE(paths.counts.size() == 46);
  double sum = 0;
  for (size_t i = 0; i < 46; ++i) {
    sum += paths.counts[i];
    CHECK(paths.counts[i] == paths.counts[45 - i]);
  }
  CHECK(sum == 1296);
  CHECK(*std::max_element(paths.counts.begin(), paths.counts.end()) == 54);
  CHECK(std::vector<double>(paths.counts.begin(), paths.counts.begin() + 6) ==
        std::vector<double>{1, 2, 4, 5, 8, 10});
  CHECK(share_of(paths, 24) == doctest::Approx(1052.0 / 1296));
  CHECK(core_of(paths, 0.95).cells == 34);

  const Network vgg = as_network(chain_preset("vgg16").value());
  const PathCounts deep = path_counts(vgg, valid(vgg), 18, 3, Along::kRows).value();
  REQUIRE(deep.counts.size() == 212);
  sum = 0;
  for (const double count : deep.counts) sum += count;
  CHECK(sum == 51'018'336);
  CHECK(*std::max_element(deep.counts.begin(), deep.counts.end()) == 711'924);
  CHECK(core_of(deep, 0.95).cells == 108);
}

}  // namespace poolglass::network
